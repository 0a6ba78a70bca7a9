import type { Pool } from './pool.ts';

const DAYS_AHEAD = 14; // for so many days maintenance may fail before inserts find no partition
const DAY_MS = 86_400_000;
const ATTEMPTS = 5;

/** A table with one partition per UTC day. */
export interface DailyTable {
  /** `schema.table`. */
  readonly table: string;
  /** Whole days kept before today. */
  readonly keepDays: number;
  /** SQL that is true while something still needs the rows of `partition`, however old. */
  readonly isNeeded: (partition: string) => string;
}

/**
 * Creates the missing partitions from yesterday to two weeks ahead. Each is created as a separate table and attached
 * under a short lock: `create … partition of` would queue behind an open transaction and block every insert.
 */
export async function createPartitions(pool: Pool, tables: readonly DailyTable[], now: Date): Promise<void> {
  const existing = new Set((await listPartitions(pool)).map(({ name }) => name));
  for (const { table } of tables) {
    for (let day = -1; day <= DAYS_AHEAD; day++) {
      const from = toDay(now, day);
      const name = toName(table, from);
      if (!existing.has(name)) await attach(pool, table, name, from, toDay(now, day + 1));
    }
  }
}

/**
 * Drops partitions that are older than `keepDays` and not needed; answers their names. Blocks no writer. What a run left
 * that was killed on its way is dropped, too: a partition that is half detached, or detached and still there.
 */
export async function dropPartitions(pool: Pool, tables: readonly DailyTable[], now: Date): Promise<string[]> {
  const dropped: string[] = [];
  for (const { table, keepDays, isNeeded } of tables) {
    const oldestKept = toName(table, toDay(now, -keepDays));
    const own = (await listPartitions(pool)).filter(({ parent }) => parent === table);
    // One that is half detached is no longer read, and stops the detachment of others.
    for (const { name } of own.filter(({ isPending }) => isPending))
      await pool.query(`alter table ${table} detach partition ${name} finalize`);
    for (const { name } of own.filter((partition) => !partition.isPending && partition.name < oldestKept)) {
      const { rows } = await pool.query<{ needed: boolean }>(`select ${isNeeded(name)} as needed`);
      if (rows[0]?.needed === false) await pool.query(`alter table ${table} detach partition ${name} concurrently`);
    }
    for (const name of (await listDetached(pool, table)).filter((detached) => detached < oldestKept)) {
      await pool.query(`drop table ${name}`);
      dropped.push(name);
    }
  }
  return dropped;
}

async function listPartitions(pool: Pool) {
  const { rows } = await pool.query<{ parent: string; name: string; isPending: boolean }>(
    `select inhparent::regclass::text as parent, inhrelid::regclass::text as name, inhdetachpending as "isPending"
     from pg_inherits order by 2`,
  );
  return rows;
}

/** Tables with the name of a partition of `table` that are none. */
async function listDetached(pool: Pool, table: string): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(
    `select oid::regclass::text as name from pg_class
     where relkind = 'r' and not relispartition and oid::regclass::text ~ ('^' || $1 || '_[0-9]{8}$') order by 1`,
    [table],
  );
  return rows.map(({ name }) => name);
}

async function attach(pool: Pool, table: string, name: string, from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const connection = await pool.connect();
    try {
      await connection.query('begin');
      await connection.query(`set local lock_timeout = '1s'`);
      await connection.query(
        `create table if not exists ${name} (like ${table} including defaults including constraints)`,
      );
      await connection.query(
        `alter table ${table} attach partition ${name} for values from ('${from}T00:00Z') to ('${to}T00:00Z')`,
      );
      await connection.query('commit');
      return;
    } catch (error) {
      await connection.query('rollback');
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      if (['42P17', '42809', '42P07'].includes(code)) return; // another node has attached it
      // Locked, or created by two nodes at once.
      if (!['55P03', '23505', '42710'].includes(code) || attempt === ATTEMPTS) throw error;
    } finally {
      connection.release();
    }
  }
}

function toName(table: string, day: string): string {
  return `${table}_${day.replaceAll('-', '')}`;
}

/** `now` plus `days`, as `YYYY-MM-DD` in UTC. */
function toDay(now: Date, days: number): string {
  return new Date(now.getTime() + days * DAY_MS).toISOString().slice(0, 10);
}
