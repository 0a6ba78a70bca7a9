import { sql, type Selectable } from 'kysely';
import type { PageQuery } from '#kernel/page.ts';
import { newestFirst, pageQuery } from '#platform/database/port.ts';
import type { OrganisationsReader, OrganisationsTables, OrganisationsWriter } from './tables.ts';

export type StoredOrganisation = Selectable<OrganisationsTables['organisations.organisation']>;

export function findOrganisation(db: OrganisationsReader, id: string): Promise<StoredOrganisation | undefined> {
  return db.selectFrom('organisations.organisation').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Changes of an organisation, its members and its invitations run one after the other. */
export function lockOrganisation(tx: OrganisationsWriter, id: string): Promise<StoredOrganisation | undefined> {
  return tx.selectFrom('organisations.organisation').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

export function findOrganisations(db: OrganisationsReader, ids: readonly string[]): Promise<StoredOrganisation[]> {
  const rows = db.selectFrom('organisations.organisation').selectAll();
  return rows.where('id', '=', sql<string>`any (${ids}::uuid[])`).execute();
}

/** One page of all, newest first. */
export function listOrganisations(db: OrganisationsReader, query: PageQuery) {
  return pageQuery(db, db.selectFrom('organisations.organisation').selectAll(), query, {
    ...newestFirst(),
    name: 'listAllOrganisations',
  });
}

/** Ids of all, ascending, from the first after `after`. */
export async function listIds(db: OrganisationsReader, after: string | null, limit: number): Promise<string[]> {
  const rows = db.selectFrom('organisations.organisation').select('id').orderBy('id').limit(limit);
  return (await (after === null ? rows : rows.where('id', '>', after)).execute()).map(({ id }) => id);
}

/** Until the unit ends nobody else counts what this person has founded, is in or has sent, to add one. */
export async function lockPerson(tx: OrganisationsWriter, userId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('organisations.person'), hashtext(${userId}))`.execute(tx);
}

export async function countFounded(db: OrganisationsReader, userId: string): Promise<number> {
  const { count } = await db
    .selectFrom('organisations.organisation')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('createdBy', '=', userId)
    .executeTakeFirstOrThrow();
  return count;
}

export function insertOrganisation(
  tx: OrganisationsWriter,
  row: Pick<StoredOrganisation, 'id' | 'name' | 'createdBy'>,
): Promise<StoredOrganisation> {
  return tx.insertInto('organisations.organisation').values(row).returningAll().executeTakeFirstOrThrow();
}

export function renameOrganisation(tx: OrganisationsWriter, id: string, name: string): Promise<StoredOrganisation> {
  return tx
    .updateTable('organisations.organisation')
    .set((eb) => ({ name, updatedAt: sql<string>`now()`, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Its invitations end, and still count for who has sent and got them. */
export async function deleteOrganisation(tx: OrganisationsWriter, id: string, now: string): Promise<void> {
  await tx
    .updateTable('organisations.invitation')
    .set({ status: 'withdrawn', expiresAt: now })
    .where('organisationId', '=', id)
    .where('status', '=', 'pending')
    .execute();
  await tx.deleteFrom('organisations.organisation').where('id', '=', id).execute();
}

/** The person is gone: what they have founded stays, without their id. */
export async function forgetPerson(tx: OrganisationsWriter, userId: string): Promise<void> {
  await tx.updateTable('organisations.organisation').set({ createdBy: null }).where('createdBy', '=', userId).execute();
  await tx.updateTable('organisations.invitation').set({ invitedBy: null }).where('invitedBy', '=', userId).execute();
  await tx.deleteFrom('organisations.invitation').where('userId', '=', userId).execute();
}
