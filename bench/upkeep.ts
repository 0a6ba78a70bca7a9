import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { migrate } from '#platform/database/migrate.ts';
import { p95 } from './compare.ts';
import { openGrowthStage, openServer, type GrowthStage } from './growth/stage.ts';
import type { Bound, Report, Row } from './report.ts';
import { temporaryFolder } from './servers.ts';

const ROWS = Number(process.env['BONYAN_BENCH_ROWS'] ?? 20_000);
const PROBES = 200;
const CHANGED = 0.3; // of the rows of a table, in a day
const BATCHES = 60;
const BATCH_MS = 1000; // as often as autovacuum looks
const WRITER_AT_MOST_MS = 1000;
const MIB = 2 ** 20;
/** What is compared with the settings of the server. */
const EARLY = 'autovacuum_vacuum_scale_factor = 0.02';

/** The tables whose rows change most, and how. */
const DAY: Readonly<Record<string, string>> = {
  'users.session': `secret = sha256(secret), rotated_at = now(), last_used_at = now(), idle_expires_at = now() + interval '7 days'`,
  'todos.todo': `completed_at = case when completed_at is null then now() end, updated_at = now(), version = version + 1`,
  'notifications.message': `status = case when status = 'sent' then 'delivered' else status end, delivered_at = now()`,
  'files.file': `description = 'Changed', updated_at = now(), version = version + 1`,
};

/**
 * What an operator plans for: the size of each module's tables and indexes, a new index on a full table while others
 * write to it, and what a day of changes leaves behind, with the settings of the server and with early vacuums.
 */
export async function upkeep(): Promise<Report> {
  await using cleanup = new AsyncDisposableStack();
  await openServer(cleanup, { autovacuum_naptime: '1s' });
  const stage = await openGrowthStage(ROWS, () => {});
  cleanup.defer(() => stage.close());
  const sizes = await sizesOf(stage);
  const index = await buildIndex(stage);
  const days = await Promise.all(Object.keys(DAY).map((table) => compareDays(stage, table)));
  return { rows: [...sizes, ...index.rows, ...days.flat()], bounds: index.bounds };
}

/** Rows of a logical backup carry no indexes; a physical one carries both. */
async function sizesOf({ app }: GrowthStage): Promise<Row[]> {
  const { rows } = await app.database.pool.query<{ module: string; rows: number; indexes: number }>(
    `select n.nspname as module, sum(pg_table_size(c.oid))::float8 as rows, sum(pg_indexes_size(c.oid))::float8 as indexes
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and n.nspname !~ '^(pg_|information_schema|bonyan)' group by 1 order by 1`,
  );
  return rows.flatMap(({ module, rows: bytes, indexes }) => [
    { measure: `${module}: rows`, bonyan: bytes / MIB, unit: 'MiB' },
    { measure: `${module}: indexes`, bonyan: indexes / MIB, unit: 'MiB' },
  ]);
}

/** By the runner of migrations, while the owner goes on creating todos. */
async function buildIndex(stage: GrowthStage): Promise<{ rows: Row[]; bounds: Bound[] }> {
  const { app } = stage;
  const idle = await createTimes(stage, (count) => count < PROBES);
  using folder = disposable(temporaryFolder());
  const migrations = join(folder.path, 'migrations');
  mkdirSync(migrations);
  writeFileSync(
    join(migrations, '0001_new_concurrently.sql'),
    'create index concurrently if not exists todo_new on todos.todo (owner_id, updated_at, id);\n',
  );
  const building = new AbortController();
  const beganMs = performance.now();
  const built = migrate(app.databaseUrl, [{ module: 'upkeep', folder: pathToFileURL(`${migrations}/`) }])
    .then(() => performance.now() - beganMs)
    .finally(() => building.abort());
  const beside = await createTimes(stage, () => !building.signal.aborted);
  const tookMs = await built;
  const longest = Math.max(...beside);
  return {
    rows: [
      { measure: `a new index on ${ROWS} todos`, bonyan: tookMs / 1000, unit: 's' },
      { measure: 'create p95 beside it, and before', bonyan: p95(beside), reference: p95(idle), unit: 'ms' },
    ],
    bounds: [{ what: 'longest create beside a new index', actual: longest, atMost: WRITER_AT_MOST_MS, unit: 'ms' }],
  };
}

