import { withTables, type AnyUnit } from '#platform/database/port.ts';
import { ERASED_ACTION } from '#verifier/chain.ts';
import { actorOf, decryptPayload, peopleOf, subjectOf, type DecryptedPayload } from '../chain/decrypt.ts';
import type { AuditNeeds } from '../needs.ts';
import type { AuditTables } from '../tables.ts';
import { erasePayloads, listByRelation, type EntryRow, type Relation } from './queries.ts';

const BATCH = 500;
const RELATIONS: readonly Relation[] = ['actor', 'subject', 'resource'];

/** What the trail holds about a person: for the person's own export, and erasure. */
export function createPersonalData({ db, people }: Pick<AuditNeeds, 'db' | 'people'>) {
  /**
   * Everything about the person, and nothing about other people in the same entries. First the entries of which the
   * person is the actor, then those whose payload is about them, then those that only name them; each oldest first.
   */
  async function* exportFor(userId: string) {
    for (const relation of RELATIONS)
      for (let after: string | null = null; ;) {
        const rows: EntryRow[] = await listByRelation(db.read, { userId, relation, after, limit: BATCH });
        const sealing = await people.opener(peopleOf(rows));
        for (const row of rows) yield toPersonal(userId, row, decryptPayload(row, sealing));
        if (rows.length < BATCH) break;
        after = rows.at(-1)?.id ?? null;
      }
  }

  /** Deletes key, payloads and salts of a person. The entries stay, and so do their checksums, the tree and all proofs. */
  async function erase(anyUnit: AnyUnit, userId: string): Promise<void> {
    const unit = withTables<AuditTables>(anyUnit);
    await people.destroy(anyUnit.tx, userId);
    await erasePayloads(unit.tx, userId);
    unit.audit({ action: ERASED_ACTION, resourceType: 'user', resourceId: userId, subjectId: '' });
  }

  return { exportFor, erase };
}

/** The payload belongs to the person it is about; address and user agent belong to the actor. */
function toPersonal(userId: string, row: EntryRow, { payload, ip, userAgent }: DecryptedPayload) {
  const { id, sequence, timestampUtc, actorType, actorId, action, resourceType, resourceId, outcome } = row;
  const isOwnAct = actorOf(row) === userId;
  const isOthersAct = !isOwnAct && actorOf(row) !== '';
  return {
    id,
    sequence,
    timestampUtc,
    actorType,
    actorId: isOthersAct ? null : actorId,
    action,
    resourceType,
    resourceId: resourceType === 'user' && resourceId !== userId ? null : resourceId,
    outcome,
    ...(isOwnAct && { ip, userAgent }),
    ...(aboutWhom(row) === userId && payload !== null && { payload: withoutOthersKey(payload, isOthersAct) }),
  };
}

/** Entries from before payloads belonged to people are about the user that the resource is. */
function aboutWhom(row: EntryRow): string {
  if (row.subjectId !== null) return subjectOf(row);
  return row.resourceType === 'user' ? row.resourceId : '';
}

/** Units add the id of the API key that the actor used: it is the actor's personal data. */
function withoutOthersKey(payload: string, isOthersAct: boolean): Record<string, unknown> {
  const { apiKeyId, ...about } = JSON.parse(payload) as Record<string, unknown>;
  return isOthersAct || apiKeyId === undefined ? about : { ...about, apiKeyId };
}
