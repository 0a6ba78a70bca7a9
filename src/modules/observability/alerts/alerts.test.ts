import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { system } from '#kernel/access.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { runJob } from '#testing/accounts.ts';
import { testApp } from '#testing/app.ts';
import { explainEverything } from '#testing/growth/plans.ts';
import { loggingPermissions } from '#modules/logging/contract.ts';
import { observabilityEvents, observabilityPermissions } from '../contract.ts';

const MINUTE_MS = 60_000;

async function watched(t: TestContext) {
  const app = await testApp(t);
  const { pool } = app.database;
  const operator = app.signIn(observabilityPermissions.read);
  // A process that runs, so that nothing else is wrong.
  await pool.query(
    `insert into platform.node (id, kind, host, pid, state) values (gen_random_uuid(), 'serve', 'app-1', 1, $1)`,
    [JSON.stringify({ runsBackground: true })],
  );
  const count = (good: number, bad: number, ago = 0) =>
    pool.query(
      `with added as (
         insert into observability.objective_minute (objective, minute, good, bad) values ('availability', $1, $2, $3)
       ) insert into observability.objective_slot (objective, slot, good, bad) values ('availability', $1, $2, $3)`,
      [new Date(app.now().getTime() - ago * MINUTE_MS).toISOString(), good, bad],
    );
  const check = () => runJob(app, 'observability.alerts');
  const alerts = async () => (await operator.get('/observability/alerts')).body.items;
  const published = async () =>
    (await pool.query('select 1 from platform.event where type = $1', [observabilityEvents.sloBreached.type])).rowCount;
  const loseFile = () =>
    pool.query(
      `insert into files.file (id, owner_id, file_name, content_type, content_id, storage_status)
       values (gen_random_uuid(), gen_random_uuid(), 'x', 'text/plain', gen_random_uuid(), 'missing')`,
    );
  return { app, pool, operator, count, check, alerts, published, loseFile };
}

test('an alert opens once, is published once, and closes when its cause has ended', async (t) => {
  const { app, count, check, alerts, published } = await watched(t);
  await count(100, 100, 1);

  await check();
  await check();
  const open = await alerts();
  app.pass(10 * MINUTE_MS);
  await count(1_000_000, 0);
  await check();
  const closed = await alerts();

  assert.deepEqual(
    open.map(({ subject, tier, severity, closedAt }: Record<string, unknown>) => [subject, tier, severity, closedAt]),
    [['objective.availability', 'fast', 'critical', null]],
  );
  assert.equal(await published(), 1);
  assert.equal(closed.length, 1);
  assert.notEqual(closed[0].closedAt, null);
});

test('an alert notifies those to whom incidents of its severity are routed, once', async (t) => {
  const { app, pool, count, check } = await watched(t);
  const { userId } = app.signIn();
  await app.database.units.write(system('users'), async (unit: AnyUnit) => {
    await app.authorization.admit(unit, userId);
    await app.authorization.makeAdministrator(unit, userId);
    await app.notifications.putRecipient(unit, { userId, email: 'sara@example.com', language: 'en', timeZone: 'UTC' });
  });
  await count(100, 100);

  await check();
  await check();
  await app.drain();

  const { rows } = await pool.query<{ channel: string; count: number }>(
    `select channel, count(*) as count from notifications.message group by 1 order by 1`,
  );
  assert.deepEqual(
    rows.map(({ channel, count: sent }) => [channel, sent]),
    [
      ['email', 1],
      ['inApp', 1],
    ],
  );
});

test('an alert is one incident, which is resolved when the alert closes and comes back with it', async (t) => {
  const { app, pool, count, check } = await watched(t);
  const sara = app.signIn(loggingPermissions.alerts);
  const incidents = async () => {
    const { body } = await sara.get('/logging/alerts/incidents');
    return body.items.map(({ title, status, cameBack }: Record<string, unknown>) => [title, status, cameBack]);
  };
  const title = 'Alert: objective.availability';
  await count(100, 100);

  await check();
  await check();
  const open = await incidents();
  await pool.query('update observability.objective_minute set good = 1000000, bad = 0');
  await check();
  const closed = await incidents();
  await pool.query('update observability.objective_minute set good = 0, bad = 100');
  await check();
  const again = await incidents();

  assert.deepEqual(
    [open, closed, again],
    [[[title, 'open', false]], [[title, 'resolved', false]], [[title, 'open', true]]],
  );
});