async function createTimes({ tokensOf, send }: GrowthStage, goesOn: (count: number) => boolean): Promise<number[]> {
  const times: number[] = [];
  while (goesOn(times.length)) {
    const owner = await tokensOf('owner');
    const beganMs = performance.now();
    const todo = { description: 'Buy bread', labels: ['home'] };
    const { status } = await send({ method: 'POST', url: '/api/v1/todos', payload: todo }, owner);
    if (status !== 201) throw new Error(`a todo could not be created: ${status}`);
    times.push(performance.now() - beganMs);
  }
  return times;
}

/** A day with the settings of the server, which let a fifth of the rows die before they are removed, and one with `EARLY`. */
async function compareDays({ app }: GrowthStage, table: string): Promise<Row[]> {
  const { pool } = app.database;
  const byServer = await runDay(app, table);
  await pool.query(`alter table ${table} set (${EARLY})`);
  const early = await runDay(app, table);
  return (Object.keys(early) as (keyof Day)[]).map((figure) => ({
    measure: `${table}, a day: ${figure}`,
    bonyan: early[figure],
    reference: byServer[figure],
    unit: UNITS[figure],
  }));
}

interface Day {
  readonly 'most dead rows': number;
  readonly growth: number;
  readonly vacuums: number;
  readonly 'time of vacuums': number;
}
const UNITS: Readonly<Record<keyof Day, string>> = {
  'most dead rows': '',
  growth: 'MiB',
  vacuums: '',
  'time of vacuums': 's',
};

async function runDay({ database }: GrowthStage['app'], table: string): Promise<Day> {
  const { pool } = database;
  await pool.query(`vacuum ${table}`);
  const before = await stateOf(pool, table);
  const day = `public.day_of_${table.replace('.', '_')}`;
  await pool.query(`drop table if exists ${day}`);
  await pool.query(
    `create table ${day} as select id, row_number() over (order by random()) as n from ${table}
     where id in (select id from ${table} tablesample bernoulli (${100 * CHANGED}))`,
  );
  await pool.query(`create index on ${day} (n)`);
  const { rows } = await pool.query<{ count: number }>(`select count(*)::int as count from ${day}`);
  const size = Math.ceil((rows[0]?.count ?? 0) / BATCHES);
  let mostDead = 0;
  for (let batch = 0; batch < BATCHES; batch++) {
    const next = sleep(BATCH_MS);
    await pool.query(`update ${table} t set ${DAY[table]} from ${day} d where d.id = t.id and d.n > $1 and d.n <= $2`, [
      batch * size,
      (batch + 1) * size,
    ]);
    await next;
    mostDead = Math.max(mostDead, (await stateOf(pool, table)).dead);
  }
  const after = await stateOf(pool, table);
  return {
    'most dead rows': mostDead,
    growth: (after.bytes - before.bytes) / MIB,
    vacuums: after.vacuums - before.vacuums,
    'time of vacuums': (after.vacuumMs - before.vacuumMs) / 1000,
  };
}

async function stateOf(pool: GrowthStage['app']['database']['pool'], table: string) {
  const { rows } = await pool.query<{ dead: number; bytes: number; vacuums: number; vacuumMs: number }>(
    `select n_dead_tup::float8 as dead, pg_total_relation_size(relid)::float8 as bytes, autovacuum_count::float8 as vacuums,
       coalesce((to_jsonb(s) ->> 'total_autovacuum_time')::float8, 'NaN') as "vacuumMs"
     from pg_stat_user_tables s where relid = $1::regclass`,
    [table],
  );
  if (!rows[0]) throw new Error(`there is no ${table}`);
  return rows[0];
}

function disposable(folder: ReturnType<typeof temporaryFolder>) {
  return { ...folder, [Symbol.dispose]: folder.remove };
}
