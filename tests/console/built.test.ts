import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { globSync, readFileSync } from 'node:fs';
import { measure, toLine } from '../../console/budgets.ts';
import {
  fromJalali,
  parseTypedDate,
  parseTypedInstant,
  toJalali,
  toTypedDate,
  toTypedInstant,
} from '../../console/src/text/dates.ts';
import { testApp } from '../../src/testing/app.ts';
import { buildConsole } from './open.ts';

const DIST = fileURLToPath(new URL('../../console/dist/', import.meta.url));

async function served(t: TestContext) {
  buildConsole();
  const { http } = await testApp(t);
  return (url: string, headers: Record<string, string> = {}) => http.inject({ url, headers });
}

test('every part of the build is within its budget', () => {
  buildConsole();

  const budgets = measure(DIST);

  assert.ok(budgets.length > 4);
  assert.deepEqual(budgets.filter(({ bytes, maxBytes }) => bytes > maxBytes).map(toLine), []);
});

test('no package of the console and the client has an install script', () => {
  const locks = ['client', 'console'].map((folder) =>
    readFileSync(new URL(`../../${folder}/package-lock.json`, import.meta.url), 'utf8'),
  );

  assert.ok(locks.every((lock) => !lock.includes('hasInstallScript')));
});

test('every address of the console is its page, with a nonce that is used once', async (t) => {
  const get = await served(t);

  const first = await get('/console/');
  const deep = await get('/console/todos?open=x');

  const nonces = [first, deep].map(
    ({ headers }) => /'nonce-([\w-]{22})'/.exec(String(headers['content-security-policy']))?.[1],
  );
  assert.equal(first.statusCode, 200);
  assert.equal(new Set(nonces).size, 2);
  assert.ok(first.body.includes(`nonce="${nonces[0]}"`));
  assert.match(String(first.headers['content-security-policy']), /^default-src 'self'; .*frame-ancestors 'none'$/);
  assert.equal(first.headers['cache-control'], 'no-store');
  assert.doesNotMatch(`${first.body}${deep.body}`, /%[A-Z]+%/);
});

test('the page is in the language of the cookie, else of the browser', async (t) => {
  const get = await served(t);

  const asked = await get('/console/', { 'accept-language': 'fa' });
  const chosen = await get('/console/', {
    'accept-language': 'fa',
    cookie: 'bonyan_console_language=en; bonyan_console_theme=dark',
  });

  assert.match(asked.body, /<html lang="fa" dir="rtl" data-theme="system">/);
  assert.match(chosen.body, /<html lang="en" dir="ltr" data-theme="dark">/);
});

test('the font of the language is asked for before the styles name it', async (t) => {
  const get = await served(t);

  for (const [language, font] of [
    ['fa', 'vazirmatn-arabic'],
    ['en', 'hanken-grotesk-latin'],
  ]) {
    const { body } = await get('/console/', { 'accept-language': language ?? '' });
    const [, path = ''] = /<link rel="preload" as="font" [^>]*href="([^"]+)"/.exec(body) ?? [];
    assert.match(path, new RegExp(`/${font}-`));
    assert.equal((await get(path)).statusCode, 200);
  }
});

test('files of the build do not count towards the requests of a network', async (t) => {
  buildConsole();
  const { http } = await testApp(t, { environment: { BONYAN_RATE_LIMIT_PER_MINUTE: '20' } });
  const [, script = ''] = /src="(\/console\/assets\/[^"]+\.js)"/.exec((await http.inject('/console/')).body) ?? [];

  const answers = await Promise.all(Array.from({ length: 60 }, () => http.inject(script)));

  assert.ok(answers.every(({ statusCode }) => statusCode === 200));
});

test('files of the build are kept for a year and sent compressed; one that is missing is 404', async (t) => {
  const get = await served(t);
  const [, script = ''] = /src="(\/console\/assets\/[^"]+\.js)"/.exec((await get('/console/')).body) ?? [];

  const file = await get(script, { 'accept-encoding': 'br' });
  const missing = await get('/console/assets/nothing.js');

  assert.equal(file.statusCode, 200);
  assert.equal(file.headers['cache-control'], 'public, max-age=31536000, immutable');
  assert.equal(file.headers['content-encoding'], 'br');
  assert.equal(missing.statusCode, 404);
});

test('the pages of mailed links stay as they are, without the script of the console', async (t) => {
  const get = await served(t);

  for (const path of ['verify', 'reset-password', 'sign-in', 'accept-invitation']) {
    const { statusCode, body } = await get(`/console/${path}`);
    assert.equal(statusCode, 200);
    assert.doesNotMatch(body, /console\/assets/);
  }
});

test('1,000 days are the same day in both calendars and back', () => {
  const days = Array.from({ length: 1000 }, (_, at) =>
    new Date(Date.UTC(1990, 0, 1) + at * 73 * 86_400_000).toISOString().slice(0, 10),
  );

  const wrong = days.filter(
    (day) => fromJalali(...toJalali(day)) !== day || parseTypedDate(toTypedDate(day, 'fa'), 'fa') !== day,
  );

  assert.deepEqual(wrong, []);
});

test('a date is read in any digits; a day that the calendar does not have is refused', () => {
  const read = ['۱۴۰۵/۰۹/۰۴', '١٤٠٥-٩-٤', '1405/9/4', '2026-11-25'].map((typed) => parseTypedDate(typed, 'fa'));

  assert.deepEqual(new Set(read), new Set(['2026-11-25']));
  assert.equal(parseTypedDate(' ', 'fa'), null);
  assert.equal(parseTypedDate('1405/12/30', 'fa'), undefined); // no leap year
  assert.equal(parseTypedDate('2026-02-29', 'en'), undefined);
});

test('no part of the console names a side or a colour: classes are logical, colours are tokens', () => {
  const root = fileURLToPath(new URL('../../console/src/', import.meta.url));
  const files = globSync('**/*.tsx', { cwd: root });

  const wrong = files.filter((file) =>
    /[\s"'`:](?:-?[mp][lr]-|(?:left|right)-|text-(?:left|right)|border-[lr]\b)|#[0-9a-f]{6}\b/.test(
      readFileSync(root + file, 'utf8'),
    ),
  );

  assert.ok(files.length > 25);
  assert.deepEqual(wrong, []);
});

test('a typed time is an instant on the clock of the reader, and what is shown is read back', () => {
  const instants = ['2026-11-25T08:30:00.000Z', '2026-03-20T23:59:00.000Z'];

  const shown = instants.flatMap((iso) => [toTypedInstant(iso, 'en'), toTypedInstant(iso, 'fa')]);
  const read = shown.map((typed, index) => parseTypedInstant(typed, index % 2 === 0 ? 'en' : 'fa'));

  assert.deepEqual(read, instants.flatMap((iso) => [iso, iso])); // prettier-ignore
  assert.deepEqual(
    ['2026-11-25 24:00', '2026-11-25 08:60', '2026-11-25 8', '۱۴۰۵/۰۹/۰۴ ۸:۰'].map((typed) =>
      parseTypedInstant(typed, 'fa'),
    ),
    [undefined, undefined, undefined, undefined],
  );
  assert.equal(parseTypedInstant('2026-11-25', 'en'), new Date(2026, 10, 25).toISOString());
  assert.equal(parseTypedInstant(' ', 'en'), null);
});
