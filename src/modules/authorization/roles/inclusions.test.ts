import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { testApp, type TestApp } from '#testing/app.ts';
import { everything } from '#testing/authorization.ts';

const RUNS = Math.ceil(Number(process.env['BONYAN_TEST_RUNS'] ?? 100) / 10); // each run makes many requests
const SEED = Number(process.env['BONYAN_TEST_SEED'] ?? 20_261_123);
const bounded = { timeout: 60_000 + RUNS * 4000 };

async function makeRole(app: TestApp, name: string, includes: string[] = []) {
  const { status, body } = await everything(app).post('/authorization/roles', { name, includes });
  assert.equal(status, 201, JSON.stringify(body));
  return { name, path: `/authorization/roles/${body.id}` };
}

/** Each role includes the one before it. */
async function makeChain(app: TestApp, prefix: string, inclusions: number) {
  const chain = [await makeRole(app, `${prefix} 0`)];
  for (let index = 1; index <= inclusions; index++)
    chain.push(await makeRole(app, `${prefix} ${index}`, [`${prefix} ${index - 1}`]));
  return (index: number) => chain[index] ?? assert.fail(`the chain has no role ${index}`);
}

function include(app: TestApp, { path, name }: { path: string; name: string }, includes: string[]) {
  return everything(app).put(path, { name, permissions: [], includes });
}

test('a chain of roles has at most 20 inclusions, wherever a new one is added', async (t) => {
  const app = await testApp(t);
  const admin = everything(app);
  const long = await makeChain(app, 'long', 20);
  const short = await makeChain(app, 'short', 4);
  const refused = [409, 'authorization.inclusion_too_deep', 20];

  const atTheTop = await admin.post('/authorization/roles', { name: 'new', includes: ['short 0', 'long 20'] });
  const atTheBottom = await include(app, long(0), ['short 0']);
  const between = await include(app, short(2), ['short 1', 'long 18']);
  const asLong = await include(app, short(2), ['short 1', 'long 17']);
  const shortened = await include(app, long(20), []);

  for (const { status, body } of [atTheTop, atTheBottom, between])
    assert.deepEqual([status, body.code, body.maxDepth], refused);
  assert.deepEqual(atTheTop.body.includes, ['long 20']);
  assert.deepEqual([asLong.status, shortened.status], [200, 200]);
});

test('after any changes, the stored reach of each role is what its inclusions give', bounded, async (t) => {
  const app = await testApp(t);
  const admin = everything(app);
  t.diagnostic(`BONYAN_TEST_SEED=${SEED}, ${RUNS} runs`);
  const names = Array.from({ length: 9 }, (_, index) => `r${index}`);
  const changes = fc.array(
    fc.record({
      role: fc.constantFrom(...names),
      includes: fc.subarray(names),
      isDeleted: fc.nat(5).map((n) => n === 0),
    }),
    { minLength: 20, maxLength: 30 },
  );

  const agrees = fc.asyncProperty(changes, async (tried) => {
    const roles = new Map<string, string>();
    for (const { role: name, includes, isDeleted } of tried) {
      const known = roles.get(name);
      const present = includes.filter((other) => roles.has(other));
      if (known === undefined) roles.set(name, (await makeRole(app, name, present)).path);
      else if (isDeleted && (await admin.delete(known)).status === 204) roles.delete(name);
      else await include(app, { name, path: known }, present);
      assert.deepEqual(await reachDifference(app), []);
    }
    for (const path of roles.values()) await admin.delete(path);
  });

  await fc.assert(agrees, { numRuns: RUNS, seed: SEED, endOnFailure: true });
});

test('a change of an inclusion writes only the rows of the stored reach that differ', async (t) => {
  const app = await testApp(t);
  const upper = await makeChain(app, 'upper', 8);
  await makeChain(app, 'lower', 8);
  const before = await reachRows(app);

  await include(app, upper(4), ['upper 3', 'lower 4']);
  const added = await reachRows(app);
  await include(app, upper(4), ['upper 3']);
  const removed = await reachRows(app);

  const written = added.filter((row) => !before.includes(row));
  assert.equal(written.length, 5 * 5, 'the five roles from upper 4 on reach the five up to lower 4');
  assert.deepEqual(removed, before);
  assert.deepEqual(await reachDifference(app), []);
});

/** Each row with the transaction that wrote it. */
async function reachRows(app: TestApp): Promise<string[]> {
  const { rows } = await app.database.pool.query<{ row: string }>(
    `select concat_ws(' ', role_id, reached_id, xmin) as row from "authorization".role_reach order by 1`,
  );
  return rows.map(({ row }) => row);
}

/** What is in the stored reach and not in the one that is computed from the inclusions, and the other way round. */
async function reachDifference(app: TestApp): Promise<unknown[]> {
  const { rows } = await app.database.pool.query(`
    with recursive computed (role_id, reached_id) as (
      select id, id from "authorization".role
      union
      select c.role_id, i.included_id from computed c
      join "authorization".role_inclusion i on i.role_id = c.reached_id),
    stored as (select role_id, reached_id from "authorization".role_reach)
    (table computed except table stored) union all (table stored except table computed)`);
  return rows;
}
