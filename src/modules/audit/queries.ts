import { sql, type Kysely } from 'kysely';
import { COUNT_LIMIT, type Paging } from '#kernel/page.ts';
import type { AuditEntry, AuditQuery } from './contract.ts';

/** The platform's tables (its migration 0002): units write them, this module reads. */
export type AuditTables = {
  'audit.entry': Omit<AuditEntry, 'ip' | 'userAgent' | 'payload' | 'payloadHash'> & { payloadHash: Buffer };
  'audit.payload': { entryId: string; salt: Buffer; sealed: Buffer };
};
export type EntryRow = AuditTables['audit.entry'] & { sealed: Buffer | null };

function matching(db: Kysely<AuditTables>, query: AuditQuery) {
  let rows = db.selectFrom('audit.entry as e');
  if (query.actorId) rows = rows.where('e.actorId', '=', query.actorId);
  if (query.action) rows = rows.where('e.action', 'like', `${query.action.replaceAll('_', '\\_')}%`);
  if (query.resourceType) rows = rows.where('e.resourceType', '=', query.resourceType);
  if (query.resourceId) rows = rows.where('e.resourceId', '=', query.resourceId);
  if (query.outcome) rows = rows.where('e.outcome', '=', query.outcome);
  if (query.from) rows = rows.where('e.timestampUtc', '>=', query.from);
  if (query.to) rows = rows.where('e.timestampUtc', '<', query.to);
  return rows;
}

/** Newest first, up to `pageSize + 1` rows, and the capped count. */
export async function listEntries(db: Kysely<AuditTables>, query: AuditQuery, { after, pageSize, offset }: Paging) {
  let page = matching(db, query)
    .leftJoin('audit.payload as p', 'p.entryId', 'e.id')
    .selectAll('e')
    .select('p.sealed')
    .orderBy('e.id', 'desc')
    .limit(pageSize + 1)
    .offset(offset);
  if (after) page = page.where('e.id', '<', after.id);
  const rows: EntryRow[] = await page.execute();
  if (after) return { rows, total: null };
  const counted = db.selectFrom(
    matching(db, query)
      .select(sql`1`.as('one'))
      .limit(COUNT_LIMIT)
      .as('counted'),
  );
  const { total } = await counted.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  return { rows, total };
}

/** Entries that a person caused or that are about them, oldest first. */
export function listEntriesOf(db: Kysely<AuditTables>, userId: string): Promise<EntryRow[]> {
  return db
    .selectFrom('audit.entry as e')
    .leftJoin('audit.payload as p', 'p.entryId', 'e.id')
    .selectAll('e')
    .select('p.sealed')
    .where((eb) => eb.or([eb('e.actorId', '=', userId), eb('e.resourceId', '=', userId)]))
    .orderBy('e.id')
    .execute();
}
