import type { Filling } from '../filling.ts';

const OF_OWNER = 50; // one user keeps at most 200

/** Each account has one; the owner has fifty more. */
export async function fillViews({ sql, each, ownerId }: Filling): Promise<void> {
  const view = `'/todos', 'View ' || n, 'state=open', pg_temp.growth_at(n)`;
  await sql(
    `insert into views.view (id, owner_id, page, name, search, created_at)
     select pg_temp.growth_id('view', n), pg_temp.growth_id('user', n), ${view} from ${each}`,
  );
  await sql(
    `insert into views.view (id, owner_id, page, name, search, created_at)
     select gen_random_uuid(), $1, '/users', 'Mine ' || n, 'status=locked', now() from generate_series(1, ${OF_OWNER}) n`,
    [ownerId],
  );
}
