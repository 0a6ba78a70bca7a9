import { sql, type Kysely, type Transaction } from 'kysely';
import { COUNT_LIMIT, toPage, toPaging, type PageQuery, type Paging } from '#kernel/page.ts';
import { countRows, newestFirst, pageQuery } from '#platform/database/port.ts';
import { ERASED_ACTION } from '#verifier/chain.ts';
import { authorOf, type EncryptedPayload } from '../chain/decrypt.ts';
import type { AuditFilter } from '../schemas.ts';
import type { AuditTables } from '../tables.ts';
import { entriesOf, openWindow, type FoundEntries } from './filters.ts';

/** Entries of one batch, at most. */
export const BATCH = 500;
const ERASED_AT_ONCE = 1000; // rows of one transaction, which takes a few dozen milliseconds

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
 * One page, newest first. With several filters it reads the newest 10,001 entries of the rarest one: where there are more,
 * and not all of these match, the page has no total, and its cursor goes on after them.
 */
export async function listEntries(db: Kysely<AuditTables>, query: AuditFilter & PageQuery) {
  const paging = toPaging(query, entryOrder.name, entryOrder.isValue);
  const { after, offset, pageSize } = paging;
  const limit = Math.min(offset, COUNT_LIMIT) + pageSize + 1; // a page beyond the count is not read
  const { rows, all, end } = await openWindow(db, query, { after: after?.id ?? null, limit });
  const page = await pageQuery(db, withAllColumns(db, rows), query, entryOrder);
  if (end !== null && page.totalCountCapped !== true) return stopAt(page, end.id, paging);
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
  const total = await countRows(db, all);
  return end === null || total === COUNT_LIMIT ? total : null;
}

/** Some of the entries that match. `next` is the entry after which the list goes on, null at its end. */
export interface EntryBatch {
  /** There may be none, and a next one. */
  readonly rows: EntryRow[];
  readonly next: string | null;
}

/**
 * The entries that match and are older than the entry `after`, newest first, in batches of `BATCH`. The filters are
 * compared for `atOnce` entries at a time, and not for each batch again.
 */
export async function* walkEntries(
  db: Kysely<AuditTables>,
  query: AuditFilter,
  { after, atOnce }: { after: string | null; atOnce: number },
): AsyncGenerator<EntryBatch> {
  for (let last = after; ;) {
    const { rows: window, end } = await openWindow(db, query, { after: last, limit: atOnce });
    const found = await window.clearSelect().select('e.id').orderBy('e.id', 'desc').limit(atOnce).execute();
    const ids = found.map(({ id }) => id);
    last = (ids.length === atOnce ? ids.at(-1) : end?.id) ?? null;
    for (let at = 0; at < Math.max(ids.length, 1); at += BATCH) {
      const some = ids.slice(at, at + BATCH);
      const rows = some.length > 0 ? await lookUp(db, some) : [];
      yield { rows, next: at + BATCH < ids.length ? (some.at(-1) ?? null) : last };
    }
    if (last === null) return;
  }
}

export async function findEntry(db: Kysely<AuditTables>, id: string): Promise<EntryRow | null> {
  const [row = null] = await lookUp(db, [id]);
  return row;
}

/** How an entry relates to a person. */
export type Relation = 'actor' | 'impersonator' | 'subject' | 'resource';

/** What a person's export needs of an entry. */
export type PersonalRow = Omit<EntryRow, 'isTampered' | 'previousChecksum' | 'checksum'>;

/**
 * Entries with that relation to a person and none of the relations listed before it. Oldest first, up to `limit` after
 * the entry `after`. Payloads and places in the chain are looked up for this batch alone, all at once: joined, they would be
 * read for all further entries of the person too.
 */
export async function listByRelation(
  db: Kysely<AuditTables>,
  { userId, relation, after, limit }: { userId: string; relation: Relation; after: string | null; limit: number },
): Promise<PersonalRow[]> {
  let found = db.selectFrom('audit.entry as e').selectAll('e').orderBy('e.id').limit(limit);
  if (after !== null) found = found.where('e.id', '>', after);
  if (relation === 'actor') found = found.where('e.actorId', '=', userId);
  else found = found.where('e.actorId', '<>', userId);
  const isImpersonators = sql<boolean>`e.impersonator_id = ${userId}`;
  if (relation === 'impersonator') found = found.where(isImpersonators);
  else if (relation !== 'actor') found = found.where(sql<boolean>`${isImpersonators} is not true`);
  // The index of subjects has no empty ones: a literal, which a plan for any value knows to be in it.
  if (relation === 'subject') found = found.where('e.subjectId', '=', userId).where('e.subjectId', '<>', sql.lit(''));
  const isOthers = sql<boolean>`e.subject_id is distinct from ${userId}`;
  if (relation === 'resource') found = found.where('e.resourceId', '=', userId).where(isOthers);
  const { rows } = await sql<PersonalRow>`
    with e as materialized (${found}),
    p as materialized (select * from audit.payload where entry_id = any (array(select id from e))),
    s as materialized (select * from audit.seal where entry_id = any (array(select id from e)))
    select e.*, p.salt, p.sealed, p.origin, s.sequence
    from e left join p on p.entry_id = e.id left join s on s.entry_id = e.id order by e.id`.execute(db);
  return rows;
}

