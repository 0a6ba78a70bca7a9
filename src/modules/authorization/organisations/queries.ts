import { sql } from 'kysely';
import type { PageQuery } from '#kernel/page.ts';
import { isExactly, newestFirst, pageQuery } from '#platform/database/port.ts';
import { ADMIN_ID } from '../built-in-roles.ts';
import { isWithoutEffect } from '../subjects/queries.ts';
import type { MemberKey } from '../contract.ts';
import type { AuthorizationReader, AuthorizationWriter } from '../tables.ts';

export async function insertOrganisation(tx: AuthorizationWriter, id: string): Promise<void> {
  await tx.insertInto('authorization.organisation').values({ id }).execute();
}

/** With its members, whose ids it answers, and its entries in access lists. */
export async function deleteOrganisation(tx: AuthorizationWriter, id: string): Promise<string[]> {
  const gone = await tx
    .deleteFrom('authorization.member')
    .where('organisationId', '=', id)
    .returning('userId')
    .execute();
  await tx.deleteFrom('authorization.organisation').where('id', '=', id).execute();
  return gone.map(({ userId }) => userId);
}

/** Keeps the organisation from being deleted until the unit ends. False where there is none. */
export async function holdOrganisation(tx: AuthorizationWriter, id: string): Promise<boolean> {
  const row = tx.selectFrom('authorization.organisation').select('id').where('id', '=', id).forKeyShare();
  return (await row.executeTakeFirst()) !== undefined;
}

export async function upsertMember(
  tx: AuthorizationWriter,
  { organisationId, userId }: MemberKey,
  roleId: string,
): Promise<void> {
  await tx
    .insertInto('authorization.member')
    .values({ organisationId, userId, roleId })
    .onConflict((conflict) => conflict.columns(['organisationId', 'userId']).doUpdateSet({ roleId }))
    .execute();
}

export async function deleteMember(tx: AuthorizationWriter, { organisationId, userId }: MemberKey): Promise<void> {
  await tx
    .deleteFrom('authorization.member')
    .where('organisationId', '=', organisationId)
    .where('userId', '=', userId)
    .execute();
}

function members(db: AuthorizationReader) {
  return db
    .selectFrom('authorization.member as m')
    .innerJoin('authorization.role as r', 'r.id', 'm.roleId')
    .select(['m.organisationId', 'm.userId', 'm.roleId', 'r.name as role', 'm.joinedAt']);
}

export type StoredMember = NonNullable<Awaited<ReturnType<typeof findMember>>>;

export function findMember(db: AuthorizationReader, { organisationId, userId }: MemberKey) {
  const rows = members(db).where('m.organisationId', '=', organisationId).where('m.userId', '=', userId);
  return rows.executeTakeFirst();
}

/** One page: the newest accounts first. */
export function listMembersIn(db: AuthorizationReader, organisationId: string, query: PageQuery) {
  const rows = members(db).select('m.userId as id').where(isExactly('m.organisation_id', organisationId));
  return pageQuery(db, rows, query, {
    ...newestFirst('m.user_id'),
    name: 'listMembers',
    bound: 'm.organisation_id desc',
  });
}

/** Of the members, ascending, from the first after `after`. */
export async function listMemberIds(
  db: AuthorizationReader,
  organisationId: string,
  after: string | null,
  limit: number,
): Promise<string[]> {
  const rows = db.selectFrom('authorization.member').select('userId').where('organisationId', '=', organisationId);
  const page = (after === null ? rows : rows.where('userId', '>', after)).orderBy('userId').limit(limit);
  return (await page.execute()).map(({ userId }) => userId);
}

/** All of one person, by the ids of the organisations. */
export function listMembershipsOf(db: AuthorizationReader, userId: string) {
  return members(db).where('m.userId', '=', userId).orderBy('m.organisationId').execute();
}

export async function countMembers(db: AuthorizationReader, by: Partial<MemberKey>): Promise<number> {
  let rows = db.selectFrom('authorization.member').select((eb) => eb.fn.countAll<number>().as('count'));
  if (by.organisationId !== undefined) rows = rows.where('organisationId', '=', by.organisationId);
  if (by.userId !== undefined) rows = rows.where('userId', '=', by.userId);
  return (await rows.executeTakeFirstOrThrow()).count;
}

/** Whether somebody else can act as an administrator of the organisation. */
export async function hasOtherAdministratorIn(
  db: AuthorizationReader,
  { organisationId, userId }: MemberKey,
): Promise<boolean> {
  const { rows } = await sql`
    select from "authorization".member m join "authorization".subject u on u.user_id = m.user_id and not ${isWithoutEffect}
    where m.organisation_id = ${organisationId}::uuid and m.role_id = ${ADMIN_ID}::uuid and m.user_id <> ${userId}::uuid
    limit 1`.execute(db);
  return rows.length > 0;
}

export interface EffectiveMembership {
  readonly organisationId: string;
  readonly role: string;
  /** Sorted. */
  readonly codes: string[];
}

/**
 * What a person may do in each organisation: what the role gives there without the denials of the account, which an
 * administrator of an organisation has not made and cannot lift. Nothing for one who is suspended.
 */
export async function findMemberships(
  db: AuthorizationReader,
  userId: string,
  organisationId?: string,
): Promise<EffectiveMembership[]> {
  const isIn = organisationId === undefined ? sql`true` : sql`m.organisation_id = ${organisationId}::uuid`;
  const { rows } = await sql<EffectiveMembership>`
    select m.organisation_id, r.name as role, array(
      select p.code from "authorization".permission p
      where (m.role_id = ${ADMIN_ID}::uuid or p.code in (
          select rp.permission from "authorization".role_reach x
          join "authorization".role_permission rp on rp.role_id = x.reached_id where x.role_id = m.role_id))
        and p.code not in (select permission from "authorization".subject_denial where user_id = u.user_id)
      order by p.code) as codes
    from "authorization".subject u
    join "authorization".member m on m.user_id = u.user_id
    join "authorization".role r on r.id = m.role_id
    where u.user_id = ${userId}::uuid and u.suspended_at is null and ${isIn}`.execute(db);
  return rows;
}
