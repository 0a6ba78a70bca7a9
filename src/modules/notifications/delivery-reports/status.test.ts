import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { Problem } from '#kernel/problem.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { startSmtpServer } from '#testing/servers/smtp-server.ts';
import { userEvents } from '#modules/users/contract.ts';
import { sometime } from '#testing/branding.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { declareShop } from '#testing/shop.ts';
import { notificationPermissions } from '../contract.ts';
import { hmacStatus, twilioStatus, type StatusRequest, type StatusSource } from './sources.ts';

const { read, manageAll } = notificationPermissions;
const secret = `whsec_${randomBytes(32).toString('base64')}`;
const STATUS = '/api/v1/notifications/status/smtp';

async function withSmtp(t: TestContext) {
  const smtp = await startSmtpServer(t);
  const app = await testApp(t, { environment: { SMTP_URL: smtp.url, SMTP_STATUS_SECRET: secret } });
  await declareShop(app);
  return { app, smtp, operator: app.signIn(read, manageAll) };
}

/** A user who was sent a security message, its id here and its id at the provider. */
async function mailed(app: TestApp, email = app.randomEmail()) {
  const person = app.signIn(read);
  const { userId } = person;
  await app.database.units.write(system('users'), (unit: AnyUnit) =>
    app.notifications.putRecipient(unit, { userId, email, language: 'en', timeZone: 'UTC' }),
  );
  const send = async () => {
    await app.database.units.write(system('users'), (unit: AnyUnit) =>
      app.notifications.send(unit, {
        template: 'shop.alert',
        category: 'security',
        occurrence: sometime,
        variables: {},
        to: { userId },
      }),
    );
    await app.drain();
    const [newest] = (await person.get('/notifications')).body.items;
    return newest;
  };
  const { id } = await send();
  const status = async () => (await person.get(`/notifications/${id}`)).body.status;
  return { ...person, email, id, send, status, reported: `<${id}@localhost>` };
}

/** The report that a mail relay sends, signed by the library of the specification. */
async function report(app: TestApp, body: unknown, { key = secret, at = new Date(), url = STATUS } = {}) {
  const [id, payload] = [`msg_${newId()}`, JSON.stringify(body)];
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(key).sign(id, at, payload),
  };
  const send = () => app.http.inject({ method: 'POST', url, headers, payload });
  const { statusCode, body: text } = await send();
  return { status: statusCode, code: text === '' ? null : JSON.parse(text).code, again: send };
}

test('the second mail server reports with its own secret, and only on its own messages', async (t) => {
  const smtp = await startSmtpServer(t);
  const own = `whsec_${randomBytes(32).toString('base64')}`;
  const app = await testApp(t, {
    environment: {
      SMTP_URL: 'smtp://127.0.0.1:9',
      SMTP_STATUS_SECRET: secret,
      SMTP_FALLBACK_URL: smtp.url,
      SMTP_FALLBACK_STATUS_SECRET: own,
    },
  });
  await declareShop(app);
  const sara = await mailed(app);
  const delivered = { messageId: sara.reported, status: 'delivered' };
  const url = `${STATUS}Fallback`;

  const [byFirst, unsigned] = [await report(app, delivered), await report(app, delivered, { url })];
  const before = await sara.status();
  const { status } = await report(app, delivered, { url, key: own });

  assert.deepEqual([byFirst.status, unsigned.code, before], [204, 'notifications.report_unsigned', 'sent']);
  assert.deepEqual([status, await sara.status()], [204, 'delivered']);
});

test('a signed report moves a message from sent to delivered', async (t) => {
  const { app } = await withSmtp(t);
  const sara = await mailed(app);

  const { status } = await report(app, { messageId: sara.reported, status: 'delivered' });

  assert.deepEqual([status, await sara.status()], [204, 'delivered']);
});

test('a report of failure fails the message and publishes an event, and a request may have many reports', async (t) => {
  const { app } = await withSmtp(t);
  const [sara, reza] = [await mailed(app), await mailed(app)];

  const { status } = await report(app, [
    { messageId: sara.reported, status: 'failed', error: 'mailbox full' },
    { messageId: reza.reported, status: 'delivered', at: 'other fields are ignored' },
  ]);

  assert.deepEqual([status, await sara.status(), await reza.status()], [204, 'failed', 'delivered']);
  const events = await app.database.pool.query(
    `select 1 from platform.event where type = 'notifications.failed.v1' and key = $1`,
    [sara.id],
  );
  assert.equal(events.rows.length, 1);
});

