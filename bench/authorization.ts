import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { loadConfig } from '#platform/config/load.ts';
import { openEmbeddedPostgres } from '#platform/database/embedded/open.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { createLog } from '#platform/log/pino.ts';
import { createApp, type App } from '../src/app.ts';
import { median } from './compare.ts';
import type { Report } from './report.ts';
import { temporaryFolder } from './servers.ts';

const USERS = 10_000;
const ROLES = 200;
const PERMISSIONS = 500;
const ROUNDS = 7;
const DECISIONS = 200_000; // takes well below a second, so that the lease of the cache does not expire meanwhile
const LEASE_OVER_MS = 1100; // the lease expires after a second without renewal
const MAX_CACHED = 50_000; // the limit of platform/decision-cache
const MIB = 1024 * 1024;

/** The time of a decision, cached and not, and the memory of the cache, in one process over one PostgreSQL. */
export async function authorization(): Promise<Report> {
  await using cleanup = new AsyncDisposableStack();
  const folder = temporaryFolder();
  cleanup.defer(() => folder.remove());
  const database = await openEmbeddedPostgres({ dataDir: join(folder.path, 'postgres'), mode: 'own' });
  cleanup.defer(() => database.close());
  const config = loadConfig({ DATABASE_URL: database.url, BONYAN_SECRET: 'x'.repeat(44), BONYAN_LOG_LEVEL: 'silent' });
  const app = await createApp({ config, kind: 'command', log: createLog(config.logLevel) });
  cleanup.defer(app.close);
  await app.prepare();
  const users = await seed(app);

  const emptyBytes = heapBytes();
  const first = await decideAll(app, users);
  const bytes = heapBytes() - emptyBytes;
  await invalidateAll(app);
  const cold = await decideAll(app, users);
  const warmMicros: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await takeLease(app);
    warmMicros.push(decideWarm(app, users));
  }
  await grant(app, 1);
  await invalidateAll(app);
  await decideAll(app, users);
  const distinctBytes = heapBytes() - emptyBytes;
  const rows = [
    { measure: 'cold decision p50', bonyan: percentile(cold, 50), unit: 'ms' },
    { measure: 'cold decision p99', bonyan: percentile(cold, 99), unit: 'ms' },
    { measure: 'cold decision p50, the first ones of a process', bonyan: percentile(first, 50), unit: 'ms' },
    { measure: `memory for ${USERS} users, a tenth with unique permissions`, bonyan: bytes / MIB, unit: 'MiB' },
    { measure: `memory for ${USERS} users, all with unique permissions`, bonyan: distinctBytes / MIB, unit: 'MiB' },
    {
      measure: `the same for ${MAX_CACHED}, the maximum`,
      bonyan: (distinctBytes / MIB / USERS) * MAX_CACHED,
      unit: 'MiB',
    },
  ];
  return {
    rows,
    bounds: [
      { what: 'warm decision', actual: median(warmMicros), atMost: 5, unit: 'µs' },
      { what: 'cold decision p50', actual: percentile(cold, 50), atMost: 5, unit: 'ms' },
    ],
  };
}

/**
 * Each role has 40 of 500 permissions and includes two other roles, as a binary tree. Each user holds one to four
 * roles.
 */
