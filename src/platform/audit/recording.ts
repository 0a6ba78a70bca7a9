import { createHmac } from 'node:crypto';
import canonicalize from 'canonicalize';
import { traceIdOf, type Actor } from '#kernel/access.ts';
import { newId, UUID_PATTERN } from '#kernel/id.ts';
import { randomNonce } from '#platform/keys/random-nonce.ts';
import { sealedOrigins, sealedPayloads, type AuditRecord, type PersonSealing } from './port.ts';
import { withoutSecrets } from './redaction.ts';

const SALT_BYTES = 16;

/** Adds a parameter to the statement; returns its placeholder. */
export type Bind = (value: unknown) => string;

/** The people who must have a key before the entries can be stored. */
export function peopleIn(actor: Actor, records: readonly AuditRecord[]): string[] {
  if (records.length === 0) return [];
  return [...new Set([authorOf(actor), ...records.map(subjectOf)])].filter((person) => person !== '');
}

/**
 * Whose the address and the user agent are. An API key acts for its owner: they are the owner's. Who acts as somebody
 * else has their own.
 */
function authorOf({ type, id, impersonatorId }: Actor): string {
  return type === 'user' || type === 'apiKey' ? (impersonatorId ?? id) : '';
}

function subjectOf({ subjectId, resourceType, resourceId }: AuditRecord): string {
  return canonicalId(subjectId ?? (resourceType === 'user' ? resourceId : ''));
}

/** A UUID in a path may have capital letters: written as it came, it would name another person than the one erased. */
function canonicalId(id: string): string {
  return UUID_PATTERN.test(id) ? id.toLowerCase() : id;
}

/**
 * The parts of the unit's last statement that store its audit entries. `people` holds the keys of all people whom
 * `peopleIn` returns. The entry commits to its payload by a salted HMAC: so the payload can be erased, and the entry
 * still be proved.
 */
export function insertEntries(
  actor: Actor,
  records: readonly AuditRecord[],
  people: PersonSealing,
  bind: Bind,
): string[] {
  const ids = records.map(() => newId());
  const commitments = records.map((record) => commitTo(actor, record));
  const allIds = bind(ids);
  const columns = (pick: (record: AuditRecord) => string) => `${bind(records.map(pick))}::text[]`;
  return [
    `insert into audit.entry (id, timestamp_utc, actor_type, actor_id, impersonator_id, subject_id, action, resource_type, resource_id, outcome, request_id, trace_id, payload_hash)
      select a.id, date_trunc('milliseconds', clock_timestamp()), ${bind(actor.type)}, ${bind(actor.id)}, ${bind(actor.impersonatorId ?? null)}, a.subject, a.action, a.resource_type, a.resource_id,
             a.outcome, ${bind(actor.origin.requestId)}, ${bind(traceIdOf(actor.origin))}, a.hash
      from unnest(${allIds}::uuid[], ${columns(subjectOf)}, ${columns(({ action }) => action)}, ${columns(({ resourceType }) => resourceType)},
                  ${columns(({ resourceId }) => canonicalId(resourceId))}, ${columns(({ outcome = 'success' }) => outcome)}, ${bind(commitments.map(({ hash }) => hash))}::bytea[])
           a (id, subject, action, resource_type, resource_id, outcome, hash)`,
    `insert into audit.unsealed (entry_id) select unnest(${allIds}::uuid[])`,
    insertPayloads(
      actor,
      ids.map((id, index) => ({ id, ...(commitments[index] as Commitment) })),
      people,
      bind,
    ),
  ];
}

interface Commitment {
  readonly subject: string;
  readonly salt: Buffer;
  readonly hash: Buffer;
  readonly payload: string;
}

function commitTo({ origin: { ip, userAgent }, apiKeyId }: Actor, record: AuditRecord): Commitment {
  const payload = { ...withoutSecrets(record.payload ?? {}), ...(apiKeyId !== null && { apiKeyId }) };
  const salt = randomNonce(SALT_BYTES);
  const committed = canonicalize({ payload, ip, userAgent }) ?? '';
  const hash = createHmac('sha256', salt).update(committed).digest();
  return { subject: subjectOf(record), salt, hash, payload: canonicalize(payload) ?? '' };
}

/**
 * Address and user agent belong to the author. Those of a request before sign-in belong to the person whom the entry is
 * about, so that no archive keeps them longer than that person's key.
 *
 * Stores nothing about a person who is erased: no payload about them, no address of theirs, and no salt by which either
 * could be guessed. The rows of the keys are locked until the commit, so that an erasure which runs at the same
 * time waits, and then deletes these payloads too.
 */
function insertPayloads(
  actor: Actor,
  commitments: readonly (Commitment & { id: string })[],
  people: PersonSealing,
  bind: Bind,
) {
  const { ip, userAgent } = actor.origin;
  const author = authorOf(actor);
  const from = JSON.stringify({ ip, userAgent });
  const unnested = [
    `${bind(commitments.map(({ id }) => id))}::uuid[]`,
    `${bind(commitments.map(({ subject }) => subject))}::text[]`,
    `${bind(commitments.map(({ salt }) => salt))}::bytea[]`,
    `${bind(commitments.map(({ id, subject, payload }) => people.seal(sealedPayloads, id, subject, id + payload)))}::bytea[]`,
    `${bind(commitments.map(({ id, subject }) => people.seal(sealedOrigins, id, author || subject, id + from)))}::bytea[]`,
  ];
  const holders = [...new Set([author, ...commitments.map(({ subject }) => subject)])].filter((id) => id !== '');
  // Not `exists`: by a plan for few entries, each of a thousand would read all the keys.
  const holds = (person: string) => `(${person} = '' or ${person} in (select person_id from living))`;
  return `with living as materialized (
        select person_id from platform.person_key where person_id = any (${bind(holders)}::text[]) and wrapped is not null for share
      )
      insert into audit.payload (entry_id, salt, sealed, origin)
      select p.id, case when p.has_actor then p.salt end, p.sealed, case when p.has_actor then p.origin end
      from (select u.*, ${holds(`${bind(author)}::text`)} as has_actor
            from unnest(${unnested.join(', ')}) u (id, subject, salt, sealed, origin)) p
      where p.sealed is not null and ${holds('p.subject')}`;
}