test('reports without a signature, or with a foreign, changed or old one, are refused and change nothing', async (t) => {
  const { app } = await withSmtp(t);
  const sara = await mailed(app);
  const body = { messageId: sara.reported, status: 'delivered' };
  const key = `whsec_${randomBytes(32).toString('base64')}`;

  const bare = await app.http.inject({ method: 'POST', url: STATUS, payload: body });
  const foreign = await report(app, body, { key });
  const old = await report(app, body, { at: new Date(Date.now() - 600_000) });

  assert.deepEqual(
    [bare.json().code, foreign.code, old.code],
    Array.from({ length: 3 }, () => 'notifications.report_unsigned'),
  );
  assert.equal(await sara.status(), 'sent');
});

test('a signed report that cannot be read is refused, an unknown provider is a 404', async (t) => {
  const { app } = await withSmtp(t);

  for (const body of [null, 'text', {}, { messageId: 'x', status: 'read' }, [[]]])
    assert.equal((await report(app, body)).code, 'notifications.report_malformed');
  for (const name of ['twilio', 'webPush', 'captured', 'x']) {
    const answer = await app.http.inject({ method: 'POST', url: `/api/v1/notifications/status/${name}` });
    assert.deepEqual([answer.statusCode, answer.json().code], [404, 'notifications.provider_not_found']);
  }
});

test('a report on an unknown message is ignored: its sender cannot find out which messages exist', async (t) => {
  const { app } = await withSmtp(t);
  const known = await mailed(app);

  const unknown = await report(app, { messageId: `<${newId()}@localhost>`, status: 'bounced' });
  const right = await report(app, { messageId: known.reported, status: 'delivered' });

  assert.deepEqual([unknown.status, right.status], [204, 204]);
});

test('a report that comes before our own record must be repeated, and then counts', async (t) => {
  const { app } = await withSmtp(t);
  const [sara, reza] = [await mailed(app), await mailed(app)];
  const under = (status: string) =>
    app.database.pool.query('update notifications.message set status = $1 where id = $2', [status, sara.id]);
  const attempt = await app.database.pool.query<{ row: object }>(
    'with gone as (delete from notifications.attempt where message_id = $1 returning *) select to_jsonb(gone) as row from gone',
    [sara.id],
  );
  await under('sending');

  const early = await report(app, [
    { messageId: sara.reported, status: 'delivered' },
    { messageId: reza.reported, status: 'delivered' },
  ]);
  await app.database.pool.query(
    'insert into notifications.attempt select * from jsonb_populate_record(null::notifications.attempt, $1)',
    [JSON.stringify(attempt.rows[0]?.row)],
  );
  await under('sent');
  const again = await early.again();

  assert.deepEqual([early.status, early.code], [503, 'notifications.report_early']);
  assert.equal(again.statusCode, 204);
  assert.deepEqual([await sara.status(), await reza.status()], ['delivered', 'delivered']);
});

test('a bounce of a message that waits for its next attempt suppresses its address at once', async (t) => {
  const { app } = await withSmtp(t);
  const sara = await mailed(app);
  await app.database.pool.query("update notifications.message set status = 'pending' where id = $1", [sara.id]);

  const { status } = await report(app, { messageId: sara.reported, status: 'bounced' });

  assert.equal(status, 204);
  const { rows } = await app.database.pool.query('select 1 from notifications.suppression');
  assert.equal(rows.length, 1);
});

