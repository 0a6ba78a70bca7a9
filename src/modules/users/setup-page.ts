import { createHash } from 'node:crypto';
import type { Routes } from '#platform/module.ts';

const STYLE = `
:root { color-scheme: light dark; --ink: #16242d; --paper: #fdfcf9; --back: #f1eee6; --line: #d8d2c4; --accent: #0b6b72; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8e6e0; --paper: #1c262c; --back: #12191d; --line: #3a474f; --accent: #58b7bd; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--ink); font: 16px/1.7 Vazirmatn, 'Segoe UI', Tahoma, sans-serif; }
main { max-width: 26rem; margin: 8vh auto; padding: 2rem; background: var(--paper); border: 1px solid var(--line);
  border-radius: 12px; }
h1 { margin: 0 0 .5rem; font-size: 1.3rem; }
label { display: block; margin-top: 1rem; }
input { width: 100%; padding: .6rem; font: inherit; color: inherit; background: transparent; border: 1px solid var(--line);
  border-radius: 8px; }
button { margin-top: 1.5rem; width: 100%; padding: .7rem; font: inherit; color: var(--paper); background: var(--accent);
  border: 0; border-radius: 8px; cursor: pointer; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
#languages { text-align: end; }
#languages button { all: unset; margin-inline-start: 1rem; color: var(--accent); cursor: pointer; }
#languages button:focus-visible { outline: 3px solid var(--accent); }
[hidden] { display: none; }
`;

const TEXTS = {
  en: {
    title: 'Set up Bonyan',
    about: 'There is no administrator yet. Whoever fills in this form becomes the first.',
    email: 'E-mail',
    firstName: 'First name',
    lastName: 'Last name',
    password: 'Password (12 characters or more)',
    create: 'Create the administrator',
    done: 'Done. You can sign in now.',
    closed: 'There is an administrator already; this page has done its duty.',
    noToken: 'Open the whole link that the server has printed: it ends in #token=…',
    unreachable: 'The server cannot be reached. Try again.',
  },
  fa: {
    title: 'راه‌اندازی بنیان',
    about: 'هنوز مدیری نیست. هر کس این فرم را پر کند، نخستین مدیر می‌شود.',
    email: 'ایمیل',
    firstName: 'نام',
    lastName: 'نام خانوادگی',
    password: 'گذرواژه (۱۲ نویسه یا بیشتر)',
    create: 'ساختن حساب مدیر',
    done: 'انجام شد. اکنون می‌توانید وارد شوید.',
    closed: 'مدیری از پیش هست؛ کار این صفحه به پایان رسیده است.',
    noToken: 'همهٔ پیوندی را که سرور چاپ کرده است باز کنید؛ پایان آن ‎#token=…‎ است.',
    unreachable: 'سرور در دسترس نیست. دوباره بکوشید.',
  },
};

const SCRIPT = `
const texts = ${JSON.stringify(TEXTS)};
const token = new URLSearchParams(location.hash.slice(1)).get('token');
const form = document.querySelector('form');
const message = document.querySelector('#message');
let language = navigator.language.startsWith('fa') ? 'fa' : 'en';
let said = null;
history.replaceState(null, '', location.pathname); // the token stays out of the history and of screenshots

function show() {
  document.documentElement.lang = language;
  document.documentElement.dir = language === 'fa' ? 'rtl' : 'ltr';
  document.title = texts[language].title;
  for (const node of document.querySelectorAll('[data-text]')) node.textContent = texts[language][node.dataset.text];
  message.textContent = said === null ? '' : (texts[language][said] ?? said);
}
function say(what, isOver) {
  said = what;
  form.hidden = isOver;
  show();
}
for (const button of document.querySelectorAll('#languages button'))
  button.addEventListener('click', () => { language = button.lang; show(); });

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  try {
    const response = await fetch('/api/v1/setup', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'accept-language': language },
      body: JSON.stringify({ token, ...Object.fromEntries(new FormData(form)) }),
    });
    const answer = await response.json();
    if (response.ok) say('done', true);
    else say([answer.title, answer.rule, ...(answer.errors ?? []).map((one) => one.path.slice(1) + ': ' + one.message)]
      .filter(Boolean).join(' · '), false);
  } catch {
    say('unreachable', false);
  }
});

show();
fetch('/api/v1/setup').then((response) => response.json()).then(
  ({ isOpen }) => { if (!isOpen) say('closed', true); else if (!token) say('noToken', true); },
  () => say('unreachable', false),
);
`;

const FIELDS = [
  { name: 'email', type: 'email', autocomplete: 'username' },
  { name: 'firstName', type: 'text', autocomplete: 'given-name' },
  { name: 'lastName', type: 'text', autocomplete: 'family-name' },
  { name: 'password', type: 'password', autocomplete: 'new-password' },
];

const INPUTS = FIELDS.map(
  ({ name, type, autocomplete }) =>
    `<label><span data-text="${name}"></span><input name="${name}" type="${type}" autocomplete="${autocomplete}" dir="auto" required></label>`,
);

const PAGE = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${TEXTS.en.title}</title><style>${STYLE}</style></head>
<body><main>
<div id="languages"><button type="button" lang="en">English</button><button type="button" lang="fa">فارسی</button></div>
<h1 data-text="title">${TEXTS.en.title}</h1>
<form><p data-text="about"></p>${INPUTS.join('')}<button data-text="create"></button></form>
<p id="message" role="status"></p>
</main><script>${SCRIPT}</script></body></html>
`;

/** This page's own style and script run, and nothing else; it speaks to this server alone. */
const POLICY = [
  "default-src 'none'",
  `style-src '${hashOf(STYLE)}'`,
  `script-src '${hashOf(SCRIPT)}'`,
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** Where the set-up link of the first run leads. The token is in the fragment, which is sent to nobody but by the form. */
export const setupPage: Routes = async (http) => {
  http.get('/setup', { config: { access: 'public' }, schema: { hide: true } }, (_, reply) =>
    reply.header('content-security-policy', POLICY).type('text/html; charset=utf-8').send(PAGE),
  );
};
