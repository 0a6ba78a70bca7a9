import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { addAbortSignal, pipeline, Readable } from 'node:stream';
import { system, type Cause } from '#kernel/access.ts';
import { withoutTables } from '#platform/database/port.ts';
import type { Work, WorkResult } from '#platform/work/port.ts';
import { dropContents, lockBlobs, lockHolders, mendShared, shareBlob, type Shared } from '../content/blobs.ts';
import { createSealer, DATA_KEY_BYTES } from '../content/frames.ts';
import { contentKey } from '../content/keys.ts';
import { findBlobOf, readBlob, storedSize, type BlobOfFile } from '../content/objects.ts';
import { keepObject, removeAt, removeLater } from '../content/removal.ts';
import { sendToRewriting } from '../content/rewriting.ts';
import type { FilesNeeds, FilesUnit } from '../needs.ts';
import { sealedDataKeys } from '../secrets.ts';
import { markMissing } from '../serving/queries.ts';
import type { FilesTables } from '../tables.ts';
import * as queries from './queries.ts';
import type { RewrittenFile } from './queries.ts';

/** Longer than the largest object is rewritten for. */
const INTENT_MS = 86_400_000;
const HOUR_MS = 3_600_000;

export type RewritingNeeds = Pick<FilesNeeds, 'db' | 'storage' | 'keys' | 'notifications' | 'now'>;

/**
 * Rewrites the object of a file, encrypted or plain, in bounded memory. The new object is listed for removal before its
 * first byte, and named by the file; the commit that makes it the file's takes it off that list, and lists the old one.
 * So a crash at any point leaves the file as it was or as it should be, and the item is handled again.
 */
