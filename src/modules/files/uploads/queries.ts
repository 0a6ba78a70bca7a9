import { sql } from 'kysely';
import { among } from '#platform/database/port.ts';
import { lockContent } from '../content/versions.ts';
import type { ScanStatus, StoredFile, UploadFields } from '../contract.ts';
import { FILE_COLUMNS, requireRight, SHOWN_STATUS, visibleTo, type FileLists, type FileViewer } from '../queries.ts';
import type { FilesWriter } from '../tables.ts';

export interface UploadIntent {
  readonly id: string;
  readonly ownerId: string;
  readonly fileName: string;
  readonly contentType: string;
  readonly contentId: string;
  /** Of a new content: its file. */
  readonly versionOf?: string;
  /** Of what is sent by a link: where it will lie. */
  readonly folderId?: string;
  readonly linkId?: string;
}

export async function insertIntent(tx: FilesWriter, intent: UploadIntent): Promise<void> {
  await tx
    .insertInto('files.file')
    .values({ ...intent, stage: 'uploading' })
    .execute();
}

/** One attempt to receive a file. A later attempt may have the same id, and has another content. */
export type UploadAttempt = Pick<UploadIntent, 'id' | 'contentId'>;

/** False when the upload was given up meanwhile. */
export async function beat(tx: FilesWriter, { id, contentId }: UploadAttempt): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('files.file')
    .set({ heartbeatAt: sql<string>`now()` })
    .where('id', '=', id)
    .where('contentId', '=', contentId)
    .where('stage', '=', 'uploading')
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

