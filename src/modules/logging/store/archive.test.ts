import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createClient } from '@clickhouse/client';
import { system } from '#kernel/access.ts';
import { newId, smallestIdAt } from '#kernel/id.ts';
import { loadConfig } from '#platform/config/load.ts';
import { withoutTables } from '#platform/database/port.ts';
import { createLog } from '#platform/log/pino.ts';
import { SECRET, type TestApp, type TestOptions } from '#testing/app.ts';
import { openClickHouseProxy } from '#testing/logging/clickhouse-proxy.ts';
import {
  createClickHouseDatabase,
  openWithClickHouse,
  relayEvents,
  runRelay,
  withoutClickHouse,
} from '#testing/logging/stores.ts';
import { createApp } from '../../../app.ts';
import { loggingPermissions } from '../contract.ts';

const { read, write, delete: remove, alerts } = loggingPermissions;
const DAY_MS = 86_400_000;
const MANY = 1200;
const LATE_MS = 20 * 60_000; // for which an erasure waits for inserts that were given up
const options = { skip: withoutClickHouse, timeout: 120_000 };

/** `ask` reads the rows as they are in ClickHouse, also those that were replaced. */
async function open(t: TestContext, { environment, ...more }: TestOptions = {}) {
  const url = await createClickHouseDatabase(t);
  const proxy = await openClickHouseProxy(t, url);
  const client = createClient({ url });
  t.after(() => client.close());
  const app = await openWithClickHouse(t, { ...more, environment: { CLICKHOUSE_URL: proxy.url, ...environment } });
  const sara = app.signIn(read, write, remove, alerts);
  const ask = async (query: string) => {
    const rows = await client.query({ query, format: 'JSONEachRow' });
    return (await rows.json<{ n: number }>())[0]?.n;
  };
  const send = async (events: readonly object[]) => {
    const { status, body } = await sara.post('/logging/events/bulk', { events });
    assert.deepEqual([status, body.rejected], [200, []], JSON.stringify(body));
    return body.accepted.map(({ id }: { id: string }) => id) as string[];
  };
  return { app, sara, proxy, client, ask, send };
}

type Client = ReturnType<TestApp['signIn']>;

async function findAll(client: Client, query: string): Promise<string[]> {
  const found: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const parameters = new URLSearchParams({ query, pageSize: '100', ...(cursor && { cursor }) });
    const { body } = await client.get(`/logging/events?${parameters.toString()}`);
    assert.equal(body.complete || body.nextCursor !== null, true, JSON.stringify(body));
    found.push(...body.items.map(({ message }: { message: string }) => message));
    cursor = body.nextCursor;
  }
  return found.toSorted();
}

const numbered = (count: number) => Array.from({ length: count }, (_, n) => ({ message: `word n${n}` }));
const messages = (count: number) =>
  numbered(count)
    .map(({ message }) => message)
    .toSorted();
const ROWS = 'select toUInt32(count()) as n from logging_event';

test('a relay that dies between the insert and its mark shows no event twice, and loses none', options, async (t) => {
  const { app, sara, proxy, ask, send } = await open(t);
  await send(numbered(300));
  app.pass(180_000);

  proxy.loseAnswers();
  await assert.rejects(runRelay(app));
  const afterDeath = [await ask(ROWS), (await findAll(sara, 'word')).length];
  proxy.mend();
  await relayEvents(app);
  const { body: histogram } = await sara.get('/logging/histogram?query=word');

  assert.deepEqual(afterDeath, [300, 300]);
  assert.deepEqual(await findAll(sara, 'word'), messages(300));
  assert.deepEqual([histogram.totalCount, histogram.sampled], [300, false]);
});

test('two relays at once copy each event once', options, async (t) => {
  const { app, sara, send } = await open(t);
  await send(numbered(300));
  app.pass(180_000);

  await Promise.all([runRelay(app), runRelay(app), runRelay(app)]);
  await relayEvents(app);

  assert.deepEqual(await findAll(sara, 'word'), messages(300));
});

test('events of more than a batch and of several hours all arrive', options, async (t) => {
  const { app, sara, ask, send } = await open(t);
  for (let round = 0; round < 3; round++) {
    for (let batch = 0; batch < 3; batch++) await send(Array.from({ length: 2500 }, () => ({ message: 'bulk' })));
    app.pass(3 * 3_600_000);
  }

  await relayEvents(app);

  const { body } = await sara.get('/logging/histogram?query=bulk');
  assert.deepEqual([await ask(ROWS), body.totalCount], [22_500, 22_500]);
});

