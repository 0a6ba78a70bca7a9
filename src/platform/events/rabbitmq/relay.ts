import { sql } from 'kysely';
import { causeOf, system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import type { Worker } from '#platform/work/port.ts';
import { fromRef, isParked, parkedKeys, holdsCursor, outboxQueue, toKey, toRef } from '../parking.ts';
import { pendingCursors, readEvent, RELAY, type Cursor, type StoredEvent } from '../cursor.ts';
import type { DeliveryNeeds } from '../delivery.ts';
import { createRunner } from '../runner.ts';
import type { Publisher, PublishVerdict } from './publisher.ts';
import type { Topology } from './topology.ts';

const NAME = 'relay'; // begins the keys of refused events
const LEASE_MS = 30_000;
const TOO_OLD: PublishVerdict = { verdict: 'refused', reason: 'it is no longer in the log' };
const BATCH_MS = 4000; // with one more publish this is still shorter than the cursor's lease
const UNREACHABLE_MS = 2000;
const UNLIMITED = 2 ** 31 - 1; // an unreachable broker is not a failed attempt, and a refusal is final at once

/**
 * Publishes the event log to the broker: the node that holds the cursor publishes window by window. The next event of a
 * key is sent when the one before is confirmed, so that after a refusal no later event of the key has been sent.
 */
export function createRelay({ pool, units, nodeId, log }: DeliveryNeeds, publisher: Publisher, topology: Topology) {
  const runner = createRunner({ pool, nodeId, name: RELAY, types: null, deliver });

  async function deliver(cursor: Cursor, events: readonly StoredEvent[]): Promise<number> {
    const byKey = Map.groupBy(events, ({ key }) => key);
    const parked = await parkedKeys(pool, NAME, [...byKey.keys()]);
    const done = new Set<StoredEvent>();
    const untilMs = performance.now() + BATCH_MS;
    const ends = await Promise.allSettled(
      [...byKey].map(([key, ofKey]) =>
        deliverInOrder(cursor, ofKey, parked.has(key), (event) => {
          done.add(event);
          return performance.now() < untilMs;
        }),
      ),
    );
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed)
      log.warn(
        { err: failed.reason as unknown },
        'events could not be published to RabbitMQ; they wait in the log and are tried again',
      );
    const first = events.findIndex((event) => !done.has(event));
    return first === -1 ? events.length : first;
  }

  async function deliverInOrder(
    cursor: Cursor,
    events: readonly StoredEvent[],
    isKeyParked: boolean,
    isTimeFor: (done: StoredEvent) => boolean,
  ): Promise<void> {
    let mustPark = isKeyParked;
    for (const event of events) {
      const outcome = mustPark ? null : await publisher.publish(event, topology);
      if (outcome?.verdict !== 'confirmed') {
        mustPark = true;
        await parkEvent(cursor, event, outcome?.reason ?? null);
      }
      if (!isTimeFor(event)) return;
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
      const id = newId();
      await sql`
        select platform.enqueue_keyed(${id}::uuid, ${outboxQueue.name}, 1::smallint, ${toRef(NAME, event)},
          ${toKey(NAME, event.key)}, ${reason === null ? sql`now()` : sql`'infinity'::timestamptz`},
          ${JSON.stringify(causeOf(event.origin))}::jsonb)`.execute(unit.tx);
      await sql`update platform.work set error = ${reason} where id = ${id}`.execute(unit.tx);
    });
  }

  /** Publishes a refused event again when an operator makes its item due. */
  const outboxWorker: Worker = {
    queue: outboxQueue,
    maxAttempts: UNLIMITED,
    leaseMs: LEASE_MS,
    async handle({ id, ref }) {
      const { xid, pos } = fromRef(ref);
      const event = await readEvent(pool, xid, pos);
      const outcome = event ? await tryAgain(event) : TOO_OLD;
      if (outcome === null) return { write: async () => {}, retryInMs: UNREACHABLE_MS };
      if (outcome.verdict === 'confirmed') return { write: async () => {} };
      return {
        retryInMs: 0, // keeps the item; `write` then makes it never due
        write: async ({ tx }) =>
          void (await sql`update platform.work set due_at = 'infinity', error = ${outcome.reason} where id = ${id}`.execute(
            tx,
          )),
      };
    },
  };

  /** Null when the broker is not reachable. */
  async function tryAgain(event: StoredEvent): Promise<PublishVerdict | null> {
    try {
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
    /** False when there was nothing new. */
    async poll(): Promise<boolean> {
      const hasPending = (await pendingCursors(pool, [RELAY])).length > 0;
      if (hasPending) await runner.run();
      return hasPending;
    },
  };
}
