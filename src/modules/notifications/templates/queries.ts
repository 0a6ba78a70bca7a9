import { sql } from 'kysely';
import type { Paging } from '#kernel/page.ts';
import { countRows } from '#platform/database/port.ts';
import type { Channel } from '../contract.ts';
import type { Reader, RevisionRow, StoredTemplate, TemplateRow, Writer } from '../tables.ts';
import type { TemplateQuery } from '../schemas.ts';

const living = (db: Reader) => db.selectFrom('notifications.template').where('deletedAt', 'is', null);

/** By name, channel and language; up to `pageSize + 1` rows, and the capped count. */
export async function listTemplates(db: Reader, { channel, language, name }: TemplateQuery, paging: Paging) {
  let rows = living(db);
  if (channel) rows = rows.where('channel', '=', channel);
  if (language) rows = rows.where('language', '=', language);
  if (name) rows = rows.where('name', '=', name);
  let page = rows
    .selectAll()
    .orderBy('id', 'desc')
    .limit(paging.pageSize + 1)
    .offset(paging.offset);
  if (paging.after) page = page.where('id', '<', paging.after.id);
  const found: StoredTemplate[] = await page.execute();
  if (paging.after) return { rows: found, total: null };
  return { rows: found, total: await countRows(db, rows) };
}

export function findTemplate(db: Reader, id: string): Promise<StoredTemplate | undefined> {
  return living(db).selectAll().where('id', '=', id).executeTakeFirst();
}

export function lockTemplate(tx: Writer, id: string): Promise<StoredTemplate | undefined> {
  return living(tx).selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

/** One message in all its languages. */
export function listTranslations(db: Reader, name: string, channel: Channel): Promise<StoredTemplate[]> {
  return living(db).selectAll().where('name', '=', name).where('channel', '=', channel).execute();
}

/** Undefined when there is one of that name, channel and language. */
export function insertTemplate(
  tx: Writer,
  row: Omit<TemplateRow, 'createdAt' | 'updatedAt' | 'deletedAt'>,
): Promise<StoredTemplate | undefined> {
  return tx
    .insertInto('notifications.template')
    .values({ ...row, deletedAt: null })
    .onConflict((conflict) =>
      conflict.columns(['name', 'channel', 'language']).where('deletedAt', 'is', null).doNothing(),
    )
    .returningAll()
    .executeTakeFirst();
}

export function updateTemplate(
  tx: Writer,
  id: string,
  change: Partial<Omit<TemplateRow, 'id' | 'createdAt' | 'updatedAt'>>,
): Promise<StoredTemplate> {
  const update = tx.updateTable('notifications.template').set({ ...change, updatedAt: sql<string>`now()` });
  return update.where('id', '=', id).returningAll().executeTakeFirstOrThrow();
}

export async function insertRevision(tx: Writer, row: Omit<RevisionRow, 'createdAt'>): Promise<void> {
  await tx.insertInto('notifications.templateRevision').values(row).execute();
}

/** Newest first. */
export function listRevisions(db: Reader, templateId: string) {
  const columns = ['revision', 'subjectTemplate', 'bodyTemplate', 'createdBy', 'createdAt'] as const;
  const rows = db.selectFrom('notifications.templateRevision').select(columns).where('templateId', '=', templateId);
  return rows.orderBy('revision', 'desc').limit(200).execute();
}

export function listShipped(db: Reader): Promise<StoredTemplate[]> {
  return living(db).selectAll().where('isShipped', '=', true).execute();
}