test(
  'while ClickHouse is away events are stored, and a search says that it lacks the older ones',
  options,
  async (t) => {
    const { app, sara, proxy, send } = await open(t);
    const [old] = await send([{ message: 'word old' }]);
    await relayEvents(app);
    proxy.cut();

    await send([{ message: 'word new' }]);
    const { body: found } = await sara.get('/logging/events?text=word');
    const single = await sara.get(`/logging/events/${old}`);
    const around = await sara.get(`/logging/events/${found.items[0].id}/context`);
    const { body: counted } = await sara.get('/logging/histogram');
    const { body: byWord } = await sara.get('/logging/histogram?text=word');
    const { status: health, components } = await app.health.report();
    await assert.rejects(runRelay(app));
    proxy.mend();

    assert.deepEqual(
      [found.items.map(({ message }: { message: string }) => message), found.complete, found.totalCount],
      [['word new'], false, null],
    );
    assert.deepEqual([single.status, single.body.code], [503, 'logging.archive_away']);
    assert.deepEqual([around.status, around.body.code], [503, 'logging.archive_away']);
    assert.equal(counted.totalCount, 2);
    assert.deepEqual([byWord.totalCount, byWord.sampled], [1, true]);
    const clickHouse = components.find(({ name }) => name === 'clickhouse');
    assert.deepEqual([health, clickHouse?.status], ['degraded', 'unhealthy']);
  },
);

test('an event of long ago that arrives now is found, before and after it moves', options, async (t) => {
  const { app, sara, send } = await open(t);
  await send([{ message: 'word now' }]);
  await relayEvents(app);
  const timestampUtc = new Date(Date.now() - 10 * DAY_MS).toISOString();
  await send([{ message: 'word late', timestampUtc }]);

  const before = await findAll(sara, 'late');
  await relayEvents(app);
  const { body } = await sara.get(`/logging/events?text=word&sortOrder=asc&from=${timestampUtc}`);

  assert.deepEqual([before, await findAll(sara, 'late')], [['word late'], ['word late']]);
  assert.deepEqual(
    body.items.map(({ message }: { message: string }) => message),
    ['word late', 'word now'],
  );
});

test(
  'the events of an erased person stay in ClickHouse without the person, and with a checksum',
  options,
  async (t) => {
    const { app, sara, ask, send } = await open(t);
    const { userId } = app.signIn();
    const event = { message: `order of ${userId}`, actorId: userId, ip: '192.0.2.1', sessionId: 's' };
    await send(Array.from({ length: MANY }, () => event));
    await relayEvents(app);
    await send([event]);
    const logging = app.modules.find(({ name }) => name === 'logging');
    const exported = (await logging?.privacy.export(userId)) as { events: AsyncIterable<unknown> };
    const events = await Array.fromAsync(exported.events);

    await app.database
      .forModule()
      .write(system('platform'), (unit) => logging?.privacy.erase(withoutTables(unit), userId) ?? Promise.resolve());
    await app.drain();

    assert.equal(events.length, MANY + 1);
    const named = `message like '%${userId}%' or actor_id = '${userId}' or isNotNull(ip) or words like '%${userId.slice(0, 8)}%'`;
    assert.equal(await ask(`${ROWS} where ${named}`), 0);
    const { body } = await sara.get('/logging/events/corrupted?recalculate=true');
    assert.deepEqual([body.checked, body.items], [MANY + 1, []]);
    assert.equal((await findAll(sara, '"order of erased"')).length, MANY + 1);
  },
);

test('an erasure reaches what a relay has read before it and inserts after it', options, async (t) => {
  const { app, client, ask, send, proxy } = await open(t);
  const { userId } = app.signIn();
  await send([{ message: 'x', actorId: userId }]);
  app.pass(180_000);
  proxy.loseAnswers();
  await assert.rejects(runRelay(app)); // inserted, and not yet below the mark
  proxy.mend();
  await client.command({ query: 'create table kept engine = Memory as select * from logging_event' });
  const logging = app.modules.find(({ name }) => name === 'logging');

  await app.database
    .forModule()
    .write(system('platform'), (unit) => logging?.privacy.erase(withoutTables(unit), userId) ?? Promise.resolve());
  await app.drain();
  const named = [await ask(`${ROWS} where actor_id = '${userId}'`)];
  await client.command({ query: 'insert into logging_event select * from kept' });
  named.push(await ask(`${ROWS} where actor_id = '${userId}'`));
  app.pass(LATE_MS);
  await relayEvents(app);
  await app.drain(400_000);
  named.push(await ask(`${ROWS} where actor_id = '${userId}'`));

  assert.deepEqual(named, [0, 1, 0]);
});