/** What happens to a message after it was sent, and what it leads to: state, reason, suppressions, events of failure. */
const courses: readonly (readonly [string, readonly [string, string | null, number, number]])[] = [
  ['delivered', ['delivered', null, 0, 0]],
  ['failed', ['failed', 'reported', 0, 1]],
  ['bounced', ['failed', 'bounced', 1, 1]],
  ['failed, bounced', ['failed', 'bounced', 1, 1]],
  ['bounced, failed', ['failed', 'bounced', 1, 1]],
  ['failed, delivered', ['failed', 'reported', 0, 1]],
  ['bounced, delivered', ['failed', 'bounced', 1, 1]],
  ['delivered, failed', ['delivered', 'reported', 0, 0]],
  ['delivered, bounced', ['delivered', 'bounced', 1, 0]],
  ['delivered, failed, bounced', ['delivered', 'bounced', 1, 0]],
  ['archive, delivered', ['archived', 'delivered', 0, 0]],
  ['archive, failed', ['archived', 'reported', 0, 0]],
  ['archive, bounced', ['archived', 'bounced', 1, 0]],
  ['archive, failed, bounced', ['archived', 'bounced', 1, 0]],
  ['archive, delivered, bounced', ['archived', 'bounced', 1, 0]],
  ['delivered, archive, bounced', ['archived', 'bounced', 1, 0]],
  ['failed, archive, bounced', ['archived', 'bounced', 1, 1]],
  ['bounced, archive, failed', ['archived', 'bounced', 1, 1]],
  ['lose, delivered', ['failed', 'attemptsUsedUp', 0, 0]],
  ['lose, failed', ['failed', 'attemptsUsedUp', 0, 0]],
  ['lose, bounced', ['failed', 'bounced', 1, 0]],
  ['lose, archive, bounced', ['archived', 'bounced', 1, 0]],
];

test('reports in any order lead to the worst that was reported, once, and a replay of each changes nothing', async (t) => {
  const { app, operator } = await withSmtp(t);
  const archivist = app.signIn(read, notificationPermissions.write, manageAll);
  const { pool } = app.database;
  /** As when the worker died in its last attempt. */
  const lose = async (id: string) => {
    await pool.query(
      `update notifications.attempt set outcome = 'lost', provider_message_id = null where message_id = $1`,
      [id],
    );
    await pool.query(
      `update notifications.message set status = 'failed', status_reason = 'attemptsUsedUp' where id = $1`,
      [id],
    );
  };
  const outcomeOf = async (id: string) => {
    const { status, statusReason } = (await operator.get(`/notifications/${id}`)).body;
    const suppressed = await pool.query('select 1 from notifications.suppression where notification_id = $1', [id]);
    const failed = await pool.query(
      `select 1 from platform.event where type = 'notifications.failed.v1' and key = $1`,
      [id],
    );
    return [status, statusReason, suppressed.rowCount, failed.rowCount];
  };
  const found: Record<string, unknown> = {};
  const replayed: Record<string, unknown> = {};

  for (const [course] of courses) {
    const { id, reported } = await mailed(app);
    const reports: Awaited<ReturnType<typeof report>>[] = [];
    for (const step of course.split(', '))
      if (step === 'archive') await archivist.delete(`/notifications/archive/${id}`);
      else if (step === 'lose') await lose(id);
      else reports.push(await report(app, { messageId: reported, status: step }));
    found[course] = await outcomeOf(id);
    await pool.query('delete from notifications.suppression');
    for (const { again } of reports) await again();
    replayed[course] = await outcomeOf(id);
  }

  assert.deepEqual(found, Object.fromEntries(courses));
  assert.deepEqual(
    replayed,
    Object.fromEntries(courses.map(([course, [state, reason, , events]]) => [course, [state, reason, 0, events]])),
  );
});

test('a hard bounce of a message that was archived meanwhile suppresses the address, once', async (t) => {
  const { app, operator } = await withSmtp(t);
  const sara = await mailed(app);
  await app.signIn(read, notificationPermissions.write, manageAll).delete(`/notifications/archive/${sara.id}`);

  const bounced = await report(app, { messageId: sara.reported, status: 'bounced' });
  const [suppression] = (await operator.get('/notifications/suppressions')).body.items;
  await operator.delete(`/notifications/suppressions/${suppression.id}`);
  await bounced.again();

  assert.deepEqual([suppression.notificationId, await sara.status()], [sara.id, 'archived']);
  assert.equal((await operator.get('/notifications/suppressions')).body.totalCount, 0);
});

