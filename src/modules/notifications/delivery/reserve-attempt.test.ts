import assert from 'node:assert/strict';
import { test } from 'node:test';
import { system } from '#kernel/access.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { startSmtpServer } from '#testing/servers/smtp-server.ts';
import { userEvents } from '#modules/users/contract.ts';
import { sometime } from '#testing/branding.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { declareShop } from '#testing/shop.ts';
import { createReserveAttempt } from './reserve-attempt.ts';
import { notificationPermissions } from '../contract.ts';
import type { NotificationsTables } from '../tables.ts';
import { lockSecond } from './rate-limit-queries.ts';

const { read, write } = notificationPermissions;
const MINUTE_MS = 60_000;
const raw = { channel: 'email', recipient: 'reza@example.com', subject: 'Hello', body: 'Dear Reza' };

async function create(caller: ReturnType<TestApp['signIn']>, count: number, change: object = {}): Promise<string[]> {
  const answers = await Promise.all(
    Array.from({ length: count }, () => caller.post('/notifications', { ...raw, ...change })),
  );
  return answers.map(({ body }) => body.id);
}

async function counts(app: TestApp): Promise<Record<string, number>> {
  const { rows } = await app.database.pool.query<{ status: string; count: number }>(
    'select status, count(*)::int as count from notifications.message group by 1',
  );
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
}

/** Makes deferred messages due now. */
async function runWaiting(app: TestApp): Promise<void> {
  await app.database.pool.query(`update platform.work set due_at = now() where queue like 'notifications.%'`);
  await app.drain();
}

/** Reserves attempts as a worker does; at most `perSecond` e-mails a second. */
function reserverOf(app: TestApp, perSecond = Infinity) {
  const limits = { perRecipientPerMinute: 120, perSecond: new Map([['email', perSecond]]), maxAttempts: 5 };
  const db = app.database.forModule<NotificationsTables>();
  return createReserveAttempt({
    db,
    now: app.now,
    timeZone: 'UTC',
    limits: perSecond === Infinity ? { ...limits, perSecond: new Map() } : limits,
  });
}

/** The work items of these messages, as their holders have them. */
async function itemsOf(app: TestApp, ids: readonly string[]) {
  const { rows } = await app.database.pool.query<{ id: string; ref: string; token: number }>(
    `select id, ref, token from platform.work where split_part(ref, ' ', 1) = any($1) order by ref`,
    [ids],
  );
  return rows;
}

/** Like a worker that dies while it sends: the attempt is reserved, and the lease expires. */
async function dieInTheMiddle(app: TestApp, id: string): Promise<string> {
  const [item] = await itemsOf(app, [id]);
  assert.ok(item);
  return (await reserverOf(app)(item)).decision;
}

test('an attempt during which the worker died is used and recorded, and the message is tried again', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write);
  const [id = ''] = await create(sara, 1);

  const began = await dieInTheMiddle(app, id);
  const during = (await sara.get(`/notifications/${id}`)).body.status;
  const refused = await sara.put(`/notifications/${id}/cancel`);
  await app.drain();

  const { status, attempts } = (await sara.get(`/notifications/${id}`)).body;
  assert.deepEqual([began, during, refused.status, status], ['send', 'sending', 409, 'sent']);
  assert.deepEqual(
    attempts.map(({ number, outcome }: { number: number; outcome: string }) => [number, outcome]),
    [
      [1, 'lost'],
      [2, 'sent'],
    ],
  );
});

test('a message whose worker dies at every attempt fails, and is not sent again', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write);
  const [id = ''] = await create(sara, 1);

  for (let death = 0; death < 5; death++) await dieInTheMiddle(app, id);
  await app.drain();
  await app.drain(MINUTE_MS);

  const { status, statusReason, attempts } = (await sara.get(`/notifications/${id}`)).body;
  assert.deepEqual([status, statusReason, attempts.length], ['failed', 'attemptsUsedUp', 5]);
  assert.deepEqual(await app.mailbox(raw.recipient), []);
});

