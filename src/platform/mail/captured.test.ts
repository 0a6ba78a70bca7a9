import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { newId } from '#kernel/id.ts';
import { notificationPermissions } from '#modules/notifications/contract.ts';
import { LOGO_ID } from '#platform/branding/port.ts';
import { createKeys } from '#platform/keys/derived.ts';
import { createLog } from '#platform/log/pino.ts';
import { loadConfig } from '#platform/config/load.ts';
import { loadMailboxKey } from '#platform/keys/application-secret.ts';
import { MAILBOX_KEY, SECRET, testApp, type TestApp } from '#testing/app.ts';
import { createApp } from '../../app.ts';
import { createCapturedMail } from './captured.ts';
import { mailConformance } from '#testing/conformance/mail.ts';

const keys = createKeys(SECRET);
const withKey = { host: 'localhost', 'x-mailbox-key': MAILBOX_KEY };

async function capture({ database }: TestApp, to: string) {
  const { driver } = createCapturedMail(database.pool, keys);
  await driver.port.send({ id: newId(), to, subject: 'x', text: 'x', html: null });
}

mailConformance('captured', async (t) => {
  const { database } = await testApp(t);
  const { driver, list } = createCapturedMail(database.pool, keys);
  return { mail: driver.port, received: async (to) => (await list(to)).toReversed() };
});

test('a mail that is sent again under the same key is captured once', async (t) => {
  const { database } = await testApp(t);
  const { driver, list } = createCapturedMail(database.pool, keys);
  const mail = { id: newId(), to: 'sara@example.com', subject: 'once', text: 'once', html: null };

  await driver.port.send(mail);
  await driver.port.send(mail);

  assert.equal((await list('SARA@example.com')).length, 1);
});

test('the mailbox can be read only from this machine', async (t) => {
  const { http } = await testApp(t);
  const look = async (headers: Record<string, string>) =>
    (await http.inject({ url: '/dev/mailbox', headers: { ...withKey, ...headers } })).statusCode;

  assert.equal(await look({ host: 'localhost:8080' }), 200);
  assert.equal(await look({ host: '127.0.0.1:8080', 'sec-fetch-site': 'same-origin' }), 200);
  assert.equal(await look({ host: 'rebound.example' }), 404);
  assert.equal(await look({ host: 'localhost', 'sec-fetch-site': 'cross-site' }), 404);
});

test('the mailbox refuses every request that a proxy has passed on', async (t) => {
  const { http } = await testApp(t);
  const headers = {
    forwarded: 'for=203.0.113.9',
    'x-forwarded-for': '203.0.113.9',
    'x-forwarded-host': 'mail.example',
    via: '1.1 proxy',
    'x-real-ip': '203.0.113.9',
    'cf-connecting-ip': '203.0.113.9',
    'true-client-ip': '203.0.113.9',
  };

  for (const method of ['GET', 'DELETE'] as const)
    for (const [name, value] of Object.entries(headers)) {
      const answer = await http.inject({ method, url: '/dev/mailbox', headers: { ...withKey, [name]: value } });
      assert.equal(answer.statusCode, 404, `${method} with ${name}`);
    }
});

test('a target in absolute form counts by the host that it names, whatever the header Host says', async (t) => {
  const { http } = await testApp(t);
  const { port } = new URL(await http.listen({ host: '127.0.0.1', port: 0 }));
  const ask = async (path: string, host = 'localhost') => {
    const sent = request({ host: '127.0.0.1', port, path, headers: { ...withKey, host }, agent: false }).end();
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    answer.resume();
    return answer.statusCode;
  };

  const own = [await ask('/dev/mailbox'), await ask(`http://localhost:${port}/dev/mailbox`)];
  const foreign = [
    await ask('http://rebound.example/dev/mailbox'),
    await ask('http://localhost@rebound.example/dev/mailbox'),
    await ask('http://localhost/dev/mailbox', 'rebound.example'),
    await ask('http://:x/dev/mailbox'),
  ];

  assert.deepEqual(own, [200, 200]);
  assert.ok(
    foreign.every((status) => status === 404 || status === 400),
    String(foreign),
  ); // 400: refused by the parser
});

