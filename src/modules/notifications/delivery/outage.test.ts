import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { system } from '#kernel/access.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { startServer, type Reply } from '#testing/servers/message-providers.ts';
import { startSmtpServer } from '#testing/servers/smtp-server.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { declareShop, shopTemplates } from '#testing/shop.ts';
import { notificationPermissions, type NotificationsApi } from '../contract.ts';

const { read, write, manageAll } = notificationPermissions;
const ATTEMPTS = { BONYAN_NOTIFICATION_ATTEMPTS: '2' };
const MANY = 500;
const TRIES = 3; // more than the attempts, and too few to open a circuit
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const SECRET = `whsec_${Buffer.alloc(32).toString('base64')}`;
const PHONE = '+989121234567';

/** A port of loopback where nothing listens, until `open` forwards it to `to`. */
async function closedPort(t: TestContext) {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  const open = async (to: string) => {
    const sockets = new Set<Socket>();
    const server = createServer((client) => {
      const { hostname, port: target } = new URL(to);
      const socket = connect(Number(target), hostname);
      for (const [from, into] of [
        [client, socket],
        [socket, client],
      ] as const) {
        sockets.add(from);
        from.on('error', () => {}).on('close', () => into.destroy());
        from.pipe(into);
      }
    }).listen(port, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => {
      server.close();
      for (const socket of sockets) socket.destroy();
    });
  };
  return { port, open };
}

/** Claims what waits for a later attempt at once, as if that time had come. */
async function tryAgain(app: TestApp): Promise<void> {
  await app.database.pool.query(`update platform.work set due_at = now() where queue like 'notifications.%'`);
  await app.drain();
}

const found = async (app: TestApp, id: string) => (await app.signIn(read, manageAll).get(`/notifications/${id}`)).body;

const numbers = ({ attempts }: { attempts: readonly { number: number }[] }) => attempts.map(({ number }) => number);

/** Ways that are broken, and settings with which they are. */
const broken: Record<
  string,
  (t: TestContext) => Promise<{ channel: string; to: string; settings: Record<string, string> }>
> = {
  'the mail server cannot be reached': async (t) => {
    const { port } = await closedPort(t);
    return { channel: 'email', to: 'a@example.com', settings: { SMTP_URL: `smtp://127.0.0.1:${port}` } };
  },
  'the mail server refuses our password': async (t) => {
    const { url } = await startSmtpServer(t);
    const settings = { SMTP_URL: url.replace('//', '//me:wrong@') };
    return { channel: 'email', to: 'a@example.com', settings };
  },
  'the mail server has no STARTTLS': async (t) => {
    const { url } = await startSmtpServer(t);
    return { channel: 'email', to: 'a@example.com', settings: { SMTP_URL: `${url}?requireTLS=true` } };
  },
  'the mail server refuses every connection': async (t) => {
    const { url } = await startSmtpServer(t, 'none', null, { responseCode: 554 });
    return { channel: 'email', to: 'a@example.com', settings: { SMTP_URL: url } };
  },
  'the SMS account has no credit': async (t) => {
    const { url } = await startServer(t, () => ({ status: 402 }));
    return { channel: 'sms', to: PHONE, settings: sms(url) };
  },
  'the SMS provider refuses our password': async (t) => {
    const { url } = await startServer(t, () => ({ status: 401 }));
    return { channel: 'sms', to: PHONE, settings: sms(url) };
  },
  'the SMS provider cannot be reached': async (t) => {
    const { port } = await closedPort(t);
    return { channel: 'sms', to: PHONE, settings: sms(`http://127.0.0.1:${port}`) };
  },
  'the host of a webhook is dead': async (t) => {
    const { port } = await closedPort(t);
    const settings = { BONYAN_PROVIDERS: 'webhook', WEBHOOK_SECRET: SECRET, BONYAN_OUTBOUND_ALLOW: '127.0.0.1/32' };
    return { channel: 'webhook', to: `http://127.0.0.1:${port}/hook`, settings };
  },
};

function sms(url: string) {
  return { BONYAN_PROVIDERS: 'smsHttp', SMS_HTTP_URL: `${url}/sms`, SMS_HTTP_BODY: 'to={{to|url_encode}}' };
}

