import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { sql } from 'kysely';
import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { defineQueue, type NewWork } from '#kernel/work.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { createLog } from '#platform/log/pino.ts';
import { testApp } from '#testing/app.ts';
import { claimDue, giveBack } from './claim.ts';
import { createWorkEngine } from './engine.ts';
import type { WorkResult, UnitBody, Work } from './port.ts';
import { LeaseLost, complete } from './complete.ts';
import { someTelemetry } from '#platform/telemetry/none.ts';

const queue = defineQueue('probe.thing');
const terms = new Map([[queue.name, { leaseMs: 30_000, maxAttempts: 3 }]]);
const log = createLog('silent');
const MINUTE_MS = 60_000;
const later = (minutes: number) => new Date(Date.now() + minutes * MINUTE_MS).toISOString();

/** An app with a table of effects and one queue; each item's effect is its `ref`. */
async function probe(t: TestContext) {
  const app = await testApp(t);
  const { pool, units } = app.database;
  await pool.query('create table effect (place bigint generated always as identity, ref text)');
  const note =
    (ref: string) =>
    async ({ tx }: AnyUnit) => {
      await sql`insert into effect (ref) values (${ref})`.execute(tx);
    };
  const node = (handle: (work: Work) => Promise<WorkResult> = async ({ ref }) => ({ write: note(ref) })) =>
    createWorkEngine({
      pool,
      units,
      workers: [{ queue, maxAttempts: 3, leaseMs: 30_000, handle }],
      nodeId: newId(),
      log,
      telemetry: someTelemetry(),
      concurrency: 8,
    });
  const enqueue = (...items: NewWork[]) =>
    units.write(system('probe'), async (unit: AnyUnit) => {
      for (const item of items) unit.enqueue(queue, item);
    });
  const effects = async () =>
    (await pool.query<{ ref: string }>('select ref from effect order by place')).rows.map(({ ref }) => ref);
  const claim = (count = 10, asOf: string | null = null) =>
    claimDue(pool, { terms, nodeId: newId(), shares: [{ queues: [queue.name], count, prefetch: 0 }], asOf });
  return { pool, units, note, node, enqueue, effects, claim };
}

test('work of a rolled-back unit does not exist', async (t) => {
  const { units, node, effects } = await probe(t);
  const failing = units.write(system('probe'), async (unit: AnyUnit) => {
    unit.enqueue(queue, { ref: 'never' });
    throw new Error('no');
  });

  await assert.rejects(failing, /no/);

  assert.equal(await node().drain(), 0);
  assert.deepEqual(await effects(), []);
});

test('each item is done once when several nodes drain at the same time', async (t) => {
  const { node, enqueue, effects } = await probe(t);
  const refs = Array.from({ length: 200 }, (_, index) => `item ${index}`);
  await enqueue(...refs.map((ref) => ({ ref })));

  await Promise.all([node().drain(), node().drain(), node().drain()]);

  assert.deepEqual((await effects()).toSorted(), refs.toSorted());
});

test('nodes that prefetch do each item once, and keyed items in order', async (t) => {
  const { node, note, enqueue, effects } = await probe(t);
  const refs = Array.from({ length: 600 }, (_, index) => ({ ref: `item ${index}` }));
  const steps = Array.from({ length: 20 }, (_, index) => ({ ref: `step ${index}`, key: 'same' }));
  await enqueue(...refs, ...steps);
  const all = Promise.withResolvers<void>();
  const handled = new Set<string>();
  const nodes = [1, 2].map(() =>
    node(async ({ ref }) => {
      if (handled.add(ref).size === refs.length + steps.length) all.resolve();
      return { write: note(ref) };
    }),
  );

  for (const { start } of nodes) start();
  await all.promise;
  await Promise.all(nodes.map(({ stop }) => stop(10_000)));

  const done = await effects();
  assert.deepEqual(done.toSorted(), [...refs, ...steps].map(({ ref }) => ref).toSorted());
  assert.deepEqual(
    done.filter((ref) => ref.startsWith('step')),
    steps.map(({ ref }) => ref),
  );
});