test('without its key the mailbox does not exist, and the key opens it in a header or in the query', async (t) => {
  const { http } = await testApp(t);
  const ask = async (method: 'GET' | 'HEAD' | 'DELETE', query: string, headers: Record<string, string> = {}) =>
    (await http.inject({ method, url: `/dev/mailbox${query}`, headers: { host: 'localhost', ...headers } })).statusCode;
  const wrong: [string, Record<string, string>?][] = [
    [''],
    ['?key='],
    [`?key=${MAILBOX_KEY.slice(0, -1)}`],
    [`?key=${MAILBOX_KEY}x`],
    [`?key=${MAILBOX_KEY}&key=${MAILBOX_KEY}`],
    [`?Key=${MAILBOX_KEY}`],
    ['', { 'x-mailbox-key': '' }],
    ['', { 'x-mailbox-key': `${MAILBOX_KEY}, ${MAILBOX_KEY}` }],
    ['', { authorization: `Bearer ${MAILBOX_KEY}` }],
  ];

  for (const method of ['GET', 'HEAD', 'DELETE'] as const) {
    for (const [query, headers] of wrong)
      assert.equal(await ask(method, query, headers), 404, `${method} ${query} ${JSON.stringify(headers)}`);
    const right = method === 'DELETE' ? 204 : 200;
    assert.equal(await ask(method, `?key=${MAILBOX_KEY}`), right, method);
    assert.equal(await ask(method, '', { 'x-mailbox-key': MAILBOX_KEY }), right, method);
  }
});

test('no answer repeats the key, and no page that the mailbox links to gets it', async (t) => {
  const { http } = await testApp(t);
  const urls = ['/dev/mailbox?', '/dev/mailbox?to=x&nope=1&', '/dev/nothing?', '/dev/mailbox/?', '/dev/mailbox%?'];

  for (const url of urls)
    for (const accept of ['application/json', 'text/html']) {
      const headers = { host: 'localhost', accept };
      const answer = await http.inject({ url: `${url}key=${MAILBOX_KEY}`, headers });
      const isProblem = answer.headers['content-type'] === 'application/problem+json';
      assert.ok(!isProblem || !answer.payload.includes(MAILBOX_KEY), url);
      assert.equal(answer.headers['referrer-policy'], 'no-referrer', url);
    }
});

test('a mailbox key is created once, readable only by its owner, unless one is given', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'bonyan-key-'));
  t.after(() => rm(folder, { recursive: true }));

  const [first, second] = await Promise.all([loadMailboxKey(null, folder), loadMailboxKey(null, folder)]);

  const { mode } = await stat(join(folder, 'mailbox-key'));
  assert.equal((mode & 0o777).toString(8), '600');
  assert.ok(first === second && /^[\w-]{32}$/.test(first), first);
  assert.equal(await loadMailboxKey('given', folder), 'given');
});

test('a mail that cannot be opened is listed as unreadable, and hides no other mail', async (t) => {
  const app = await testApp(t);
  for (const to of ['sara@example.com', 'reza@example.com', 'sara@example.com']) await capture(app, to);
  await app.database.pool.query(
    `update platform.captured_mail set sealed = 'x' where id = (select min(id) from platform.captured_mail)`,
  );

  const all = (await app.http.inject({ url: '/dev/mailbox', headers: withKey })).json().items;
  const own = await app.mailbox('sara@example.com');

  assert.deepEqual(all.map(({ to, isReadable }: { to: string; isReadable: boolean }) => [to, isReadable]), [
    ['sara@example.com', true],
    ['reza@example.com', true],
    ['', false],
  ]); // prettier-ignore
  assert.equal(own.length, 1);
});

test('captured mails are not readable in the database, and are found by their recipient', async (t) => {
  const app = await testApp(t);
  const { driver } = createCapturedMail(app.database.pool, keys);
  await driver.port.send({
    id: newId(),
    to: 'Sara@example.com',
    subject: 'secret one',
    text: 'secret',
    html: 'secret',
  });
  await driver.port.send({ id: newId(), to: 'reza@example.com', subject: 'x', text: 'x', html: null });

  const { rows } = await app.database.pool.query<{ text: string }>(
    "select c::text || encode(sealed, 'escape') as text from platform.captured_mail c",
  );
  const [mail, ...others] = await app.mailbox('sara@EXAMPLE.com');

  assert.deepEqual([mail.subject, others], ['secret one', []]);
  for (const { text } of rows) assert.doesNotMatch(text, /secret|sara|example/i);
});

test('a start in production empties the mailbox of development, and a start in development does not', async (t) => {
  const app = await testApp(t);
  const { driver, list } = createCapturedMail(app.database.pool, keys);
  await driver.port.send({ id: newId(), to: 'sara@example.com', subject: 'x', text: 'x', html: null });
  const start = async (environment: Record<string, string>) => {
    const config = loadConfig({ DATABASE_URL: app.databaseUrl, BONYAN_SECRET: SECRET, ...environment });
    const started = await createApp({ config, kind: 'serve', log: createLog('silent') });
    await started.prepare();
    await started.close();
    return (await list(null)).length;
  };

  const development = await start({});
  const production = await start({ BONYAN_MODE: 'production', SMTP_URL: 'smtp://127.0.0.1:9' });

  assert.deepEqual([development, production], [1, 0]);
});

