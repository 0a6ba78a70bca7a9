// Runs in the browser. Shows `/openapi.json` by Swagger UI, and mends what keeps people with assistive technology out.

const dark = matchMedia('(prefers-color-scheme: dark)');
const followScheme = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', followScheme);
followScheme();

/** Controls that Swagger UI leaves without a name. Those of a parameter are named after it. */
const names = {
  '#servers': 'Server',
  '.operation-filter-input': 'Filter by tag or path',
  '.examples-select-element': 'Example',
  '.body-param__text': 'Request body',
  '.close-modal': 'Close',
  '.json-schema-2020-12-accordion': 'Show or hide the schema',
};

function nameControls() {
  for (const [selector, name] of Object.entries(names))
    for (const control of document.querySelectorAll(selector)) nameControl(control, name);
  for (const control of document.querySelectorAll('[data-param-name] :is(input, select, textarea)'))
    nameControl(control, control.closest('[data-param-name]').dataset.paramName);
  // Other names than people see: who speaks to the browser would call them in vain.
  for (const button of document.querySelectorAll('.auth-btn-wrapper button')) button.removeAttribute('aria-label');
}

function nameControl(control, name) {
  const hasText = control.tagName === 'BUTTON' && control.textContent.trim() !== '';
  if (!hasText && !control.hasAttribute('aria-label')) control.setAttribute('aria-label', name);
}

const reference = document.getElementById('reference');
new MutationObserver(nameControls).observe(reference, { childList: true, subtree: true });

/** The path of an operation is a link inside the button that opens it, which does the same: a text is enough. */
const withoutNestedLinks = () => ({ components: { DeepLink: ({ text }) => text } });

SwaggerUIBundle({
  domNode: reference,
  url: new URL('../openapi.json', location.href).href,
  plugins: [withoutNestedLinks],
  deepLinking: true,
  docExpansion: 'none', // opened all at once, 150 rows and more would be a list that only has what is in view
  displayOperationId: true,
  tryItOutEnabled: true,
  persistAuthorization: true, // over a reload; it stays in this browser until "Logout"
  filter: true,
  showExtensions: true, // `x-access`, `x-recent` and `x-codes`
});
