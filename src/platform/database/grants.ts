import pg from 'pg';
import { MigrationError } from './migrate.ts';

/**
 * Lets `role` run the program on tables that the role of `url` owns, without being their owner: it reads and writes rows,
 * and cannot change the schema, take away a trigger, or change or delete what triggers declare append-only. Only the
 * tables of `daily` become its own, because it creates and drops their partitions. Repeated after each migration; needs
 * membership in `role`. @throws {MigrationError}
 */
export async function grantTo(url: string, role: string, schemas: readonly string[], daily: readonly string[]) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('begin');
    const name = client.escapeIdentifier(role);
    for (const schema of schemas.map((word) => client.escapeIdentifier(word))) {
      await client.query(`grant usage on schema ${schema} to ${name}`);
      await client.query(`grant select, insert, update, delete on all tables in schema ${schema} to ${name}`);
      await client.query(`grant usage, select on all sequences in schema ${schema} to ${name}`);
      await client.query(`grant execute on all functions in schema ${schema} to ${name}`);
    }
    // The rows of migrations are the owner's.
    await client.query(`revoke insert, update, delete on bonyan.migration from ${name}`);
    for (const { table, verbs } of await appendOnly(client))
      await client.query(`revoke ${verbs} on ${table} from ${name}`);
    for (const table of await withPartitions(client, daily)) {
      const schema = client.escapeIdentifier(table.split('.')[0]?.replaceAll('"', '') ?? '');
      await client.query(`grant create on schema ${schema} to ${name}`);
      await client.query(`alter table ${table} owner to ${name}`);
    }
    await client.query('commit');
  } catch (error) {
    const advice = `Run it as the owner of the tables, who must be a member of ${role} (grant ${role} to OWNER).`;
    throw new MigrationError(
      `${role} was granted nothing: ${error instanceof Error ? error.message : String(error)}. ${advice}`,
      {
        cause: error,
      },
    );
  } finally {
    await client.end();
  }
}

/** What a trigger refuses to everybody, without a condition. */
async function appendOnly(client: pg.Client): Promise<{ table: string; verbs: string }[]> {
  const { rows } = await client.query<{ table: string; verbs: string }>(`
    select t.tgrelid::regclass::text as table, concat_ws(', ',
             case when bool_or(t.tgtype & 16 > 0) then 'update' end, case when bool_or(t.tgtype & 8 > 0) then 'delete' end) as verbs
    from pg_trigger t join pg_proc p on p.oid = t.tgfoid
    where p.proname = 'refuse_change' and t.tgqual is null and t.tgtype & 24 > 0
    group by t.tgrelid`);
  return rows;
}

async function withPartitions(client: pg.Client, tables: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c where c.oid = any ($1::regclass[])
     union all select i.inhrelid::regclass::text from pg_inherits i where i.inhparent = any ($1::regclass[])`,
    [tables],
  );
  return rows.map(({ name }) => name);
}
