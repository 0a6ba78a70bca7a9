import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { todoPermissions } from '#modules/todos/contract.ts';
import { assertResumed, createLoad, resumes } from './load.ts';
import { isLong, openStage, RESUMES_MS, until } from './stage.ts';

const { read, write } = todoPermissions;
const LEASE_MS = 2000; // short, so that items that were claimed at the cut are claimed again soon
const CUTS = isLong ? 20 : 4;
const CLIENTS = 4;

test(
  'when connections are cut under load, answers are 503 or complete, everything recovers, and nothing is lost or doubled',
  bounded(),
  async (t) => {
    const { app, node, effects, left, closing } = await openStage(t);
    const [one, two] = [await node({ leaseMs: LEASE_MS }), await node({ leaseMs: LEASE_MS })];
    const nodes = [one, two];
    const outside = await connect(app.databaseUrl, closing);
    const load = createLoad(one);
    const sara = app.signIn(read, write);
    const statuses = new Map<number, number>();
    const created = new Set<string>();
    const refusedWithoutRetry: unknown[] = [];
    async function askForTodo(): Promise<void> {
      const { status, body, headers } = await sara.post('/todos', { description: 'x' });
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (status === 201) created.add(body.id);
      if (status === 503 && headers['retry-after'] === undefined) refusedWithoutRetry.push(body);
    }
    for (const each of nodes) each.background.start();

    const loading = load.run(CLIENTS, askForTodo);
    for (let cut = 0; cut < CUTS; cut++) {
      await sleep(200 + Math.random() * 300);
      await cutAll(outside);
    }
    const resumed = await resumes(t, nodes);
    const request = until(
      async () => (await sara.post('/todos', { description: 'x' })).status === 201,
      10_000,
      'answered',
    );
    t.diagnostic(`requests after ${await request} ms`);
    const listening = until(async () => (await countListening(outside)) >= 3, 10_000, 'LISTEN');
    t.diagnostic(`LISTEN after ${await listening} ms more`);
    load.stop();
    await loading;
    const idleMs = await until(async () => (await left()) === 0, 30_000, 'everything is done');

    t.diagnostic(
      `${load.accepted.size} accepted, ${load.refused.length} refused, the last done ${idleMs} ms after the load`,
    );
    t.diagnostic(`answers ${JSON.stringify(Object.fromEntries(statuses))}`);
    assert.ok(idleMs <= LEASE_MS + 1000 + RESUMES_MS);
    assertResumed(resumed);
    assert.deepEqual(
      [...statuses.keys()].filter((status) => status !== 201 && status !== 503),
      [],
    );
    assert.deepEqual(refusedWithoutRetry, []);
    assert.ok((statuses.get(201) ?? 0) > 0);
    await load.assertKept(t, LEASE_MS, effects);
    const { rows } = await outside.query(`
    select t.id, (select count(*)::int from platform.event e where e.type = 'todos.created.v1' and e.body->>'todoId' = t.id::text) as events
    from todos.todo t`);
    assert.deepEqual(
      rows.filter(({ events }) => events !== 1),
      [],
    );
    const stored = new Set(rows.map(({ id }) => id));
    assert.deepEqual(
      [...created].filter((id) => !stored.has(id)),
      [],
    );
  },
);

function bounded() {
  return { timeout: 60_000 + CUTS * 500 };
}

async function connect(url: string, closing: (() => Promise<unknown>)[]): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  closing.push(() => client.end());
  return client;
}

async function cutAll(outside: pg.Client): Promise<void> {
  await outside.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
  );
}

async function countListening(outside: pg.Client): Promise<number> {
  const { rows } = await outside.query(
    `select count(*)::int as count from pg_stat_activity
     where datname = current_database() and (query in ('listen bonyan', 'select 1') or query like '%pg_notify%')`,
  );
  return rows[0].count;
}