test('a stuck queue is one incident, which is resolved when the work goes on', async (t) => {
  const { app, pool, count, check } = await watched(t);
  const sara = app.signIn(loggingPermissions.alerts);
  await count(1, 0);
  const facts = async () => {
    const { body } = await sara.get('/logging/alerts/incidents');
    return body.items.map(({ title, status }: Record<string, string>) => `${title} ${status}`);
  };
  await pool.query(
    `insert into platform.work (id, queue, ref, origin, due_at)
     values (gen_random_uuid(), 'platform.job', 'x', '{}', now() - interval '1 hour')`,
  );

  await check();
  await check();
  const open = await facts();
  await pool.query(`delete from platform.work where ref = 'x'`);
  await check();

  const title = 'Alert: orchestration.queue.platform.job';
  assert.deepEqual([open, await facts()], [[`${title} open`], [`${title} resolved`]]);
});

test('an alert that comes back within 15 minutes is opened again and not published again', async (t) => {
  const { pool, count, check, alerts, published } = await watched(t);
  await count(100, 100);
  await check();
  await pool.query('update observability.objective_minute set good = 1000000, bad = 0');
  await check();
  await pool.query('update observability.objective_minute set good = 0, bad = 100');

  await check();

  const all = await alerts();
  assert.deepEqual([all.length, all[0].closedAt, await published()], [1, null, 1]);
});

test('a figure of a module beyond its limit is an alert, which ends when the figure is back', async (t) => {
  const { pool, count, check, alerts, loseFile } = await watched(t);
  await count(1, 0);
  await loseFile();

  await check();
  const [open] = await alerts();
  await pool.query('delete from files.file');
  await check();
  const [closed] = await alerts();

  assert.deepEqual([open.subject, open.tier, open.severity], ['level.files.missing', 'level', 'medium']);
  assert.match(open.details, /: 1, with a limit of 0$/);
  assert.notEqual(closed.closedAt, null);
});

test('a figure that cannot be read leaves its alert open', async (t) => {
  const { pool, count, check, alerts, loseFile } = await watched(t);
  await count(1, 0);
  await loseFile();
  await check();

  await pool.query('alter table files.file rename to gone');
  await check();
  const blind = await alerts();
  await pool.query('alter table files.gone rename to file');
  await pool.query('delete from files.file');
  await check();

  assert.deepEqual([blind.length, blind[0].closedAt], [1, null]);
  assert.notEqual((await alerts())[0].closedAt, null);
});

test('an open alert that grows tenfold notifies again, also those who have acknowledged it', async (t) => {
  const { app, pool, count, check, published } = await watched(t);
  const sara = app.signIn(...Object.values(loggingPermissions));
  await count(1, 0);
  const fail = (times: number) =>
    pool.query(
      `insert into platform.work (id, queue, ref, origin, due_at, error)
       select gen_random_uuid(), 'platform.thing', 'x', '{}', 'infinity', 'down' from generate_series(1, $1)`,
      [times],
    );
  const incident = async () => (await sara.get('/logging/alerts/incidents')).body.items[0];

  await fail(1);
  await check();
  await sara.post(`/logging/alerts/incidents/${(await incident()).id}/acknowledge`, {});
  await fail(8);
  await check();
  const before = [await published(), (await incident()).status];
  await fail(1);
  await check();

  assert.deepEqual(before, [1, 'acknowledged']);
  assert.deepEqual([await published(), (await incident()).status], [2, 'open']);
  assert.match((await incident()).description, /^10 work items are dead/);
});

test('few errors, and no events at all, alert nobody', async (t) => {
  const { operator, count, check, alerts } = await watched(t);
  await check();
  const { body: nothing } = await operator.get('/observability/metrics');
  await count(2, 1);

  await check();

  assert.deepEqual(await alerts(), []);
  assert.equal(nothing.objectives.find(({ name }: { name: string }) => name === 'availability').status, 'noData');
});

test('a process that has just started after a stop has not recorded yet, and alerts nobody', async (t) => {
  const { app, pool, count, check, alerts } = await watched(t);
  await count(1, 0, 60);
  app.pass(6 * MINUTE_MS);
  await pool.query('update platform.node set started_at = $1', [app.now().toISOString()]);

  await check();

  assert.deepEqual(await alerts(), []);
});

