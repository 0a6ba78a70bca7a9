import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { nowhere, system } from '#kernel/access.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { createFailedMessages } from '#platform/failed-messages/messages.ts';
import { todoPermissions } from '#modules/todos/contract.ts';
import { userEvents } from '#modules/users/contract.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { observabilityPermissions } from '../contract.ts';
import { createReplays } from './service.ts';

const { read, manage } = observabilityPermissions;
const HOUR_MS = 3_600_000;
const REMINDER = { description: 'x', remindAt: '2026-01-01T00:00:00.000Z' };

/** Reminders that could not be sent, and have used their attempts. */
async function failedReminders(t: TestContext, count: number) {
  const app = await testApp(t);
  const sara = app.signIn(todoPermissions.read, todoPermissions.write);
  await app.drainWithFailures();
  const repair = () => app.database.pool.query('alter table notifications.gone rename to recipient');
  for (let n = 0; n < count; n++) await sara.post('/todos', { ...REMINDER, description: `todo ${n}` });
  await app.database.pool.query('alter table notifications.recipient rename to gone');
  await app.drainWithFailures(HOUR_MS);
  return { app, operator: app.signIn(read, manage), repair, sara };
}

const numbersOf = ({ status, matched, succeeded, failed, running, discarded }: Record<string, unknown>) => ({
  status,
  matched,
  succeeded,
  failed,
  running,
  discarded,
});

test('a replay after the repair ends with the numbers of its messages, and each has its effect once', async (t) => {
  const { app, operator, repair, sara } = await failedReminders(t, 3);
  const before = await operator.get('/observability/messages?box=work');

  await repair();
  const { status, body } = await operator.post('/observability/orchestration/replay/work', {});
  const during = await operator.get(`/observability/replays/${body.operationId}`);
  await app.drain(HOUR_MS);

  const after = await operator.get(`/observability/replays/${body.operationId}`);
  const { body: todos } = await sara.get('/todos');
  assert.deepEqual([before.body.totalCount, status, body.matched], [3, 202, 3]);
  assert.deepEqual(numbersOf(during.body), {
    status: 'running',
    matched: 3,
    succeeded: 0,
    failed: 0,
    running: 3,
    discarded: 0,
  });
  assert.deepEqual(numbersOf(after.body), {
    status: 'finished',
    matched: 3,
    succeeded: 3,
    failed: 0,
    running: 0,
    discarded: 0,
  });
  assert.deepEqual(
    todos.items.map(({ remindAt }: { remindAt: string | null }) => remindAt),
    [null, null, null],
  );
  assert.equal((await operator.get('/observability/messages?box=work')).body.totalCount, 0);
  assert.equal(await published(app, 'observability.replay_finished.v1'), 1);
});

test('what fails again is counted as failed, and can be replayed once more', async (t) => {
  const { app, operator, repair } = await failedReminders(t, 2);

  const first = await operator.post('/observability/orchestration/replay/work', {});
  await app.drainWithFailures(HOUR_MS);
  await repair();
  const second = await operator.post('/observability/orchestration/replay/work', {});
  await app.drain(HOUR_MS);

  const [one, two] = await Promise.all(
    [first, second].map(({ body }) => operator.get(`/observability/replays/${body.operationId}`)),
  );
  assert.deepEqual([one?.body.failed, one?.body.status], [2, 'finished']);
  assert.deepEqual([two?.body.succeeded, two?.body.status], [2, 'finished']);
});

test('a dry run counts and replays nothing', async (t) => {
  const { app, operator, repair } = await failedReminders(t, 2);
  await repair();

  const { body } = await operator.post('/observability/orchestration/replay/work', { dryRun: true });
  await app.drain(HOUR_MS);

  const { body: replay } = await operator.get(`/observability/replays/${body.operationId}`);
  assert.deepEqual([body.matched, replay.status, replay.dryRun, replay.succeeded], [2, 'finished', true, 0]);
  assert.equal((await operator.get('/observability/messages?box=work')).body.totalCount, 2);
});

