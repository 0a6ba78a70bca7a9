import { createHash, randomUUID } from 'node:crypto';
import type { Actor } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { Problem } from '#kernel/problem.ts';
import { MAX_PUT_BYTES } from '#platform/storage/port.ts';
import { presignedKey, stagingKey } from '../content/keys.ts';
import { removeLater } from '../content/removal.ts';
import { lockUsage } from '../content/usage.ts';
import { toStorageFault } from '../content/storage-faults.ts';
import { roomOf } from '../content/usage.ts';
import { fileErrors, filePermissions, type StoredFile } from '../contract.ts';
import { findFile } from '../library/queries.ts';
import type { FilesNeeds, FilesUnit } from '../needs.ts';
import type { Places } from '../places/service.ts';
import { toPlace } from '../resumable/completion.ts';
import { hashOf } from '../resumable/create.ts';
import { deleteUnfinished, lockUpload, updateUpload } from '../resumable/queries.ts';
import type { Resumable } from '../resumable/service.ts';
import type { NewPresignedUpload, PresignedUpload } from './schemas.ts';
import { countFile } from '../uploads/accept.ts';
import { createPersonalTurns } from '../uploads/bounds.ts';
import { markReceived, type UploadIntent } from '../uploads/queries.ts';
import type { Uploads } from '../uploads/service.ts';
import { tap } from '../uploads/tap.ts';
import { parseFolder } from '../validation/name.ts';
import { whileAllowed, type Rights } from '../rights/service.ts';
import type { Validation } from '../validation/verdict.ts';
import * as queries from './queries.ts';
import type { PresignedRow } from './queries.ts';

/** For which the storage takes the bytes; migration 0008 knows it too. */
const ADDRESS_SECONDS = 3600;
/** For which an upload can be completed. */
const LIFE_MS = 24 * 3_600_000;

/** Refusals of the bytes themselves. */
const OF_BYTES: ReadonlySet<string> = new Set([
  fileErrors.checksumMismatch.code,
  fileErrors.typeMismatch.code,
  fileErrors.validationFailed.code,
]);

export interface PresignedNeeds extends Pick<FilesNeeds, 'db' | 'storage' | 'config' | 'accessLists' | 'now'> {
  readonly validation: Validation;
  readonly places: Places;
  readonly uploads: Pick<Uploads, 'inBounds' | 'receiving'>;
  readonly resumable: Pick<Resumable, 'begin'>;
  readonly rights: Pick<Rights, 'renew'>;
}

/**
 * Uploads to an address of the object storage. Who has the address can send bytes again until it expires, so nothing
 * that is judged or served is read from there: completing copies the object to a key that no client knows, and the hash,
 * the type and the scan are of that copy.
 */
