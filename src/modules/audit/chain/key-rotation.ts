import { system } from '#kernel/access.ts';
import { toHandoverText } from '#verifier/handover.ts';
import { signNote } from '#verifier/note.ts';
import type { AuditNeeds } from '../needs.ts';
import { branchOf, lockValidHead, signHead } from './head-signature.ts';
import { moveHead } from './head.ts';
import type { AuditSigningKeys } from './signing-keys.ts';

export interface KeyRotationNeeds extends Pick<AuditNeeds, 'db' | 'keys'> {
  readonly signingKeys: AuditSigningKeys;
}

export function createKeyRotation({ db, keys, signingKeys }: KeyRotationNeeds) {
  /**
   * Creates a new key; returns its id. The new key and the one before both sign a note of the change, so that a verifier
   * who trusts either key can trust the other.
   */
  function rotate(): Promise<string> {
    return db.write(system('audit'), async ({ tx, audit }) => {
      const head = await lockValidHead(tx, keys);
      const before = await signingKeys.newest(tx);
      const at = { origin: before.name, size: head.size, root: head.root, branch: branchOf(head.note) };
      const next = await signingKeys.create(tx, before.name, (created) =>
        signNote(toHandoverText({ before, next: created, head: at }), [before, created]),
      );
      const { keyId } = next;
      await moveHead(tx, { ...head, note: signHead(next, head) });
      audit({
        action: 'audit.key_rotated',
        resourceType: 'auditKey',
        resourceId: keyId,
        payload: { before: before.keyId, after: keyId },
      });
      return keyId;
    });
  }

  return { rotate };
}
