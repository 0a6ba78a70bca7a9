import { toFailureText } from '#kernel/redaction/failure-text.ts';
import { sql, type Transaction } from 'kysely';
import { system, traceIdOf } from '#kernel/access.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import type { Span } from '#platform/telemetry/port.ts';
import type { Worker } from '#platform/work/port.ts';
import { fromRef, isParked, holdsCursor, inboxQueue, park } from './parking.ts';
import { hasCursor, readEvents, type StoredEvent } from './cursor.ts';
import type { Consumer, DeliveryNeeds } from './delivery.ts';

const MAX_ATTEMPTS = 10; // with backoff: about half an hour
const LEASE_MS = 30_000;
const UNKNOWN_MS = 60_000;
// Handlers wait for the database one statement at a time: so many keys keep its connection busy.
const KEYS_AT_ONCE = 16;
// A unit of several events begins no handler after this time: slow handlers hold its locks not much longer than alone.
const TOGETHER_MS = 500;

/**
 * Handles an event for a consumer, with any transport. `token` is the fencing token of the cursor that the caller
 * holds; null where the transport itself keeps the order and there is no cursor.
 */
export function createHandling({
  pool,
  units,
  consumers,
  log,
  telemetry: { registry, tracer },
  onFailedAttempt,
}: Omit<DeliveryNeeds, 'nodeId'>) {
  const count = registry.counter({
    name: 'bonyan_events_total',
    help: 'Events that a consumer has handled, or failed to handle',
    labels: ['consumer', 'type', 'outcome'],
  });
  const begin = (consumer: Consumer, { type, origin }: StoredEvent) =>
    tracer.begin(
      { name: `event ${type}`, kind: 'consumer', attributes: { consumer: consumer.name, type } },
      origin.traceparent,
    );

  /** Null when it is handled, or was handled before. Else nothing was written, and it answers why the handler failed. */
  async function handle(consumer: Consumer, event: StoredEvent, token: number | null): Promise<string | null> {
    const span = begin(consumer, event);
    const { traceparent } = span;
    try {
      await units.write(system(consumer.name, { ...event.origin, traceparent }), async (unit: AnyUnit) => {
        const [first] = await insertInbox(unit.tx, consumer.name, [event], token);
        if (first) await callHandlers(consumer, unit, first);
      });
      count(consumer.name, event.type, 'handled');
      span.end();
      return null;
    } catch (error) {
      count(consumer.name, event.type, 'failed');
      span.end(error);
      log.warn(
        {
          err: error,
          consumer: consumer.name,
          event: event.id,
          type: event.type,
          traceId: traceIdOf(event.origin),
        },
        'the handler of an event failed: the event is parked and retried, and later events of its key wait',
      );
      onFailedAttempt?.({ at: `consumer ${consumer.name}, event ${event.type} ${event.id}`, error });
      return toFailureText(error);
    }
  }

  /**
   * Handles several events in as few units as possible. Answers those that must be handled one by one, because one of
   * them failed: then the failing one is parked, and the others succeed.
   */
  async function handleAll(
    consumer: Consumer,
    events: readonly StoredEvent[],
    token: number | null,
  ): Promise<readonly StoredEvent[]> {
    let left = events;
    try {
      while (left.length > 1) left = await handleTogether(consumer, left, token);
    } catch (error) {
      log.debug({ err: error, consumer: consumer.name }, 'events failed together, and are handled one by one');
    }
    return left;
  }

  /** One unit for all, the events of one key in order. Answers the events that are left for a next unit. */
  async function handleTogether(
    consumer: Consumer,
    events: readonly StoredEvent[],
    token: number | null,
  ): Promise<readonly StoredEvent[]> {
    let left: readonly StoredEvent[] = [];
    let opened: readonly { readonly event: StoredEvent; readonly span: Span }[] = [];
    await units.writeTogether(async (tx) => {
      const first = await insertInbox(tx, consumer.name, events, token);
      const work = async (all: readonly AnyUnit[]) => {
        left = await callSideBySide(consumer, first, all);
        if (left.length > 0) await deleteInbox(tx, consumer.name, left);
      };
      opened = first.map((event) => ({ event, span: begin(consumer, event) }));
      const actors = opened.map(({ event: { origin }, span: { traceparent } }) =>
        system(consumer.name, { ...origin, traceparent }),
      );
      return [{ actors, work }];
    });
    // The spans of those that are left, or that failed together, are those of their next unit.
    for (const { event, span } of opened) {
      if (left.includes(event)) continue;
      count(consumer.name, event.type, 'handled');
      span.end();
    }
    return left;
  }

  /**
   * Keyed work keeps the order: later events of the key wait behind the failed one. `error`: why it failed, null for those
   * that wait.
   */
  async function parkEvent(
    consumer: string,
    event: StoredEvent,
    token: number | null,
    error: string | null,
  ): Promise<void> {
    await units.write(system('events', event.origin), async (unit: AnyUnit) => {
      // The next holder of the cursor reads the event again.
      if (token !== null && !(await holdsCursor(unit, consumer, token))) return;
      if (await isParked(unit, consumer, event)) return; // it was delivered twice
      await park(unit, inboxQueue, consumer, event, { error, isFinal: false });
    });
  }

  const inboxWorker: Worker = {
    queue: inboxQueue,
    maxAttempts: MAX_ATTEMPTS,
    leaseMs: LEASE_MS,
    async handle({ ref }) {
      const { name, xid, pos } = fromRef(ref);
      const consumer = consumers.find((known) => known.name === name);
      const [event] = await readEvents(pool, [{ xid, pos }]);
      if (!event) throw new Error('the event is no longer in the log: its partition was dropped');
      // A newer version has it, and this node meanwhile runs beside it, or instead of it.
      if (!consumer && (await hasCursor(pool, name)))
        return { write: async () => {}, retryInMs: UNKNOWN_MS, isUntried: true };
      return {
        write: async (unit) => {
          if (!consumer) return;
          const [first] = await insertInbox(unit.tx, name, [event], null);
          if (first) await callHandlers(consumer, unit, first);
        },
      };
    },
  };

  return { handle, handleAll, parkEvent, inboxWorker };
}