test('a replay takes what all parts of its filter match, the oldest first, at most `take`', async (t) => {
  const { operator } = await failedReminders(t, 3);
  const { body: page } = await operator.get('/observability/messages?box=work');
  const { id: oldest, type } = page.items.at(-1);
  const match = async (filter: object, take = 100) => {
    const { body } = await operator.post('/observability/orchestration/replay/work', { filter, take, dryRun: true });
    return body.matched;
  };

  assert.equal(await match({ types: [type] }), 3);
  assert.equal(await match({ types: ['none'] }), 0);
  assert.equal(await match({ consumers: ['todos'] }), 0);
  assert.equal(await match({ error: 'NOTIFICATIONS.RECIPIENT' }), 3);
  assert.equal(await match({ error: 'no such text' }), 0);
  assert.equal(await match({ olderThanSeconds: 3600 }), 0);
  assert.equal(await match({ newerThanSeconds: 3600, types: [type] }), 3);
  assert.equal(await match({ ids: [oldest] }), 1);
  assert.equal(await match({}, 2), 2);
});

test('a message is in one replay at a time', async (t) => {
  const { operator } = await failedReminders(t, 2);

  const first = await operator.post('/observability/orchestration/replay/work', { take: 1 });
  const second = await operator.post('/observability/orchestration/replay/work', {});
  const third = await operator.post('/observability/orchestration/replay/work', {});

  assert.deepEqual([first.body.matched, second.body.matched, third.body.matched], [1, 1, 0]);
});

test('a failing event holds back its key only; the replay delivers that key in order, each event once', async (t) => {
  const app = await testApp(t);
  const operator = app.signIn(read, manage);
  const { pool } = app.database;
  const keys = ['a', 'a', 'b', 'a'];
  await publishDeletions(app, keys);
  await pool.query('alter table files.file rename to gone');
  await app.drainWithFailures(HOUR_MS);
  const { body: failed } = await operator.get('/observability/messages?consumer=privacy.files');
  const all = [];
  for (const { id } of failed.items) all.push((await operator.get(`/observability/messages/${id}`)).body);
  const opened = all.find(({ waitingBehind }) => waitingBehind > 0); // keys are parked side by side

  await pool.query('alter table files.gone rename to file');
  const { body } = await operator.post('/observability/orchestration/replay/inbox', {
    filter: { consumers: ['privacy.files'] },
  });
  await app.drain(HOUR_MS);

  const { body: replay } = await operator.get(`/observability/replays/${body.operationId}`);
  const { rows } = await pool.query<{ count: number }>(
    `select count(*) as count from platform.inbox i join platform.event e on e.id = i.event_id
     where consumer = 'privacy.files' and e.type = $1`,
    [userEvents.deleted.type],
  );
  assert.equal(failed.totalCount, 2);
  assert.equal(opened.waitingBehind, 2);
  assert.equal(opened.failures.length, 11);
  assert.deepEqual([opened.failures[0].attempt, opened.failures.at(-1).attempt], [0, 10]);
  assert.equal(opened.headers.eventKey, opened.payload.userId);
  assert.deepEqual([replay.status, replay.matched, replay.succeeded], ['finished', 2, 2]);
  assert.equal(rows[0]?.count, keys.length);
  assert.equal((await pool.query(`select 1 from platform.work where queue = 'platform.inbox'`)).rowCount, 0);
});

test('a discarded message is handled for its consumer, and the next one of its key goes on', async (t) => {
  const app = await testApp(t);
  const operator = app.signIn(read, manage);
  const { pool } = app.database;
  await publishDeletions(app, ['a', 'a']);
  await pool.query('alter table files.file rename to gone');
  await app.drainWithFailures(HOUR_MS);
  await pool.query('alter table files.gone rename to file');
  const { body: page } = await operator.get('/observability/messages?consumer=privacy.files');

  const { status } = await operator.post(`/observability/messages/${page.items[0].id}/discard`, { reason: 'by hand' });
  const again = await operator.post(`/observability/messages/${page.items[0].id}/discard`, { reason: 'by hand' });
  await app.drain(HOUR_MS);

  const { rows } = await pool.query<{ count: number }>(
    `select count(*) as count from platform.inbox where consumer = 'privacy.files'`,
  );
  assert.deepEqual([status, again.status, again.body.code], [204, 404, 'observability.message_not_found']);
  assert.equal(rows[0]?.count, 2);
  assert.equal((await pool.query(`select 1 from platform.work where queue = 'platform.inbox'`)).rowCount, 0);
});

