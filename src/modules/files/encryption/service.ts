import type { Actor } from '#kernel/access.ts';
import { httpErrors, type Precondition } from '#platform/http/port.ts';
import { worker } from '#platform/work/port.ts';
import { encryptionQueue, sendToRewriting } from '../content/rewriting.ts';
import { fileErrors, type StoredFile } from '../contract.ts';
import { updateFile } from '../library/queries.ts';
import type { Library } from '../library/service.ts';
import { available } from '../serving/service.ts';
import { countRewritten, hasVersionAt, markVersions } from './queries.ts';
import { createRewriting, type RewritingNeeds } from './rewrite.ts';

/** Files of one person whose objects are rewritten at once: each costs all of its bytes. */
const PER_PERSON = 4;

export interface EncryptionNeeds extends RewritingNeeds {
  readonly library: Pick<Library, 'change'>;
}

/** Encryption at rest, file by file. A request marks the file; its work item rewrites the object. */
export function createEncryption(needs: EncryptionNeeds) {
  const rewriting = createRewriting(needs);

  /**
   * Asking again for what is so already, or is being done, changes nothing but that versions which have failed are tried
   * again.
   *
   * @throws `files.not_found`, `files.access_denied`, `files.pending`, `files.malicious_content`, `files.unavailable`,
   * `files.encryption_busy`, `http.precondition_failed`, `http.too_many_requests`
   */
  function request(actor: Actor, id: string, isEncrypted: boolean, precondition: Precondition): Promise<StoredFile> {
    const [encryptionStage, opposite] = isEncrypted
      ? (['encrypting', 'decrypting'] as const)
      : (['decrypting', 'encrypting'] as const);
    return needs.library.change(
      actor,
      id,
      precondition,
      async (file, unit) => {
        const { ownerId } = available(file);
        const isBusy = file.encryptionStage === opposite || (await hasVersionAt(unit.tx, id, opposite));
        if (isBusy) throw fileErrors.encryptionBusy({ id, retryAfterSeconds: 1 });
        const isMarked = file.encryptionStage === null && file.isEncrypted !== isEncrypted;
        const marked = [...(isMarked ? [id] : []), ...(await markVersions(unit.tx, id, isEncrypted))];
        if (marked.length === 0) return file;
        if ((await countRewritten(unit.tx, ownerId, id)) >= PER_PERSON)
          throw httpErrors.tooManyRequests({ retryAfterSeconds: 5 });
        const action = isEncrypted ? 'files.encryption_requested' : 'files.decryption_requested';
        unit.audit({ action, resourceType: 'file', resourceId: id, subjectId: ownerId });
        for (const each of marked) sendToRewriting(unit, each);
        return isMarked ? updateFile(unit.tx, id, { encryptionStage, reason: null }) : file;
      },
      'own',
    );
  }

  return {
    request,
    // Two and a half hours of attempts, as at the gate.
    worker: worker({
      queue: encryptionQueue,
      maxAttempts: 40,
      leaseMs: 30_000,
      slots: { burst: 0 },
      handle: rewriting.rewrite,
      giveUp: rewriting.giveUp,
    }),
  };
}

export type Encryption = ReturnType<typeof createEncryption>;