test('messages beyond the limit of a recipient per minute wait, and are sent later', async (t) => {
  const app = await testApp(t, { environment: { BONYAN_NOTIFICATIONS_PER_RECIPIENT_PER_MINUTE: '3' } });
  const sara = app.signIn(read, write);
  await create(sara, 8);
  await create(sara, 2, { recipient: 'other@example.com' });

  await app.drain();
  const first = await counts(app);
  await app.database.pool.query(`update notifications.message set begun_at = begun_at - interval '1 minute'`);
  await runWaiting(app);
  const second = await counts(app);

  assert.deepEqual(first, { pending: 5, sent: 5 });
  assert.deepEqual(second, { pending: 2, sent: 8 });
});

test('what waits for a limit after quiet hours does not say that they still hold it', async (t) => {
  const app = await testApp(t, { environment: { BONYAN_NOTIFICATIONS_PER_RECIPIENT_PER_MINUTE: '1' } });
  const sara = app.signIn(read, write);
  await create(sara, 2);
  await app.database.pool.query(
    `update notifications.message set status_reason = 'quietHours', held_until = now() - interval '1 second'`,
  );

  await app.drain();

  const { items } = (await sara.get('/notifications')).body;
  assert.deepEqual(
    items.map(({ status, statusReason, heldUntil }: Record<string, unknown>) => [status, statusReason, heldUntil]),
    [
      ['pending', null, null],
      ['sent', null, null],
    ],
  );
});

test('messages beyond the limit of a channel per second wait, counted over two nodes', async (t) => {
  const app = await testApp(t, { environment: { BONYAN_NOTIFICATIONS_PER_SECOND: 'email=4' } });
  const sara = app.signIn(read, write);
  for (let index = 0; index < 12; index++) await create(sara, 1, { recipient: `p${index}@example.com` });

  await app.drain();
  const { sent = 0 } = await counts(app);
  const { rows } = await app.database.pool.query<{ most: number; all: number }>(
    'select max(count)::int as most, sum(count)::int as all from notifications.channel_second',
  );

  assert.ok(sent >= 4 && sent < 12, `${sent} sent`);
  assert.deepEqual(rows, [{ most: 4, all: sent }]);
  for (let second = 0; second < 3; second++) {
    await app.database.pool.query('delete from notifications.channel_second');
    await runWaiting(app);
  }
  assert.equal((await counts(app))['sent'] ?? 0, 12);
});

test('a code is sent in a second that bulk messages have filled, and before those that are reserved with it', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write);
  const reserve = reserverOf(app, 5);
  const sentOf = (decisions: { decision: string }[]) => decisions.filter((one) => one.decision === 'send').length;
  const [bulk, code, more] = [
    await create(sara, 50, { priority: 'low' }),
    await create(sara, 1, { priority: 'high' }),
    await create(sara, 20),
  ];
  const last = await create(sara, 1, { priority: 'high' });

  const first = await Promise.all((await itemsOf(app, bulk)).map(reserve));
  const urgent = await Promise.all((await itemsOf(app, code)).map(reserve));
  const { rows } = await app.database.pool.query<{ count: number; urgent: number; putOff: number }>(
    'select sum(count)::int as count, sum(urgent)::int as urgent, sum(put_off)::int as put_off from notifications.channel_second',
  );
  await app.database.pool.query('delete from notifications.channel_second');
  const beside = await Promise.all((await itemsOf(app, [...more, ...last])).map(reserve));

  assert.deepEqual([sentOf(first), sentOf(urgent)], [5, 1]);
  assert.deepEqual(rows, [{ count: 6, urgent: 1, putOff: 45 }], 'deferred messages do not count');
  assert.deepEqual([sentOf(beside), beside.at(-1)?.decision], [5, 'send']);
});

test('urgent messages have a limit too, and what they take beyond the common limit is missing in the next second', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write);
  const reserve = reserverOf(app, 5);
  const [codes, bulk] = [await create(sara, 8, { priority: 'high' }), await create(sara, 8)];
  await app.database.pool.query(
    `insert into notifications.channel_second (channel, second, count)
     select 'email', date_trunc('second', clock_timestamp()) + make_interval(secs => n), 8 from generate_series(-1, 30) n`,
  );

  const decisions = await Promise.all((await itemsOf(app, [...codes, ...bulk])).map(reserve));
  const { overdrawn } = await app.database
    .forModule<NotificationsTables>()
    .write(system('notifications'), ({ tx }) => lockSecond(tx, 'email', 5));

  const sent = decisions.flatMap((one) => (one.decision === 'send' ? [one.message.priority] : []));
  assert.deepEqual(sent, ['high', 'high', 'high', 'high', 'high']);
  assert.ok(overdrawn >= 3);
});