test('a message that is tried again by itself is listed as retrying, and cannot be discarded', async (t) => {
  const app = await testApp(t);
  const operator = app.signIn(read, manage);
  await publishDeletions(app, ['a']);
  await app.database.pool.query('alter table files.file rename to gone');
  await app.drainWithFailures();

  const { body } = await operator.get('/observability/messages?state=retrying');
  const { status, body: problem } = await operator.post(`/observability/messages/${body.items[0].id}/discard`, {
    reason: 'by hand',
  });

  assert.equal(body.items[0].consumer, 'privacy.files');
  assert.deepEqual([status, problem.code], [409, 'observability.message_not_failed']);
});

test('a message that a replay has not released yet and that is discarded is counted as discarded', async (t) => {
  const { app, operator, repair } = await failedReminders(t, 2);
  const { body: page } = await operator.get('/observability/messages?box=work');
  await repair();

  const { body } = await operator.post('/observability/orchestration/replay/work', {});
  await operator.post(`/observability/messages/${page.items[0].id}/discard`, { reason: 'not needed' });
  await app.drain(HOUR_MS);

  const { body: replay } = await operator.get(`/observability/replays/${body.operationId}`);
  assert.deepEqual([replay.status, replay.succeeded, replay.discarded], ['finished', 1, 1]);
});

test('a message that is discarded while a replay begins is in no replay', async (t) => {
  const { app, operator } = await failedReminders(t, 2);
  const { body: page } = await operator.get('/observability/messages?box=work');
  const discarding = await app.database.pool.connect();
  await discarding.query('begin');
  await discarding.query('delete from platform.work where id = $1', [page.items[0].id]);

  const { body } = await operator.post('/observability/orchestration/replay/work', {});
  await discarding.query('commit');
  discarding.release();

  assert.equal(body.matched, 1);
});

test('all replays together have 20 messages due at a time, and each has one of its own', async (t) => {
  const { app, operator } = await failedReminders(t, 1);
  const { pool } = app.database;
  await pool.query(
    `insert into platform.work (id, queue, ref, origin, due_at, attempt, error)
     select gen_random_uuid(), 'platform.thing', 'x', origin, 'infinity', 10, 'down'
     from (select origin from platform.work where due_at = 'infinity' limit 1) w, generate_series(1, 59)`,
  );
  const begun = [];
  for (let n = 0; n < 3; n++) begun.push(await operator.post('/observability/orchestration/replay/work', { take: 20 }));

  const messages = createFailedMessages({ db: app.database.forModule(), pool, consumersOf: () => [], now: app.now });
  const replays = createReplays({ db: app.database.forModule(), messages });
  for (const { body } of begun)
    await replays.work({ ref: body.operationId, id: '', token: 0, attempt: 1, maxAttempts: 1, origin: nowhere });

  const { rows } = await pool.query<{ count: number }>(
    `select count(*)::int as count from observability.replay_message where outcome = 'running' group by replay_id order by 1`,
  );
  assert.deepEqual(
    rows.map(({ count }) => count),
    [1, 1, 20],
  );
});

test('callers without `observability.manage` replay and discard nothing', async (t) => {
  const { operator, app } = await failedReminders(t, 1);
  const reader = app.signIn(read);
  const { body: page } = await operator.get('/observability/messages?box=work');

  const replay = await reader.post('/observability/orchestration/replay/work', {});
  const discard = await reader.post(`/observability/messages/${page.items[0].id}/discard`, { reason: 'x' });

  assert.deepEqual([replay.status, discard.status], [403, 403]);
  assert.equal((await reader.get('/observability/replays')).body.totalCount, 0);
});

/** Events that each module erases a person for; equal names are the same person. */
async function publishDeletions(app: TestApp, names: readonly string[]): Promise<void> {
  const ids = new Map(names.map((name) => [name, `019ab0f0-4c00-7d31-a1f4-3b7c52d08e0${name}`]));
  for (const name of names)
    await app.database.units.write(system('users'), async ({ publish }: AnyUnit) =>
      publish(userEvents.deleted, { userId: ids.get(name) ?? '' }),
    );
}

async function published(app: TestApp, type: string): Promise<number> {
  const { rows } = await app.database.pool.query('select 1 from platform.event where type = $1', [type]);
  return rows.length;
}
