import type { Pool } from './pool.ts';

const DAYS_AHEAD = 14; // so long may maintenance fail before an insert finds no partition
const DAY_MS = 86_400_000;
const ATTEMPTS = 5;

/** A table that grows with time, cut into one partition per UTC day. */
export interface DailyTable {
  /** `schema.table`. */
  readonly table: string;
}

/**
 * Creates what is missing from yesterday to two weeks ahead. Built beside the table and attached under
 * a short lock: `create … partition of` would queue behind an open transaction and stop every insert.
 */
export async function createPartitions(pool: Pool, tables: readonly DailyTable[], now: Date): Promise<void> {
  const { rows } = await pool.query<{ name: string }>(`select inhrelid::regclass::text as name from pg_inherits`);
  const existing = new Set(rows.map(({ name }) => name));
  for (const { table } of tables) {
    for (let day = -1; day <= DAYS_AHEAD; day++) {
      const from = toDay(now, day);
      const name = `${table}_${from.replaceAll('-', '')}`;
      if (!existing.has(name)) await attach(pool, table, name, from, toDay(now, day + 1));
    }
  }
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
      if (['42P17', '42809', '42P07'].includes(code)) return; // another node has just attached it
      if (!['55P03', '23505'].includes(code) || attempt === ATTEMPTS) throw error; // locked, or made by two at once
    } finally {
      connection.release();
    }
  }
}

/** `now` plus `days`, as `YYYY-MM-DD` in UTC. */
function toDay(now: Date, days: number): string {
  return new Date(now.getTime() + days * DAY_MS).toISOString().slice(0, 10);
}
