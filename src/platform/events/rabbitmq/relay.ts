import { sql } from 'kysely';
import { system } from '#kernel/access.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import type { Worker } from '#platform/work/port.ts';
import type { DeliverBatch } from '../batch.ts';
import { fromRef, isParked, park, parkedKeys, holdsCursor, outboxQueue } from '../parking.ts';
import { readEvents, readWindow, RELAY, type Cursor, type StoredEvent } from '../cursor.ts';
import type { DeliveryNeeds } from '../delivery.ts';
import { createRunner } from '../runner.ts';
import type { Publisher, PublishVerdict } from './publisher.ts';
import type { Topology } from './topology.ts';

const NAME = 'relay'; // begins the keys of refused events
const LEASE_MS = 30_000;
const TOO_OLD: PublishVerdict = { verdict: 'refused', reason: 'it is no longer in the log' };
const BATCH_MS = 4000; // no call begins later, so that the last one ends within the cursor's lease
const WINDOW = 1000; // so many that each queue gets a full batch
const GROUP_BYTES = 4 * 1024 * 1024; // sent at once: well within the publisher's timeout
const UNREACHABLE_MS = 2000;
const UNLIMITED = 2 ** 31 - 1; // an unreachable broker is not a failed attempt, and a refusal is final at once

/**
 * Publishes the event log to the broker: the node that holds the cursor publishes window by window, and moves the cursor
 * over what is confirmed. Refused events are sent again together, and those that are refused again one by one: the next
 * event of a key when the one before is confirmed.
 */