test(
  'what is deleted and erased while ClickHouse is not configured is gone there when it is again',
  options,
  async (t) => {
    const { app, ask, send } = await open(t);
    const { userId } = app.signIn();
    const [id = ''] = await send([{ message: 'deleted' }, { message: 'x', actorId: userId }]);
    app.pass(180_000);
    await runRelay(app);
    const caller = { type: 'user', id: newId(), sessionId: null } as const;
    const without = await createApp({
      config: loadConfig({
        DATABASE_URL: app.databaseUrl,
        BONYAN_SECRET: SECRET,
        BONYAN_DATA_DIR: app.dataDir,
        BONYAN_LOG_LEVEL: 'silent',
      }),
      kind: 'command',
      log: createLog('silent'),
      callers: (real) => ({
        ...real,
        authenticate: () => caller,
        callerOf: () => caller,
        permissionsOf: () => new Set([read.code, remove.code]),
        stepUp: { ...real.stepUp, demand: () => undefined },
      }),
    });
    t.after(() => without.close());
    await without.prepare();
    const { http } = await without.createServer();
    t.after(() => http.close());
    const logging = without.modules.find(({ name }) => name === 'logging');

    await without.database
      .forModule()
      .write(system('platform'), (unit) => logging?.privacy.erase(withoutTables(unit), userId) ?? Promise.resolve());
    const deleted = await http.inject({ method: 'DELETE', url: `/api/v1/logging/events/${id}` });
    await without.background.drain(null);
    const between = await ask(`${ROWS} where actor_id = '${userId}'`);
    app.pass(LATE_MS);
    await runRelay(app);
    await app.drain(7_200_000);

    assert.deepEqual([deleted.statusCode, between], [204, 1]);
    assert.equal(await ask(`${ROWS} where actor_id = '${userId}'`), 0);
    assert.equal(await ask(`${ROWS} final where id = '${id}' and not is_deleted`), 0);
  },
);

test('an event in ClickHouse is deleted once, and is not found any more', options, async (t) => {
  const { app, sara, ask, send } = await open(t);
  const [first = '', second = ''] = await send(numbered(3));
  await relayEvents(app);

  const deleted = await Promise.all([
    sara.delete(`/logging/events/${first}`),
    sara.delete(`/logging/events/${first}`),
    sara.delete(`/logging/events/${second}`),
  ]);
  await app.drain();

  assert.deepEqual(
    deleted.map(({ status }) => status).toSorted((one, other) => one - other),
    [204, 204, 404],
  );
  assert.equal((await sara.get(`/logging/events/${first}`)).status, 404);
  assert.deepEqual(await findAll(sara, 'word'), ['word n2']);
  const { body } = await sara.get('/logging/histogram');
  assert.equal(body.totalCount, 1);
  assert.equal(await ask(`${ROWS} final where message = 'word n0'`), 0);
});

test('an event that was deleted in PostgreSQL moves without its content', options, async (t) => {
  const { app, sara, ask, send } = await open(t);
  const [id] = await send(numbered(2));
  await sara.delete(`/logging/events/${id}`);

  await relayEvents(app);
  await app.drain(120_000);

  assert.deepEqual(await findAll(sara, 'word'), ['word n1']);
  assert.equal(await ask(`${ROWS} where message = 'word n0'`), 0);
});

test('a row that was changed in ClickHouse is reported as corrupted', options, async (t) => {
  const { app, sara, ask, send } = await open(t);
  const ids = await send(numbered(3));
  await relayEvents(app);
  await ask(`insert into logging_event select * replace ('changed' as message, 2 as version) from logging_event
    where id = '${ids[1]}'`);

  const { body } = await sara.get('/logging/events/corrupted?recalculate=true');
  const { body: single } = await sara.get(`/logging/events/${ids[1]}`);

  assert.deepEqual([body.checked, body.items.map(({ id }: { id: string }) => id)], [3, [ids[1]]]);
  assert.deepEqual([single.message, single.integrity], ['changed', 'corrupted']);
});