test('a hard bounce that is reported after the delivery suppresses the address, once', async (t) => {
  const { app, operator } = await withSmtp(t);
  const [sara, reza] = [await mailed(app), await mailed(app)];
  for (const { reported } of [sara, reza]) await report(app, { messageId: reported, status: 'delivered' });
  await app.signIn(read, notificationPermissions.write, manageAll).delete(`/notifications/archive/${reza.id}`);

  const bounced = [];
  for (const { reported } of [sara, reza]) bounced.push(await report(app, { messageId: reported, status: 'bounced' }));
  const { items } = (await operator.get('/notifications/suppressions')).body;
  for (const { id } of items) await operator.delete(`/notifications/suppressions/${id}`);
  for (const { again } of bounced) await again();

  assert.deepEqual(
    items.map(({ notificationId }: { notificationId: string }) => notificationId).toSorted(),
    [sara.id, reza.id].map(String).toSorted(),
  );
  assert.deepEqual([await sara.status(), await reza.status()], ['delivered', 'archived']);
  assert.equal((await operator.get('/notifications/suppressions')).body.totalCount, 0);
});

test('a replay changes nothing: no delivered message, and no suppression that an operator has lifted', async (t) => {
  const { app, operator } = await withSmtp(t);
  const [sara, reza] = [await mailed(app), await mailed(app)];
  const delivered = await report(app, { messageId: sara.reported, status: 'delivered' });
  await report(app, { messageId: sara.reported, status: 'bounced' });
  const bounced = await report(app, { messageId: reza.reported, status: 'bounced' });
  const { items } = (await operator.get('/notifications/suppressions')).body;
  for (const { id } of items) await operator.delete(`/notifications/suppressions/${id}`);

  await Promise.all([delivered.again(), bounced.again(), bounced.again()]);

  assert.deepEqual([await sara.status(), await reza.status()], ['delivered', 'failed']);
  assert.equal((await operator.get('/notifications/suppressions')).body.totalCount, 0);
});

test('a hard bounce suppresses the address, for security messages too, until an operator lifts it', async (t) => {
  const { app, smtp, operator } = await withSmtp(t);
  const sara = await mailed(app);
  await report(app, { messageId: sara.reported, status: 'bounced', error: `no ${sara.email} here` });

  const suppressed = await sara.send();
  const { items } = (await operator.get('/notifications/suppressions?channel=email')).body;
  const lifted = await operator.delete(`/notifications/suppressions/${items[0].id}`);
  const after = await sara.send();

  assert.deepEqual([suppressed.status, suppressed.attempts[0].provider], ['failed', 'suppressed']);
  assert.deepEqual(
    [items.length, items[0].channel, items[0].provider, items[0].notificationId, items[0].reason],
    [1, 'email', 'smtp', sara.id, 'no … here'],
  );
  assert.deepEqual([lifted.status, after.status], [204, 'sent']);
  assert.equal((await smtp.received(sara.email)).length, 2);
});

test('an address that the mail server does not know is suppressed at once, for a refused mail none is', async (t) => {
  const { app, operator } = await withSmtp(t);
  const [dead, refused] = [await mailed(app, 'bounce@example.com'), await mailed(app, 'policy@example.com')];

  const second = await dead.send();

  const { items } = (await operator.get('/notifications/suppressions')).body;
  assert.deepEqual([await dead.status(), await refused.status()], ['failed', 'failed']);
  assert.deepEqual(
    items.map(({ notificationId }: { notificationId: string }) => notificationId),
    [dead.id],
  );
  assert.equal(second.attempts[0].provider, 'suppressed');
  assert.doesNotMatch(JSON.stringify([items, second]), /bounce@example/);
});

test('a new address of the same person is not suppressed', async (t) => {
  const { app } = await withSmtp(t);
  const sara = await mailed(app, 'bounce@example.com');
  await app.database.units.write(system('users'), (unit: AnyUnit) =>
    app.notifications.putRecipient(unit, {
      userId: sara.userId,
      email: 'sara@example.com',
      language: 'en',
      timeZone: 'UTC',
    }),
  );

  assert.equal((await sara.send()).status, 'sent');
});