export function createRelay(
  { pool, units, nodeId, log }: DeliveryNeeds,
  publisher: Publisher,
  topology: Topology,
  deliverBatch: DeliverBatch,
) {
  // Halved while the broker is slow or a queue is full: what is sent again gets less, and what goes in front gets through.
  let window = WINDOW;
  const runner = createRunner({
    pool,
    nodeId,
    name: RELAY,
    read: (cursor) => readWindow(pool, cursor, null, window),
    deliver,
  });

  async function deliver(cursor: Cursor, events: readonly StoredEvent[]): Promise<number> {
    const byKey = Map.groupBy(events, ({ key }) => key);
    const parked = await parkedKeys(pool, NAME, [...byKey.keys()]);
    const done = new Set<StoredEvent>();
    const untilMs = performance.now() + BATCH_MS;
    try {
      for (const group of toGroups(events.filter(({ key }) => !parked.has(key)))) {
        if (performance.now() > untilMs || !(await publishTogether(group, done, untilMs))) break;
      }
      await deliverOneByOne(cursor, byKey, parked, done, untilMs);
    } catch (error) {
      log.warn({ err: error }, 'events could not be published to RabbitMQ; they wait in the log and are tried again');
    }
    const first = events.findIndex((event) => !done.has(event));
    window = first === -1 ? Math.min(WINDOW, window * 2) : Math.ceil(events.length / 2);
    return first === -1 ? events.length : first;
  }

  /**
   * Adds to `done` what is confirmed. False when the broker refuses one of them, although all queues and bindings were
   * declared again.
   */
  async function publishTogether(
    events: readonly StoredEvent[],
    done: Set<StoredEvent>,
    untilMs: number,
  ): Promise<boolean> {
    await publisher.publishAll(events, topology, done);
    const refused = events.filter((event) => !done.has(event));
    if (refused.length === 0) return true;
    if (performance.now() > untilMs) return false;
    await publisher.declare(topology);
    if (performance.now() > untilMs) return false;
    await publisher.publishAll(refused, topology, done);
    return refused.every((event) => done.has(event));
  }

  /** Adds to `done` the events that are confirmed or parked. */
  async function deliverOneByOne(
    cursor: Cursor,
    byKey: ReadonlyMap<string, readonly StoredEvent[]>,
    parked: ReadonlySet<string>,
    done: Set<StoredEvent>,
    untilMs: number,
  ): Promise<void> {
    const left = [...byKey].map(([key, ofKey]) => [key, ofKey.filter((event) => !done.has(event))] as const);
    const ends = await Promise.allSettled(
      left.map(([key, ofKey]) => deliverInOrder(cursor, ofKey, parked.has(key), done, untilMs)),
    );
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed) throw failed.reason;
  }

  async function deliverInOrder(
    cursor: Cursor,
    events: readonly StoredEvent[],
    isKeyParked: boolean,
    done: Set<StoredEvent>,
    untilMs: number,
  ): Promise<void> {
    let mustPark = isKeyParked;
    for (const event of events) {
      if (performance.now() > untilMs) return;
      const outcome = mustPark ? null : await publisher.publish(event, topology);
      if (outcome?.verdict !== 'confirmed') {
        mustPark = true;
        await parkEvent(cursor, event, outcome?.reason ?? null);
      }
      done.add(event);
    }
  }

  /**
   * With a reason: the broker refused it; kept as failed work, never due, until an operator replays it. Without: it
   * waits behind such an event.
   */
  async function parkEvent(cursor: Cursor, event: StoredEvent, reason: string | null): Promise<void> {
    if (reason !== null)
      log.error(
        { event: event.id, type: event.type, key: event.key, reason },
        'RabbitMQ refuses an event; it and later events of its key wait in queue platform.outbox until the item is made due again',
      );
    await units.write(system('events', event.origin), async (unit: AnyUnit) => {
      // The next holder of the cursor reads the event again.
      if (!(await holdsCursor(unit, RELAY, cursor.token))) return;
      if (await isParked(unit, NAME, event)) return;
      await park(unit, outboxQueue, NAME, event, { error: reason, isFinal: reason !== null });
    });
  }

  /** Publishes a refused event again when an operator makes its item due, and hands it to our own consumers. */
  const outboxWorker: Worker = {
    queue: outboxQueue,
    maxAttempts: UNLIMITED,
    leaseMs: LEASE_MS,
    async handle({ id, ref, attempt }) {
      const { xid, pos } = fromRef(ref);
      const [event] = await readEvents(pool, [{ xid, pos }]);
      const outcome = event ? await tryAgain(event) : TOO_OLD;
      if (outcome === null) return { write: async () => {}, retryInMs: UNREACHABLE_MS, isUntried: true };
      if (outcome.verdict === 'confirmed') {
        // The marks have passed it, so nothing would find it if the broker lost it now.
        if (event) for (const consumer of topology.consumersOf(event)) await deliverBatch(consumer, [event], null);
        return { write: async () => {} };
      }
      return {
        retryInMs: 0, // keeps the item; `write` then makes it never due
        write: async ({ tx }) =>
          void (await sql`
            update platform.work set due_at = 'infinity', attempt = ${attempt}::int, error = ${outcome.reason},
              failures = platform.with_failure(failures, ${attempt}::int, ${outcome.reason}) where id = ${id}`.execute(
            tx,
          )),
      };
    },
  };

  /** Null when the broker is not reachable. */
  async function tryAgain(event: StoredEvent): Promise<PublishVerdict | null> {
    try {
      const outcome = await publisher.publish(event, topology);
      if (outcome.verdict === 'confirmed') return outcome;
      await publisher.declare(topology); // a missing queue may be the reason of the refusal
      return await publisher.publish(event, topology);
    } catch (error) {
      log.warn({ err: error }, 'RabbitMQ is not reachable; a refused event is tried again in 2 s');
      return null;
    }
  }

  return {
    outboxWorker,
    run: runner.run,
    stop: runner.stop,
  };
}

/** The events in their order, in groups of limited size. The length of the body as text stands for its size. */
function toGroups(events: readonly StoredEvent[]): StoredEvent[][] {
  const groups: StoredEvent[][] = [];
  let bytes = Infinity;
  for (const event of events) {
    bytes += JSON.stringify(event.body).length;
    if (bytes > GROUP_BYTES) {
      groups.push([]);
      bytes = 0;
    }
    groups.at(-1)?.push(event);
  }
  return groups;
}