for (const [name, set] of Object.entries(broken))
  test(`while ${name} a message uses no attempt, health tells of what is ours, and it is given up after four days`, async (t) => {
    const { channel, to, settings } = await set(t);
    const told = { email: ['mail'], sms: ['sms.smsHttp'] }[channel] ?? []; // a host of others is not our failure
    const app = await testApp(t, { environment: { ...ATTEMPTS, ...settings } });
    const { body: sent } = await app
      .signIn(read, write)
      .post('/notifications', { channel, recipient: to, subject: 'x', body: 'x' });

    for (let one = 0; one < TRIES; one++) await tryAgain(app);
    const waiting = await found(app, sent.id);
    const health = await app.health.report();
    const failing = health.components.filter(({ status }) => status !== 'healthy').map((one) => one.name);
    const degraded = failing.filter((one) => one !== 'database.migrations');
    app.pass(3.9 * DAY_MS);
    await tryAgain(app);
    const onDayFour = await found(app, sent.id);
    app.pass(0.2 * DAY_MS);
    await tryAgain(app);
    const after = await found(app, sent.id);

    assert.deepEqual([waiting.status, onDayFour.status], ['pending', 'pending']);
    assert.deepEqual(numbers(waiting), [1, TRIES]); // the first and the last are on record
    assert.deepEqual(numbers(onDayFour), [1, TRIES + 1]);
    assert.deepEqual(
      [...new Set(waiting.attempts.map(({ errorClass }: { errorClass: string }) => errorClass))],
      ['outage'],
    );
    assert.equal(after.status, 'failed');
    assert.deepEqual(degraded, told);
  });

test('after an outage each message arrives once, and a code that has expired meanwhile does not', async (t) => {
  const smtp = await startSmtpServer(t);
  const { port, open } = await closedPort(t);
  const app = await testApp(t, { environment: { ...ATTEMPTS, SMTP_URL: `smtp://127.0.0.1:${port}` } });
  const sara = app.signIn(read, write);
  const [late, email] = [app.randomEmail(), app.randomEmail()];
  const person = { firstName: 'Sara', lastName: 'Amini', password: 'four words are enough' };
  await app.anonymous.post('/users/register', { email: late, ...person });
  const { body: sent } = await sara.post('/notifications', {
    channel: 'email',
    recipient: email,
    subject: 'x',
    body: 'x',
  });
  for (let one = 0; one < TRIES; one++) await tryAgain(app);

  app.pass(11 * MINUTE_MS);
  await open(smtp.url);
  for (let one = 0; (await found(app, sent.id)).status !== 'sent' && one < 100; one++) {
    await new Promise((resolve) => setTimeout(resolve, 100)); // the circuit closes after five seconds
    await tryAgain(app);
  }

  assert.equal((await smtp.received(email)).length, 1);
  assert.equal((await smtp.received(late)).length, 0);
  const { rows } = await app.database.pool.query(
    `select status, status_reason as reason from notifications.message where category = 'security'`,
  );
  assert.deepEqual(rows, [{ status: 'failed', reason: 'expired' }]);
});

for (const status of [500, 502, 503])
  test(`each attempt that a provider answers with ${status} counts: it may have sent the message`, async (t) => {
    const { url, heard } = await startServer(t, () => ({ status }));
    const app = await testApp(t, { environment: { ...ATTEMPTS, ...sms(url) } });
    const { body: sent } = await app
      .signIn(read, write)
      .post('/notifications', { channel: 'sms', recipient: PHONE, subject: 'x', body: 'x' });

    for (let one = 0; one < TRIES; one++) await tryAgain(app);

    assert.deepEqual([(await found(app, sent.id)).status, heard.length], ['failed', 2]);
  });

test('neither an outage nor Retry-After makes a code wait for longer than a tenth of its time', async (t) => {
  for (const [port, retryAfter] of [[(await closedPort(t)).port, null] as const, [null, '3600'] as const]) {
    const headers = retryAfter === null ? undefined : { 'retry-after': retryAfter };
    const { url } = await startServer(t, () => ({ status: 429, ...(headers && { headers }) }));
    const app = await testApp(t, { environment: sms(port === null ? url : `http://127.0.0.1:${port}`) });
    const expiresAt = new Date(app.now().getTime() + 5 * MINUTE_MS).toISOString();
    const { body: sent } = await app
      .signIn(read, write)
      .post('/notifications', { channel: 'sms', recipient: PHONE, subject: 'x', body: 'x' });
    await app.database.pool.query('update notifications.message set expires_at = $1 where id = $2', [
      expiresAt,
      sent.id,
    ]);
    await app.drain();
    app.pass(MINUTE_MS);

    await tryAgain(app);

    const { rows } = await app.database.pool.query<{ seconds: number }>(
      `select extract(epoch from due_at - now())::float8 as seconds from platform.work where ref like $1 || ' %'`,
      [sent.id],
    );
    const seconds = rows[0]?.seconds ?? 0;
    assert.ok(seconds > 0 && seconds <= 31, `${seconds} s, Retry-After: ${retryAfter}`);
  }
});

test('a code is not handed over after it has expired, however slow the server is', async (t) => {
  const { url, received } = await startSmtpServer(t);
  const app = await testApp(t, { environment: { SMTP_URL: url } });
  const { body: sent } = await app
    .signIn(read, write)
    .post('/notifications', { channel: 'email', recipient: 'mute@example.com', subject: 'x', body: 'x' });
  const expiresAt = new Date(app.now().getTime() + 1500).toISOString();
  await app.database.pool.query('update notifications.message set expires_at = $1 where id = $2', [expiresAt, sent.id]);

  await app.drain(); // ends: the server never answers this recipient
  const given = await found(app, sent.id);
  app.pass(MINUTE_MS);
  await tryAgain(app);

  assert.deepEqual([given.status, given.attempts[0].errorClass], ['pending', 'outage']);
  assert.equal((await found(app, sent.id)).statusReason, 'expired');
  assert.deepEqual(await received('mute@example.com'), []);
});