test('a work item of a former schedule neither delays the message nor sends it twice', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write);
  const ids = await create(sara, 2);
  await app.database.pool.query(`update notifications.message set generation = 1`);
  const old = await itemsOf(app, ids);
  await app.database.pool.query(
    `insert into platform.work (id, queue, ref, lane, origin)
     select gen_random_uuid(), queue, split_part(ref, ' ', 1) || ' 1', lane, origin from platform.work where ref like '% 0'`,
  );
  const items = await itemsOf(app, ids);
  const fresh = items.filter(({ ref }) => ref.endsWith(' 1'));
  const reserve = reserverOf(app);

  const [first, second] = [
    [old[0], fresh[0]],
    [fresh[1], old[1]],
  ];
  const decisions = await Promise.all([...first, ...second].flatMap((item) => (item ? [reserve(item)] : [])));

  assert.deepEqual(
    decisions.map(({ decision }) => decision),
    ['drop', 'send', 'send', 'drop'],
  );
});

test('a worker that was frozen longer than its lease does not send what another worker has claimed', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write);
  const [id = ''] = await create(sara, 1);
  const [frozen] = await itemsOf(app, [id]);
  await app.database.pool.query('update platform.work set token = token + 1'); // as a claim does
  const [holder] = await itemsOf(app, [id]);
  assert.ok(frozen && holder);

  const [begun, late] = [await reserverOf(app)(holder), await reserverOf(app)(frozen)];

  const { attempts, status } = (await sara.get(`/notifications/${id}`)).body;
  assert.deepEqual([begun.decision, late.decision, status, attempts], ['send', 'drop', 'sending', []]);
});

test('erasing a person deletes messages to their address without an account too, and nothing of others', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write);
  await declareShop(app);
  const [before, after] = ['before@example.com', 'after@example.com'];
  const put = (userId: string, email: string) =>
    app.database.units.write(system('users'), (unit: AnyUnit) =>
      app.notifications.putRecipient(unit, { userId, email, language: 'en' }),
    );
  await create(sara, 1, { recipient: after });
  await create(sara, 1, { recipient: before });
  await create(sara, 1, { recipient: 'other@example.com' });
  await put(sara.userId, before);
  await create(sara, 1, { recipient: sara.userId });
  await put(sara.userId, after);
  await create(sara, 1, { recipient: sara.userId });
  const notice = { template: 'shop.alert', category: 'security', occurrence: sometime, variables: {} } as const;
  await app.database.units.write(system('users'), (unit: AnyUnit) =>
    app.notifications.send(unit, { ...notice, to: { email: before, language: 'en' } }),
  );
  await app.drain();

  await app.database.units.write(system('users'), async ({ publish }: AnyUnit) =>
    publish(userEvents.deleted, { userId: sara.userId }),
  );
  await app.drain();

  const admin = app.signIn(read, notificationPermissions.manageAll);
  const { items } = (await admin.get('/notifications')).body;
  assert.deepEqual(
    items.map(({ recipient }: { recipient: string }) => recipient),
    ['o***@example.com'],
  );
});

test('nothing is kept of a person who is erased while a message to them is being sent', async (t) => {
  const smtp = await startSmtpServer(t);
  const app = await testApp(t, { environment: { SMTP_URL: smtp.url } });
  const sara = app.signIn(read, write);
  await app.database.units.write(system('users'), async (unit: AnyUnit) => {
    await app.notifications.putRecipient(unit, {
      userId: sara.userId,
      email: 'defer@example.com',
      language: 'en',
      timeZone: 'UTC',
    });
  });
  await create(sara, 3, { recipient: sara.userId });

  await Promise.all([
    app.drain(),
    app.database.units.write(system('users'), async ({ publish }: AnyUnit) =>
      publish(userEvents.deleted, { userId: sara.userId }),
    ),
  ]);
  await app.drain(60 * MINUTE_MS);

  const { rows } = await app.database.pool.query<{ left: number }>(
    `select (select count(*) from notifications.message) + (select count(*) from notifications.attempt)
       + (select count(*) from notifications.recipient)
       + (select count(*) from platform.work where queue like 'notifications.%') as left`,
  );
  assert.equal(rows[0]?.left, 0);
});
