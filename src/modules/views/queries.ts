import type { Kysely, Transaction } from 'kysely';
import { UUID_PATTERN } from '#kernel/id.ts';
import { columnsOf, pageQuery } from '#platform/database/port.ts';
import { KeptView, type KeptViewQuery, type NewKeptView } from './contract.ts';
import type { ViewsTables } from './tables.ts';

type Reader = Kysely<ViewsTables>;
type Writer = Transaction<ViewsTables>;

const COLUMNS = columnsOf(KeptView);
const order = {
  name: 'newest',
  direction: 'desc' as const,
  value: ({ id }: KeptView) => id,
  isValue: (text: string) => UUID_PATTERN.test(text),
};

/** The only access rule: a user has their own views. */
const ownedBy = (db: Reader, ownerId: string) => db.selectFrom('views.view').where('ownerId', '=', ownerId);

/** One page, newest first. */
export function listViews(db: Reader, ownerId: string, query: KeptViewQuery) {
  const rows = ownedBy(db, ownerId).select(COLUMNS);
  return pageQuery(db, query.of === undefined ? rows : rows.where('page', '=', query.of), query, order);
}

/** Undefined when another one of this page has the name. */
export function insertView(tx: Writer, view: NewKeptView & { id: string; ownerId: string }) {
  return tx
    .insertInto('views.view')
    .values(view)
    .onConflict((conflict) => conflict.columns(['ownerId', 'page', 'name']).doNothing())
    .returning(COLUMNS)
    .executeTakeFirst();
}

/** Whether there was one. */
export async function deleteView(tx: Writer, ownerId: string, id: string): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('views.view')
    .where('id', '=', id)
    .where('ownerId', '=', ownerId)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

export async function deleteViewsOf(tx: Writer, ownerId: string): Promise<void> {
  await tx.deleteFrom('views.view').where('ownerId', '=', ownerId).execute();
}

/** All views of one user, oldest first; they are few. */
export function exportViews(db: Reader, ownerId: string): Promise<KeptView[]> {
  return ownedBy(db, ownerId).select(COLUMNS).orderBy('id').execute();
}

export async function countViews(db: Reader, ownerId: string, limit: number): Promise<number> {
  return (await ownedBy(db, ownerId).select('id').limit(limit).execute()).length;
}
