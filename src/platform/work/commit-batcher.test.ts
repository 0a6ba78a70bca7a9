import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { sql } from 'kysely';
import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { defineQueue, type NewWork } from '#kernel/work.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { createLog } from '#platform/log/pino.ts';
import { testApp } from '#testing/app.ts';
import { claimDue, floorKey, renewLeases, type ClaimedWork } from './claim.ts';
import { createWorkEngine } from './engine.ts';
import { jointly, type UnitBody } from './port.ts';
import { LeaseLost } from './complete.ts';
import { createCommitBatcher } from './commit-batcher.ts';
import { someTelemetry } from '#platform/telemetry/none.ts';

const queue = defineQueue('probe.thing');
const terms = new Map([[queue.name, { leaseMs: 30_000, maxAttempts: 3 }]]);
const refsOf = (items: readonly { ref: string }[]) => items.map(({ ref }) => ref).toSorted();
const twenty = Array.from({ length: 20 }, (_, index) => ({ ref: `item ${String(index).padStart(2, '0')}` }));

/** Claimed items whose handlers have ended; one lane completes them. */
async function probe(t: TestContext) {
  const app = await testApp(t);
  const { pool, units } = app.database;
  await pool.query('create table effect (ref text)');
  const commitBatcher = createCommitBatcher(units, 1);
  const note = (ref: string) => async (unit: AnyUnit) =>
    void (await sql`insert into effect (ref) values (${ref})`.execute(unit.tx));
  return {
    pool,
    units,
    note,
    enqueue: (...items: NewWork[]) =>
      units.write(system('probe'), async (unit: AnyUnit) => {
        for (const item of items) unit.enqueue(queue, item);
      }),
    claim: (count = 20, prefetch = 0) =>
      claimDue(pool, { terms, nodeId: newId(), shares: [{ queues: [queue.name], count, prefetch }], asOf: null }),
    /** Completes all at once; answers the errors by ref. */
    async complete(items: readonly ClaimedWork[], writeOf: (ref: string) => UnitBody = note) {
      const completing = items.map((item) => commitBatcher.complete({ item, result: { write: writeOf(item.ref) } }));
      const outcomes = await Promise.allSettled(completing);
      return new Map(
        outcomes.flatMap((outcome, index) =>
          outcome.status === 'rejected' ? [[items[index]?.ref, outcome.reason]] : [],
        ),
      );
    },
    effects: async () => refsOf((await pool.query<{ ref: string }>('select ref from effect')).rows),
    left: async () =>
      refsOf((await pool.query<{ ref: string }>('select ref from platform.work where queue = $1', [queue.name])).rows),
  };
}

test('items that end at the same time share one transaction', async (t) => {
  const { pool, enqueue, claim, complete, effects, left } = await probe(t);
  await enqueue(...twenty);
  await pool.query('alter table effect add xid xid8 default pg_current_xact_id()');

  await complete(await claim());

  const { rows } = await pool.query('select count(distinct xid) as commits from effect');
  assert.deepEqual(rows, [{ commits: 1 }]);
  assert.deepEqual([await effects(), await left()], [refsOf(twenty), []]);
});

test('one failing write in a batch is rolled back alone, and the other items are written once', async (t) => {
  const { note, enqueue, claim, complete, effects, left } = await probe(t);
  await enqueue(...twenty);

  const errors = await complete(await claim(), (ref) => async (unit) => {
    await note(ref)(unit);
    if (ref === 'item 07') await sql`select 1 / 0`.execute(unit.tx);
  });

  assert.deepEqual([...errors.keys()], ['item 07']);
  assert.deepEqual(await left(), ['item 07']);
  assert.deepEqual(await effects(), refsOf(twenty.filter(({ ref }) => ref !== 'item 07')));
});

test('in a batch, an item whose lease was lost writes nothing', async (t) => {
  const { pool, enqueue, claim, complete, effects } = await probe(t);
  await enqueue(...twenty);
  const items = await claim();
  await pool.query(`update platform.work set due_at = now() where ref = 'item 03'`);
  await claim();

  const errors = await complete(items);

  assert.ok(errors.get('item 03') instanceof LeaseLost);
  assert.deepEqual(await effects(), refsOf(twenty.filter(({ ref }) => ref !== 'item 03')));
});

