import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { system } from '#kernel/access.ts';
import { loadConfig } from '#platform/config/load.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { createLog } from '#platform/log/pino.ts';
import { startSmtpServer } from '#testing/servers/smtp-server.ts';
import { SECRET, testApp, type TestApp } from '#testing/app.ts';
import { createApp } from '../../../app.ts';
import { notificationPermissions } from '../contract.ts';

const { read, write, schedules } = notificationPermissions;
const DAY_MS = 86_400_000;
const raw = { channel: 'email', subject: 'Hello', body: 'Dear you' };

// Runs of schedules wait until the test releases them, because the clock of the database cannot be changed.
const HOLD = [
  `create function hold() returns trigger language plpgsql as 'begin new.due_at := ''infinity''; return new; end'`,
  `create trigger hold before insert on platform.work for each row
   when (new.queue = 'notifications.schedule' and new.error is null) execute function hold()`,
];

// Each run is enqueued twice, as after a lost lease: two nodes may work on it at once.
const LET_RUN = `
  with due as (
    update platform.work set due_at = now()
    where queue = 'notifications.schedule' and due_at = 'infinity' and split_part(ref, ' ', 2)::timestamptz <= $1
    returning queue, ref, lane, origin
  )
  insert into platform.work (id, queue, ref, lane, origin, error)
  select gen_random_uuid(), queue, ref, lane, origin, 'again' from due`;

/** One process serves HTTP; each `join` starts a worker process. All mails go to one server. */
async function stage(t: TestContext) {
  const smtp = await startSmtpServer(t);
  const app = await testApp(t, { environment: { SMTP_URL: smtp.url } });
  const { pool } = app.database;
  const join = async () => {
    const config = loadConfig({
      DATABASE_URL: app.databaseUrl,
      BONYAN_SECRET: SECRET,
      BONYAN_LOG_LEVEL: 'silent',
      BONYAN_DATA_DIR: app.dataDir,
      SMTP_URL: smtp.url,
    });
    const node = await createApp({ config, kind: 'worker', log: createLog('silent'), now: app.now });
    await node.prepare();
    node.background.start();
    let isOver = false;
    const leave = async () => {
      if (isOver) return;
      isOver = true;
      await node.background.stop(2000);
      await node.close();
    };
    t.after(leave);
    await until(async () => (await count(`queue = 'platform.job' and due_at <= now()`)) === 0); // by the real clock
    return { leave, wake: () => node.database.signals.send(['work']) };
  };
  const count = async (condition: string) =>
    (await pool.query<{ n: number }>(`select count(*)::int as n from platform.work where ${condition}`)).rows[0]?.n ??
    0;
  const at = (instant: string) => app.pass(Date.parse(instant) - app.now().getTime());
  const isIdle = async () =>
    (await count(`queue like 'notifications.%' and (owner is not null or due_at <= now())`)) === 0;
  return { smtp, app, pool, join, at, isIdle };
}

type Node = Awaited<ReturnType<Awaited<ReturnType<typeof stage>>['join']>>;

async function person(app: TestApp, timeZone: string) {
  const caller = app.signIn(read, write, schedules);
  const email = app.randomEmail();
  await app.database.units.write(system('users'), (unit: AnyUnit) =>
    app.notifications.putRecipient(unit, { userId: caller.userId, email, language: 'en', timeZone }),
  );
  return { ...caller, email };
}

async function until(isSo: () => Promise<boolean>, withinMs = 15_000): Promise<void> {
  for (const beganMs = performance.now(); !(await isSo()); await sleep(20))
    if (performance.now() - beganMs > withinMs) throw new Error(`not within ${withinMs} ms`);
}

/** Workers look for due items now instead of at the next poll. */
function wake(nodes: readonly Node[]): void {
  for (const node of nodes) node.wake();
}

async function plan(app: TestApp, sara: Awaited<ReturnType<typeof person>>, ruleName: string) {
  const scheduledAtUtc = new Date(app.now().getTime() + 3000 * DAY_MS).toISOString();
  const { body } = await sara.post('/notifications', { ...raw, recipient: sara.userId, scheduledAtUtc });
  await sara.post(`/notifications/${body.id}/schedule`, { ruleName, timeZone: 'recipient' });
  return async () => (await sara.get('/notifications/schedules?status=active')).body.items[0];
}