test('a mail that only its recipient still lists can be opened, below the path of the public address too', async (t) => {
  const app = await testApp(t, { environment: { BONYAN_PUBLIC_URL: 'http://localhost:8080/bonyan' } });
  const { driver } = createCapturedMail(app.database.pool, keys);
  const send = (to: string) => driver.port.send({ id: newId(), to, subject: 'x', text: 'x', html: `<p>to ${to}` });
  await send('sara@example.com');
  for (let count = 0; count < 100; count += 1) await send('other@example.com');
  const headers = { ...withKey, accept: 'text/html' };

  const page = await app.http.inject({ url: '/dev/mailbox?to=sara@example.com', headers });
  const frame = /<iframe [^>]*src="([^"]+)"/.exec(page.payload)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const mail = await app.http.inject({ url: frame, headers });
  const missing = await app.http.inject({ url: `/dev/mailbox/html?id=${newId()}`, headers });
  const script = /<script>([^]*)<\/script>/.exec(page.payload)?.[1] ?? '';

  assert.deepEqual([mail.statusCode, missing.statusCode], [200, 404]);
  assert.ok(mail.payload.endsWith('<p>to sara@example.com'), mail.payload);
  assert.doesNotMatch(script, /['"`]\//); // an address of its own would lack the path
});

test('a link to a mail opens that mail or says that it is gone, and never another one', async (t) => {
  const app = await testApp(t);
  await capture(app, 'sara@example.com');
  const [{ id: oldest }] = await app.mailbox('sara@example.com');
  for (let count = 0; count < 100; count += 1) await capture(app, 'other@example.com');
  const headers = { ...withKey, accept: 'text/html' };
  const open = async (id: string) => (await app.http.inject({ url: `/dev/mailbox?id=${id}`, headers })).payload;

  const [old, gone] = [await open(oldest), await open(newId())];

  assert.match(old, /<dd><bdi>sara@example\.com<\/bdi><\/dd>/);
  assert.match(gone, /This e-mail is no longer here/);
});

test('the logo is shown where the layout has it, however often a text names it', async (t) => {
  const { database } = await testApp(t);
  const logo = {
    bytes: Buffer.from('x'),
    contentType: 'image/png',
    dataUrl: `data:image/png;base64,${'A'.repeat(100_000)}`,
  };
  const { driver, list } = createCapturedMail(database.pool, keys, logo);
  const html = `<img src="cid:${LOGO_ID}"><p>${`cid:${LOGO_ID} `.repeat(10_000)}`;
  await driver.port.send({ id: newId(), to: 'sara@example.com', subject: 'x', text: 'x', html });

  const [mail] = await list(null);

  assert.ok(mail?.html?.startsWith(`<img src="${logo.dataUrl}">`));
  assert.ok((mail?.html?.length ?? Infinity) < 500_000);
});

test('the mailbox is emptied on demand', async (t) => {
  const app = await testApp(t);
  const { driver } = createCapturedMail(app.database.pool, keys);
  await driver.port.send({ id: newId(), to: 'sara@example.com', subject: 'x', text: 'x', html: null });
  const before = await app.mailbox('sara@example.com');

  const { statusCode } = await app.http.inject({
    method: 'DELETE',
    url: '/dev/mailbox',
    headers: withKey,
  });

  assert.deepEqual([before.length, statusCode], [1, 204]);
  assert.deepEqual(await app.mailbox('sara@example.com'), []);
});

test('there is no mailbox with a public address, with a mail server, or in production', async (t) => {
  const server = { SMTP_URL: 'smtp://127.0.0.1:9' };
  for (const environment of [{ HOST: '0.0.0.0' }, server, { ...server, BONYAN_MODE: 'production' }]) {
    const { http } = await testApp(t, { environment });
    const answer = await http.inject({ url: '/dev/mailbox', headers: withKey });
    assert.deepEqual([answer.statusCode, answer.json().code], [404, 'http.not_found'], JSON.stringify(environment));
  }
});

test('with a mail server no other channel is captured: a channel without a provider is not available', async (t) => {
  const app = await testApp(t, { environment: { SMTP_URL: 'smtp://127.0.0.1:9' } });
  const sara = app.signIn(notificationPermissions.write);

  const { body } = await sara.post('/notifications', { channel: 'sms', recipient: '+989121234567', body: 'x' });

  assert.equal(body.code, 'notifications.channel_disabled');
});

test('a mail that is captured beside very many deletes a few of the old ones, and the newest 1,000 stay', async (t) => {
  const app = await testApp(t);
  const { pool } = app.database;
  await pool.query(`insert into platform.captured_mail (id, sealed, received_at)
    select n::text, 'x', now() - n * interval '1 second' from generate_series(1, 1150) n`);
  const count = async () => (await pool.query<{ count: number }>('select count(*)::int as count from platform.captured_mail')).rows[0]?.count; // prettier-ignore

  const counts: unknown[] = [];
  for (let times = 0; times < 3; times++) {
    await capture(app, 'sara@example.com');
    counts.push(await count());
  }

  assert.deepEqual(counts, [1051, 1002, 1002]);
});