function withAllColumns(db: Kysely<AuditTables>, rows: FoundEntries) {
  return db
    .selectFrom(rows.as('e'))
    .leftJoin('audit.payload as p', 'p.entryId', 'e.id')
    .leftJoin('audit.seal as s', 's.entryId', 'e.id')
    .selectAll('e')
    .select(COLUMNS)
    .select(hasFinding.as('isTampered'));
}

/** The entries with all columns, newest first. `offset 0` keeps the planner from joining whole tables to a batch. */
function lookUp(db: Kysely<AuditTables>, ids: readonly string[]): Promise<EntryRow[]> {
  const rows = entriesOf(db).where(sql<boolean>`e.id = any (${ids}::uuid[])`);
  const ofEntry = sql<boolean>`entry_id = e.id`;
  const payload = db.selectFrom('audit.payload').selectAll().where(ofEntry).offset(0);
  const seal = db.selectFrom('audit.seal').selectAll().where(ofEntry).offset(0);
  return db
    .selectFrom(rows.as('e'))
    .leftJoinLateral(payload.as('p'), (join) => join.onTrue())
    .leftJoinLateral(seal.as('s'), (join) => join.onTrue())
    .selectAll('e')
    .select(COLUMNS)
    .select(hasFinding.as('isTampered'))
    .orderBy('e.id', 'desc')
    .execute();
}

const COLUMNS = ['p.salt', 'p.sealed', 'p.origin', 's.sequence', 's.previousChecksum', 's.checksum'] as const;

const hasFinding = sql<boolean>`(exists (
  select 1 from audit.seal k join audit.finding f on f.sequence = k.sequence where k.entry_id = e.id)
  or exists (select 1 from audit.finding f where f.entry_id = e.id))`;

export interface TraceBatch {
  readonly userId: string;
  readonly relation: Relation;
  /** The last entry of the batch before; null for the first batch. */
  readonly after: string | null;
}

/**
 * Deletes the payloads about a person, with their salts. Of payloads about others that the person caused, also as
 * somebody else, deletes the address, the user agent, and the salt by which these could be guessed. Of entries from before payloads belonged to
 * people, deletes the whole payload. Of one batch of the entries with that relation to the person; returns the last one of
 * the batch, null at the end. The entry that records the erasure keeps its payload, which is about nobody. The index of
 * subjects has no empty ones: the statement says so.
 */
export async function eraseTraces(
  tx: Transaction<AuditTables>,
  { userId, relation, after }: TraceBatch,
): Promise<string | null> {
  let entries = tx
    .selectFrom('audit.entry')
    .select(['id', 'action', 'actorType', 'actorId', 'impersonatorId', 'subjectId']);
  if (relation === 'actor') entries = entries.where('actorId', '=', userId);
  else if (relation === 'impersonator') entries = entries.where('impersonatorId', '=', userId);
  else if (relation === 'subject') entries = entries.where('subjectId', '=', userId).where('subjectId', '<>', '');
  else entries = entries.where('resourceId', '=', userId);
  if (after !== null) entries = entries.where('id', '>', after);
  const rows = await entries.orderBy('id').limit(ERASED_AT_ONCE).execute();
  const isWhole = ({ subjectId }: (typeof rows)[number]) =>
    (relation !== 'actor' && relation !== 'impersonator') || subjectId === null;
  const whole = rows.filter((row) => isWhole(row) && row.action !== ERASED_ACTION).map(({ id }) => id);
  const caused = rows.filter((row) => !isWhole(row) && authorOf(row) === userId).map(({ id }) => id);
  if (whole.length > 0) await sql`delete from audit.payload where entry_id = any (${whole}::uuid[])`.execute(tx);
  if (caused.length > 0)
    await sql`update audit.payload set salt = null, origin = null
      where entry_id = any (${caused}::uuid[]) and (salt is not null or origin is not null)`.execute(tx);
  return rows.length < ERASED_AT_ONCE ? null : (rows.at(-1)?.id ?? null);
}
