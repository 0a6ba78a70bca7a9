import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@clickhouse/client';
import { createDeadline } from '#kernel/limits/deadline.ts';
import { Problem } from '#kernel/problem.ts';
import { openClickHouse } from '#platform/clickhouse/client.ts';
import { openClickHouseProxy } from '#testing/logging/clickhouse-proxy.ts';
import {
  createClickHouseDatabase,
  openWithClickHouse,
  relayEvents,
  withoutClickHouse,
} from '#testing/logging/stores.ts';
import { loggingErrors, loggingPermissions } from '../contract.ts';
import { createArchive } from '../store/archive.ts';
import { toConditions } from './conditions.ts';
import { createArchiveSlices } from './slices-archive.ts';
import type { EventPlace } from './slices.ts';

const { read, write } = loggingPermissions;
const EVENTS = 600; // more than are looked at in one call where no index helps
const LONG_EVENTS = 2000; // for seconds of one query
const BUDGET_MS = 500;
const ONE_TIMEOUT_MS = 5000; // of the longest query
const SHARE = 7; // of the 20 places
const SPARE_MS = 3000; // for a busy machine
const options = { skip: withoutClickHouse, timeout: 400_000 }; // each call reads all payloads

/** Reads all payloads again for each alternative. */
const SLOW = `-(${Array.from({ length: 8 }, (_, n) => `payload.p${n}:*q*`).join(' OR ')}) payload.a:*xx*`;

function nullIfAway(error: Error): null {
  if (error instanceof Problem && error.code === loggingErrors.archiveAway.code) return null;
  throw error;
}

async function open(t: TestContext, events = EVENTS) {
  const url = await createClickHouseDatabase(t);
  const app = await openWithClickHouse(t, { environment: { CLICKHOUSE_URL: url } });
  await app.database.pool.query(
    `insert into logging.event (id, received_at, timestamp_utc, level, message, source_service, tags, payload, pattern,
       fingerprint, checksum, tokens)
     select gen_random_uuid(), date_trunc('milliseconds', now()), date_trunc('milliseconds', now()) - n * interval '20 ms', 3,
       'common', 'shop', '{}', ('{"a":"' || repeat('x', 20000) || '"}')::json, '', '', decode(repeat('00', 32), 'hex'), ''
     from generate_series(1, ${events}) n`,
  );
  await relayEvents(app);
  return { app, url, client: app.signIn(read) };
}

test(
  'a slow search in ClickHouse ends within its budget, and its cursors lead to all that match',
  options,
  async (t) => {
    const { url } = await open(t);
    const { driver, close } = openClickHouse(url, { current: () => undefined });
    t.after(close);
    const slices = createArchiveSlices(createArchive(driver.port), new Date(Date.now() + 3_600_000).toISOString());
    const conditions = await toConditions({ query: SLOW }, { expand: async (tree) => tree }, createDeadline(BUDGET_MS));
    const found = new Set<string>();
    let [calls, slowest] = [0, 0];

    for (let after: EventPlace | null = null, isOver = false; !isOver && calls < 1000; calls++) {
      const begunMs = performance.now();
      const range = { fromMs: 0, toMs: Date.now() + 3_600_000, limit: 10_000 };
      const asked = slices.search({ ...range, conditions, direction: 'desc', after, budgetMs: BUDGET_MS });
      const page = await asked.catch(nullIfAway);
      slowest = Math.max(slowest, performance.now() - begunMs);
      if (page === null) continue; // too busy to end it in time: it is asked again, as people would
      for (const { id } of page.rows) found.add(id);
      isOver = page.stoppedAt === null;
      after = page.stoppedAt;
    }

    t.diagnostic(`${calls} calls, the slowest of ${Math.round(slowest)} ms`);
    assert.equal(found.size, EVENTS);
    assert.ok(calls > 1 && slowest < BUDGET_MS + SPARE_MS, `${calls} calls, ${slowest} ms`);
  },
);

test('a query in ClickHouse is ended when the client of its search has gone', options, async (t) => {
  const { app, url, client } = await open(t, LONG_EVENTS);
  const watcher = createClient({ url });
  t.after(() => watcher.close());
  const running = async () => {
    const rows = await watcher.query({
      query: `select count() as n from system.processes where query like '%payload%' and query not like '%processes%'
        and current_database = '${new URL(url).pathname.slice(1)}' and not is_cancelled`,
      format: 'JSONEachRow',
    });
    return Number((await rows.json<{ n: number }>())[0]?.n) > 0;
  };
  const address = await app.http.listen({ port: 0, host: '127.0.0.1' });
  const left: string[] = [];

  /** For how long the query runs from its first moment, with its client or without it. */
  async function lengthOf(path: string, isLeft: boolean): Promise<number> {
    const caller = new AbortController();
    const answer = fetch(`${address}/api/v1/logging/${path}query=${encodeURIComponent(SLOW)}`, {
      headers: { 'x-test-caller': client.userId },
      signal: caller.signal,
    }).catch(() => null);
    while (!(await running())) await sleep(5);
    const begunMs = performance.now();
    if (isLeft) caller.abort();
    while (await running()) await sleep(5);
    const lengthMs = performance.now() - begunMs;
    await answer;
    return lengthMs;
  }

  for (const path of ['events?', 'histogram?', 'facets?field=pattern&']) {
    const [whole, ended] = [await lengthOf(path, false), await lengthOf(path, true)];
    t.diagnostic(`${path} ${Math.round(whole)} ms, without its client ${Math.round(ended)} ms`);
    if (ended > whole / 2) left.push(path);
  }

  assert.deepEqual(left, []);
});

for (const path of ['events?', 'histogram?', 'facets?field=pattern&'])
  test(`a ClickHouse that hangs costs one ${path.split('?')[0]} request its time-out once`, options, async (t) => {
    const proxy = await openClickHouseProxy(t, await createClickHouseDatabase(t));
    const app = await openWithClickHouse(t, { environment: { CLICKHOUSE_URL: proxy.url } });
    const client = app.signIn(read, write);
    await client.post('/logging/events', { level: 'info', message: 'an old one', sourceService: 'shop' });
    await relayEvents(app);
    await client.post('/logging/events', { level: 'info', message: 'a new one', sourceService: 'shop' });

    proxy.hang();
    const begunMs = performance.now();
    const { status, body } = await client.get(`/logging/${path}query=one`);

    t.diagnostic(`${Math.round(performance.now() - begunMs)} ms`);
    assert.ok(performance.now() - begunMs < ONE_TIMEOUT_MS + SPARE_MS);
    assert.deepEqual([status, body.complete ?? !body.sampled], [200, false], JSON.stringify(body));
  });

test('the requests of one caller leave places in ClickHouse to others', options, async (t) => {
  const proxy = await openClickHouseProxy(t, await createClickHouseDatabase(t));
  const app = await openWithClickHouse(t, { environment: { CLICKHOUSE_URL: proxy.url } });
  const [many, one] = [app.signIn(read), app.signIn(read)];
  await relayEvents(app);
  proxy.hang();

  const answers = Array.from({ length: 20 }, () => many.get('/logging/histogram?query=one'));
  while (proxy.hanging() === 0) await sleep(5);
  answers.push(one.get('/logging/histogram?query=one'));
  while (proxy.hanging() < SHARE + 1) await sleep(5);
  await sleep(100); // for those that would take a place too

  assert.equal(proxy.hanging(), SHARE + 1);
  await Promise.all(answers);
});
