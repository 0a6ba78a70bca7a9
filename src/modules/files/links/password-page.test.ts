import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { testApp } from '#testing/app.ts';
import { fileOwner, releasedFile } from '#testing/files/uploads.ts';

const HTML = 'text/html,application/xhtml+xml,*/*;q=0.8';
const PASSWORD = 'right&only=one+more';
const CONTENT = 'x'.repeat(100);

/** A public link with a password, opened as a browser without scripts does. */
async function inBrowser(t: TestContext, wanted: object = {}) {
  const app = await testApp(t, { environment: { BONYAN_FILES_LINKS_PER_MINUTE: '20' } });
  const sara = fileOwner(app);
  const fileId = await releasedFile(app, sara, { content: CONTENT });
  const { body: link } = await sara.post(`/files/${fileId}/share`, { mode: 'public', password: PASSWORD, ...wanted });
  const url = `/api/v1/files/public/${link.token}`;
  const headers = { accept: HTML, 'accept-language': 'fa' };
  const open = (query = '') => app.http.inject({ url: `${url}${query}`, headers });
  const send = (password: string) =>
    app.http.inject({
      method: 'POST',
      url,
      headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ password }).toString(),
    });
  return { open, send };
}

test('a link with a password opens in a browser by a form, without anything in the address', async (t) => {
  const { open, send } = await inBrowser(t);

  const asked = await open();
  const inEnglish = await open('?lang=en');
  const wrong = await send('wrong');
  const right = await send(PASSWORD);

  assert.deepEqual([asked.statusCode, wrong.statusCode, right.statusCode], [403, 403, 200]);
  assert.match(asked.body, /<html lang="fa" dir="rtl">[\s\S]*<form method="post">[\s\S]*type="password"/);
  assert.match(inEnglish.body, /<html lang="en" dir="ltr">/);
  assert.match(String(asked.headers['content-security-policy']), /form-action 'self'/);
  assert.doesNotMatch(asked.body, /<script|role="alert"/);
  assert.match(wrong.body, /role="alert"/);
  assert.deepEqual([right.body, right.headers['content-type']], [CONTENT, 'text/plain; charset=utf-8']);
  assert.match(String(right.headers['content-disposition']), /^attachment;/);
});

test('ten wrong passwords of the form stop the next, and a link that is used up is a page too', async (t) => {
  const guessed = await inBrowser(t);
  const once = await inBrowser(t, { maxDownloads: 1 });

  const statuses: number[] = [];
  for (let n = 0; n < 10; n += 1) statuses.push((await guessed.send('wrong')).statusCode);
  const stopped = await guessed.send(PASSWORD);
  await once.send(PASSWORD);
  const used = await once.send(`${PASSWORD} no more`);
  const unknown = await once.open('x');

  assert.deepEqual(new Set(statuses), new Set([403]));
  assert.equal(stopped.statusCode, 429);
  assert.match(String(stopped.headers['content-type']), /^text\/html/);
  assert.ok(Number(stopped.headers['retry-after']) > 0);
  assert.match(String(used.headers['content-type']), /^text\/html/);
  assert.deepEqual([unknown.statusCode, unknown.headers['content-type']], [404, 'text/html; charset=utf-8']);
});
