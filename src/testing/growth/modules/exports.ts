import type { Filling } from '../filling.ts';

const OF_OWNER = 8; // one user has at most ten

/** Each account has one that ended within the week that it is kept for; the owner has some more. */
export async function fillExports({ sql, each, ownerId }: Filling): Promise<void> {
  await sql(
    `insert into exports.export (id, owner_id, path, query, format, status, row_count, size_bytes, storage_key, ended_at)
     select pg_temp.growth_id('export', n), pg_temp.growth_id('user', n), '/api/v1/todos', '', 'csv', 'done', n % 1000, 100,
            'exports/' || n, now() - n % 100 * interval '1 hour' from ${each}`,
  );
  await sql(
    `insert into exports.export (id, owner_id, path, query, format)
     select gen_random_uuid(), $1, '/api/v1/todos', '', 'json' from generate_series(1, ${OF_OWNER}) n`,
    [ownerId],
  );
}
