import assert from 'node:assert/strict';
import { test } from 'node:test';
import { system } from '#kernel/access.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { startSmtpServer } from '#platform/mail/fixture.ts';
import { userEvents } from '#modules/users/contract.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { createBegin } from './begin.ts';
import { notificationPermissions } from './contract.ts';
import type { NotificationsTables } from './rows.ts';

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

/** What was put off is due now. */
async function runWaiting(app: TestApp): Promise<void> {
  await app.database.pool.query(`update platform.work set due_at = now() where queue like 'notifications.%'`);
  await app.drain();
}

/** As a worker that takes the message up and then dies: its attempt is begun, and the lease lapses. */
async function dieInTheMiddle(app: TestApp, id: string): Promise<string> {
  const limits = { perRecipientPerMinute: 120, perSecond: new Map(), maxAttempts: 5 };
  const begin = createBegin({ db: app.database.forModule<NotificationsTables>(), now: app.now, limits });
  return (await begin(`${id} 0`)).is;
}

test('an attempt in whose middle a worker died is used and on record, and the message goes on', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write);
  const [id = ''] = await create(sara, 1);

  const began = await dieInTheMiddle(app, id);
  const during = (await sara.get(`/notifications/${id}`)).body.status;
  const refused = await sara.put(`/notifications/${id}/cancel`);
  await app.drain();

  const { status, attempts } = (await sara.get(`/notifications/${id}`)).body;
  assert.deepEqual([began, during, refused.status, status], ['go', 'sending', 409, 'sent']);
  assert.deepEqual(
    attempts.map(({ number, outcome }: { number: number; outcome: string }) => [number, outcome]),
    [
      [1, 'lost'],
      [2, 'sent'],
    ],
  );
});

test('a message that kills every worker is given up, and never sent again by itself', async (t) => {
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

test('more for one recipient than a minute may have waits, and is sent later', async (t) => {
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

test('more over one channel than a second may have waits, over two nodes together', async (t) => {
  const app = await testApp(t, { environment: { BONYAN_NOTIFICATIONS_PER_SECOND: 'email=4' } });
  const sara = app.signIn(read, write);
  for (let index = 0; index < 12; index++) await create(sara, 1, { recipient: `p${index}@example.com` });

  await app.drain();
  const { sent = 0 } = await counts(app);
  const { rows } = await app.database.pool.query<{ most: number }>(
    `select max(n)::int as most from (select count(*) as n from notifications.message where begun_at is not null
     group by date_trunc('second', begun_at)) s`,
  );

  assert.ok(sent >= 4 && sent < 12, `${sent} sent`);
  assert.ok((rows[0]?.most ?? 99) <= 4);
  for (let second = 0; second < 3; second++) {
    await app.database.pool.query('delete from notifications.channel_second');
    await runWaiting(app);
  }
  assert.equal((await counts(app))['sent'] ?? 0, 12);
});

test('a person who is erased while a message of theirs is on its way leaves nothing behind', async (t) => {
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
