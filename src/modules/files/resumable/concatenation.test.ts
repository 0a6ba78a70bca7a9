import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MINUTE_MS } from '#testing/accounts.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { add, begin, begun, codeOf, TUS } from '#testing/files/resumable.ts';
import { fileOwner } from '#testing/files/uploads.ts';

const HOUR_MS = 60 * MINUTE_MS;
const PARTIAL = { 'upload-concat': 'partial' };

const join = (client: TestApp['anonymous'], urls: readonly string[]) =>
  begin(client, { 'upload-length': '', 'upload-concat': `final;${urls.join(' ')}` });

test('a part that is complete does not expire while another one is still sent', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const urls = [await begun(sara, PARTIAL), await begun(sara, PARTIAL)] as const;
  await add(sara, urls[0], 0, 'abc');

  app.pass(20 * HOUR_MS);
  await add(sara, urls[1], 0, 'd');
  app.pass(20 * HOUR_MS);
  await add(sara, urls[1], 1, 'ef');
  const joined = await join(sara, urls);

  assert.equal(codeOf(joined), '201');
});

test('HEAD names the parts of a final upload by their public addresses, without tokens', async (t) => {
  const app = await testApp(t, { environment: { BONYAN_PUBLIC_URL: 'https://example.com/base' } });
  const sara = fileOwner(app);
  const shown = await begun(sara, PARTIAL);
  const url = shown.slice('/base'.length); // as a proxy passes it on
  await add(sara, url, 0, 'abc');

  const { headers: final } = await join(sara, [url]);
  const head = await app.http.inject({ method: 'HEAD', url: String(final['location']), headers: TUS });

  assert.match(shown, /^\/base\/api\/v1\/files\/uploads\//);
  assert.equal(head.headers['upload-concat'], `final;${shown.split('?')[0]}`);
});
