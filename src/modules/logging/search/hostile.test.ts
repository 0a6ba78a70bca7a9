import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { testApp } from '#testing/app.ts';
import { loggingPermissions } from '../contract.ts';

const { read } = loggingPermissions;
const EVENTS = 12_000;
const WORDS = 3_000_000; // looking at all takes a fifth of a second
const BUDGET_MS = 4000;
const SPARE_MS = 4000; // for a busy machine
const GONE_MS = 1000; // the budget would end it later

/** Comparing one of these with a field of the payload takes a tenth of a millisecond. */
const SLOW = `-(${Array.from({ length: 20 }, (_, n) => `payload.p${n}:*q*`).join(' OR ')}) payload.a:none`;
const letters = (n: number) => String.fromCodePoint(97 + (n % 26), 97 + Math.floor(n / 26));
const QUERIES: Record<string, string> = {
  'of slow conditions': SLOW,
  'of slow conditions beside a common word': `common ${SLOW}`,
  'that is long': Array.from({ length: 49 }, (_, n) => `word${n}`).join(' '),
  'that is deep': `${'('.repeat(7)}common OR x${')'.repeat(7)} -absent`,
  'of many alternatives': Array.from({ length: 20 }, (_, n) => `word${n}*`).join(' OR '),
  'for a common word': 'common',
  'for all but a common word': '-common',
  'for a part of common words': '*ommo*',
  'for many parts of two letters': Array.from({ length: 50 }, (_, n) => `*${letters(n)}*`).join(' '),
};

async function open(t: TestContext) {
  const app = await testApp(t);
  const client = app.signIn(read);
  await app.database.pool.query(
    `insert into logging.event (id, received_at, timestamp_utc, level, message, source_service, tags, payload, pattern,
       fingerprint, checksum, tokens)
     select gen_random_uuid(), now(), now() - n * interval '20 ms', 3, 'common', 'shop', '{}',
       ('{"a":"' || repeat('x', 40000) || '"}')::json, '', '', '', 'common:1'
     from generate_series(1, ${EVENTS}) n`,
  );
  await app.database.pool.query(
    `insert into logging.word (day, word, keys) values (date_trunc('day', now()), 'common', '{com,omm,mmo,mon}')`,
  );
  return { app, client };
}

test('each hostile query ends within its budget, and its cursor leads further', { timeout: 300_000 }, async (t) => {
  const { app, client } = await open(t);
  await app.database.pool.query(
    `insert into logging.word (day, word, keys)
     select date_trunc('day', now()), '0123456789' || n, '{}' from generate_series(1, ${WORDS}) n`,
  );
  const wrong: string[] = [];

  for (const [name, query] of Object.entries(QUERIES)) {
    const begunMs = performance.now();
    const ask = (cursor: string) =>
      client.get(`/logging/events?${new URLSearchParams({ query, ...(cursor && { cursor }) }).toString()}`);
    const first = await ask('');
    const tookMs = performance.now() - begunMs;
    if (first.status !== 200 || tookMs > BUDGET_MS + SPARE_MS) wrong.push(`${name}: ${first.status}, ${tookMs} ms`);
    if (first.body.complete) continue;
    const second = await ask(first.body.nextCursor);
    if (second.body.nextCursor === first.body.nextCursor) wrong.push(`${name}: the cursor leads nowhere`);
  }
  const { body } = await client.get(`/logging/events?query=${encodeURIComponent(SLOW)}`);

  assert.deepEqual(wrong, []);
  assert.deepEqual([body.complete, body.items, typeof body.nextCursor], [false, [], 'string']);
});

/** Statements that compare payloads, which the server runs: those before them end at once. */
async function running(client: pg.Client): Promise<number> {
  const { rows } = await client.query(
    `select count(*)::int as running from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and state = 'active' and query ~ 'payload #>>'`,
  );
  return rows[0].running;
}

test('the statement of a search is gone a second after its client', { timeout: 120_000 }, async (t) => {
  const { app, client } = await open(t);
  const watcher = new pg.Client({ connectionString: app.databaseUrl });
  watcher.on('error', () => {}); // the database is dropped before it ends
  await watcher.connect();
  t.after(() => watcher.end());
  const address = await app.http.listen({ port: 0, host: '127.0.0.1' });
  const headers = { 'x-test-caller': client.userId };
  const left: string[] = [];

  for (const path of ['events?', 'histogram?', 'facets?field=pattern&']) {
    const url = `${address}/api/v1/logging/${path}query=${encodeURIComponent(SLOW)}`;
    const caller = new AbortController();
    const answer = fetch(url, { headers, signal: caller.signal }).catch(() => null);
    while ((await running(watcher)) === 0) await sleep(5);
    caller.abort();
    const goneMs = performance.now();
    while ((await running(watcher)) > 0) await sleep(5);
    const tookMs = performance.now() - goneMs;
    t.diagnostic(`${path} ${Math.round(tookMs)} ms`);
    if (tookMs > GONE_MS) left.push(`${path} ${tookMs} ms`);
    await answer;
  }

  assert.deepEqual(left, []);
});
