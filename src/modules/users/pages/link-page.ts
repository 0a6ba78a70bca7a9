import { createHash } from 'node:crypto';
import type { Language } from '#kernel/language.ts';
import type { Links } from '#kernel/links.ts';
import type { Branding } from '#platform/branding/port.ts';

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
#decline { color: inherit; background: transparent; border: 1px solid var(--line); }
#languages { text-align: end; }
#app { margin: 0 0 .5rem; font-weight: 700; color: var(--accent); }
#languages button { all: unset; margin-inline-start: 1rem; color: var(--accent); cursor: pointer; }
#languages button:focus-visible { outline: 3px solid var(--accent); }
[hidden] { display: none; }
`;

/** Runs in the browser; what differs between pages is in `#page`. */
const SCRIPT = `
const { names, texts, endpoint, decline, probe, cookies } = JSON.parse(document.querySelector('#page').textContent);
const token = new URLSearchParams(location.hash.slice(1)).get('token');
const form = document.querySelector('form');
const message = document.querySelector('#message');
let language = navigator.language.startsWith('fa') ? 'fa' : 'en';
let shown = null;
let code = '';
history.replaceState(null, '', location.pathname); // the token stays out of the history and of screenshots

function show() {
  document.documentElement.lang = language;
  document.documentElement.dir = language === 'fa' ? 'rtl' : 'ltr';
  document.title = toText('title') + ' · ' + names[language];
  for (const node of document.querySelectorAll('[data-text]')) node.textContent = toText(node.dataset.text);
  message.textContent = shown === null ? '' : toText(shown);
}
function toText(key) {
  return key === 'app' ? names[language] : (texts[language][key] ?? key).replaceAll('{app}', names[language]).replaceAll('{code}', code);
}
function say(what, isOver) {
  shown = what;
  form.hidden = isOver;
  show();
}
function toWords({ title, rule, errors = [] }) {
  return [title, rule && toText(rule), ...errors.map((one) => one.path.slice(1) + ': ' + one.message)].filter(Boolean).join(' · ');
}
for (const button of document.querySelectorAll('#languages button'))
  button.addEventListener('click', () => { language = button.lang; show(); });

async function send(url, fields, success) {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'accept-language': language,
        ...(cookies && { 'x-refresh-cookie': 'true' }),
      },
      body: JSON.stringify({ token, ...fields }),
    });
    if (response.ok) say(toResult(await response.text()) ?? success, true);
    else say(toWords(await response.json()), false);
  } catch {
    say('unreachable', false);
  }
}
/** What an answer says beside that it is done: only a sign-in has more results. */
function toResult(text) {
  const answer = cookies && text !== '' ? JSON.parse(text) : {};
  if (answer.mfaRequired) return 'needsSecondFactor';
  if (!answer.openedElsewhere) return null;
  code = answer.code ?? '';
  return code === '' ? 'otherBrowser' : 'openedElsewhere';
}
form.addEventListener('submit', (event) => {
  event.preventDefault();
  send(endpoint, Object.fromEntries(new FormData(form)), 'done');
});
document.querySelector('#decline')?.addEventListener('click', () => send(decline, {}, 'declined'));

if (token) show();
else say('noToken', true);
if (probe) fetch(endpoint).then((response) => response.json()).then(
  ({ isOpen }) => { if (!isOpen) say('closed', true); },
  () => say('unreachable', false),
);
`;

/** Only the page's own style and script run, and it connects to this server only. */
export const LINK_PAGE_POLICY = [
  "default-src 'none'",
  `style-src '${hashOf(STYLE)}'`,
  `script-src '${hashOf(SCRIPT)}'`,
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export interface Field {
  readonly name: string;
  readonly type: 'email' | 'text' | 'password';
  readonly autocomplete: string;
}

export interface LinkPage {
  /** Accepts the token of the link and the fields by POST. */
  readonly endpoint: string;
  readonly fields: readonly Field[];
  /** Accepts the token alone by POST, from a second button: the person did not cause the mail. */
  readonly decline?: string;
  /** Whether the answer is a session, whose tokens become cookies. */
  readonly cookies?: boolean;
  /** Whether a GET of the endpoint answers, as `isOpen`, whether the form is still needed. */
  readonly probe?: boolean;
  /** `{app}` is the name of the application. Title, description, buttons, one text for each field, each result and each broken password rule. */
  readonly texts: Record<Language, Readonly<Record<string, string>>>;
}

/** A page for links with `#token=…`. It works without the console, in both languages. */
export function linkPage(
  { endpoint, fields, decline, probe = false, cookies = false, texts }: LinkPage,
  { path }: Pick<Links, 'path'>,
  { names }: Pick<Branding, 'names'>,
): string {
  const inputs = fields.map(
    ({ name, type, autocomplete }) =>
      `<label><span data-text="${name}"></span><input name="${name}" type="${type}" autocomplete="${autocomplete}" dir="auto" required></label>`,
  );
  const declining = decline === undefined ? '' : '<button type="button" id="decline" data-text="decline"></button>';
  const urls = { endpoint: path(endpoint), decline: decline && path(decline) };
  const data = JSON.stringify({ names, ...urls, probe, cookies, texts }).replaceAll('<', '\\u003c');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(names.en)}</title><style>${STYLE}</style></head>
<body><main>
<div id="languages"><button type="button" lang="en">English</button><button type="button" lang="fa">فارسی</button></div>
<p id="app" data-text="app"></p>
<h1 data-text="title"></h1>
<form><p data-text="about"></p>${inputs.join('')}<button data-text="submit"></button>${declining}</form>
<p id="message" role="status"></p>
</main><script type="application/json" id="page">${data}</script><script>${SCRIPT}</script></body></html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