export function createRewriting(needs: RewritingNeeds) {
  const { db, storage, keys, notifications, now } = needs;

  async function rewrite({ ref, origin }: Work, signal: AbortSignal): Promise<WorkResult<FilesTables>> {
    const file = await queries.findRewritten(db.read, ref);
    const old = file && (await findBlobOf(db.read, file.contentId));
    if (!file || old?.id !== file.blobId) return { write: async () => {} }; // deleted, or done already
    const target = newBlob(file, old);
    if (!(await begin(file, target, origin))) return { write: async () => {} };
    if (!(await copy(file, old, target, signal))) return { write: (unit) => lose(unit, file) };
    const shared = target.dataKey ? null : await mendShared(needs, { ...target, sha256: file.sha256 });
    return { write: (unit) => complete(unit, file, target, shared) };
  }

  /** False when the file does not wait any more. What an earlier attempt has written goes at once. */
  function begin(file: RewrittenFile, { id: rewriteId }: NewBlob, origin: Cause): Promise<boolean> {
    const removedAt = new Date(now().getTime() + INTENT_MS).toISOString();
    return db.write(system('files', origin), async (unit) => {
      const row = await queries.lockRewritten(unit.tx, file);
      if (!row) return false;
      if (row.rewriteId !== null) await removeLater(unit, [contentKey(row.rewriteId)]);
      await removeAt(unit.tx, [contentKey(rewriteId)], removedAt);
      await queries.setRewriteId(unit.tx, file.id, rewriteId);
      return true;
    });
  }

  /** False when the object is gone. @throws when its bytes are not those that were uploaded */
  async function copy(file: RewrittenFile, old: BlobOfFile, target: NewBlob, signal: AbortSignal): Promise<boolean> {
    const plain = await readBlob(needs, old, null);
    if (!plain) return false;
    const { dataKey, sizeBytes } = target;
    const checked = checkedBytes(addAbortSignal(signal, plain), file.sha256);
    const source = dataKey
      ? pipeline(Readable.from(checked, { objectMode: false }), createSealer(dataKey, sizeBytes), () => {})
      : checked;
    try {
      await storage.put(contentKey(target.id), source, { maxBytes: storedSize(target) });
    } finally {
      plain.destroy(); // a put that was refused has left its source open
    }
    return true;
  }

  function newBlob({ encryptionStage }: RewrittenFile, { sizeBytes }: BlobOfFile): NewBlob {
    const id = randomUUID();
    if (encryptionStage === 'decrypting') return { id, sizeBytes, dataKey: null, keySealed: null };
    const dataKey = randomBytes(DATA_KEY_BYTES);
    return { id, sizeBytes, dataKey, keySealed: keys.seal(sealedDataKeys, id, dataKey) };
  }

  async function complete(unit: FilesUnit, file: RewrittenFile, target: NewBlob, shared: Shared | null): Promise<void> {
    const key = contentKey(target.id);
    const row = await queries.lockRewritten(unit.tx, file);
    if (row?.rewriteId !== target.id) return removeLater(unit, [key]);
    await lockBlobs(unit.tx, [file.blobId, ...(shared?.blobId ? [shared.blobId] : [])]);
    const blobId = await insertBlob(unit, file, target, shared);
    if (blobId === null) return sendToRewriting(unit, file.id); // another file with these bytes was released meanwhile
    if (blobId !== target.id) await removeLater(unit, [key]);
    else if (!(await keepObject(unit.tx, key))) throw new Error(`the new object of the file ${file.id} was removed`);
    const isEncrypted = target.keySealed !== null;
    await queries.endRewriting(unit.tx, file.id, { blobId, isEncrypted });
    await dropContents(unit, [{ ...file, rewriteId: null }]);
    note(unit, isEncrypted ? 'files.encrypted' : 'files.decrypted', file);
  }

  /** A plain object is shared again, if another file has the same bytes. */
  async function insertBlob(unit: FilesUnit, { sha256 }: RewrittenFile, target: NewBlob, shared: Shared | null) {
    const { id, sizeBytes, keySealed } = target;
    if (keySealed === null) return shareBlob(unit, { id, sizeBytes, sha256 }, shared);
    await queries.insertEncrypted(unit.tx, { id, sizeBytes, keySealed });
    return id;
  }

  async function lose(unit: FilesUnit, file: RewrittenFile): Promise<void> {
    await lockHolders(unit.tx, [file.blobId], 'available');
    if (await fail(unit, file)) await markMissing(unit.tx, file.blobId);
  }

  /** After the last attempt: the file stays as it was. */
  async function giveUp({ ref }: Work): Promise<WorkResult<FilesTables>> {
    const file = await queries.findRewritten(db.read, ref);
    return {
      write: async (unit) => {
        if (file) await fail(unit, file);
      },
    };
  }

  /** The owner sees it in the file. Administrators hear of it as incidents are routed, once an hour for each owner. */
  async function fail(unit: FilesUnit, file: RewrittenFile): Promise<boolean> {
    const row = await queries.lockRewritten(unit.tx, file);
    if (!row) return false;
    const { id, versionOf, ownerId, encryptionStage } = file;
    const reason = encryptionStage === 'encrypting' ? 'encryption_failed' : 'decryption_failed';
    const hourAgo = new Date(now().getTime() - HOUR_MS).toISOString();
    const isKnown = await queries.hasFailedSince(unit.tx, ownerId, hourAgo);
    await queries.endRewriting(unit.tx, id, { reason });
    if (row.rewriteId !== null) await removeLater(unit, [contentKey(row.rewriteId)]);
    note(unit, `files.${reason}`, file);
    if (isKnown) return true;
    await notifications.notifyIncident(withoutTables(unit), {
      severity: 'medium',
      title: { en: 'The object of a file could not be rewritten', fa: 'بازنویسی محتوای یک فایل ممکن نشد' },
      description: {
        en: `The file ${versionOf ?? id} is stored as it was (${reason}): each attempt failed, or its object is gone. The log has the errors. Others of the same person within an hour are not reported.`,
        fa: `فایل ${versionOf ?? id} همان‌طور که بود ذخیره مانده است (${reason}): همهٔ تلاش‌ها ناموفق بود یا خود فایل در محل ذخیره نیست. خطاها در لاگ است. موارد دیگرِ همین شخص تا یک ساعت گزارش نمی‌شود.`,
      },
      path: `/files/${versionOf ?? id}`,
    });
    return true;
  }

  return { rewrite, giveUp };
}

interface NewBlob extends BlobOfFile {
  /** Null: its object is plain. */
  readonly dataKey: Buffer | null;
}

/** Fails at the end when these are other bytes: an encrypted object must not vouch for a damaged one. */
async function* checkedBytes(plain: Readable, sha256: string): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  for await (const chunk of plain) {
    hash.update(chunk);
    yield chunk;
  }
  if (hash.digest('hex') !== sha256) throw new Error('the object has other bytes than were uploaded');
}

function note({ audit }: FilesUnit, action: string, { id, versionOf, ownerId, encryptionStage }: RewrittenFile): void {
  const payload = { encryptionStage, ...(versionOf !== null && { versionId: id }) };
  audit({ action, resourceType: 'file', resourceId: versionOf ?? id, subjectId: ownerId, payload });
}
