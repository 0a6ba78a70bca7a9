import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { createDialect } from '#platform/database/dialect.ts';
import { createNode } from '#platform/database/node.ts';
import { openPool } from '#platform/database/pool.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { openSignals, type Signals } from '#platform/database/signals.ts';
import { createUnits } from '#platform/database/unit.ts';
import { createKeys } from '#platform/keys/derived.ts';
import { createPersonKeys } from '#platform/audit/person-keys.ts';
import { createLog } from '#platform/log/pino.ts';
import { testApp } from '#testing/app.ts';
import { createDecisionCache, isVisible } from './decision-cache.ts';
import { someTelemetry } from '#platform/telemetry/none.ts';

const TOPIC = 'probe';
const log = createLog('silent');
const keys = createKeys('x'.repeat(32));

/** A separate node on the same database that caches the rows of `decision`. With `isCutOff` it gets no signals. */
async function openNode(t: TestContext, url: string, { isCutOff = false } = {}) {
  const nodeId = newId();
  const pool = openPool({ url, size: 4, isPrepared: true });
  const opened = await openSignals(url, nodeId, log);
  const signals: Signals = isCutOff ? { ...opened, onChanged: () => {}, send: () => {} } : opened;
  const node = createNode(pool, nodeId, 'serve', log);
  await node.start();
  const decisionCache = createDecisionCache({ pool, signals, nodeId, isRegistered: node.isRegistered, log });
  const units = createUnits({
    pool,
    dialect: createDialect(pool),
    keys,
    people: createPersonKeys(pool, keys),
    tracer: someTelemetry().tracer,
    afterCommit: ({ invalidations, xid }) =>
      invalidations.length > 0 ? decisionCache.awaitAcknowledgements(invalidations, xid) : undefined,
  });
  let loads = 0;
  const cached = decisionCache.forTopic(TOPIC, async (key) => {
    loads++;
    const { rows } = await pool.query<{ allowed: boolean }>('select allowed from decision where key = $1', [key]);
    return rows[0] ?? null;
  });
  t.after(async () => {
    await node.close();
    await opened.close();
    await pool.close();
  });
  return {
    loads: () => loads,
    decide: async (key: string) => (await cached.get(key))?.allowed ?? false,
    set: (key: string, allowed: boolean) =>
      units.write(system('probe'), async ({ invalidate }: AnyUnit) => {
        await pool.query('insert into decision values ($1, $2) on conflict (key) do update set allowed = $2', [
          key,
          allowed,
        ]);
        invalidate(TOPIC, key);
      }),
  };
}

async function probe(t: TestContext) {
  const app = await testApp(t);
  await app.database.pool.query('create table decision (key text primary key, allowed boolean not null)');
  return app.databaseUrl;
}

test('a cached decision needs no query', async (t) => {
  const node = await openNode(t, await probe(t));
  await node.set('sara', true);

  for (let time = 0; time < 100; time++) assert.equal(await node.decide('sara'), true);

  assert.equal(node.loads(), 1);
});

test('after a change has answered, no node uses the old state', async (t) => {
  const url = await probe(t);
  const [one, two] = [await openNode(t, url), await openNode(t, url)];

  const wrong = [];
  for (let round = 0; round < 60; round++) {
    const isAllowed = round % 2 === 0;
    await one.set('sara', isAllowed);
    if ((await two.decide('sara')) !== isAllowed || (await one.decide('sara')) !== isAllowed) wrong.push(round);
  }

  assert.deepEqual(wrong, []);
});

test('when a node receives no signals, the change answers only after that node’s lease has lapsed', async (t) => {
  const url = await probe(t);
  const [one, cutOff] = [await openNode(t, url), await openNode(t, url, { isCutOff: true })];
  await one.set('sara', true);
  assert.equal(await cutOff.decide('sara'), true);

  const startedMs = performance.now();
  await one.set('sara', false);

  assert.equal(await cutOff.decide('sara'), false);
  assert.ok(performance.now() - startedMs >= 900, 'the answer did not wait for the lease');
});

test('a missing value is not cached', async (t) => {
  const url = await probe(t);
  const [one, two] = [await openNode(t, url), await openNode(t, url)];
  assert.equal(await two.decide('reza'), false);

  await one.set('reza', true);

  assert.equal(await two.decide('reza'), true);
});

test('isVisible agrees with pg_visible_in_snapshot', () => {
  const snapshot = '100:110:103,107';
  assert.deepEqual(
    ['99', '100', '103', '104', '107', '109', '110', '200'].map((xid) => isVisible(xid, snapshot)),
    [true, true, false, true, false, true, false, false],
  );
});