test('an item is not done before it is due', async (t) => {
  const { node, enqueue, effects } = await probe(t);
  await enqueue({ ref: 'later', dueAt: later(10) }, { ref: 'now' });

  await node().drain();
  const before = await effects();
  await node().drain(later(11));

  assert.deepEqual(before, ['now']);
  assert.deepEqual(await effects(), ['now', 'later']);
});

test('work of one key runs in the order of enqueuing, one at a time', async (t) => {
  const { node, note, enqueue, effects } = await probe(t);
  let running = 0;
  let most = 0;
  const engine = node(async ({ ref }) => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running--;
    return { write: note(ref) };
  });
  const refs = Array.from({ length: 12 }, (_, index) => `step ${String(index).padStart(2, '0')}`);
  for (const ref of refs) await enqueue({ ref, key: 'same' });

  await Promise.all([engine.drain(), engine.drain()]);

  assert.equal(most, 1);
  assert.deepEqual(await effects(), refs);
});

test('fifty units that enqueue for one key at once lose nothing', async (t) => {
  const { node, enqueue, effects } = await probe(t);
  const engine = node();

  await Promise.all(
    Array.from({ length: 50 }, async (_, index) => {
      await enqueue({ ref: `a${index}`, key: 'hot' }, { ref: `b${index}`, key: 'warm' });
      await engine.drain();
    }),
  );
  await engine.drain();

  assert.equal(new Set(await effects()).size, 100);
});

test('a holder that lost its lease writes nothing', async (t) => {
  const { pool, units, note, enqueue, effects, claim } = await probe(t);
  await enqueue({ ref: 'contested' });
  const [first] = await claim();
  await pool.query(`update platform.work set due_at = now() - interval '1 second'`); // the first holder is frozen
  const [second] = await claim();
  assert.ok(first && second);

  await assert.rejects(complete(units, first, { write: note('first') }), LeaseLost);
  await complete(units, second, { write: note('second') });

  assert.deepEqual(await effects(), ['second']);
});

test('a failed attempt is retried later, and after the last one the item waits for an operator', async (t) => {
  const { pool, node, enqueue } = await probe(t);
  const engine = node(async () => {
    throw new Error('down');
  });
  await enqueue({ ref: 'stubborn' });

  const counts = [
    await engine.drain(),
    await engine.drain(later(1)),
    await engine.drain(later(2)),
    await engine.drain(later(60)),
  ];

  const { rows } = await pool.query(
    `select attempt, error, due_at = 'infinity' as failed from platform.work where queue = 'probe.thing'`,
  );
  assert.deepEqual([counts[0], counts.reduce((sum, count) => sum + count, 0)], [1, 3]);
  assert.deepEqual(rows, [{ attempt: 3, error: 'down', failed: true }]);
});

test('a released item is due at once and its attempt is not counted', async (t) => {
  const { pool, enqueue, claim } = await probe(t);
  await enqueue({ ref: 'unstarted' });

  await giveBack(pool, await claim());

  const [again] = await claim();
  assert.equal(again?.attempt, 1);
});

test('a low item is claimed although there are more high items than slots', async (t) => {
  const { enqueue, claim } = await probe(t);
  await enqueue(...Array.from({ length: 1200 }, (_, index) => ({ ref: `high ${index}`, lane: 'high' as const })), {
    ref: 'low',
    lane: 'low',
  });

  // A claim prefers the low lane by chance, one time in twenty.
  const claimed: Awaited<ReturnType<typeof claim>> = [];
  const hasLow = () => claimed.some(({ ref }) => ref === 'low');
  for (let round = 0; round < 80 || (!hasLow() && round < 600); round++) claimed.push(...(await claim(2)));

  assert.ok(hasLow());
  assert.ok(claimed.filter(({ ref }) => ref.startsWith('high')).length > 150);
});