test('the four days begin with the first attempt, however long the message has waited for a worker', async (t) => {
  const { port } = await closedPort(t);
  const app = await testApp(t, { environment: sms(`http://127.0.0.1:${port}`) });
  const { body: sent } = await app
    .signIn(read, write)
    .post('/notifications', { channel: 'sms', recipient: PHONE, subject: 'x', body: 'x' });

  app.pass(5 * DAY_MS);
  await tryAgain(app);
  const first = await found(app, sent.id);
  app.pass(3.9 * DAY_MS);
  await tryAgain(app);
  const onDayFour = await found(app, sent.id);
  app.pass(0.2 * DAY_MS);
  await tryAgain(app);

  assert.deepEqual([first.status, onDayFour.status], ['pending', 'pending']);
  assert.equal((await found(app, sent.id)).status, 'failed');
});

test('while every circuit is open a message waits ever longer, with one record, and is given up after four days', async (t) => {
  const { port } = await closedPort(t);
  const app = await testApp(t, { environment: sms(`http://127.0.0.1:${port}`) });
  const send = async () => {
    const message = { channel: 'sms', recipient: PHONE, subject: 'x', body: 'x' };
    return (await app.signIn(read, write).post('/notifications', message)).body.id as string;
  };
  for (let one = 0; one < 5; one++) await send();
  await app.drain(); // this opens the circuit
  const id = await send();
  const pause = async () => {
    await tryAgain(app);
    const due = `select extract(epoch from due_at - now())::float8 as seconds from platform.work where ref like $1 || ' %'`;
    return (await app.database.pool.query<{ seconds: number }>(due, [id])).rows[0]?.seconds ?? 0;
  };

  const pauses = [await pause()];
  app.pass(10 * MINUTE_MS);
  pauses.push(await pause());
  const { attempts } = await found(app, id);
  app.pass(4 * DAY_MS);
  await pause();

  assert.ok(pauses[0] !== undefined && pauses[0] > 4 && pauses[0] <= 10, `${pauses[0]} s`);
  assert.ok(pauses[1] !== undefined && pauses[1] > 140 && pauses[1] <= 300, `${pauses[1]} s`);
  assert.equal(attempts.length, 1);
  assert.equal((await found(app, id)).status, 'failed');
});

test('attempts that reached the provider count beside those that did not', async (t) => {
  let reply: Reply = { status: 402 };
  const { url } = await startServer(t, () => reply);
  const app = await testApp(t, { environment: sms(url) });
  const { body: sent } = await app
    .signIn(read, write)
    .post('/notifications', { channel: 'sms', recipient: PHONE, subject: 'x', body: 'x' });
  for (let one = 0; one < 3; one++) await tryAgain(app);

  reply = { status: 429 };
  for (let one = 0; one < 10; one++) await tryAgain(app);
  const after = await found(app, sent.id);

  assert.equal(after.status, 'failed');
  assert.equal(after.attempts.filter(({ errorClass }: { errorClass: string }) => errorClass === 'transient').length, 5);
});

test('after ten minutes without a mail server, five hundred messages and a lone urgent one arrive, once each', async (t) => {
  const smtp = await startSmtpServer(t);
  const { port, open } = await closedPort(t);
  const app = await testApp(t, { environment: { ...ATTEMPTS, SMTP_URL: `smtp://127.0.0.1:${port}` } });
  await declareShop(app);
  const shop = app.notifications as unknown as NotificationsApi<typeof shopTemplates>;
  const many = Array.from({ length: MANY }, (_, index) => `p${index}@example.com`);
  const send = (emails: readonly string[], priority: 'high' | 'low') =>
    app.database.units.write(system('probe'), async (unit: AnyUnit) => {
      for (const email of emails)
        await shop.send(unit, {
          template: 'shop.pickup',
          to: { email, language: 'en' },
          category: 'general',
          priority,
          variables: { description: 'Bread' },
        });
    });
  await send(many, 'low');
  await send(['lone@example.com'], 'high');
  const count = async (condition: string) =>
    (await app.database.pool.query(`select 1 from notifications.message where ${condition}`)).rowCount;

  for (let minutes = 0; minutes < 10; minutes += 5) {
    await tryAgain(app);
    app.pass(5 * MINUTE_MS);
  }
  const waiting = await count(`status = 'pending'`);
  await open(smtp.url);
  for (let tries = 0; (await count(`status <> 'sent'`)) > 0 && tries < 60; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 500)); // the circuit closes after five seconds
    await tryAgain(app);
  }

  const arrived = await Promise.all([...many, 'lone@example.com'].map((email) => smtp.received(email)));
  assert.equal(waiting, MANY + 1);
  assert.deepEqual(
    arrived.filter((mails) => mails.length !== 1),
    [],
  );
});