async function seed(app: App): Promise<string[]> {
  const { pool } = app.database;
  await pool.query(`insert into "authorization".permission (code, description, module)
    select 'bench.thing' || n || '.do', 'x', 'bench' from generate_series(1, ${PERMISSIONS}) n`);
  await pool.query(`insert into "authorization".role (id, name) select uuidv7(), 'bench ' || n
    from generate_series(1, ${ROLES}) n`);
  await pool.query(`create table bench_role as select id, row_number() over (order by id)::int as n
    from "authorization".role where not built_in`);
  await pool.query(`insert into "authorization".role_permission (role_id, permission)
    select r.id, 'bench.thing' || 1 + (r.n * 37 + k * 11) % ${PERMISSIONS} || '.do'
    from bench_role r, generate_series(1, 40) k on conflict do nothing`);
  await pool.query(`insert into "authorization".role_inclusion (role_id, included_id)
    select r.id, i.id from bench_role r join bench_role i on i.n in (r.n * 2, r.n * 2 + 1)`);
  await pool.query(`insert into "authorization".role_reach (role_id, reached_id)
    with recursive walk (role_id, reached_id) as (
      select id, id from bench_role
      union select w.role_id, x.included_id from walk w join "authorization".role_inclusion x on x.role_id = w.reached_id)
    select * from walk`);
  await pool.query(`insert into "authorization".subject (user_id)
    select uuidv7() from generate_series(1, ${USERS})`);
  await pool.query(`insert into "authorization".subject_role (user_id, role_id)
    select s.user_id, r.id from (select user_id, row_number() over () as u from "authorization".subject) s
    cross join generate_series(0, 3) k join bench_role r on r.n = 1 + (s.u * 7919 + k * 104729) % ${ROLES}
    where k <= s.u % 4 on conflict do nothing`);
  await grant(app, 10);
  await pool.query('analyze');
  const { rows } = await pool.query<{ userId: string }>('select user_id from "authorization".subject');
  return rows.map(({ userId }) => userId);
}

/** One user of `every` gets unique grants, and some of these users denials. */
async function grant({ database: { pool } }: App, every: number): Promise<void> {
  await pool.query(`insert into "authorization".subject_grant (user_id, permission)
    select s.user_id, 'bench.thing' || 1 + (s.u * 13 + k * k * 101 + s.u / 500 * k * 7) % ${PERMISSIONS} || '.do'
    from (select user_id, row_number() over (order by user_id) as u from "authorization".subject) s,
      generate_series(1, 3) k
    where s.u % ${every} = 0 on conflict do nothing`);
  await pool.query(`insert into "authorization".subject_denial (user_id, permission)
    select user_id, permission from "authorization".subject_grant where permission like '%7.do' on conflict do nothing`);
}

function callerOf(id: string) {
  return { type: 'user', id, sessionId: null } as const;
}

/** Makes one decision per user, none of them cached, one after another. Returns ms each. */
async function decideAll({ authorization: { permissionsOf } }: App, users: readonly string[]): Promise<number[]> {
  const tookMs: number[] = [];
  for (const id of users) {
    const startedMs = performance.now();
    const answer = permissionsOf(callerOf(id));
    if (!(answer instanceof Promise)) throw new Error('the decision was cached');
    await answer;
    tookMs.push(performance.now() - startedMs);
  }
  return tookMs;
}

/** µs each. Nothing is awaited, so no I/O can be part of it. */
function decideWarm({ authorization: { permissionsOf } }: App, users: readonly string[]): number {
  const callers = users.map(callerOf);
  let allowed = 0;
  const startedMs = performance.now();
  for (let decision = 0; decision < DECISIONS; decision++) {
    const permissions = permissionsOf(callers[decision % callers.length] ?? callerOf(''));
    if (permissions instanceof Promise) throw new Error('the decision was not cached');
    if (permissions.has('bench.thing7.do')) allowed++;
  }
  const micros = ((performance.now() - startedMs) * 1000) / DECISIONS;
  if (allowed === 0 || allowed === DECISIONS) throw new Error('all decisions were the same');
  return micros;
}

/** Invalidates all decisions, as a change of a role does. */
async function invalidateAll(app: App): Promise<void> {
  await app.database.units.write(system('bench'), async ({ invalidate }: AnyUnit) =>
    invalidate('authorization.subject', '*'),
  );
  await takeLease(app); // reads the invalidation again
}

async function takeLease({ authorization: { permissionsOf } }: App): Promise<void> {
  await sleep(LEASE_OVER_MS);
  await permissionsOf(callerOf(newId())); // an unknown user is not in the cache
}

function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((one, two) => one - two);
  return sorted[Math.floor(((sorted.length - 1) * percent) / 100)] ?? NaN;
}
