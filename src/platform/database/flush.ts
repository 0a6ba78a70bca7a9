import { Value } from 'typebox/value';
import { causeOf, type Actor, type Cause, type Claim } from '#kernel/access.ts';
import type { EventDef } from '#kernel/event.ts';
import { newId } from '#kernel/id.ts';
import { Problem } from '#kernel/problem.ts';
import type { AuditRecord, PersonSealing } from '#platform/audit/port.ts';
import { insertEntries, type Bind } from '#platform/audit/recording.ts';
import type { Invalidation } from '#platform/decision-cache/port.ts';
import type { Keys, SealedColumn } from '#platform/keys/port.ts';
import type { Lane, NewWork, Queue } from '#kernel/work.ts';

export const sealedAnswers: SealedColumn = {
  table: 'platform.idempotency',
  key: { caller: 'text', key: 'text' },
  column: 'answer',
  purpose: 'idempotency',
};
const LANES: Record<Lane, number> = { high: 0, medium: 1, low: 2 };

/** What a unit has collected and not yet stored. */
export interface Collected {
  readonly events: { event: EventDef; payload: Record<string, unknown>; origin: Cause }[];
  readonly entries: AuditRecord[];
  readonly work: { queue: Queue; item: NewWork; origin: Cause }[];
  readonly invalidations: Invalidation[];
}

export function nothingCollected(): Collected {
  return { events: [], entries: [], work: [], invalidations: [] };
}

/** `people` holds the keys of all people whom `peopleIn` returns. */
export interface FlushKeys {
  readonly keys: Keys;
  readonly people: PersonSealing;
}

export interface Statement {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/**
 * One statement that stores everything a unit has collected, its idempotency claim included; null
 * when there is nothing to store. `result` is what the unit returns.
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
  if (collected.entries.length > 0) steps.push(...insertEntries(actor, collected.entries, people, bind));
  const unkeyed = collected.work.filter(({ item }) => item.key === undefined);
  if (unkeyed.length > 0) steps.push(insertWork(unkeyed, bind));
  if (collected.invalidations.length > 0) steps.push(insertInvalidations(collected, bind));
  const keyed = collected.work.filter(({ item }) => item.key !== undefined);
  if (keyed.length > 0) calls.push(enqueueKeyed(keyed, bind));
  if (actor.claim && !(result instanceof Problem)) calls.push(completeClaim(actor.claim, result, keys, bind));
  if (steps.length + calls.length === 0) return null;
  const isOnlyEvents = steps.length + calls.length === 1 && collected.events.length > 0;
  return { sql: isOnlyEvents ? EVENTS_ALONE : toSql(steps, calls), values };
}

function toSql(steps: readonly string[], calls: readonly string[]): string {
  const numbered = steps.map((step, index) => `s${index} as (${step})`);
  return `${numbered.length > 0 ? `with ${numbered.join(', ')} ` : ''}select pg_current_xact_id()::text as xid${calls.map((call) => `, ${call}`).join('')}`;
}

/** Always the first step, so its parameters are the first five. */
const INSERT_EVENTS = `insert into platform.event (id, type, key, origin, body)
    select e.id, e.type, e.key, e.origin, e.body
    from unnest($1::uuid[], $2::text[], $3::text[], $4::jsonb[], $5::jsonb[])
      with ordinality e (id, type, key, origin, body, ord)
    order by e.ord`;

/** Of most units. Made once: a text that is glued together each time is also hashed each time, to find its name. */
const EVENTS_ALONE = toSql([INSERT_EVENTS], []);

function insertEvents({ events }: Collected, bind: Bind): string {
  for (const { event, payload } of events) Value.Assert(event.payload, payload);
  bind(events.map(() => newId()));
  bind(events.map(({ event }) => event.type));
  bind(events.map(({ event, payload }) => String(payload[event.key])));
  bind(events.map(({ origin }) => JSON.stringify(causeOf(origin))));
  bind(events.map(({ payload }) => JSON.stringify(payload)));
  return INSERT_EVENTS;
}

function insertWork(work: Collected['work'], bind: Bind): string {
  return `insert into platform.work (id, queue, lane, ref, due_at, origin)
    select w.id, w.queue, w.lane, w.ref, coalesce(w.due_at, now()), w.origin from ${unnestWork(work, bind)}`;
}

/** In the order of the keys, so that two units that enqueue for the same keys cannot deadlock. */
function enqueueKeyed(work: Collected['work'], bind: Bind): string {
  const sorted = work.toSorted((a, b) => String(a.item.key).localeCompare(String(b.item.key)));
  const keys = bind(sorted.map(({ item }) => item.key));
  return `(select count(platform.enqueue_keyed(w.id, w.queue, w.lane, w.ref, (${keys}::text[])[w.ord], coalesce(w.due_at, now()), w.origin)::text)
    from (select * from ${unnestWork(sorted, bind)} order by ord) w)`;
}

function unnestWork(work: Collected['work'], bind: Bind): string {
  const ids = bind(work.map(() => newId()));
  const queues = bind(work.map(({ queue }) => queue.name));
  const lanes = bind(work.map(({ item }) => LANES[item.lane ?? 'medium']));
  const refs = bind(work.map(({ item }) => item.ref));
  const dueAts = bind(work.map(({ item }) => item.dueAt ?? null));
  const origins = bind(work.map(({ origin }) => JSON.stringify(causeOf(origin))));
  return `unnest(${ids}::uuid[], ${queues}::text[], ${lanes}::smallint[], ${refs}::text[], ${dueAts}::timestamptz[],
    ${origins}::jsonb[]) with ordinality w (id, queue, lane, ref, due_at, origin, ord)`;
}

function insertInvalidations({ invalidations }: Collected, bind: Bind): string {
  return `insert into platform.invalidation (topic, key)
    select i.topic, i.key from unnest(${bind(invalidations.map(({ topic }) => topic))}::text[],
                                      ${bind(invalidations.map(({ key }) => key))}::text[]) i (topic, key)`;
}

/** Raises when another request has taken the claim over meanwhile, so that the effect is not doubled. */
function completeClaim({ caller, key, token }: Claim, result: unknown, keys: Keys, bind: Bind): string {
  const answer = keys.seal(sealedAnswers, [caller, key], JSON.stringify(result ?? null));
  return `platform.settle_claim(${bind(caller)}, ${bind(key)}, ${bind(token)}::uuid, ${bind(answer)}::bytea)::text as claim`;
}
