import { sql } from 'kysely';
import { newestFirst, pageQuery } from '#platform/database/port.ts';
import type { Channel } from '../contract.ts';
import type { NotificationsReader, RevisionRow, StoredTemplate, NotificationsWriter } from '../tables.ts';
import type { TemplateQuery } from './schemas.ts';

const existing = (db: NotificationsReader) => db.selectFrom('notifications.template').where('deletedAt', 'is', null);

/** The order of the list. Its name is its own, so that a cursor of another list is refused. */
const order = { ...newestFirst(), name: 'id:desc' };

/** One page, newest first. */
export function listTemplates(db: NotificationsReader, query: TemplateQuery) {
  const { channel, language, name } = query;
  let rows = existing(db).selectAll();
  if (channel) rows = rows.where('channel', '=', channel);
  if (language) rows = rows.where(sql<string>`platform.language_tag(language)`, '=', language);
  if (name) rows = rows.where(sql<boolean>`platform.canonical_name(name) = (select platform.canonical_name(${name}))`);
  return pageQuery(db, rows, query, order);
}

export function findTemplate(db: NotificationsReader, id: string): Promise<StoredTemplate | undefined> {
  return existing(db).selectAll().where('id', '=', id).executeTakeFirst();
}

export function lockTemplate(tx: NotificationsWriter, id: string): Promise<StoredTemplate | undefined> {
  return existing(tx).selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

/** One message in all its languages; of two with the same language, the first counts. */
export function listTranslations(db: NotificationsReader, name: string, channel: Channel): Promise<StoredTemplate[]> {
  const rows = existing(db).selectAll().where('name', '=', name).where('channel', '=', channel);
  return rows.orderBy('isTwin').orderBy('id').execute();
}

/** Whether a declared template has texts for the channel. */
export async function hasTexts(db: NotificationsReader, name: string, channel: Channel): Promise<boolean> {
  return (await listTranslations(db, name, channel)).length > 0;
}

/** Undefined when there is one of that channel and language with the name or, of a user, with its canonical form. */
export function insertTemplate(
  tx: NotificationsWriter,
  row: Omit<StoredTemplate, 'createdAt' | 'updatedAt' | 'deletedAt'>,
): Promise<StoredTemplate | undefined> {
  return tx
    .insertInto('notifications.template')
    .values({ ...row, deletedAt: null })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();
}

export function updateTemplate(
  tx: NotificationsWriter,
  id: string,
  change: Partial<Omit<StoredTemplate, 'id' | 'createdAt' | 'updatedAt'>>,
): Promise<StoredTemplate> {
  const update = tx.updateTable('notifications.template').set({ ...change, updatedAt: sql<string>`now()` });
  return update.where('id', '=', id).returningAll().executeTakeFirstOrThrow();
}

export async function insertRevision(tx: NotificationsWriter, row: Omit<RevisionRow, 'createdAt'>): Promise<void> {
  await tx.insertInto('notifications.templateRevision').values(row).execute();
}

/** Newest first. */
export function listRevisions(db: NotificationsReader, templateId: string) {
  const columns = ['revision', 'subjectTemplate', 'bodyTemplate', 'createdBy', 'createdAt'] as const;
  const rows = db.selectFrom('notifications.templateRevision').select(columns).where('templateId', '=', templateId);
  return rows.orderBy('revision', 'desc').limit(200).execute();
}

/** Whether templates with this hash were found sendable. */
export async function isChecked(db: NotificationsReader, hash: string): Promise<boolean> {
  const row = db.selectFrom('notifications.templateCheck').select('hash').where('hash', '=', hash);
  return (await row.executeTakeFirst()) !== undefined;
}

export async function recordCheck(tx: NotificationsWriter, hash: string): Promise<void> {
  const row = tx.insertInto('notifications.templateCheck').values({ hash });
  await row.onConflict((conflict) => conflict.doNothing()).execute();
}

export function listBuiltIns(db: NotificationsReader): Promise<StoredTemplate[]> {
  return existing(db).selectAll().where('isShipped', '=', true).execute();
}
