import { sql, type Kysely } from 'kysely';
import type { PageQuery } from '#kernel/page.ts';
import { countRows, newestFirst, pageQuery } from '#platform/database/port.ts';
import type { EncryptedPayload } from '../chain/decrypt.ts';
import type { AuditFilter } from '../schemas.ts';
import type { AuditTables } from '../tables.ts';

/** An entry with its payload, its place in the chain, and whether a report has flagged it. */
export type EntryRow = AuditTables['audit.entry'] &
  EncryptedPayload & {
    sequence: number | null;
    previousChecksum: Buffer | null;
    checksum: Buffer | null;
    isTampered: boolean;
  };

function matching(db: Kysely<AuditTables>, query: AuditFilter) {
  let rows = db.selectFrom('audit.entry as e');
  if (query.actorId) rows = rows.where('e.actorId', '=', query.actorId);
  if (query.action) rows = rows.where('e.action', 'like', `${query.action.replaceAll('_', '\\_')}%`);
  if (query.resourceType) rows = rows.where('e.resourceType', '=', query.resourceType);
  if (query.resourceId) rows = rows.where('e.resourceId', '=', query.resourceId);
  if (query.outcome) rows = rows.where('e.outcome', '=', query.outcome);
  if (query.from) rows = rows.where('e.timestampUtc', '>=', query.from);
  if (query.to) rows = rows.where('e.timestampUtc', '<', query.to);
  if (query.isTampered !== undefined) rows = rows.where(isTampered, '=', query.isTampered);
  return rows;
}

const isTampered = sql<boolean>`(exists (
  select 1 from audit.seal k join audit.finding f on f.sequence = k.sequence where k.entry_id = e.id)
  or exists (select 1 from audit.finding f where f.entry_id = e.id))`;

function withAllColumns(rows: ReturnType<typeof matching>) {
  return rows
    .leftJoin('audit.payload as p', 'p.entryId', 'e.id')
    .leftJoin('audit.seal as s', 's.entryId', 'e.id')
    .selectAll('e')
    .select(['p.salt', 'p.sealed', 'p.origin', 's.sequence', 's.previousChecksum', 's.checksum'])
    .select(isTampered.as('isTampered'));
}

/** The order of a search. Its name is its own, so that a cursor of another list is refused. */
export const entryOrder = { ...newestFirst('e.id'), name: 'id:desc' };

/** One page, newest first. */
export function listEntries(db: Kysely<AuditTables>, query: AuditFilter & PageQuery) {
  return pageQuery(db, withAllColumns(matching(db, query)), query, entryOrder);
}

/** Counted up to `COUNT_LIMIT`. */
export function countEntries(db: Kysely<AuditTables>, query: AuditFilter): Promise<number> {
  return countRows(db, matching(db, query));
}

/** Newest first, up to `limit` that are older than the entry `after`. */
export function listBefore(
  db: Kysely<AuditTables>,
  query: AuditFilter,
  after: string | null,
  limit: number,
): Promise<EntryRow[]> {
  let rows = withAllColumns(matching(db, query)).orderBy('e.id', 'desc').limit(limit);
  if (after !== null) rows = rows.where('e.id', '<', after);
  return rows.execute();
}

/** How an entry relates to a person. */
export type Relation = 'actor' | 'subject' | 'resource';

/**
 * Entries with that relation to a person and none of the relations listed before it. Oldest first, up to `limit` after
 * the entry `after`.
 */
export function listByRelation(
  db: Kysely<AuditTables>,
  { userId, relation, after, limit }: { userId: string; relation: Relation; after: string | null; limit: number },
): Promise<EntryRow[]> {
  let rows = withAllColumns(db.selectFrom('audit.entry as e')).orderBy('e.id').limit(limit);
  if (after !== null) rows = rows.where('e.id', '>', after);
  if (relation === 'actor') return rows.where('e.actorId', '=', userId).execute();
  rows = rows.where('e.actorId', '<>', userId);
  if (relation === 'subject') return rows.where('e.subjectId', '=', userId).execute();
  const isOthers = sql<boolean>`e.subject_id is distinct from ${userId}`;
  return rows.where('e.resourceId', '=', userId).where(isOthers).execute();
}

/**
 * Deletes the payloads about a person, with their salts. Of payloads about others that the person caused, deletes the
 * address, the user agent, and the salt by which these could be guessed. Of entries from before payloads belonged to
 * people, deletes the whole payload.
 */
export async function erasePayloads(tx: Kysely<AuditTables>, userId: string): Promise<void> {
  await sql`delete from audit.payload p using audit.entry e where e.id = p.entry_id and (e.subject_id = ${userId}
    or e.resource_id = ${userId} or e.subject_id is null and e.actor_id = ${userId})`.execute(tx);
  await sql`update audit.payload p set salt = null, origin = null from audit.entry e
    where e.id = p.entry_id and e.actor_type in ('user', 'apiKey') and e.actor_id = ${userId}`.execute(tx);
}
