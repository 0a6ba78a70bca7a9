import { sql } from 'kysely';
import { newId } from '#kernel/id.ts';
import { fileErrors, type EncryptionStage, type ScanStatus, type StorageStatus } from '../contract.ts';
import type { FilesUnit } from '../needs.ts';
import { ownsOrManages } from '../queries.ts';
import type { FilesWriter } from '../tables.ts';
import { dropContents, type FileContent } from './blobs.ts';
import { contentKey } from './keys.ts';
import { removeLater } from './removal.ts';
import { sendToRewriting } from './rewriting.ts';
import { discharge, type CountedContent } from './usage.ts';

/** A row of `files.file`: a file with its current content, or another content of it. */
export interface ContentRow {
  readonly id: string;
  readonly ownerId: string;
  readonly versionOf: string | null;
  readonly fileName: string;
  readonly module: string | null;
  readonly contentType: string;
  readonly sizeBytes: number | null;
  readonly sha256: string | null;
  readonly storageStatus: StorageStatus;
  readonly restoresTo: StorageStatus | null;
  readonly reason: string | null;
  readonly isRetryable: boolean;
  readonly scanStatus: ScanStatus;
  readonly contentId: string;
  readonly blobId: string | null;
  readonly rewriteId: string | null;
  readonly isEncrypted: boolean;
  readonly encryptionStage: EncryptionStage;
  readonly createdAt: string;
  readonly contentAt: string | null;
}

const COLUMNS = [
  'id',
  'ownerId',
  'versionOf',
  'fileName',
  'module',
  'contentType',
  'sizeBytes',
  'sha256',
  'storageStatus',
  'restoresTo',
  'reason',
  'isRetryable',
  'scanStatus',
  'contentId',
  'blobId',
  'rewriteId',
  'isEncrypted',
  'encryptionStage',
  'createdAt',
  'contentAt',
] as const satisfies (keyof ContentRow)[];
/** What a file keeps. Others are at the gate, or were refused there. */
const KEPT = ['available', 'missing'] as const;

/** Locks a file, or with `versionOf` one of its other contents: after the file itself, in this order everywhere. */
export function lockContent(
  tx: FilesWriter,
  id: string,
  versionOf: string | null = null,
): Promise<ContentRow | undefined> {
  const row = tx.selectFrom('files.file').select(COLUMNS).where('id', '=', id);
  return row.where('versionOf', 'is not distinct from', versionOf).forUpdate().executeTakeFirst();
}

/** Locks all other contents of a file that is locked. */
export async function lockOtherContents(tx: FilesWriter, fileId: string): Promise<void> {
  const rows = tx.selectFrom('files.file').select('id').where('versionOf', '=', fileId);
  await rows.orderBy('id').forUpdate().execute();
}

/** Blobs of all contents of a file. */
export async function blobsOfContents(tx: FilesWriter, fileId: string): Promise<string[]> {
  const rows = tx.selectFrom('files.file').select('blobId').where('blobId', 'is not', null);
  const contents = rows.where((eb) => eb.or([eb('id', '=', fileId), eb('versionOf', '=', fileId)]));
  return (await contents.execute()).flatMap(({ blobId }) => blobId ?? []);
}

/**
 * `next` becomes the content of the file, and what the file had becomes a version; the oldest beyond `maxVersions` go. Both
 * rows are locked, and the blob of `next` counts already. What was encrypted stays so, and a new content of an encrypted
 * file is encrypted too.
 */
export async function replaceContent(
  unit: FilesUnit,
  file: ContentRow,
  next: ContentRow & { readonly blobId: string },
  maxVersions: number,
): Promise<void> {
  const { tx } = unit;
  await tx.deleteFrom('files.file').where('id', '=', next.id).execute(); // it is of one row at a time
  const stage = stageOf(file, next);
  const isDeleted = file.storageStatus === 'deleted';
  const status = next.storageStatus === 'missing' ? 'missing' : 'available';
  await tx
    .updateTable('files.file')
    .set((eb) => ({
      contentType: next.contentType,
      sizeBytes: next.sizeBytes,
      sha256: next.sha256,
      scanStatus: next.scanStatus,
      contentId: next.contentId,
      blobId: next.blobId,
      isEncrypted: next.isEncrypted,
      encryptionStage: stage,
      rewriteId: null,
      reason: null,
      contentAt: sql<string>`now()`,
      updatedAt: sql<string>`now()`,
      version: eb('version', '+', 1),
      ...(isDeleted ? { restoresTo: status } : { storageStatus: status }),
    }))
    .where('id', '=', file.id)
    .execute();
  const versionId = newId();
  await tx
    .insertInto('files.file')
    .values({
      id: versionId,
      versionOf: file.id,
      ownerId: file.ownerId,
      fileName: file.fileName,
      contentType: file.contentType,
      sizeBytes: file.sizeBytes,
      sha256: file.sha256,
      storageStatus: (isDeleted ? file.restoresTo : file.storageStatus) ?? 'missing',
      reason: file.reason,
      scanStatus: file.scanStatus,
      contentId: file.contentId,
      blobId: file.blobId,
      isEncrypted: file.isEncrypted,
      encryptionStage: file.encryptionStage,
      createdAt: file.contentAt ?? file.createdAt,
    })
    .execute();
  if (stage !== null) sendToRewriting(unit, file.id);
  if (file.encryptionStage !== null) sendToRewriting(unit, versionId);
  // Objects that were being written for these rows: their writers find other rows.
  const written = [file.rewriteId, next.rewriteId].flatMap((id) => (id === null ? [] : [contentKey(id)]));
  await removeLater(unit, written);
  await dropOldest(unit, file.id, maxVersions);
}

