import type { Filling } from '../filling.ts';

const ROLES_AT_MOST = 200; // people make them one by one

/**
 * Each account with the role of users, and some rights of its own; more roles; and an entry in the access list of each
 * message and file. The owner may send, share and schedule messages, and is listed for every fifth message and file.
 */
export async function fillAuthorization({ sql, each, rows, ownerId }: Filling): Promise<void> {
  await sql(
    `insert into "authorization".subject (user_id) select pg_temp.growth_id('user', n) from ${each} on conflict do nothing`,
  );
  await sql(
    `insert into "authorization".subject_role (user_id, role_id)
     select pg_temp.growth_id('user', n), r.id from ${each}, "authorization".role r where r.name = 'user'`,
  );
  await sql(
    `insert into "authorization".subject_grant (user_id, permission)
     select pg_temp.growth_id('user', n), 'audit.read' from ${each} where n % 2 = 0`,
  );
  await sql(
    `insert into "authorization".subject_grant (user_id, permission)
     select pg_temp.growth_id('user', n), 'scheduler.manage' from ${each} where n % 10 = 5`,
  );
  await sql(
    `insert into "authorization".subject_denial (user_id, permission)
     select pg_temp.growth_id('user', n), 'todos.write' from ${each} where n % 10 = 7`,
  );
  await sql(
    `insert into "authorization".subject_grant (user_id, permission)
     select $1::uuid, 'notifications.' || p from unnest(array['read', 'write', 'permissions.manage', 'schedules.manage']) p`,
    [ownerId],
  );
  const roles = `from ${each} where n <= ${Math.min(rows, ROLES_AT_MOST)}`;
  await sql(`insert into "authorization".role (id, name) select pg_temp.growth_id('role', n), 'team ' || n ${roles}`);
  await sql(
    `insert into "authorization".role_reach (role_id, reached_id)
     select pg_temp.growth_id('role', n), pg_temp.growth_id('role', n) ${roles}`,
  );
  await sql(
    `insert into "authorization".role_permission (role_id, permission)
     select pg_temp.growth_id('role', n), 'todos.read' ${roles}`,
  );
  await sql(
    `insert into "authorization".access_entry
       (resource_type, resource_id, user_id, can_read, can_write, can_delete, can_manage)
     select type, pg_temp.growth_id(kind, n),
            case when n % 5 = 0 then $1::uuid else pg_temp.growth_id('user', n + 1 - n % 2 * 2) end, true, false, false, false
     from (values ('notification', 'message'), ('file', 'file')) shared (type, kind), ${each} where n between 2 and ${rows - 1}`,
    [ownerId],
  );
}
