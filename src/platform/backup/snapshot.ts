import pg from 'pg';
import type { Manifest, TablePart } from './port.ts';
import {
  digestOf,
  listApplied,
  listLeftOut,
  listPartitions,
  listSequences,
  listTables,
  type StoredTable,
} from './schema.ts';

/** What a manifest says of the rows of a database. */
export type DescribedDatabase = Pick<
  Manifest,
  'madeAt' | 'tables' | 'migrations' | 'partitions' | 'sequences' | 'leftOut' | 'cluster'
>;

/** So that text is the same on both sides, whatever the server's settings are. */
export const SESSION = `set timezone = 'UTC'; set datestyle = 'ISO, MDY'; set intervalstyle = 'postgres';
  set extra_float_digits = 1; set bytea_output = 'hex'; set statement_timeout = 0; set lock_timeout = 0;
  set idle_in_transaction_session_timeout = 0; set search_path = ''; set jit = off`;

/** A connection of its own for `work`, with these settings. Not through a transaction pooler. */
export async function withSession<R>(directUrl: string, work: (client: pg.Client) => Promise<R>): Promise<R> {
  const client = new pg.Client({ connectionString: directUrl });
  client.on('error', () => {}); // the statement that is under way rejects with it
  await client.connect();
  try {
    await client.query(SESSION);
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Runs `work` on a connection that sees the database as it is at one moment. */
export function inSnapshot<R>(directUrl: string, work: (client: pg.Client, takenAt: string) => Promise<R>): Promise<R> {
  return withSession(directUrl, async (client) => {
    await client.query('begin isolation level repeatable read read only');
    const { rows } = await client.query<{ at: Date }>('select now() as at'); // takes the snapshot
    return work(client, rows[0]?.at.toISOString() ?? '');
  });
}

/** `onTable` may read the rows of each table, after it was counted. */
export async function describeRows(
  client: pg.Client,
  { schemas, migrationSources }: { readonly schemas: readonly string[]; readonly migrationSources: readonly string[] },
  onTable: (table: StoredTable) => Promise<unknown> = async () => {},
): Promise<Omit<DescribedDatabase, 'madeAt' | 'cluster'>> {
  const tables: TablePart[] = [];
  for (const table of await listTables(client, schemas)) {
    tables.push({ ...table, ...(await digestOf(client, table)) });
    await onTable(table);
  }
  return {
    tables,
    migrations: await listApplied(client, migrationSources),
    partitions: await listPartitions(client, schemas),
    // Later than the rows: no row has a number that its sequence gives again.
    sequences: await listSequences(client, schemas),
    leftOut: await listLeftOut(client, schemas),
  };
}

/** All rows, with the columns that are stored. */
export function copyOf({ table, columns }: StoredTable): string {
  return `copy (select ${columns.join(', ')} from ${table}) to stdout`;
}
