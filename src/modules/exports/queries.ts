import { sql } from 'kysely';
import { UUID_PATTERN } from '#kernel/id.ts';
import type { PageQuery } from '#kernel/page.ts';
import { columnsOf, pageQuery } from '#platform/database/port.ts';
import { Export, type NewExport } from './contract.ts';
import type { ExportsReader, ExportsWriter } from './tables.ts';

const COLUMNS = columnsOf(Export);
const order = {
  name: 'newest',
  direction: 'desc' as const,
  value: ({ id }: Export) => id,
  isValue: (text: string) => UUID_PATTERN.test(text),
};

/** The only access rule: a user has the exports that they asked for. */
const ownedBy = (db: ExportsReader, ownerId: string) => db.selectFrom('exports.export').where('ownerId', '=', ownerId);

/** One page, newest first. */
export function listExports(db: ExportsReader, ownerId: string, query: PageQuery) {
  return pageQuery(db, ownedBy(db, ownerId).select(COLUMNS), query, order);
}

export function findExport(db: ExportsReader, ownerId: string, id: string): Promise<Export | undefined> {
  return ownedBy(db, ownerId).select(COLUMNS).where('id', '=', id).executeTakeFirst();
}

/** Where its file is. */
export function findContent(db: ExportsReader, ownerId: string, id: string) {
  return ownedBy(db, ownerId)
    .select(['path', 'query', 'format', 'status', 'storageKey', 'sizeBytes', 'endedAt'])
    .where('id', '=', id)
    .executeTakeFirst();
}

/** For the work, of any owner. */
export function findWork(db: ExportsReader, id: string) {
  return db
    .selectFrom('exports.export')
    .select([...COLUMNS, 'ownerId', 'sessionId', 'organisationId'])
    .where('id', '=', id)
    .executeTakeFirst();
}

export type ExportRow = NewExport & {
  readonly id: string;
  readonly query: string;
  readonly ownerId: string;
  readonly sessionId: string | null;
  readonly organisationId: string | null;
};

export function insertExport(tx: ExportsWriter, asked: ExportRow): Promise<Export> {
  return tx.insertInto('exports.export').values(asked).returning(COLUMNS).executeTakeFirstOrThrow();
}

/** False when it is gone, because its owner has deleted it, or was ended by another attempt. */
export async function noteProgress(tx: ExportsWriter, id: string, rowCount: number): Promise<boolean> {
  const update = tx
    .updateTable('exports.export')
    .set({ status: 'running', rowCount })
    .where('id', '=', id)
    .where('endedAt', 'is', null);
  return (await update.executeTakeFirst()).numUpdatedRows > 0n;
}

export interface Ending {
  readonly status: 'done' | 'failed';
  readonly rowCount?: number;
  readonly sizeBytes?: number;
  readonly storageKey?: string;
  readonly error?: string;
}

export async function endExport(tx: ExportsWriter, id: string, ending: Ending): Promise<boolean> {
  const update = tx
    .updateTable('exports.export')
    .set({ ...ending, endedAt: sql<string>`now()` })
    .where('id', '=', id)
    .where('endedAt', 'is', null);
  return (await update.executeTakeFirst()).numUpdatedRows > 0n;
}

export async function deleteExport(tx: ExportsWriter, ownerId: string, id: string): Promise<boolean> {
  const deleted = await tx
    .deleteFrom('exports.export')
    .where('id', '=', id)
    .where('ownerId', '=', ownerId)
    .executeTakeFirst();
  return deleted.numDeletedRows > 0n;
}

/** Answers their ids. */
export async function deleteExportsOf(tx: ExportsWriter, ownerId: string): Promise<string[]> {
  const rows = await tx.deleteFrom('exports.export').where('ownerId', '=', ownerId).returning('id').execute();
  return rows.map(({ id }) => id);
}

/** The oldest of those that ended before, at most `limit`. Answers their ids. */
export async function deleteEnded(tx: ExportsWriter, before: Date, limit: number): Promise<string[]> {
  const old = tx
    .selectFrom('exports.export')
    .select('id')
    .where('endedAt', '<', before.toISOString())
    .orderBy('endedAt')
    .limit(limit);
  const rows = await tx.deleteFrom('exports.export').where('id', 'in', old).returning('id').execute();
  return rows.map(({ id }) => id);
}

/** Of these files those that no export has. */
export async function orphansOf(db: ExportsReader, keys: readonly string[]): Promise<string[]> {
  const rows = await db.selectFrom('exports.export').select('storageKey').where('storageKey', 'in', keys).execute();
  const kept = new Set(rows.map(({ storageKey }) => storageKey));
  return keys.filter((key) => !kept.has(key));
}

/** All of one user, oldest first; they are few. */
export function exportsOf(db: ExportsReader, ownerId: string): Promise<Export[]> {
  return ownedBy(db, ownerId).select(COLUMNS).orderBy('id').execute();
}

/** Of the files that one user has. */
export async function countBytes(db: ExportsReader, ownerId: string): Promise<number> {
  const { bytes } = await ownedBy(db, ownerId)
    .select(sql<number>`coalesce(sum(size_bytes), 0)::bigint`.as('bytes'))
    .executeTakeFirstOrThrow();
  return bytes;
}

export async function countExports(db: ExportsReader, ownerId: string, limit: number): Promise<number> {
  return (await ownedBy(db, ownerId).select('id').limit(limit).execute()).length;
}
