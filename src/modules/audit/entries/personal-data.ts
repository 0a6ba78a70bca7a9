import { system } from '#kernel/access.ts';
import { defineQueue } from '#kernel/work.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import type { Work, WorkResult } from '#platform/work/port.ts';
import { ERASED_ACTION } from '#verifier/chain.ts';
import { authorOf, decryptPayload, isPerson, peopleOf, subjectOf, type DecryptedPayload } from '../chain/decrypt.ts';
import type { AuditNeeds } from '../needs.ts';
import type { AuditTables } from '../tables.ts';
import { eraseTraces, listByRelation, type PersonalRow, type Relation, type TraceBatch } from './queries.ts';

/** One item for each person who is erased. */
export const erasureQueue = defineQueue('audit.erasure');
const BATCH = 500;
const RELATIONS: readonly Relation[] = ['actor', 'impersonator', 'subject', 'resource'];

/** What the trail holds about a person: for the person's own export, and erasure. */
export function createPersonalData({ db, people }: Pick<AuditNeeds, 'db' | 'people'>) {
  /**
   * Everything about the person, and nothing about other people in the same entries. First the entries of which the
   * person is the actor, then what they did as others, then those whose payload is about them, then those that only name them; each oldest first.
   */
  async function* exportFor(userId: string) {
    for (const relation of RELATIONS)
      for (let after: string | null = null; ;) {
        const rows: PersonalRow[] = await listByRelation(db.read, { userId, relation, after, limit: BATCH });
        const sealing = await people.opener(peopleOf(rows));
        for (const row of rows) yield toPersonal(userId, row, decryptPayload(row, sealing));
        if (rows.length < BATCH) break;
        after = rows.at(-1)?.id ?? null;
      }
  }

  /**
   * Destroys the key of a person, which makes everything under it unreadable, and records that; payloads and salts are
   * deleted by `eraseRest`. The entries stay, and so do their checksums, the tree and all proofs.
   */
  async function erase(anyUnit: AnyUnit, userId: string): Promise<void> {
    await people.destroy(anyUnit.tx, userId);
    anyUnit.audit({ action: ERASED_ACTION, resourceType: 'user', resourceId: userId, subjectId: '' });
    anyUnit.enqueue(erasureQueue, { ref: userId });
  }

  /** In batches, each in its own transaction, since a person can have caused most of the trail. Can be repeated. */
  async function eraseRest({ ref: userId }: Pick<Work, 'ref'>, signal: AbortSignal): Promise<WorkResult<AuditTables>> {
    for (const relation of RELATIONS) {
      let after: string | null = null;
      do {
        signal.throwIfAborted();
        const batch: TraceBatch = { userId, relation, after };
        after = await db.write(system('audit'), ({ tx }) => eraseTraces(tx, batch));
      } while (after !== null);
    }
    return { write: async () => {} };
  }

  return { exportFor, erase, eraseRest };
}

/** The payload belongs to the person it is about; address and user agent belong to the actor, or who acted as them. */
function toPersonal(userId: string, row: PersonalRow, { payload, ip, userAgent }: DecryptedPayload) {
  const { id, sequence, timestampUtc, actorType, actorId, action, resourceType, resourceId, outcome } = row;
  const isOwnAct = authorOf(row) === userId;
  const isOthersAct = !isOwnAct && authorOf(row) !== '';
  return {
    id,
    sequence,
    timestampUtc,
    actorType,
    actorId: isPerson(actorType) && actorId !== userId ? null : actorId,
    ...(row.impersonatorId && { isImpersonated: true }),
    action,
    resourceType,
    resourceId: resourceType === 'user' && resourceId !== userId ? null : resourceId,
    outcome,
    ...(isOwnAct && { ip, userAgent }),
    ...(aboutWhom(row) === userId && payload !== null && { payload: withoutOthersKey(payload, isOthersAct) }),
  };
}

/** Entries from before payloads belonged to people are about the user that the resource is. */
function aboutWhom(row: PersonalRow): string {
  if (row.subjectId !== null) return subjectOf(row);
  return row.resourceType === 'user' ? row.resourceId : '';
}

/** Units add the API key that the actor used: it is the actor's personal data. */
function withoutOthersKey(payload: string, isOthersAct: boolean): Record<string, unknown> {
  const { apiKeyId, ...about } = JSON.parse(payload) as Record<string, unknown>;
  return isOthersAct || apiKeyId === undefined ? about : { ...about, apiKeyId };
}
