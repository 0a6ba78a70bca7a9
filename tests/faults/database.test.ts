import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Problem } from '#kernel/problem.ts';
import { todoPermissions } from '#modules/todos/contract.ts';
import { isLong, notOnce, openStage, RESUMES_MS, until, type FaultNode } from './stage.ts';

const { read, write } = todoPermissions;
const LEASE_MS = 2000; // so that what was claimed when it was cut comes back soon
const EVENT_LEASE_MS = 30_000; // of one that has stepped aside and was claimed when it was cut
const CUTS = isLong ? 20 : 4;
const CLIENTS = 4;

test(
  'connections cut under load: 503 or whole, everything comes back, nothing is lost or doubled',
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
    await load.assertKept(t, effects);
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

/** Writes work and events until it is stopped, and remembers what was accepted. */
function createLoad(node: FaultNode) {
  const accepted = new Set<string>();
  const published = new Set<string>();
  const refused: unknown[] = [];
  let isStopped = false;
  let next = 0;

  async function writeNext(): Promise<void> {
    const seq = next++;
    try {
      await node.enqueue(`item ${seq}`);
      accepted.add(`item ${seq}`);
      await node.publish(`k${seq % 8}`, seq);
      published.add(`k${seq % 8} ${seq}`);
    } catch (error) {
      refused.push(error);
      await sleep(5);
    }
  }

  return {
    accepted,
    refused,
    async run(clients: number, beside: () => Promise<void> = async () => {}): Promise<void> {
      const client = async () => {
        while (!isStopped) {
          await Promise.all([writeNext(), beside()]);
          await sleep(2);
        }
      };
      await Promise.all(Array.from({ length: clients }, client));
    },
    stop: () => void (isStopped = true),
    /** What was accepted had its effect; nothing had it twice; what was refused said that the database is away. */
    async assertKept(t: TestContext, effects: (kind: 'work' | 'event') => Promise<Map<string, number>>): Promise<void> {
      const eventsMs = await until(
        async () => notOnce(published, await effects('event')).length === 0,
        40_000,
        'all events',
      );
      t.diagnostic(`the last event ${eventsMs} ms later`);
      assert.ok(eventsMs <= EVENT_LEASE_MS + 1000, `${eventsMs} ms`);
      const [work, events] = [await effects('work'), await effects('event')];
      assert.deepEqual(notOnce(accepted, work), []);
      assert.deepEqual(notOnce(published, events), []);
      assert.deepEqual(notOnce(work.keys(), work), []);
      assert.deepEqual(notOnce(events.keys(), events), []);
      assert.deepEqual(refused.filter((error) => !isUnavailable(error)).map(String), []);
    },
  };
}

function isUnavailable(error: unknown): boolean {
  return error instanceof Problem && error.status === 503;
}

/** How long new work and a new event of each node take to have their effect on any node, from now. */
async function resumes(t: TestContext, nodes: readonly FaultNode[]) {
  const beganMs = performance.now();
  const times = await Promise.all(
    nodes.map(async (node, index) => {
      const ref = `after ${index} ${beganMs}`;
      await until(() => node.enqueue(ref).then(() => true), 30_000, 'enqueued');
      await until(() => node.publish(ref, 0).then(() => true), 30_000, 'published');
      const has = (kind: string, name: string) => async () =>
        (await node.database.pool.query('select 1 from effect where kind = $1 and ref = $2', [kind, name])).rowCount >
        0;
      const [workMs, eventMs] = await Promise.all([
        until(has('work', ref), 40_000, 'work').then(() => Math.round(performance.now() - beganMs)),
        until(has('event', `${ref} 0`), 40_000, 'event').then(() => Math.round(performance.now() - beganMs)),
      ]);
      return { workMs, eventMs };
    }),
  );
  t.diagnostic(`resumed: ${JSON.stringify(times)}`);
  return times;
}

function assertResumed(times: readonly { workMs: number; eventMs: number }[]): void {
  assert.deepEqual(
    times.filter(({ workMs, eventMs }) => workMs > RESUMES_MS || eventMs > RESUMES_MS),
    [],
  );
}
