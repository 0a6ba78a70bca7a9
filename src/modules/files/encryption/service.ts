import type { Actor } from '#kernel/access.ts';
import { defineQueue } from '#kernel/work.ts';
import type { Precondition } from '#platform/http/port.ts';
import { worker } from '#platform/work/port.ts';
import { fileErrors, type StoredFile } from '../contract.ts';
import { lockFile, updateFile, type LockedFile } from '../library/queries.ts';
import type { FilesNeeds } from '../needs.ts';
import { requireRight } from '../queries.ts';
import { createRewriting } from './rewrite.ts';

/** One item for each file whose object is to be rewritten. */
const encryptionQueue = defineQueue('files.encryption');

/** Encryption at rest, file by file. A request marks the file; its work item rewrites the object. */
export function createEncryption(needs: Pick<FilesNeeds, 'db' | 'storage' | 'keys' | 'accessLists' | 'now'>) {
  const { db, accessLists } = needs;
  const rewriting = createRewriting(needs);

  /**
   * Asking again for what is so already, or is being done, changes nothing.
   *
   * @throws `files.not_found`, `files.access_denied`, `files.pending`, `files.malicious_content`, `files.unavailable`,
   * `files.encryption_busy`, `http.precondition_failed`
   */
  function request(actor: Actor, id: string, isEncrypted: boolean, precondition: Precondition): Promise<StoredFile> {
    const encryptionStage = isEncrypted ? 'encrypting' : 'decrypting';
    return db.write(actor, async ({ tx, audit, enqueue }) => {
      const file = await lockFile(tx, actor, id, accessLists);
      if (!file) throw fileErrors.notFound({ id });
      await requireRight(tx, actor, file, 'own', accessLists);
      precondition.require(file.version);
      requireAvailable(file);
      if (file.encryptionStage === encryptionStage) return file;
      if (file.encryptionStage !== null) throw fileErrors.encryptionBusy({ id, retryAfterSeconds: 1 });
      if (file.isEncrypted === isEncrypted) return file;
      const action = isEncrypted ? 'files.encryption_requested' : 'files.decryption_requested';
      audit({ action, resourceType: 'file', resourceId: id, subjectId: file.ownerId });
      enqueue(encryptionQueue, { ref: id });
      return updateFile(tx, id, { encryptionStage });
    });
  }

  return {
    request,
    worker: worker({
      queue: encryptionQueue,
      maxAttempts: 10,
      leaseMs: 30_000,
      handle: rewriting.rewrite,
      giveUp: rewriting.giveUp,
    }),
  };
}

export type Encryption = ReturnType<typeof createEncryption>;

function requireAvailable({ id, storageStatus, stage }: LockedFile): void {
  if (storageStatus === 'deleted' || stage === 'uploading') throw fileErrors.notFound({ id });
  if (storageStatus === 'pending') throw fileErrors.pending({ id, retryAfterSeconds: 1 });
  if (storageStatus === 'infected') throw fileErrors.maliciousContent({ id });
  if (storageStatus !== 'available') throw fileErrors.unavailable({ id });
}