export function createPresigned(needs: PresignedNeeds) {
  const { db, storage, config, accessLists, validation, places, uploads, resumable, rights, now } = needs;
  const inPersonalTurn = createPersonalTurns();

  /**
   * All that can be judged without the bytes is judged here. @throws `files.presign_unavailable`, `files.invalid_name`,
   * `files.validation_failed`, `files.type_mismatch`, `files.too_large`, `files.quota_exceeded`,
   * `files.too_many_uploads`, `files.folder_not_found`, `files.folder_deleted`, `files.storage_unavailable`
   */
  async function presign(actor: Actor, wanted: NewPresignedUpload): Promise<PresignedUpload> {
    const { sizeBytes, sha256, contentType = '', folder, folderId = null, module = null, description = null } = wanted;
    const id = newId();
    const fileName = validation.judgeName(wanted.fileName);
    validation.judgeSize(sizeBytes, module);
    if (sizeBytes > MAX_PUT_BYTES) throw fileErrors.tooLarge({ maxBytes: MAX_PUT_BYTES });
    const size = { sizeBytes, sha256, expiresInSeconds: ADDRESS_SECONDS };
    const address = await orFault(storage.presignPut(presignedKey(id), size));
    if (!address) throw fileErrors.presignUnavailable();
    const path = folder === undefined ? null : parseFolder(folder);
    if (folder !== undefined && path === null) throw fileErrors.invalidName();
    const at = now().getTime();
    await resumable.begin(actor, {
      id,
      ownerId: actor.id,
      sessionId: actor.sessionId,
      apiKeyId: actor.apiKeyId,
      tokenHash: hashOf(randomUUID()), // nobody has it: only its owner completes it
      kind: 'presigned',
      fileName,
      declaredType: contentType.toLowerCase(),
      description,
      module,
      folder: path,
      folderId,
      tags: [],
      metadata: null,
      concat: null,
      lengthBytes: sizeBytes,
      sha256,
      expiresAt: new Date(at + LIFE_MS).toISOString(),
    });
    const { url, headers } = address;
    return { id, method: 'PUT', url, headers, expiresAtUtc: new Date(at + ADDRESS_SECONDS * 1000).toISOString() };
  }

  /**
   * The bytes are sent: they become a file. Completing twice is completing once. Each completion reads all bytes, so those of
   * one person come one after the other. @throws `files.upload_not_found`, `files.upload_expired`, `files.upload_conflict`,
   * `files.checksum_mismatch`, `files.type_mismatch`, `files.validation_failed`, `files.quota_exceeded`,
   * `files.folder_not_found`, `files.folder_deleted`, `files.too_many_folders`, `files.storage_unavailable`
   */
  function complete(actor: Actor, id: string): Promise<StoredFile> {
    return uploads.inBounds(actor.id, () => inPersonalTurn(actor.id, () => completeInTurn(actor, id)));
  }

  async function completeInTurn(actor: Actor, id: string): Promise<StoredFile> {
    const upload = await queries.findPresigned(db.read, actor.id, id);
    if (!upload) throw fileErrors.uploadNotFound({ id });
    if (upload.fileId !== null) {
      const file = await findFile(db.read, actor, id, accessLists);
      if (file) return file;
      throw fileErrors.uploadNotFound({ id });
    }
    if (Date.parse(upload.expiresAt) <= now().getTime()) throw fileErrors.uploadExpired();
    await requirePlace(upload);
    return take(actor, upload);
  }

  /** Before the bytes are read. @throws `files.quota_exceeded`, and as `places.require` */
  async function requirePlace(upload: PresignedRow): Promise<void> {
    const { id, ownerId, lengthBytes } = upload;
    const { filesQuotaBytes: quotaBytes } = config;
    if (lengthBytes > (await roomOf(db.read, ownerId, quotaBytes, id))) throw fileErrors.quotaExceeded({ quotaBytes });
    await places.require(db.read, ownerId, toPlace(upload));
  }

  /**
   * The row is committed before the first byte is copied. Bytes that are refused end the upload: reading them again would
   * refuse them again. All else that fails leaves nothing, and can be completed again.
   */
  async function take(actor: Actor, upload: PresignedRow): Promise<StoredFile> {
    const { id, ownerId, fileName, declaredType, description, module, tags } = upload;
    const contentType = validation.judgeDeclared(fileName, declaredType);
    const intent = { id, ownerId, fileName, contentType, contentId: randomUUID() };
    const row = { ...intent, description, module, tags };
    if (!(await db.write(actor, ({ tx }) => queries.insertFile(tx, row))))
      throw fileErrors.uploadConflict({ reason: 'busy' });
    const release = uploads.receiving.keepAlive(actor, intent);
    try {
      const check = () => rights.renew(actor, filePermissions.write);
      const stopping = new AbortController();
      const stop = (reason: Error) => stopping.abort(reason);
      const found = await whileAllowed(check, stop, () => copy(upload, stagingKey(intent.contentId), stopping.signal));
      return await db.write(await check(), (unit) => accept(unit, upload, intent, found));
    } catch (error) {
      await uploads.receiving.abandon(actor, intent);
      if (error instanceof Problem && OF_BYTES.has(error.code))
        await db.write(actor, ({ tx }) => deleteUnfinished(tx, id)).catch(() => {}); // else it expires
      throw error;
    } finally {
      release();
    }
  }

  /** Copies the bytes to a key that the client never knew, and reads that copy. Answers the type of what is in it. */
  async function copy(upload: PresignedRow, to: string, stopped: AbortSignal): Promise<string> {
    const from = presignedKey(upload.id);
    const sent = await orFault(storage.head(from));
    if (!sent) throw fileErrors.uploadConflict({ reason: 'not_sent' });
    if (sent.sizeBytes !== upload.lengthBytes) throw fileErrors.checksumMismatch();
    if (!(await orFault(storage.copy(from, to)))) throw fileErrors.uploadConflict({ reason: 'not_sent' });
    const stored = await orFault(storage.get(to));
    if (!stored) throw fileErrors.storageUnavailable({ retryAfterSeconds: 5 });
    return judge(upload, stored, stopped);
  }

  async function judge(
    { fileName, declaredType, lengthBytes, sha256 }: PresignedRow,
    stored: { readonly sizeBytes: number; readonly content: AsyncIterable<Uint8Array> },
    stopped: AbortSignal,
  ): Promise<string> {
    const hash = createHash('sha256');
    let contentType = '';
    const bytes = tap(stored.content, async (head) => {
      contentType = await validation.judgeContent(fileName, declaredType, head);
    });
    try {
      for await (const chunk of bytes) {
        stopped.throwIfAborted();
        hash.update(chunk);
      }
    } catch (error) {
      throw toStorageFault(error);
    }
    if (stored.sizeBytes !== lengthBytes || hash.digest('hex') !== sha256) throw fileErrors.checksumMismatch();
    return contentType;
  }

  async function accept(
    unit: FilesUnit,
    upload: PresignedRow,
    intent: UploadIntent,
    contentType: string,
  ): Promise<StoredFile> {
    const { id, contentId } = intent;
    const { ownerId, lengthBytes: sizeBytes, sha256 } = upload;
    await lockUsage(unit.tx, ownerId);
    if (!(await lockUpload(unit.tx, id))) throw fileErrors.uploadNotFound({ id }); // ended, or erased with its owner
    const folderId = (await places.locate(unit.tx, ownerId, toPlace(upload))) ?? null;
    const file = await markReceived(unit.tx, intent, { folderId, contentType, sizeBytes, sha256 });
    if (!file) throw fileErrors.unavailable({ id }); // given up as dead
    await updateUpload(unit.tx, id, { fileId: id }); // it keeps no room any more
    await queries.insertEnded(unit.tx, { id, ownerId, sizeBytes: 0, until: addressEnd(upload) });
    await countFile(unit, { ...file, contentId }, config);
    await removeLater(unit, [presignedKey(id)]);
    return file;
  }

  return { presign, complete };
}

function addressEnd({ createdAt }: PresignedRow): string {
  return new Date(Date.parse(createdAt) + ADDRESS_SECONDS * 1000).toISOString();
}

export type Presigned = ReturnType<typeof createPresigned>;

/** @throws `files.storage_unavailable` */
async function orFault<R>(answer: Promise<R>): Promise<R> {
  try {
    return await answer;
  } catch (error) {
    throw toStorageFault(error);
  }
}
