import { sql, type Selectable } from 'kysely';
import type { PageQuery } from '#kernel/page.ts';
import { isExactly, newestFirst, pageQuery } from '#platform/database/port.ts';
import type { OrganisationsReader, OrganisationsTables, OrganisationsWriter } from '../tables.ts';

export type StoredInvitation = Selectable<OrganisationsTables['organisations.invitation']>;

function pending(db: OrganisationsReader, now: string) {
  return db
    .selectFrom('organisations.invitation')
    .selectAll()
    .where('status', '=', 'pending')
    .where('expiresAt', '>', now);
}

/** One page of those that wait for an answer, newest first. */
export function listPending(db: OrganisationsReader, organisationId: string, now: string, query: PageQuery) {
  const rows = pending(db, now).where(isExactly('organisation_id', organisationId));
  return pageQuery(db, rows, query, { ...newestFirst(), name: 'listInvitations', bound: 'organisation_id' });
}

/** To any of these addresses, newest first, at most 100. */
export function listPendingTo(db: OrganisationsReader, addresses: readonly string[], now: string) {
  return pending(db, now)
    .where('address', '=', sql<string>`any (${addresses}::text[])`)
    .orderBy('id', 'desc')
    .limit(100)
    .execute();
}

export function lockPending(tx: OrganisationsWriter, id: string, now: string): Promise<StoredInvitation | undefined> {
  return pending(tx, now).where('id', '=', id).forUpdate().executeTakeFirst();
}

export function findPending(db: OrganisationsReader, id: string, now: string): Promise<StoredInvitation | undefined> {
  return pending(db, now).where('id', '=', id).executeTakeFirst();
}

export async function endInvitation(
  tx: OrganisationsWriter,
  id: string,
  status: Exclude<StoredInvitation['status'], 'pending'>,
  userId: string | null,
  now: string,
): Promise<void> {
  const answered = userId === null ? {} : { userId };
  await tx
    .updateTable('organisations.invitation')
    .set({ status, expiresAt: now, ...answered })
    .where('id', '=', id)
    .execute();
}

/** Ends the one to this address, if there is one; answers its id. */
export async function replacePending(
  tx: OrganisationsWriter,
  organisationId: string,
  address: string,
  now: string,
): Promise<string[]> {
  const ended = await tx
    .updateTable('organisations.invitation')
    .set({ status: 'withdrawn', expiresAt: now })
    .where('organisationId', '=', organisationId)
    .where('address', '=', address)
    .where('status', '=', 'pending')
    .returning('id')
    .execute();
  return ended.map(({ id }) => id);
}

/** What was sent to these addresses while nobody had them is of this person. */
export async function claimInvitations(
  tx: OrganisationsWriter,
  userId: string,
  addresses: readonly string[],
): Promise<void> {
  await tx
    .updateTable('organisations.invitation')
    .set({ userId })
    .where('address', '=', sql<string>`any (${addresses}::text[])`)
    .where('userId', 'is', null)
    .execute();
}

export function insertInvitation(
  tx: OrganisationsWriter,
  row: Pick<
    StoredInvitation,
    'id' | 'organisationId' | 'address' | 'role' | 'invitedBy' | 'userId' | 'createdAt' | 'expiresAt'
  >,
): Promise<StoredInvitation> {
  return tx.insertInto('organisations.invitation').values(row).returningAll().executeTakeFirstOrThrow();
}

export interface InvitationCounts {
  /** To this address since then, from all organisations. */
  readonly toAddress: number;
  /** Of these, by this person. */
  readonly toAddressByInviter: number;
  /** By this person since then. */
  readonly byInviter: number;
  /** Of this organisation, that wait for an answer. */
  readonly pending: number;
}

export async function countInvitations(
  db: OrganisationsReader,
  { organisationId, address, invitedBy }: Pick<StoredInvitation, 'organisationId' | 'address' | 'invitedBy'>,
  since: string,
  now: string,
): Promise<InvitationCounts> {
  const { rows } = await sql<InvitationCounts>`select
    (select count(*) from organisations.invitation where address = ${address} and created_at > ${since})::int as to_address,
    (select count(*) from organisations.invitation
      where address = ${address} and created_at > ${since} and invited_by = ${invitedBy}::uuid)::int as to_address_by_inviter,
    (select count(*) from organisations.invitation where invited_by = ${invitedBy}::uuid and created_at > ${since})::int as by_inviter,
    (select count(*) from organisations.invitation
      where organisation_id = ${organisationId}::uuid and status = 'pending' and expires_at > ${now})::int as pending`.execute(
    db,
  );
  return rows[0] ?? { toAddress: 0, toAddressByInviter: 0, byInviter: 0, pending: 0 };
}

/** Held until the unit ends, so that two organisations do not count the same address at once. */
export async function lockAddress(tx: OrganisationsWriter, address: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('organisations.address'), hashtext(${address}))`.execute(tx);
}

/** At most `limit` of those whose time was over before, by their index. Answers how many. */
export async function deleteEnded(tx: OrganisationsWriter, before: string, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`delete from organisations.invitation where ctid = any (array(
    select ctid from organisations.invitation where expires_at < ${before} order by expires_at limit ${limit}
    for update skip locked))`.execute(tx);
  return Number(numAffectedRows);
}

/** Those that the person has got, and has sent: without the addresses of others. */
export async function exportFor(db: OrganisationsReader, userId: string) {
  const columns = ['id', 'organisationId', 'role', 'status', 'createdAt', 'expiresAt'] as const;
  const rows = db.selectFrom('organisations.invitation').select(columns).orderBy('id');
  const [received, sent] = await Promise.all([
    rows.where('userId', '=', userId).execute(),
    rows.where('invitedBy', '=', userId).execute(),
  ]);
  return { received, sent };
}