test('a stopped process and a source that stopped are alerts of their own', async (t) => {
  const { app, pool, count, check, alerts } = await watched(t);
  await count(1, 0);
  await pool.query(
    `insert into platform.node (id, kind, host, pid, heartbeat_at, started_at)
     values (gen_random_uuid(), 'worker', 'app-2', 2, now() - interval '25 s', now() - interval '1 h')`,
  );
  app.pass(6 * MINUTE_MS);

  await check();
  const open = (await alerts()).map(({ subject }: { subject: string }) => subject.replace(/[0-9a-f-]{36}/, 'ID'));
  await pool.query(`delete from platform.node where host = 'app-2'`);
  await count(1, 0);
  await check();

  assert.deepEqual(open.toSorted(), ['objective.source', 'orchestration.node.ID']);
  assert.ok((await alerts()).every(({ closedAt }: { closedAt: unknown }) => closedAt !== null));
});

test('what a process counts is recorded by minute, and judged', async (t) => {
  const { app, operator } = await watched(t);
  app.observability.start();
  for (let n = 0; n < 3; n++) await operator.get('/observability/alerts');
  await app.observability.stop();

  const { body } = await operator.get('/observability/metrics');

  const availability = body.objectives.find(({ name }: { name: string }) => name === 'availability');
  assert.deepEqual([availability.status, availability.value, availability.budget.left], ['ok', 1, 1]);
  const route = body.requests.routes.find(({ route: path }: { route: string }) =>
    path.endsWith('/observability/alerts'),
  );
  assert.deepEqual([route.method, route.total, route.errors], ['GET', 3, 0]);
  assert.ok(route.p95Ms > 0);
});

test('a dry run shows past alerts for any target', async (t) => {
  const { operator, count } = await watched(t);
  await count(100, 100, 30);

  const { body: own } = await operator.get('/observability/objectives/availability/alerts');
  const { body: lax } = await operator.get('/observability/objectives/availability/alerts?target=0.5');
  const unknown = await operator.get('/observability/objectives/none/alerts');

  assert.deepEqual([unknown.status, unknown.body.code], [404, 'observability.objective_not_found']);
  assert.equal(own.target, 0.999);
  assert.equal(own.firings[0].tier, 'fast');
  assert.deepEqual(lax, { target: 0.5, firings: [] });
});

test('counts, closed alerts and replays that are old go, in bounded batches by an index; younger ones stay', async (t) => {
  const watch = explainEverything();
  const app = await testApp(t);
  const { pool } = app.database;
  await pool.query(
    `insert into observability.objective_minute (objective, minute, good, bad)
     select 'reads', date_trunc('minute', now()) + (n - 2500) * interval '1 minute' - interval '4 days', 1, 0 from generate_series(0, 4999) n`,
  );
  await pool.query(
    `insert into observability.objective_slot (objective, slot, good, bad)
     select 'reads', now() + (n - 2500) * interval '1 second' - interval '40 days', 1, 0 from generate_series(0, 2499) n`,
  );
  await pool.query(
    `insert into observability.alert (id, subject, tier, severity, details, opened_at, closed_at)
     select gen_random_uuid(), 'objective.reads', 'slow', 'medium', 'slow', now(),
       now() - case when n <= 2500 then interval '366 days' else interval '1 day' end
     from generate_series(1, 5000) n`,
  );
  await pool.query(
    `insert into observability.replay (id, box, take, filter, dry_run, matched, finished_at)
     select gen_random_uuid(), 'inbox', 1000, '{}', false, 25, now() - case when n <= 120 then interval '91 days' else interval '1 day' end
     from generate_series(1, 150) n`,
  );
  await pool.query(
    `insert into observability.replay_message (replay_id, message_id, outcome)
     select id, gen_random_uuid(), 'succeeded' from observability.replay, generate_series(1, 25)`,
  );
  await pool.query('vacuum analyze');

  const { statements } = await watch.during(async () => {
    await runJob(app, 'observability.forget');
    await runJob(app, 'observability.tidy');
  });

  const { rows } = await pool.query<Record<string, number>>(
    `select (select count(*)::int from observability.objective_minute) as minutes, (select count(*)::int from observability.objective_slot) as slots,
       (select count(*)::int from observability.alert) as alerts, (select count(*)::int from observability.replay) as replays,
       (select count(*)::int from observability.replay_message) as messages`,
  );
  const { minutes = 0, ...left } = rows[0] ?? {};
  assert.ok(minutes >= 2490 && minutes <= 2500, `${minutes} minutes are left`);
  assert.deepEqual(left, { slots: 0, alerts: 2500, replays: 30, messages: 750 });
  const deleted = statements.flatMap(({ text, plan }) =>
    /^\s*delete/.test(text) ? [plan['Plans']?.[0]?.['Actual Rows'] ?? 0] : [],
  );
  assert.ok(Math.max(...deleted) <= 1000, `a statement deleted ${Math.max(...deleted)} rows`);
  assert.ok(deleted.length > 10);
});
