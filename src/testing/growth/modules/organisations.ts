import type { Filling } from '../filling.ts';

const OF_OWNER = 50; // one person is in at most 100
const MEMBERS = 900; // one organisation has at most 1,000

/**
 * Each account in an organisation of its own and in one of another person, which an invitation waits for; the owner is in
 * fifty of them, and the second one has as many members as it may. Every tenth file is shared with an organisation.
 */
export async function fillOrganisations({ sql, each, rows, ownerId }: Filling): Promise<void> {
  await sql(`insert into "authorization".organisation (id) select pg_temp.growth_id('organisation', n) from ${each}`);
  await sql(
    `insert into organisations.organisation (id, name, created_by, created_at)
     select pg_temp.growth_id('organisation', n), 'Team ' || n, pg_temp.growth_id('user', n), pg_temp.growth_at(n) from ${each}`,
  );
  await sql(
    `insert into "authorization".member (organisation_id, user_id, role_id)
     select pg_temp.growth_id('organisation', n), u.id, r.id
     from ${each}, "authorization".role r,
       lateral (values (pg_temp.growth_id('user', n), 'admin'), (pg_temp.growth_id('user', n % ${rows} + 1), 'user')) u (id, role)
     where r.name = u.role`,
  );
  await sql(
    `insert into "authorization".member (organisation_id, user_id, role_id)
     select pg_temp.growth_id('organisation', n), $1::uuid, r.id
     from ${each}, "authorization".role r where r.name = 'admin' and n <= ${OF_OWNER} on conflict do nothing`,
    [ownerId],
  );
  await sql(
    `insert into "authorization".member (organisation_id, user_id, role_id)
     select pg_temp.growth_id('organisation', 2), pg_temp.growth_id('user', n), r.id
     from ${each}, "authorization".role r where r.name = 'user' and n <= ${MEMBERS} on conflict do nothing`,
  );
  await sql(
    `insert into "authorization".organisation_entry
       (resource_type, resource_id, organisation_id, can_read, can_write, can_delete, can_manage)
     select 'file', pg_temp.growth_id('file', n), pg_temp.growth_id('organisation', n), true, false, false, false
     from ${each} where n % 10 = 0`,
  );
  await sql(
    `insert into organisations.invitation (id, organisation_id, address, role, status, invited_by, created_at, expires_at)
     select pg_temp.growth_id('invitation', n), pg_temp.growth_id('organisation', n),
            'person-' || (n % ${rows} + 1) || '@example.com', 'user', case when n % 3 = 0 then 'declined' else 'pending' end,
            pg_temp.growth_id('user', n), now() - interval '2 days', now() + interval '5 days'
     from ${each}`,
  );
}