export interface ReceivedContent extends Omit<UploadFields, 'folder' | 'folderId'> {
  readonly folderId: string | null;
  readonly linkId?: string;
  readonly senderId?: string | null;
  readonly senderName?: string | null;
  readonly contentType: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** Undefined when the upload was given up meanwhile. */
export function markReceived(
  tx: FilesWriter,
  { id, contentId }: UploadAttempt,
  received: ReceivedContent,
): Promise<StoredFile | undefined> {
  return tx
    .updateTable('files.file')
    .set((eb) => ({
      ...received,
      stage: 'uploaded',
      isAtGate: true,
      updatedAt: sql<string>`now()`,
      version: eb('version', '+', 1),
    }))
    .where('id', '=', id)
    .where('contentId', '=', contentId)
    .where('storageStatus', '=', 'pending')
    .where('stage', '=', 'uploading')
    .returning(FILE_COLUMNS)
    .executeTakeFirst();
}

/** Deletes the row of an upload that did not become a file; false when it is a file. True when the row is gone already. */
export async function deleteIntent(tx: FilesWriter, { id, contentId }: UploadAttempt): Promise<boolean> {
  const intents = tx.deleteFrom('files.file').where('id', '=', id).where('contentId', '=', contentId);
  await intents.where('stage', '=', 'uploading').execute();
  const files = tx.selectFrom('files.file').select('id').where('id', '=', id).where('contentId', '=', contentId);
  return (await files.executeTakeFirst()) === undefined;
}

/** Uploads whose process does not renew them any more. */
export function deleteDeadIntents(tx: FilesWriter, seconds: number, limit: number): Promise<{ contentId: string }[]> {
  const dead = tx
    .selectFrom('files.file')
    .select('id')
    .where('stage', '=', sql.lit('uploading'))
    .where('heartbeatAt', '<', sql<string>`now() - make_interval(secs => ${seconds})`)
    .orderBy('heartbeatAt')
    .limit(limit)
    .forUpdate()
    .skipLocked();
  return tx.deleteFrom('files.file').where('id', '=', among(dead)).returning('contentId').execute();
}

/** A file at the gate, whose bytes are whole. */
export interface GateFile {
  readonly id: string;
  /** Of a new content: its file. */
  readonly versionOf: string | null;
  readonly ownerId: string;
  readonly fileName: string;
  readonly contentType: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly contentId: string;
  /** The link by which somebody has sent it. */
  readonly linkId: string | null;
  /** Since its last byte. */
  readonly waitedMs: number;
}

/** `sha256` is null while the bytes are in parts. */
export type ArrivedFile = Omit<GateFile, 'sha256'> & { readonly sha256: string | null };

/** Marks the file as being scanned. Undefined when it does not wait any more, or with another content. */
export async function enterGate(tx: FilesWriter, { id, contentId }: UploadAttempt): Promise<ArrivedFile | undefined> {
  const row = await tx
    .updateTable('files.file')
    .set({ stage: 'scanning' })
    .where('id', '=', id)
    .where('contentId', '=', contentId)
    .where('storageStatus', '=', 'pending')
    .where('stage', 'in', ['uploaded', 'scanning'])
    .where('sizeBytes', 'is not', null)
    .returning(['id', 'versionOf', 'ownerId', 'fileName', 'contentType', 'sizeBytes', 'sha256', 'contentId', 'linkId'])
    .returning(sql<number>`(extract(epoch from now() - heartbeat_at) * 1000)::float8`.as('waitedMs'))
    .executeTakeFirst();
  if (!row || row.sizeBytes === null) return undefined;
  return { ...row, sizeBytes: row.sizeBytes };
}

/**
 * Locks a file that is still at the gate; false when it is not, or is gone. Its name may have changed meanwhile; its
 * bytes never do. The file of a new content is locked first, as everywhere.
 */
export async function lockAtGate(
  tx: FilesWriter,
  { id, versionOf }: Pick<GateFile, 'id' | 'versionOf'>,
): Promise<boolean> {
  if (versionOf !== null) await lockContent(tx, versionOf);
  const row = await tx
    .selectFrom('files.file')
    .select('id')
    .where('id', '=', id)
    .where('storageStatus', '=', 'pending')
    .forUpdate()
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * The item of this content ends, unless its file waits: then it needs another one, and is answered. Locks the row, so that
 * a file that is restored at the same time sees whether there is an item.
 */
export async function endItem(tx: FilesWriter, { id, contentId }: UploadAttempt) {
  const rows = tx
    .selectFrom('files.file')
    .select(['id', 'contentId', 'versionOf', 'storageStatus', 'stage'])
    .where('id', '=', id)
    .where('contentId', '=', contentId);
  const row = await rows.forUpdate().executeTakeFirst();
  if (!row) return undefined;
  if (row.storageStatus === 'pending' && row.stage !== 'uploading') return row;
  await tx.updateTable('files.file').set({ isAtGate: false }).where('id', '=', id).execute();
  return undefined;
}

/** Whether a row has this content, or files have its object: a content moves to another row when it is released. */
export async function isKnown(tx: FilesWriter, contentId: string): Promise<boolean> {
  const { rows } = await sql`
    select from files.file where content_id = ${contentId}
    union all select from files.blob where id = ${contentId} limit 1`.execute(tx);
  return rows.length > 0;
}

export interface GateOutcome {
  readonly storageStatus: 'available' | 'infected' | 'failed';
  readonly scanStatus?: ScanStatus;
  readonly blobId?: string;
  readonly reason?: string;
  readonly isRetryable?: boolean;
}

/** After `lockAtGate`. */
export async function leaveGate(tx: FilesWriter, id: string, outcome: GateOutcome): Promise<void> {
  await tx
    .updateTable('files.file')
    .set((eb) => ({
      ...outcome,
      stage: null,
      isAtGate: false,
      updatedAt: sql<string>`now()`,
      version: eb('version', '+', 1),
    }))
    .where('id', '=', id)
    .execute();
}

/**
 * Whether nobody was told of infected files of this person since then; if so, they are told at `at`. Also when these files
 * are gone, and exactly for files that are found at once.
 */
export async function reserveNotice(
  tx: FilesWriter,
  { ownerId, of, at, since }: { ownerId: string; of: 'incidentAt' | 'warnedAt'; at: string; since: string },
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('files.usage')
    .set({ [of]: at })
    .where('ownerId', '=', ownerId)
    .where((eb) => eb.or([eb(of, 'is', null), eb(of, '<=', since)]))
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Locks a file that failed by a fault, or its new content that did, and puts that before the gate again; undefined for any other. */
export async function reenterGate(
  tx: FilesWriter,
  viewer: FileViewer,
  id: string,
  lists: FileLists,
): Promise<{ id: string; ownerId: string; contentId: string; versionOf: string | null } | undefined> {
  const rows = visibleTo(tx, viewer, lists)
    .select(['id', 'ownerId', 'contentId', 'versionOf', SHOWN_STATUS.as('storageStatus'), 'isRetryable'])
    .where('id', '=', id);
  const file = await rows.forUpdate().executeTakeFirst();
  if (!file) return undefined;
  await requireRight(tx, viewer, file, 'write', lists);
  const failed = isRetried(file) ? file : await lockFailedContent(tx, file);
  if (!failed) return undefined;
  const again = {
    storageStatus: 'pending',
    stage: 'uploaded',
    reason: null,
    isRetryable: false,
    isAtGate: true,
  } as const;
  await tx
    .updateTable('files.file')
    .set((eb) => ({ ...again, updatedAt: sql<string>`now()`, version: eb('version', '+', 1) }))
    .where('id', '=', failed.id)
    .execute();
  return failed;
}

function isRetried({ storageStatus, isRetryable }: Pick<StoredFile, 'storageStatus' | 'isRetryable'>): boolean {
  return storageStatus === 'failed' && isRetryable;
}

async function lockFailedContent(tx: FilesWriter, file: Pick<StoredFile, 'id' | 'storageStatus'>) {
  if (file.storageStatus === 'deleted') return undefined;
  const rows = tx.selectFrom('files.file').select(['id', 'ownerId', 'contentId', 'versionOf']);
  return rows
    .where('versionOf', '=', file.id)
    .where('storageStatus', '=', 'failed')
    .where('isRetryable', '=', true)
    .forUpdate()
    .executeTakeFirst();
}

/** Locks a file that is to get a new content. @throws `files.access_denied` */
export async function lockReplaced(tx: FilesWriter, viewer: FileViewer, id: string, lists: FileLists) {
  const file = await visibleTo(tx, viewer, lists)
    .select(['id', 'ownerId', 'module', 'fileName', SHOWN_STATUS.as('storageStatus'), 'stage', 'version'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (file) await requireRight(tx, viewer, file, 'write', lists);
  return file;
}

/** Another version of the row: something about the file has changed that is not in it. */
export async function touchFile(tx: FilesWriter, id: string): Promise<void> {
  await tx
    .updateTable('files.file')
    .set((eb) => ({ updatedAt: sql<string>`now()`, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .execute();
}