export type Handling = ReturnType<typeof createHandling>;

async function callHandlers(consumer: Consumer, unit: AnyUnit, event: StoredEvent): Promise<void> {
  for (const subscription of consumer.subscriptions) {
    if (subscription.event.type === event.type) await subscription.handle(unit, event.body, new Date(event.at));
  }
}

/** `units` has one for each event. Answers the events that were not begun in time, in order. */
async function callSideBySide(
  consumer: Consumer,
  events: readonly StoredEvent[],
  units: readonly AnyUnit[],
): Promise<readonly StoredEvent[]> {
  const untilMs = performance.now() + TOGETHER_MS;
  const begun = new Set<StoredEvent>();
  const keys = [...Map.groupBy(events.keys(), (index) => events[index]?.key).values()];
  const callKeys = async () => {
    for (let ofKey = keys.shift(); ofKey; ofKey = keys.shift())
      for (const index of ofKey) {
        const [event, unit] = [events[index], units[index]];
        if (!event || !unit || performance.now() > untilMs) return;
        begun.add(event);
        await callHandlers(consumer, unit, event);
      }
  };
  // All must have ended before the unit ends: a handler that runs on would write outside of it.
  const ends = await Promise.allSettled(Array.from({ length: Math.min(KEYS_AT_ONCE, keys.length) }, callKeys));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
  return events.filter((event) => !begun.has(event));
}

/**
 * Inserts inbox rows, which commit with the handlers' effects, and answers the events that had none yet, each once. With
 * a token it locks the cursor against the next claim, so that no other node delivers events of the same keys meanwhile,
 * and answers none if another node holds the cursor.
 */
async function insertInbox(
  tx: Transaction<never>,
  consumer: string,
  events: readonly StoredEvent[],
  token: number | null,
): Promise<StoredEvent[]> {
  const rows = sql`
    select ${consumer}, e.id, e.at
    from unnest(${events.map(({ id }) => id)}::uuid[], ${events.map(({ at }) => at)}::timestamptz[]) e (id, at)`;
  const held = sql`select 1 from platform.cursor where consumer = ${consumer} and token = ${token} for key share`;
  const { rows: inserted } = await (
    token === null
      ? sql<{ id: string }>`insert into platform.inbox (consumer, event_id, event_at) ${rows}
          on conflict do nothing returning event_id as id`
      : sql<{ id: string }>`with held as (${held})
          insert into platform.inbox (consumer, event_id, event_at) ${rows}, held
          on conflict do nothing returning event_id as id`
  ).execute(tx);
  const ids = new Set(inserted.map(({ id }) => id));
  return events.filter(({ id }) => ids.delete(id));
}

async function deleteInbox(tx: Transaction<never>, consumer: string, events: readonly StoredEvent[]): Promise<void> {
  await sql`
    delete from platform.inbox i
    using unnest(${events.map(({ id }) => id)}::uuid[], ${events.map(({ at }) => at)}::timestamptz[]) e (id, at)
    where i.consumer = ${consumer} and i.event_id = e.id and i.event_at = e.at`.execute(tx);
}
