import { sql, type Kysely } from 'kysely';
import { COUNT_LIMIT, toPage, toPaging, type PageQuery, type Paging } from '#kernel/page.ts';
import { countRows, newestFirst, pageQuery } from '#platform/database/port.ts';
import type { EncryptedPayload } from '../chain/decrypt.ts';
import type { AuditFilter } from '../schemas.ts';
import type { AuditTables } from '../tables.ts';
import { openWindow, type FoundEntries } from './filters.ts';

/** An entry with its payload, its place in the chain, and whether a report has flagged it. */
export type EntryRow = AuditTables['audit.entry'] &
  EncryptedPayload & {
    sequence: number | null;
    previousChecksum: Buffer | null;
    checksum: Buffer | null;
    isTampered: boolean;
  };

/** The order of a search. Its name is its own, so that a cursor of another list is refused. */
export const entryOrder = { ...newestFirst('e.id'), name: 'id:desc' };

/**
 * One page, newest first. With several filters it reads the newest 10,000 entries of the rarest one: where there are more,
 * the page has no total, and its cursor goes on after them.
 */
export async function listEntries(db: Kysely<AuditTables>, query: AuditFilter & PageQuery) {
  const paging = toPaging(query, entryOrder.name, entryOrder.isValue);
  const { after, offset, pageSize } = paging;
  const limit = Math.min(offset, COUNT_LIMIT) + pageSize + 1; // a page beyond the count is not read
  const { rows, all, end } = await openWindow(db, query, { after: after?.id ?? null, limit });
  const page = await pageQuery(db, withAllColumns(db, rows), query, entryOrder);
  if (end !== null) return stopAt(page, end.id, paging);
  if (all === rows || after) return page;
  const counted = { rows: [], total: await countRows(db, all) };
  const totals = toPage<{ id: string }>(counted, paging, entryOrder.name, entryOrder.value);
  return { ...totals, items: page.items, nextCursor: page.nextCursor };
}

/** A page of which the entries after `last` were not read: no total, and the cursor goes on there unless it is full. */
export function stopAt<P extends { items: unknown[]; nextCursor: string | null }>(
  page: P,
  last: string,
  paging: Paging,
) {
  const found = { rows: [], total: null, stoppedAt: { id: last } };
  const rest = toPage<{ id: string }>(found, paging, entryOrder.name, entryOrder.value);
  return { ...rest, items: page.items as P['items'], nextCursor: page.nextCursor ?? rest.nextCursor };
}

/** Counted up to `COUNT_LIMIT`; null where only a part of the entries was read, as in `listEntries`. */
export async function countEntries(db: Kysely<AuditTables>, query: AuditFilter): Promise<number | null> {
  const { all, end } = await openWindow(db, query, { after: null, limit: 0 });
  return end === null ? countRows(db, all) : null;
}

/**
 * Newest first, up to `limit` that are older than the entry `after`. `next` is the entry after which the list goes on, null
 * at its end: there may be no rows, and a next one.
 */
export async function listBefore(
  db: Kysely<AuditTables>,
  query: AuditFilter,
  after: string | null,
  limit: number,
): Promise<{ rows: EntryRow[]; next: string | null }> {
  const { rows: window, end } = await openWindow(db, query, { after, limit });
  const rows = await withAllColumns(db, window).orderBy('e.id', 'desc').limit(limit).execute();
  return { rows, next: (rows.length === limit ? rows.at(-1)?.id : end?.id) ?? null };
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
  let rows = withAllColumns(db, db.selectFrom('audit.entry as e').selectAll('e')).orderBy('e.id').limit(limit);
  if (after !== null) rows = rows.where('e.id', '>', after);
  if (relation === 'actor') return rows.where('e.actorId', '=', userId).execute();
  rows = rows.where('e.actorId', '<>', userId);
  if (relation === 'subject') return rows.where('e.subjectId', '=', userId).where('e.subjectId', '<>', '').execute();
  const isOthers = sql<boolean>`e.subject_id is distinct from ${userId}`;
  return rows.where('e.resourceId', '=', userId).where(isOthers).execute();
}

function withAllColumns(db: Kysely<AuditTables>, rows: FoundEntries) {
  return db
    .selectFrom(rows.as('e'))
    .leftJoin('audit.payload as p', 'p.entryId', 'e.id')
    .leftJoin('audit.seal as s', 's.entryId', 'e.id')
    .selectAll('e')
    .select(['p.salt', 'p.sealed', 'p.origin', 's.sequence', 's.previousChecksum', 's.checksum'])
    .select(hasFinding.as('isTampered'));
}

const hasFinding = sql<boolean>`(exists (
  select 1 from audit.seal k join audit.finding f on f.sequence = k.sequence where k.entry_id = e.id)
  or exists (select 1 from audit.finding f where f.entry_id = e.id))`;

/**
 * Deletes the payloads about a person, with their salts. Of payloads about others that the person caused, deletes the
 * address, the user agent, and the salt by which these could be guessed. Of entries from before payloads belonged to
 * people, deletes the whole payload. The index of subjects has no empty ones: the statement says so.
 */
export async function erasePayloads(tx: Kysely<AuditTables>, userId: string): Promise<void> {
  await sql`delete from audit.payload p using audit.entry e where e.id = p.entry_id
    and (e.subject_id = ${userId} and e.subject_id <> '' or e.resource_id = ${userId} or e.subject_id is null and e.actor_id = ${userId})`.execute(
    tx,
  );
  await sql`update audit.payload p set salt = null, origin = null from audit.entry e
    where e.id = p.entry_id and e.actor_type in ('user', 'apiKey') and e.actor_id = ${userId}`.execute(tx);
}
