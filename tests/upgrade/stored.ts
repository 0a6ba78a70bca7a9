/** The stored data folder of the former release, and what a database holds. */
import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import pg from 'pg';
import { databaseAt } from '#testing/database.ts';

const FORMER = join(import.meta.dirname, 'former');

export interface Facts {
  readonly secret: string;
  readonly email: string;
  readonly password: string;
  /** Base64 of the content by the id of the file. */
  readonly files: Readonly<Record<string, string>>;
}

export type Row = Readonly<Record<string, unknown>>;
/** The rows of each table by its name with the schema. */
export type Tables = ReadonlyMap<string, readonly Row[]>;

/** A copy of it: a new database, and a folder. Both are gone when `t` ends. */
export async function restoreFormer(t: TestContext) {
  const server = process.env['TEST_DATABASE_URL'] ?? '';
  const name = `former_${randomBytes(6).toString('hex')}`;
  const url = databaseAt(server, name);
  const root = await mkdtemp(join(tmpdir(), 'bonyan-former-'));
  t.after(async () => {
    await ask(server, `drop database if exists ${name} with (force)`);
    await rm(root, { recursive: true, force: true });
  });
  const dataDir = join(root, 'data');
  await cp(join(FORMER, 'data'), dataDir, { recursive: true });
  await ask(server, `create database ${name}`);
  await ask(url, await readFile(join(FORMER, 'database.sql'), 'utf8'));
  await passTransactionIds(url);
  const facts = JSON.parse(await readFile(join(FORMER, 'facts.json'), 'utf8')) as Facts;
  return { url, dataDir, facts };
}

/** The server of a data folder is past all ids in its event log; a younger one with the same rows refuses to start. */
async function passTransactionIds(url: string): Promise<void> {
  await ask(
    url,
    `do $$
     declare
       latest xid8 := greatest(
         (select max(xid) from platform.event), (select max(pg_snapshot_xmax(seen)) from platform.cursor));
     begin
       while pg_current_xact_id() <= latest loop
         commit;
       end loop;
     end $$`,
  );
}

/** Of all tables that people's data and the program's own are in. Rows of partitions count for the whole table. */
export async function readTables(url: string): Promise<Tables> {
  const tables = new Map<string, Row[]>();
  const named = await ask(
    url,
    `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and not c.relispartition and n.nspname !~ '^(pg_|information_schema|public)'`,
  );
  for (const { name } of named)
    tables.set(
      String(name),
      (await ask(url, `select to_jsonb(t) as row from ${String(name)} t`)).map(({ row }) => row as Row),
    );
  return tables;
}

/** Columns, constraints and indexes, each in a line. */
export async function readSchema(url: string): Promise<string[]> {
  const lines = await ask(
    url,
    `select table_schema || '.' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable as line
       from information_schema.columns where table_schema !~ '^(pg_|information_schema)'
     union all
     select conrelid::regclass || ' ' || pg_get_constraintdef(oid) from pg_constraint where conrelid <> 0
     union all
     select pg_get_indexdef(indexrelid) || ' valid: ' || indisvalid from pg_index
     join pg_class c on c.oid = indrelid where c.relnamespace::regnamespace::text !~ '^pg_'
     union all
     select 'migration ' || module || '/' || name from bonyan.migration
     order by 1`,
  );
  return lines.map(({ line }) => String(line));
}

/** Rows of `former` that are not in `now`: a column that was added is not compared. */
export function missingRows(former: readonly Row[], now: readonly Row[], left: readonly string[] = []): Row[] {
  const [first = {}] = former;
  const columns = Object.keys(first).filter((column) => !left.includes(column));
  const keyOf = (row: Row) => JSON.stringify(columns.map((column) => row[column]));
  const counts = new Map<string, number>();
  for (const row of now) counts.set(keyOf(row), (counts.get(keyOf(row)) ?? 0) + 1);
  return former.filter((row) => {
    const count = counts.get(keyOf(row)) ?? 0;
    counts.set(keyOf(row), count - 1);
    return count < 1;
  });
}

export async function ask(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}