test('a slow queue with its own slots takes no slots from other queues', async (t) => {
  const { pool, units, note, enqueue } = await probe(t);
  const slow = defineQueue('probe.slow');
  const block = Promise.withResolvers<void>();
  const quick = Promise.withResolvers<void>();
  let begun = 0;
  let handled = 0;
  const slowTerms = { maxAttempts: 3, leaseMs: 30_000 };
  const engine = createWorkEngine({
    pool,
    units,
    workers: [
      {
        queue,
        ...slowTerms,
        async handle({ ref }) {
          if (++handled === 40) quick.resolve();
          return { write: note(ref) };
        },
      },
      {
        queue: slow,
        ...slowTerms,
        slots: { burst: 100 },
        async handle({ ref }) {
          begun++;
          await block.promise;
          return { write: note(ref) };
        },
      },
    ],
    nodeId: newId(),
    log,
    telemetry: someTelemetry(),
    concurrency: 4,
  });
  await units.write(system('probe'), async (unit: AnyUnit) => {
    for (let index = 0; index < 200; index++) unit.enqueue(slow, { ref: `slow ${index}`, lane: 'high' });
  });
  await enqueue(...Array.from({ length: 40 }, (_, index) => ({ ref: `quick ${index}`, lane: 'low' as const })));

  engine.start();
  await quick.promise;
  const begunMeanwhile = begun;
  const stopping = engine.stop(10_000);
  block.resolve();
  await stopping;

  assert.equal(begunMeanwhile, 4, 'a slow queue gets its slots and no burst');
});

test('a result that a cut connection kept from being stored is stored later, and the handler runs once', async (t) => {
  const { node, note, enqueue, effects, pool } = await probe(t);
  const refs = ['alone', 'put off', 'one', 'two', 'three'];
  const handled: string[] = [];
  const written = new Map<string, number>();
  const engine = node(async ({ ref }) => {
    handled.push(ref);
    const write: UnitBody = async (unit) => {
      const times = (written.get(ref) ?? 0) + 1;
      written.set(ref, times);
      await note(ref)(unit);
      if (times === 1) await sql`select pg_terminate_backend(pg_backend_pid())`.execute(unit.tx);
    };
    return ref === 'put off' ? { write, retryInMs: MINUTE_MS } : { write };
  });
  await enqueue(...refs.map((ref) => ({ ref, ...(ref === 'alone' && { key: ref }) })));

  await engine.drain();

  const { rows } = await pool.query('select ref, error from platform.work where queue = $1', [queue.name]);
  assert.deepEqual(rows, [{ ref: 'put off', error: null }]);
  assert.deepEqual([(await effects()).toSorted(), handled.toSorted()], [refs.toSorted(), refs.toSorted()]);
});

test('an item whose postponement was committed but not answered is not postponed twice', async (t) => {
  const { units, note, enqueue, effects, claim } = await probe(t);
  await enqueue({ ref: 'x' });
  const [item] = await claim();
  assert.ok(item);
  const result = { write: note('x'), retryInMs: MINUTE_MS };

  await complete(units, item, result);
  await assert.rejects(complete(units, item, result), LeaseLost);

  assert.deepEqual(await effects(), ['x']);
});

test('a success that is postponed clears the error and the attempts; nothing tried keeps both', async (t) => {
  const { units, pool, enqueue, claim } = await probe(t);
  const write = async () => {};
  await enqueue({ ref: 'looked' }, { ref: 'untried' });
  await pool.query(`update platform.work set attempt = 4, error = 'down'`);

  for (const item of [...(await claim()), ...(await claim())])
    await complete(units, item, { write, retryInMs: MINUTE_MS, ...(item.ref === 'untried' && { isUntried: true }) });

  const { rows } = await pool.query('select ref, attempt, error from platform.work where queue = $1 order by ref', [
    queue.name,
  ]);
  assert.deepEqual(rows, [
    { ref: 'looked', attempt: 0, error: null },
    { ref: 'untried', attempt: 4, error: 'down' },
  ]);
});