test('when a server crash lost a claim and two holders have the same token, only one writes', async (t) => {
  const { pool, units, note, enqueue, claim, effects } = await probe(t);
  await enqueue(...twenty.slice(0, 2));
  const first = await claim();
  await pool.query('update platform.work set owner = null, token = token - 1, due_at = now() where queue = $1', [
    queue.name,
  ]);
  const second = await claim();
  const commitBatcher = createCommitBatcher(units, 1);
  const end = (items: readonly ClaimedWork[], retryInMs?: number) =>
    Promise.allSettled(
      items.map((item) =>
        commitBatcher.complete({
          item,
          result: { write: note(item.ref), ...(retryInMs !== undefined && { retryInMs }) },
        }),
      ),
    );

  const postponed = await end(first, 60_000);
  const late = await end(second);

  assert.deepEqual(
    first.map(({ token }) => token),
    second.map(({ token }) => token),
  );
  assert.ok(postponed.every(({ status }) => status === 'fulfilled'));
  assert.ok(late.every((outcome) => outcome.status === 'rejected' && outcome.reason instanceof LeaseLost));
  assert.deepEqual(await effects(), ['item 00', 'item 01']);
});

test('a joint batch is written by one call, without the items whose lease was lost', async (t) => {
  const { pool, units, enqueue, claim, effects } = await probe(t);
  await enqueue(...twenty);
  const items = await claim();
  await pool.query(`update platform.work set due_at = now() where ref = 'item 03'`);
  await claim();
  const calls: number[] = [];
  const together = jointly<never, string>(async (tx, all) => {
    calls.push(all.length);
    await sql`insert into effect select unnest(${all.map(({ part }) => part)}::text[])`.execute(tx);
    for (const { unit, part } of all) unit.enqueue(defineQueue('probe.later'), { ref: `after ${part}` });
  });
  const commitBatcher = createCommitBatcher(units, 1);

  await Promise.allSettled(items.map((item) => commitBatcher.complete({ item, result: together(item.ref) })));

  const { rows } = await pool.query<{ ref: string }>(`select ref from platform.work where queue = 'probe.later'`);
  const kept = twenty.filter(({ ref }) => ref !== 'item 03');
  assert.deepEqual(calls, [19]);
  assert.deepEqual(await effects(), refsOf(kept));
  assert.deepEqual(refsOf(rows), refsOf(kept.map(({ ref }) => ({ ref: `after ${ref}` }))));
});

test('a connection that is cut in the middle of a batch writes nothing, and no item is lost', async (t) => {
  const { pool, note, enqueue, claim, complete, effects, left } = await probe(t);
  await enqueue(...twenty);

  const errors = await complete(await claim(), (ref) => async (unit) => {
    await note(ref)(unit);
    if (ref === 'item 10') await sql`select pg_terminate_backend(pg_backend_pid())`.execute(unit.tx);
  });
  const afterwards = { errors: errors.size, effects: await effects(), left: await left() };
  await pool.query('update platform.work set due_at = now()'); // the leases have lapsed
  await complete(await claim());

  assert.deepEqual(afterwards, { errors: 20, effects: [], left: refsOf(twenty) });
  assert.deepEqual([await effects(), await left()], [refsOf(twenty), []]);
});

test('two batches that enqueue for the same keys in different order do not deadlock', async (t) => {
  const { pool, units, enqueue, claim, left } = await probe(t);
  const followUp = defineQueue('probe.later');
  await enqueue(...twenty);
  const items = await claim();
  const keyed =
    (key: string): UnitBody =>
    async (unit) =>
      unit.enqueue(followUp, { ref: key, key });
  const halves = [items.slice(0, 10), items.slice(10).toReversed()];

  await Promise.all(
    halves.map(async (half) => {
      const commitBatcher = createCommitBatcher(units, 1);
      await Promise.all(
        half.map((item, index) => commitBatcher.complete({ item, result: { write: keyed(`key ${index}`) } })),
      );
    }),
  );

  const { rows } = await pool.query(`select count(*) as count from platform.work where queue = 'probe.later'`);
  assert.deepEqual([rows, await left()], [[{ count: 20 }], []]);
});

