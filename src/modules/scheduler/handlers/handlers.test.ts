import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { jobApp, jobPermissions } from '#testing/jobs/app.ts';
import { createMask } from './mask.ts';

/** A server on this machine, which `BONYAN_OUTBOUND_ALLOW` may name. */
async function serverOf(t: TestContext, answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

const ALLOWED = { environment: { BONYAN_OUTBOUND_ALLOW: '127.0.0.1' } };

test('http.request sends method, headers and body, expects a status, and masks secret headers', async (t) => {
  const seen: (string | undefined)[] = [];
  const port = await serverOf(t, (request, response) => {
    seen.push(request.method, request.headers['x-plain'] as string, request.headers.authorization);
    response.writeHead(request.url === '/fine' ? 204 : 500).end('it broke with Bearer s3cret-token');
  });
  const { app, sara, job, executions } = await jobApp(t, () => {}, ALLOWED);
  const call = (path: string) => ({
    type: 'http.request',
    payload: {
      url: `http://127.0.0.1:${port}${path}`,
      method: 'POST',
      headers: { 'x-plain': 'yes' },
      secretHeaders: { authorization: 'Bearer s3cret-token' },
      expectedStatus: [204],
    },
  });
  const [fine, broken] = [await job(call('/fine')), await job(call('/broken'))];
  for (const id of [fine, broken]) await sara.post(`/scheduler/jobs/${id}/run`);

  await app.drain();

  const [ok] = await executions(fine);
  const [failed] = await executions(broken);
  assert.deepEqual(seen.slice(0, 3), ['POST', 'yes', 'Bearer s3cret-token']);
  assert.equal(ok.status, 'succeeded');
  assert.deepEqual([failed.status, failed.error], ['deadLettered', 'the server answered 500: it broke with ***']);
  assert.equal((await sara.get(`/scheduler/jobs/${fine}`)).body.payload.secretHeaders, '***');
});

test('a secret is masked whole, without its scheme, as JSON, and when another one is its beginning', () => {
  const mask = createMask({ header: 'Bearer abc"123', short: 'abcd', long: 'abcdefgh' });

  const masked = ['Bearer abc"123', 'abc"123', 'abc\\"123', 'abcdefgh', 'abcd'].map(mask);

  assert.deepEqual(
    masked,
    Array.from({ length: 5 }, () => '***'),
  );
});

test('a secret is masked in the address, in a form and in base64, also as a part of what was encoded', () => {
  const secret = 'p/s+? ~سر9';
  const mask = createMask({ secret, header: `Basic ${Buffer.from('sara:pa55word').toString('base64')}` });
  const encodings = [
    encodeURIComponent(secret),
    encodeURIComponent(secret).replace(/%../g, (code) => code.toLowerCase()),
    new URLSearchParams({ secret }).toString().slice('secret='.length),
    Buffer.from(secret).toString('base64'),
    Buffer.from(secret).toString('base64url'),
    'sara:pa55word',
    'pa55word',
  ];

  const masked = encodings.map((each) => mask(`(${each})`));
  const inside = ['', 'a', 'ab', 'abc'].map((before) => mask(Buffer.from(`${before}${secret}:end`).toString('base64')));

  assert.deepEqual([...new Set(masked)], ['(***)']);
  for (const text of inside) assert.match(text, /^.{0,5}\*{3}.{4,8}$/);
});

test('numbers are masked, and short secrets where they are whole words', () => {
  const mask = createMask({ pin: 4821, variables: { n: 7, code: 'ab', longer: 'abcd' } });

  const masked = ['pin 4821', 'n=7 of 17', 'code (ab) in cable', '{"n":7}', 'x4821y abcde'].map(mask);

  assert.deepEqual(masked, ['pin ***', 'n=*** of 17', 'code (***) in cable', '{"n":***}', 'x***y ***e']);
});

test('http.request refuses a secret header among those that are shown', async (t) => {
  const { sara } = await jobApp(t);
  const create = (name: string, field: 'headers' | 'secretHeaders') =>
    sara.post('/scheduler/jobs', {
      name: `${name} in ${field}`,
      type: 'http.request',
      payload: { url: 'https://example.com/', [field]: { [name]: 'x' } },
    });
  const names = ['Authorization', 'cookie', 'Proxy-Authorization', 'x-api-key'];

  const refused = await Promise.all(names.map((name) => create(name, 'headers')));
  const taken = await Promise.all(names.map((name) => create(name, 'secretHeaders')));
  const plain = await create('x-plain', 'headers');

  for (const { status, body } of refused)
    assert.deepEqual(
      [status, body.code, body.errors[0].path],
      [400, 'scheduler.payload_invalid', '/payload/headers'],
      JSON.stringify(body),
    );
  assert.deepEqual(
    taken.map(({ status, body }) => [status, body.payload.secretHeaders]),
    names.map(() => [201, '***']),
  );
  assert.equal(plain.status, 201);
});

test('http.request refuses an internal address that a name resolves to, or that a redirect leads to, without another attempt', async (t) => {
  const calls: string[] = [];
  const port = await serverOf(t, (request, response) => {
    calls.push(request.url ?? '');
    response.writeHead(302, { location: 'http://10.0.0.1/internal' }).end();
  });
  const { app, sara, job, executions } = await jobApp(t, () => {}, ALLOWED);
  const call = (url: string) => ({ type: 'http.request', payload: { url, maxRedirects: 3 }, maxRetryAttempts: 3 });
  const redirected = await job(call(`http://127.0.0.1:${port}/`));
  await sara.post(`/scheduler/jobs/${redirected}/run`);
  await app.drain();
  const other = await jobApp(t); // where nothing is allowed
  const named = await other.job(call('http://localhost/'));
  await other.sara.post(`/scheduler/jobs/${named}/run`);
  await other.app.drain();

  for (const [ended] of [await executions(redirected), await other.executions(named)]) {
    assert.deepEqual(
      [ended.status, ended.attempt, ended.deadLetterReason],
      ['deadLettered', 1, 'permanent'],
      ended.error,
    );
    assert.match(ended.error, /internal address/);
  }
  assert.deepEqual(calls, ['/']);
});

test('executions that ended long ago are deleted, and no other', async (t) => {
  const { app, sara, job, executions } = await jobApp(t);
  const id = await job();
  for (let run = 0; run < 2; run++) {
    await sara.post(`/scheduler/jobs/${id}/run`);
    await app.drain();
  }
  const [old] = await executions(id);
  await app.database.pool.query(
    `update scheduler.execution set finished_at_utc = now() - interval '91 days' where id = $1`,
    [old.id],
  );
  const { rows } = await app.database.pool.query(
    `select id from scheduler.job where type = 'scheduler.cleanup_executions'`,
  );
  await app.signIn(...jobPermissions).post(`/scheduler/jobs/${String(rows[0]?.['id'])}/run`);

  await app.drain();

  const left = await executions(id);
  assert.equal(left.length, 1);
  assert.notEqual(left[0].id, old.id);
});
