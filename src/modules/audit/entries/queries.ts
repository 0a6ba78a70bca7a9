import { sql, type Kysely } from 'kysely';
import type { Paging } from '#kernel/page.ts';
import { countRows } from '#platform/database/port.ts';
import type { AuditTables } from '../chain/queries.ts';
import type { AuditFilter } from '../contract.ts';
import type { PayloadRow } from '../chain/decrypt.ts';

/** An entry with its payload, its place in the chain, and what reports have found. */
export type EntryRow = AuditTables['audit.entry'] &
  PayloadRow & {
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

function whole(rows: ReturnType<typeof matching>) {
  return rows
    .leftJoin('audit.payload as p', 'p.entryId', 'e.id')
    .leftJoin('audit.seal as s', 's.entryId', 'e.id')
    .selectAll('e')
    .select(['p.salt', 'p.sealed', 'p.origin', 's.sequence', 's.previousChecksum', 's.checksum'])
    .select(isTampered.as('isTampered'));
}

/** Newest first, up to `pageSize + 1` rows, and the capped count. */
export async function listEntries(db: Kysely<AuditTables>, query: AuditFilter, { after, pageSize, offset }: Paging) {
  let page = whole(matching(db, query))
    .orderBy('e.id', 'desc')
    .limit(pageSize + 1)
    .offset(offset);
  if (after) page = page.where('e.id', '<', after.id);
  const rows: EntryRow[] = await page.execute();
  return { rows, total: after ? null : await countEntries(db, query) };
}

/** Up to the limit of counting. */
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
  let rows = whole(matching(db, query)).orderBy('e.id', 'desc').limit(limit);
  if (after !== null) rows = rows.where('e.id', '<', after);
  return rows.execute();
}

/** What binds an entry to a person. */
export type Tie = 'actor' | 'subject' | 'resource';

/** Entries that are tied to a person so, and by no tie before it: oldest first, up to `limit` behind the entry `after`. */
export function listTied(
  db: Kysely<AuditTables>,
  { userId, tie, after, limit }: { userId: string; tie: Tie; after: string | null; limit: number },
): Promise<EntryRow[]> {
  let rows = whole(db.selectFrom('audit.entry as e')).orderBy('e.id').limit(limit);
  if (after !== null) rows = rows.where('e.id', '>', after);
  if (tie === 'actor') return rows.where('e.actorId', '=', userId).execute();
  rows = rows.where('e.actorId', '<>', userId);
  if (tie === 'subject') return rows.where('e.subjectId', '=', userId).execute();
  const isOthers = sql<boolean>`e.subject_id is distinct from ${userId}`;
  return rows.where('e.resourceId', '=', userId).where(isOthers).execute();
}

/**
 * What was said of a person goes, salt and all; of what they did to others only where they were, and the salt by which
 * that could be guessed. Entries from before payloads belonged to people go whole.
 */
export async function erasePayloads(tx: Kysely<AuditTables>, userId: string): Promise<void> {
  await sql`delete from audit.payload p using audit.entry e where e.id = p.entry_id and (e.subject_id = ${userId}
    or e.resource_id = ${userId} or e.subject_id is null and e.actor_id = ${userId})`.execute(tx);
  await sql`update audit.payload p set salt = null, origin = null from audit.entry e
    where e.id = p.entry_id and e.actor_type in ('user', 'apiKey') and e.actor_id = ${userId}`.execute(tx);
}