test('a renewal extends held leases, skips items that are being completed, and reports lost ones', async (t) => {
  const { pool, enqueue, claim } = await probe(t);
  await enqueue(...twenty.slice(0, 3));
  const items = await claim();
  await pool.query(`update platform.work set token = token + 1 where ref = 'item 00'`);
  await pool.query(`update platform.work set due_at = now() where queue = $1`, [queue.name]);
  const completing = await pool.connect();
  await completing.query('begin');
  await completing.query(`delete from platform.work where ref = 'item 01'`);

  const kept = await renewLeases(pool, items, terms);

  await completing.query('rollback');
  completing.release();
  const { rows } = await pool.query<{ ref: string }>(`select ref from platform.work where due_at > now()`);
  assert.deepEqual(refsOf(items.filter(({ id }) => kept.has(id))), ['item 01', 'item 02']);
  assert.deepEqual(refsOf(rows.filter(({ ref }) => ref.startsWith('item'))), ['item 02']);
});

test('only first attempts are prefetched', async (t) => {
  const { pool, enqueue, claim } = await probe(t);
  await enqueue(...twenty);
  await pool.query('update platform.work set attempt = 1 where queue = $1', [queue.name]);
  await enqueue({ ref: 'new' });

  const claimed = await claim(3, 100);

  assert.equal(claimed.filter(({ attempt }) => attempt === 2).length, 3);
  assert.deepEqual(refsOf(claimed.filter(({ attempt }) => attempt === 1)), ['new']);
});

test('a scan with a floor skips items that were due before it, in that queue and lane only', async (t) => {
  const { pool, enqueue } = await probe(t);
  const old = new Date(Date.now() - 60_000).toISOString();
  const floors = new Map([[floorKey(queue.name, 1), new Date(Date.now() - 1000).toISOString()]]);
  await enqueue({ ref: 'hidden', dueAt: old }, { ref: 'low', lane: 'low', dueAt: old }, { ref: 'new' });
  const look = {
    terms: new Map([['probe.other', { leaseMs: 1, maxAttempts: 1 }], ...terms]),
    nodeId: newId(),
    shares: [{ queues: ['probe.other', queue.name], count: 9, prefetch: 0 }],
  };

  const first = await claimDue(pool, { ...look, asOf: null, floors });
  const whole = await claimDue(pool, { ...look, asOf: null });

  assert.deepEqual([refsOf(first), refsOf(whole)], [['low', 'new'], ['hidden']]);
});

test('a stop releases prefetched items without counting an attempt', async (t) => {
  const { pool, units, note, enqueue, effects } = await probe(t);
  let handled = 0;
  const block = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  const engine = createWorkEngine({
    pool,
    units,
    workers: [
      {
        queue,
        maxAttempts: 3,
        leaseMs: 30_000,
        async handle({ ref }) {
          if (++handled > 200) {
            reached.resolve();
            await block.promise;
          }
          return { write: note(ref) };
        },
      },
    ],
    nodeId: newId(),
    log: createLog('silent'),
    telemetry: someTelemetry(),
    concurrency: 4,
  });
  await enqueue(...Array.from({ length: 1000 }, (_, index) => ({ ref: `item ${index}` })));

  engine.start();
  await reached.promise;
  const stopping = engine.stop(10_000);
  block.resolve();
  await stopping;

  const { rows } = await pool.query<{ due: number; tried: number }>(
    `select count(*) as due, count(*) filter (where attempt > 0) as tried from platform.work where queue = $1 and due_at <= now()`,
    [queue.name],
  );
  assert.equal(rows[0]?.tried, 0);
  assert.equal((await effects()).length + (rows[0]?.due ?? 0), 1000);
});
