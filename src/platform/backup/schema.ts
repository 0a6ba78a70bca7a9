import { requireSupported } from '#platform/database/migrate.ts';
import type { Queries } from '#platform/database/pool.ts';
import { ARRIVED, LEAVING } from '#platform/move/port.ts';
import { BackupError, type AppliedMigration, type Partition, type Sequence } from './port.ts';

/** What only means something to running processes, or to this server. Their tables are restored empty. */
export const LEFT_EMPTY = [
  'platform.node',
  'platform.invalidation',
  'platform.removal_pause',
  'platform.cluster',
  'platform.backup',
  LEAVING,
  ARRIVED,
];
/** Recorded in the manifest. */
const MIGRATIONS = 'bonyan.migration';

export interface StoredTable {
  /** Quoted where it must be: `"authorization".role`. */
  readonly table: string;
  /** Without those that the server computes. */
  readonly columns: readonly string[];
}

const RELATIONS = `
  select n.nspname, c.oid, c.oid::regclass::text as name, c.relkind, c.relispartition
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and c.relpersistence = 'p'
    and not exists (select from pg_depend d where d.objid = c.oid and d.classid = 'pg_class'::regclass and d.deptype = 'e')`;

/** The tables with rows of their own in these schemas, partitioned ones as a whole. */
export async function listTables(client: Queries, schemas: readonly string[]): Promise<StoredTable[]> {
  const { rows } = await client.query<{ name: string; columns: string[] }>(
    `with r as (${RELATIONS})
     select r.name, array(select quote_ident(a.attname) from pg_attribute a
       where a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum) as columns
     from r where r.relkind in ('r', 'p') and not r.relispartition and r.nspname = any ($1) and r.name <> all ($2) order by 1`,
    [schemas, [MIGRATIONS, ...LEFT_EMPTY]],
  );
  return rows.map(({ name: table, columns }) => ({ table, columns }));
}

/** Tables outside of these schemas. */
export async function listLeftOut(client: Queries, schemas: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `with r as (${RELATIONS})
     select r.name from r where r.relkind in ('r', 'p') and not r.relispartition and r.nspname <> all ($1) order by 1`,
    [schemas],
  );
  return rows.map(({ name }) => name);
}

export async function listPartitions(client: Queries, schemas: readonly string[]): Promise<Partition[]> {
  const { rows } = await client.query<Partition>(
    `select i.inhparent::regclass::text as parent, c.oid::regclass::text as name, pg_get_expr(c.relpartbound, c.oid) as bounds
     from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_namespace n on n.oid = c.relnamespace
     where c.relispartition and c.relkind = 'r' and n.nspname = any ($1) order by 1, 2`,
    [schemas],
  );
  return rows;
}

export async function listSequences(client: Queries, schemas: readonly string[]): Promise<Sequence[]> {
  const { rows } = await client.query<{ name: string }>(
    `with r as (${RELATIONS}) select r.name from r where r.relkind = 'S' and r.nspname = any ($1) order by 1`,
    [schemas],
  );
  const sequences: Sequence[] = [];
  for (const { name } of rows) {
    const { rows: values } = await client.query<Pick<Sequence, 'value' | 'isCalled'>>(
      `select last_value::text as value, is_called as "isCalled" from ${name}`,
    );
    const { value = '1', isCalled = false } = values[0] ?? {};
    sequences.push({ name, value, isCalled });
  }
  return sequences;
}

export async function listApplied(client: Queries, modules: readonly string[]): Promise<AppliedMigration[]> {
  const { rows } = await client.query<AppliedMigration>(
    'select module, name, hash from bonyan.migration where module = any ($1) order by 1, 2',
    [modules],
  );
  return rows;
}

/** Rows, and the sum of the hashes of their text: the same for the same rows in any order. */
export async function digestOf(client: Queries, { table, columns }: StoredTable) {
  const { rows } = await client.query<{ rows: string; digest: string }>(
    `select count(*)::text as rows, coalesce(sum(hashtextextended(row(${columns.join(', ')})::text, 0)::numeric), 0)::text as digest
     from ${table}`,
  );
  const [{ rows: count, digest } = { rows: '0', digest: '0' }] = rows;
  return { rows: Number(count), digest };
}

/**
 * Drops foreign keys and silences triggers, so that tables can be filled in any order and with what append-only tables refuse;
 * answers the statements that bring them back. Part of the transaction that fills the tables.
 */
export async function suspendRules(client: Queries, tables: readonly StoredTable[]): Promise<string[]> {
  const { rows: keys } = await client.query<{ table: string; name: string; definition: string }>(
    `select conrelid::regclass::text as table, quote_ident(conname) as name, pg_get_constraintdef(oid) as definition
     from pg_constraint where contype = 'f' and conparentid = 0 and conrelid::regclass::text = any ($1) order by 1, 2`,
    [tables.map(({ table }) => table)],
  );
  for (const { table, name } of keys) await client.query(`alter table ${table} drop constraint ${name}`);
  for (const { table } of tables) await client.query(`alter table ${table} disable trigger user`);
  return [
    ...tables.map(({ table }) => `alter table ${table} enable trigger user`),
    ...keys.map(({ table, name, definition }) => `alter table ${table} add constraint ${name} ${definition}`),
  ];
}

/**
 * @throws {BackupError} when the database has tables, views or sequences of anybody
 * @throws {MigrationError} when its server is too old to be filled
 */
export async function requireEmpty(client: Queries): Promise<void> {
  await requireSupported(client);
  const { rows } = await client.query<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
       and not exists (select from pg_depend d where d.objid = c.oid and d.classid = 'pg_class'::regclass and d.deptype = 'e')
     order by 1 limit 1`,
  );
  if (rows[0])
    throw new BackupError(
      `The database is not empty: it has ${rows[0].name}. A backup is restored into an empty database: set DATABASE_URL to a new one, or BONYAN_DATA_DIR to a new folder.`,
    );
}

/** @throws {BackupError} when there is nothing to back up */
export async function requireMigrated(client: {
  query(sql: string): Promise<{ readonly rows: object[] }>;
}): Promise<void> {
  const { rows } = await client.query(`select 1 where to_regclass('platform.removal_pause') is not null`);
  if (rows.length === 0)
    throw new BackupError(
      'The database has not the tables of this version. Run `bonyan migrate` first, or start the server.',
    );
}