function stageOf(file: ContentRow, next: ContentRow): EncryptionStage {
  const isWanted = file.encryptionStage ? file.encryptionStage === 'encrypting' : file.isEncrypted;
  if (!isWanted) return next.encryptionStage;
  return next.isEncrypted ? null : 'encrypting';
}

async function dropOldest(unit: FilesUnit, fileId: string, maxVersions: number): Promise<void> {
  const kept = unit.tx.selectFrom('files.file').select('id').where('versionOf', '=', fileId);
  const old = await kept.where('storageStatus', 'in', KEPT).orderBy('id', 'desc').offset(maxVersions).execute();
  await dropVersions(
    unit,
    old.map(({ id }) => id),
  );
}

/**
 * Only the owner and administrators delete older contents, so for others there must be room: of a change that makes `more`
 * of them. Under a lock on the file. @throws `files.too_many_versions`
 */
export async function requireRoomForVersions(
  { tx, actor }: FilesUnit,
  file: Pick<ContentRow, 'id' | 'ownerId'>,
  maxVersions: number,
  more: 0 | 1,
): Promise<void> {
  if (ownsOrManages(actor, file)) return;
  const kept = tx.selectFrom('files.file').select('id').where('versionOf', '=', file.id);
  const rows = await kept
    .where('storageStatus', 'in', KEPT)
    .limit(maxVersions + 1)
    .execute();
  if (rows.length + more > maxVersions) throw fileErrors.tooManyVersions({ id: file.id, limit: maxVersions });
}

/** For good, with their bytes. */
export async function dropVersions(unit: FilesUnit, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const rows = await unit.tx
    .deleteFrom('files.file')
    .where(sql<boolean>`id = any(${ids}::uuid[])`)
    .where('versionOf', 'is not', null)
    .returning(COLUMNS)
    .execute();
  for (const { id: versionId, versionOf, ownerId: subjectId, sizeBytes, sha256 } of rows) {
    const payload = { versionId, sizeBytes, sha256 };
    unit.audit({
      action: 'files.version_deleted',
      resourceType: 'file',
      resourceId: versionOf ?? versionId,
      subjectId,
      payload,
    });
  }
  await dropRows(unit, rows);
}

/** A new content that was refused, or has failed, goes when another one comes. */
export async function dropRefused(unit: FilesUnit, fileId: string): Promise<void> {
  const rows = unit.tx.selectFrom('files.file').select('id').where('versionOf', '=', fileId);
  const refused = await rows.where('storageStatus', 'in', ['failed', 'infected']).execute();
  await dropVersions(
    unit,
    refused.map(({ id }) => id),
  );
}

/** Whether a new content of the file is at the gate. */
export async function hasPending(tx: FilesWriter, fileId: string): Promise<boolean> {
  const rows = tx.selectFrom('files.file').select('id').where('versionOf', '=', fileId);
  const pending = rows.where('storageStatus', '=', 'pending').where('stage', '!=', 'uploading');
  return (await pending.limit(1).executeTakeFirst()) !== undefined;
}

type DroppedRow = CountedContent & FileContent & Pick<ContentRow, 'storageStatus' | 'restoresTo' | 'isRetryable'>;

/** After these rows were deleted: their bytes count no more, and go. */
export async function dropRows(unit: FilesUnit, rows: readonly DroppedRow[]): Promise<void> {
  // What was refused counts no more since then; a file of it can be in the trash.
  const isCounted = ({ storageStatus, restoresTo, isRetryable }: DroppedRow) =>
    isRetryable || (restoresTo ?? storageStatus) !== 'failed';
  await discharge(unit.tx, rows.filter(isCounted));
  await dropContents(unit, rows);
}
