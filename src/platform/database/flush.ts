import { createHmac, randomBytes } from 'node:crypto';
import canonicalize from 'canonicalize';
import { Value } from 'typebox/value';
import { traceIdOf, type Actor, type Origin } from '#kernel/access.ts';
import type { EventDef } from '#kernel/event.ts';
import { newId } from '#kernel/id.ts';
import { Problem } from '#kernel/problem.ts';
import type { Invalidation } from '#platform/freshness/port.ts';
import type { Keys, Sealing } from '#platform/keys/port.ts';
import type { Lane, NewWork, Queue } from '#kernel/work.ts';
import { withoutSecrets } from '#platform/audit/redaction.ts';
import { AUDIT_PURPOSE, type AuditEntry } from './port.ts';

export const IDEMPOTENCY_PURPOSE = 'idempotency';
const LANES: Record<Lane, number> = { high: 0, medium: 1, low: 2 };
const SALT_BYTES = 16;

/** What a unit has collected and not yet stored. */
export interface Collected {
  readonly events: { event: EventDef; payload: Record<string, unknown>; origin: Origin }[];
  readonly entries: AuditEntry[];
  readonly work: { queue: Queue; item: NewWork }[];
  readonly invalidations: Invalidation[];
}

export function nothingCollected(): Collected {
  return { events: [], entries: [], work: [], invalidations: [] };
}

/** `people` holds the keys of all whom `peopleIn` names. */
export interface FlushKeys {
  readonly keys: Keys;
  readonly people: Sealing;
}