for (const [timeZone, rule, from, times] of [
  ['Europe/Berlin', '30 2 * * *', '2027-03-27T12:00:00.000Z', ['2027-03-28T01:00:00.000Z', '2027-03-29T00:30:00.000Z']],
  ['Europe/Berlin', '30 2 * * *', '2027-10-30T12:00:00.000Z', ['2027-10-31T00:30:00.000Z', '2027-11-01T01:30:00.000Z']],
  ['Asia/Tehran', '30 0 * * *', '2022-03-21T12:00:00.000Z', ['2022-03-21T20:30:00.000Z', '2022-03-22T20:00:00.000Z']],
  ['Asia/Tehran', '30 23 * * *', '2022-09-21T12:00:00.000Z', ['2022-09-21T19:00:00.000Z', '2022-09-22T20:00:00.000Z']],
] as const) {
  test(`${rule} in ${timeZone} from ${from.slice(0, 10)}, when the clocks change, runs once a day on two nodes`, async (t) => {
    const { smtp, app, pool, join, at, isIdle } = await stage(t);
    const nodes = [await join(), await join()];
    const sara = await person(app, timeZone);
    for (const statement of HOLD) await pool.query(statement);
    at(from);
    const planned = await plan(app, sara, rule);

    const seen: string[] = [];
    for (const [run] of times.entries()) {
      const { nextRunAtUtc } = await planned();
      seen.push(nextRunAtUtc);
      at(new Date(Date.parse(nextRunAtUtc) + 1000).toISOString());
      await pool.query(LET_RUN, [app.now().toISOString()]);
      wake(nodes);
      await until(async () => (await isIdle()) && (await planned()).runCount === run + 1);
    }
    for (const { leave } of nodes) await leave();

    assert.deepEqual(seen, times);
    assert.equal((await smtp.received(sara.email)).length, times.length);
    assert.equal((await sara.get('/notifications?status=sent')).body.totalCount, times.length);
  });
}

for (const [timeZone, night, before, after] of [
  ['Europe/Berlin', '2027-03-27T22:30:00Z', '2027-03-28T04:59:00Z', '2027-03-28T05:00:02Z'],
  ['Europe/Berlin', '2027-10-30T22:30:00Z', '2027-10-31T05:59:00Z', '2027-10-31T06:00:02Z'],
  ['Asia/Tehran', '2022-03-21T19:00:00Z', '2022-03-22T02:29:00Z', '2022-03-22T02:30:02Z'],
  ['Asia/Tehran', '2022-09-21T18:30:00Z', '2022-09-22T03:29:00Z', '2022-09-22T03:30:02Z'],
] as const) {
  test(`messages that two nodes claim in the quiet hours of ${timeZone} on ${night.slice(0, 10)} are sent once, in the morning`, async (t) => {
    const { smtp, app, pool, join, at, isIdle } = await stage(t);
    const nodes = [await join(), await join()];
    const sara = await person(app, timeZone);
    await sara.put('/notifications/preferences', { quietHours: { from: '22:00', to: '07:00' } });
    const lookAgain = async () => {
      await pool.query(`update platform.work set due_at = now() where queue = 'notifications.email'`);
      wake(nodes);
      await until(isIdle);
    };

    at(night);
    for (let count = 0; count < 20; count++) await sara.post('/notifications', { ...raw, recipient: sara.userId });
    await until(isIdle);
    at(before);
    await lookAgain();
    const early = (await smtp.received(sara.email)).length;
    at(after);
    await lookAgain();
    for (const { leave } of nodes) await leave();

    assert.equal(early, 0);
    assert.equal((await smtp.received(sara.email)).length, 20);
    assert.equal((await sara.get('/notifications?status=sent')).body.totalCount, 20);
  });
}

test('a schedule survives its process: a new process on the same database continues it', async (t) => {
  const { smtp, app, pool, join, at, isIdle } = await stage(t);
  const sara = await person(app, 'Asia/Tehran');
  const first = await join();
  for (const statement of HOLD) await pool.query(statement);
  const planned = await plan(app, sara, '0 8 * * *');
  const runIn = async (node: Node, run: number) => {
    const { nextRunAtUtc } = await planned();
    at(new Date(Date.parse(nextRunAtUtc) + 1000).toISOString());
    await pool.query(LET_RUN, [app.now().toISOString()]);
    wake([node]);
    await until(async () => (await isIdle()) && (await planned()).runCount === run);
  };

  await runIn(first, 1);
  await first.leave();
  const second = await join();
  await runIn(second, 2);
  await second.leave();

  assert.equal((await smtp.received(sara.email)).length, 2);
});