test('only operators see suppressions, and lifting one is audited', async (t) => {
  const { app, operator } = await withSmtp(t);
  await mailed(app, 'bounce@example.com');
  const [{ id }] = (await operator.get('/notifications/suppressions')).body.items;

  const forbidden = await app.signIn(read).get('/notifications/suppressions');
  const unknown = await operator.delete(`/notifications/suppressions/${newId()}`);
  await operator.delete(`/notifications/suppressions/${id}`);
  const twice = await operator.delete(`/notifications/suppressions/${id}`);

  assert.equal(forbidden.status, 403);
  assert.deepEqual([unknown.body.code, twice.status], ['notifications.suppression_not_found', 404]);
  const { rows } = await app.database.pool.query(
    `select actor_id from audit.entry where action = 'notifications.suppression_lifted' and resource_id = $1`,
    [id],
  );
  assert.deepEqual(rows, [{ actorId: operator.userId }]);
});

test('no suppression of an erased person is kept', async (t) => {
  const { app, operator } = await withSmtp(t);
  const sara = await mailed(app, 'bounce@example.com');

  await app.database.units.write(system('users'), async ({ publish }) =>
    publish(userEvents.deleted, { userId: sara.userId }),
  );
  await app.drain();

  assert.equal((await operator.get('/notifications/suppressions')).body.totalCount, 0);
});

test('the signature of Twilio’s documentation is accepted, and its statuses are understood', () => {
  const url = 'https://mycompany.com/myapp.php?foo=1&bar=2';
  const source = twilioStatus({ authToken: '12345', url });
  const documented = {
    CallSid: 'CA1234567890ABCDE',
    Caller: '+14158675309',
    Digits: '1234',
    From: '+14158675309',
    To: '+18005551212',
  };
  const request = (fields: Record<string, string>, signature = '') => ({
    headers: { 'x-twilio-signature': signature },
    body: Buffer.from(new URLSearchParams(fields).toString()),
  });
  const signed = (fields: Record<string, string>) => {
    const sorted = Object.entries(fields).toSorted(([one], [other]) => one.localeCompare(other));
    const mac = createHmac('sha1', '12345').update(url + sorted.flat().join(''));
    return request(fields, mac.digest('base64'));
  };

  assert.equal(codeOf(source, request(documented, 'RSOYDt4T1cUTdK1PDd93/VVr8B8=')), 'notifications.report_malformed');
  assert.equal(source.read(request({ ...documented, Digits: '1' }, 'RSOYDt4T1cUTdK1PDd93/VVr8B8='), new Date()), null);
  assert.equal(source.read(request(documented), new Date()), null);
  assert.deepEqual(source.read(signed({ MessageSid: 'SM1', MessageStatus: 'sent' }), new Date()), []);
  const [delivered] = source.read(signed({ MessageSid: 'SM1', MessageStatus: 'delivered' }), new Date()) ?? [];
  const [dead] =
    source.read(signed({ MessageSid: 'SM1', MessageStatus: 'undelivered', ErrorCode: '30005' }), new Date()) ?? [];
  const [away] =
    source.read(signed({ MessageSid: 'SM1', MessageStatus: 'failed', ErrorCode: '30003' }), new Date()) ?? [];
  assert.deepEqual(
    [delivered?.status, dead?.suppress, away?.status, away?.suppress],
    ['delivered', true, 'failed', false],
  );
});

test('a gateway signs the bytes of its report by HMAC-SHA-256', () => {
  const source = hmacStatus({ provider: 'smsHttp', secret: 'a secret of the gateway' });
  const body = Buffer.from('{"messageId":"42","status":"bounced"}');
  const mac = createHmac('sha256', 'a secret of the gateway').update(body).digest('hex');

  assert.deepEqual(source.read({ headers: { 'x-signature-256': `sha256=${mac}` }, body }, new Date()), [
    { messageId: '42', status: 'failed', error: 'reported bounced', suppress: true },
  ]);
  assert.equal(source.read({ headers: { 'x-signature-256': mac }, body }, new Date()), null);
  assert.equal(source.read({ headers: {}, body }, new Date()), null);
});

function codeOf(source: StatusSource, request: StatusRequest): string {
  try {
    source.read(request, new Date());
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
  return 'none';
}