export interface Statement {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/**
 * One statement that stores everything a unit has collected, its idempotency claim included; null
 * when there is nothing to store. `result` is what the unit answers.
 */
export function toFlush(
  actor: Actor,
  collected: Collected,
  result: unknown,
  { keys, people }: FlushKeys,
): Statement | null {
  const steps: string[] = [];
  const calls: string[] = [];
  const values: unknown[] = [];
  const bind = (value: unknown) => `$${values.push(value)}`;

  if (collected.events.length > 0) steps.push(insertEvents(collected, bind));
  if (collected.entries.length > 0) steps.push(...insertEntries(actor, collected, people, bind));
  const unkeyed = collected.work.filter(({ item }) => item.key === undefined);
  if (unkeyed.length > 0) steps.push(insertWork(actor, unkeyed, bind));
  if (collected.invalidations.length > 0) steps.push(insertInvalidations(collected, bind));
  const keyed = collected.work.filter(({ item }) => item.key !== undefined);
  if (keyed.length > 0) calls.push(enqueueKeyed(actor, keyed, bind));
  if (actor.claim && !(result instanceof Problem)) calls.push(settleClaim(actor, result, keys, bind));
  if (steps.length + calls.length === 0) return null;

  const numbered = steps.map((step, index) => `s${index} as (${step})`);
  const sql = `${numbered.length > 0 ? `with ${numbered.join(', ')} ` : ''}select pg_current_xact_id()::text as xid${calls.map((call) => `, ${call}`).join('')}`;
  return { sql, values };
}

type Bind = (value: unknown) => string;

function insertEvents({ events }: Collected, bind: Bind): string {
  for (const { event, payload } of events) Value.Assert(event.payload, payload);
  const ids = bind(events.map(() => newId()));
  const types = bind(events.map(({ event }) => event.type));
  const keys = bind(events.map(({ event, payload }) => String(payload[event.key])));
  const bodies = bind(events.map(({ payload }) => JSON.stringify(payload)));
  const origins = bind(events.map(({ origin }) => JSON.stringify(origin)));
  return `insert into platform.event (id, type, key, origin, body)
    select e.id, e.type, e.key, e.origin, e.body
    from unnest(${ids}::uuid[], ${types}::text[], ${keys}::text[], ${origins}::jsonb[], ${bodies}::jsonb[])
      with ordinality e (id, type, key, origin, body, ord)
    order by e.ord`;
}

/** Who must have a key before the entries can be stored. */
export function peopleIn(actor: Actor, { entries }: Collected): string[] {
  if (entries.length === 0) return [];
  return [...new Set([personOf(actor), ...entries.map(subjectOf)])].filter((person) => person !== '');
}

/** A key acts on behalf of its owner, whose address it is. */
function personOf({ type, id }: Actor): string {
  return type === 'user' || type === 'apiKey' ? id : '';
}

function subjectOf({ subjectId, resourceType, resourceId }: AuditEntry): string {
  return subjectId ?? (resourceType === 'user' ? resourceId : '');
}

/** The payload is committed to by a salted HMAC, so that it can be erased and the entry still proved. */
function insertEntries(actor: Actor, collected: Collected, people: Sealing, bind: Bind): string[] {
  const { entries } = collected;
  const ids = entries.map(() => newId());
  const commitments = entries.map((entry) => commitTo(actor, entry));
  const allIds = bind(ids);
  const columns = (pick: (entry: AuditEntry) => string) => `${bind(entries.map(pick))}::text[]`;
  return [
    `insert into audit.entry (id, timestamp_utc, actor_type, actor_id, subject_id, action, resource_type, resource_id, outcome, request_id, trace_id, payload_hash)
      select a.id, date_trunc('milliseconds', clock_timestamp()), ${bind(actor.type)}, ${bind(actor.id)}, a.subject, a.action, a.resource_type, a.resource_id,
             a.outcome, ${bind(actor.origin.requestId)}, ${bind(traceIdOf(actor.origin))}, a.hash
      from unnest(${allIds}::uuid[], ${columns(subjectOf)}, ${columns(({ action }) => action)}, ${columns(({ resourceType }) => resourceType)},
                  ${columns(({ resourceId }) => resourceId)}, ${columns(({ outcome = 'success' }) => outcome)}, ${bind(commitments.map(({ hash }) => hash))}::bytea[])
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

function commitTo({ origin: { ip, userAgent }, apiKeyId }: Actor, entry: AuditEntry): Commitment {
  const payload = { ...withoutSecrets(entry.payload ?? {}), ...(apiKeyId !== null && { apiKeyId }) };
  const salt = randomBytes(SALT_BYTES);
  const committed = canonicalize({ payload, ip, userAgent }) ?? '';
  const hash = createHmac('sha256', salt).update(committed).digest();
  return { subject: subjectOf(entry), salt, hash, payload: canonicalize(payload) ?? '' };
}

/**
 * Of the erased nothing is kept: no payload about them, no address of theirs, and no salt by which either could be
 * guessed. Their keys are held against being destroyed until the commit, so that the erasure sees these rows.
 */
function insertPayloads(
  actor: Actor,
  commitments: readonly (Commitment & { id: string })[],
  people: Sealing,
  bind: Bind,
) {
  const { ip, userAgent } = actor.origin;
  const author = personOf(actor);
  const from = JSON.stringify({ ip, userAgent });
  const unnested = [
    `${bind(commitments.map(({ id }) => id))}::uuid[]`,
    `${bind(commitments.map(({ subject }) => subject))}::text[]`,
    `${bind(commitments.map(({ salt }) => salt))}::bytea[]`,
    `${bind(commitments.map(({ id, subject, payload }) => people.seal(AUDIT_PURPOSE, subject, id + payload)))}::bytea[]`,
    `${bind(commitments.map(({ id }) => people.seal(AUDIT_PURPOSE, author, id + from)))}::bytea[]`,
  ];
  const holders = [...new Set([author, ...commitments.map(({ subject }) => subject)])].filter((id) => id !== '');
  const holds = (person: string) => `(${person} = '' or exists (select 1 from living l where l.person_id = ${person}))`;
  return `with living as materialized (
        select person_id from platform.person_key where person_id = any (${bind(holders)}::text[]) and wrapped is not null for share
      )
      insert into audit.payload (entry_id, salt, sealed, origin)
      select p.id, case when p.has_actor then p.salt end, p.sealed, case when p.has_actor then p.origin end
      from (select u.*, ${holds(`${bind(author)}::text`)} as has_actor
            from unnest(${unnested.join(', ')}) u (id, subject, salt, sealed, origin)) p
      where p.sealed is not null and ${holds('p.subject')}`;
}

function insertWork(actor: Actor, work: Collected['work'], bind: Bind): string {
  return `insert into platform.work (id, queue, lane, ref, due_at, origin)
    select w.id, w.queue, w.lane, w.ref, coalesce(w.due_at, now()), ${bind(JSON.stringify(actor.origin))}::jsonb
    from ${unnestWork(work, bind)}`;
}

/** In the order of the keys, so that two units that enqueue for the same keys cannot deadlock. */
function enqueueKeyed(actor: Actor, work: Collected['work'], bind: Bind): string {
  const sorted = work.toSorted((a, b) => String(a.item.key).localeCompare(String(b.item.key)));
  const keys = bind(sorted.map(({ item }) => item.key));
  return `(select count(platform.enqueue_keyed(w.id, w.queue, w.lane, w.ref, (${keys}::text[])[w.ord], coalesce(w.due_at, now()), ${bind(JSON.stringify(actor.origin))}::jsonb)::text)
    from (select * from ${unnestWork(sorted, bind)} order by ord) w)`;
}

function unnestWork(work: Collected['work'], bind: Bind): string {
  const ids = bind(work.map(() => newId()));
  const queues = bind(work.map(({ queue }) => queue.name));
  const lanes = bind(work.map(({ item }) => LANES[item.lane ?? 'medium']));
  const refs = bind(work.map(({ item }) => item.ref));
  const dueAts = bind(work.map(({ item }) => item.dueAt ?? null));
  return `unnest(${ids}::uuid[], ${queues}::text[], ${lanes}::smallint[], ${refs}::text[], ${dueAts}::timestamptz[])
    with ordinality w (id, queue, lane, ref, due_at, ord)`;
}

function insertInvalidations({ invalidations }: Collected, bind: Bind): string {
  return `insert into platform.invalidation (topic, key)
    select i.topic, i.key from unnest(${bind(invalidations.map(({ topic }) => topic))}::text[],
                                      ${bind(invalidations.map(({ key }) => key))}::text[]) i (topic, key)`;
}

/** Raises when another request has taken the claim over meanwhile, so that the effect is not doubled. */
function settleClaim({ claim }: Actor, result: unknown, keys: Keys, bind: Bind): string {
  const answer = keys.seal(IDEMPOTENCY_PURPOSE, JSON.stringify(result ?? null));
  return `platform.settle_claim(${bind(claim?.caller)}, ${bind(claim?.key)}, ${bind(claim?.token)}::uuid, ${bind(answer)}::bytea)::text as claim`;
}
