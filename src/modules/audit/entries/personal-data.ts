import type { Db } from '#platform/database/port.ts';
import type { PersonKeys } from '#platform/keys/port.ts';
import type { AuditTables } from '../chain/queries.ts';
import { actorOf, openPayload, peopleOf, subjectOf, type Opened } from '../chain/decrypt.ts';
import { listTied, type EntryRow, type Tie } from './queries.ts';

const BATCH = 500;
const TIES: readonly Tie[] = ['actor', 'subject', 'resource'];

export interface PersonalNeeds {
  readonly db: Db<AuditTables>;
  readonly people: PersonKeys;
}

/** What the trail holds about a person, for themselves: of others who stand in the same entries it tells nothing. */
export function createPersonal({ db, people }: PersonalNeeds) {
  /** What they did, then what was said of them, then what merely names them; each oldest first, as it is read. */
  async function* exportFor(userId: string) {
    for (const tie of TIES)
      for (let after: string | null = null; ;) {
        const rows: EntryRow[] = await listTied(db.read, { userId, tie, after, limit: BATCH });
        const sealing = await people.opener(peopleOf(rows));
        for (const row of rows) yield toPersonal(userId, row, openPayload(row, sealing));
        if (rows.length < BATCH) break;
        after = rows.at(-1)?.id ?? null;
      }
  }

  return { exportFor };
}

/** The payload belongs to whom it is about, address and agent to whoever acted. */
function toPersonal(userId: string, row: EntryRow, { payload, ip, userAgent }: Opened) {
  const { id, sequence, timestampUtc, actorType, actorId, action, resourceType, resourceId, outcome } = row;
  const isOwnAct = actorOf(row) === userId;
  const isAnothers = !isOwnAct && actorOf(row) !== '';
  return {
    id,
    sequence,
    timestampUtc,
    actorType,
    actorId: isAnothers ? null : actorId,
    action,
    resourceType,
    resourceId: resourceType === 'user' && resourceId !== userId ? null : resourceId,
    outcome,
    ...(isOwnAct && { ip, userAgent }),
    ...(aboutWhom(row) === userId && payload !== null && { payload: toOwn(payload, isAnothers) }),
  };
}

/** Entries from before payloads belonged to people are about the user that the resource is. */
function aboutWhom(row: EntryRow): string {
  if (row.subjectId !== null) return subjectOf(row);
  return row.resourceType === 'user' ? row.resourceId : '';
}

/** Units add by which key somebody acted: that key is the actor's. */
function toOwn(payload: string, isAnothers: boolean): Record<string, unknown> {
  const { apiKeyId, ...about } = JSON.parse(payload) as Record<string, unknown>;
  return isAnothers || apiKeyId === undefined ? about : { ...about, apiKeyId };
}