test('a rule is tested over events of both stores', options, async (t) => {
  const { app, sara, send } = await open(t);
  const rules = await Promise.all(
    ['word', null].map((containsText) => sara.post('/logging/alerts/rules', { name: 'r', containsText })),
  );
  const from = app.now().toISOString();
  const error = { level: 'error', message: 'word' };
  await send([error]);
  await relayEvents(app);
  await send([error]);

  for (const { body: rule } of rules) {
    const { body } = await sara.post(`/logging/alerts/rules/${rule.id}/test`, { from, to: app.now().toISOString() });
    assert.deepEqual([body.checked, body.matches], [2, 2]);
  }
});

test('days and levels end in ClickHouse, with their counts', options, async (t) => {
  const environment = { BONYAN_LOGGING_KEEP_DAYS: '4', BONYAN_LOGGING_KEEP_DAYS_BY_LEVEL: 'trace=1' };
  const { app, sara, ask, send } = await open(t, { environment });
  const expire = async () => {
    const jobs = app.modules.find(({ name }) => name === 'logging')?.jobs ?? [];
    await jobs.find(({ name }) => name === 'logging.retention')?.run(new AbortController().signal);
  };
  await send([{ message: 'word', level: 'trace' }, { message: 'word' }]);
  await relayEvents(app);
  app.pass(3 * DAY_MS);

  await expire();
  const levels = await sara.get('/logging/facets?field=level');
  const left = await ask(ROWS);
  app.pass(3 * DAY_MS);
  await expire();

  assert.deepEqual(levels.body.values, [{ value: 'info', count: 1 }]);
  assert.deepEqual([left, await ask(ROWS)], [1, 0]);
});

test('PostgreSQL keeps a day until all of it is in ClickHouse', options, async (t) => {
  const { app, send } = await open(t);
  const table = app.dailyTables.find((each) => each.table === 'logging.event');
  const day = app.now().toISOString().slice(0, 10).replaceAll('-', '');
  const isNeeded = async () => {
    const { rows } = await app.database.pool.query<{ needed: boolean }>(
      `select ${table?.isNeeded(`logging.event_${day}`)} as needed`,
    );
    return rows[0]?.needed;
  };
  await send(numbered(1));
  const needed = [await isNeeded()];
  await relayEvents(app);
  needed.push(await isNeeded());
  app.pass(2 * DAY_MS);
  await runRelay(app);
  needed.push(await isNeeded());

  assert.deepEqual([table?.keepDays, needed], [1, [true, true, false]]);
});

test('no event is stored in a time that is closed', options, async (t) => {
  const { app, sara } = await open(t);
  await app.database.pool.query(`update logging.relay set closed_to = now() + interval '1 hour'`);

  const { status, body } = await sara.post('/logging/events', { message: 'late' });

  assert.deepEqual([status, body.code], [503, 'logging.ingest_away']);
  const { rows } = await app.database.pool.query('select from logging.event');
  assert.equal(rows.length, 0);
});

test('a minute is closed only when the transactions that may store events in it have ended', options, async (t) => {
  const { app, sara, send } = await open(t);
  await send(numbered(1));
  const late = await app.database.pool.connect();
  await late.query('begin');
  await late.query('select pg_current_xact_id()');
  app.pass(180_000);

  const relaying = runRelay(app);
  await late.query(`insert into logging.event
    select gen_random_uuid(), received_at, timestamp_utc, level, 'word late', source_service, source_module, source_instance,
      trace_id, span_id, request_id, tenant_id, actor_type, actor_id, outcome, session_id, ip, user_agent, device_info,
      http_method, http_path, http_status_code, error_code, error_stack_hash, tags, payload, pattern, fingerprint, checksum,
      tokens, deleted_at from logging.event`);
  await late.query('commit');
  late.release();
  await relaying;
  await relayEvents(app);

  assert.deepEqual(await findAll(sara, 'word'), ['word late', 'word n0']);
});

test('the metric of the relay says how old the events are that ClickHouse does not have', options, async (t) => {
  const { app, send } = await open(t);
  const behind = async () => {
    const gauges = app.modules.find(({ name }) => name === 'logging')?.gauges ?? [];
    const samples = await gauges.find(({ name }) => name === 'bonyan_logging_relay_behind_seconds')?.read();
    return samples?.[0]?.value;
  };
  const before = await behind();
  await send(numbered(3));
  app.pass(180_000);
  await runRelay(app);
  const copied = (await behind()) ?? Infinity;
  app.pass(3_600_000);

  assert.equal(before, undefined);
  assert.ok(copied >= 60 && copied <= 125, String(copied));
  assert.ok(((await behind()) ?? 0) >= copied + 3600);
});

