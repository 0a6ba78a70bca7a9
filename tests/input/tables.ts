import type { TestApp } from '#testing/app.ts';

/** Tables that may change during a refused request: wrong passwords are counted, and nodes renew their leases. */
const CHANGING = new Set(['users.lockout', 'platform.node']);

/** The content of every table, by name, as a count and a hash over all rows. */
export async function readTables({ database }: TestApp): Promise<Record<string, string>> {
  const { rows } = await database.pool.query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and not c.relispartition and n.nspname not in ('pg_catalog', 'information_schema')
     order by 1`,
  );
  const names = rows.map(({ name }) => name).filter((name) => !CHANGING.has(name));
  const contents = names.map(
    (name) =>
      `select '${name}' as name, count(*) || ' rows ' || coalesce(sum(hashtextextended(t::text, 0)), 0) as content from ${name} t`,
  );
  const found = await database.pool.query<{ name: string; content: string }>(contents.join(' union all '));
  return Object.fromEntries(found.rows.map(({ name, content }) => [name, content]));
}