test('a token of letters beyond the basic plane that is cut does not stop the relay', options, async (t) => {
  const { app, sara, send } = await open(t);
  await send([{ message: `a${'𠀀'.repeat(100)} long` }]);

  await relayEvents(app);

  assert.equal((await findAll(sara, 'long')).length, 1);
});

test('a process whose clock is ahead closes no minute that is to come', options, async (t) => {
  const { app, sara, send } = await open(t);
  await send(numbered(1));
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 3_600_000 });
  await runRelay(app);
  t.mock.timers.reset();

  const { status } = await sara.post('/logging/events/bulk', { events: numbered(2) });

  assert.equal(status, 200);
  assert.equal((await findAll(sara, 'word')).length, 3);
});

test(
  'a transaction that does not end holds up the minutes that were closed after it began, and no others',
  options,
  async (t) => {
    const { app, ask, send } = await open(t);
    await send(numbered(3));
    app.pass(180_000);
    await runRelay(app);
    await send(numbered(2));
    app.pass(180_000);
    const client = await app.database.pool.connect();
    await client.query('begin');
    await client.query('select pg_current_xact_id()');

    await runRelay(app);
    const held = await ask(ROWS);
    await client.query('commit');
    client.release();
    await runRelay(app);

    assert.deepEqual([held, await ask(ROWS)], [3, 5]);
  },
);

test('after ClickHouse was wiped, what PostgreSQL still has is copied again', options, async (t) => {
  const { app, sara, client, send } = await open(t);
  await send(numbered(300));
  app.pass(180_000);
  await runRelay(app);
  await client.command({ query: 'drop table logging_event' });

  await runRelay(app);

  assert.deepEqual(await findAll(sara, 'word'), messages(300));
});

test('a place in a list of a payload may be counted from its end, wherever the event is', options, async (t) => {
  const { app, sara, send } = await open(t);
  await send([{ message: 'x', orderId: 12, list: ['first', 'last'] }]);
  const found = async () =>
    Promise.all(
      ['payload.orderId:12', 'payload.list.-1:last', 'payload.list.-2:last'].map(
        async (query) => (await findAll(sara, query)).length,
      ),
    );
  const before = await found();

  await relayEvents(app);

  assert.deepEqual(
    [before, await found()],
    [
      [1, 1, 0],
      [1, 1, 0],
    ],
  );
});

test('an id is the same event in capitals, and one of no time is none', options, async (t) => {
  const { app, sara, send } = await open(t);
  const [id = ''] = await send(numbered(1));
  await relayEvents(app);

  assert.equal((await sara.get(`/logging/events/${id.toUpperCase()}`)).status, 200);
  assert.equal((await sara.get('/logging/events/ffffffff-ffff-4fff-bfff-ffffffffffff')).status, 404);
  assert.equal((await sara.delete(`/logging/events/${id.toUpperCase()}`)).status, 204);
  assert.deepEqual(await findAll(sara, 'word'), []);
});

test('events of many days are exported, checked and erased in order', options, async (t) => {
  const { app, sara, client, ask, send } = await open(t);
  const { userId } = app.signIn();
  await send([{ message: 'x', actorId: userId }]);
  await relayEvents(app);
  const days = Array.from({ length: 12 }, (_, day) => Date.now() - (day + 1) * DAY_MS);
  const ids = days.map((ms) => smallestIdAt(ms));
  await client.command({
    query: `insert into logging_event select * replace (d.1 as id, fromUnixTimestamp64Milli(d.2) as received_at)
      from logging_event array join arrayZip({ids:Array(String)}, {days:Array(Int64)}) as d`,
    query_params: { ids, days },
  });
  const logging = app.modules.find(({ name }) => name === 'logging');
  const whole = (await logging?.privacy.export(userId)) as { events: AsyncIterable<{ id: string }> };
  const exported = (await Array.fromAsync(whole.events)).map(({ id }) => id);
  const { body } = await sara.get('/logging/events/corrupted?recalculate=true');

  await app.database
    .forModule()
    .write(system('platform'), (unit) => logging?.privacy.erase(withoutTables(unit), userId) ?? Promise.resolve());
  await app.drain();

  assert.deepEqual(exported.slice(0, 12), ids.toSorted());
  assert.deepEqual([exported.length, body.checked], [13, 13]);
  assert.equal(await ask(`${ROWS} where actor_id = '${userId}'`), 0);
});
