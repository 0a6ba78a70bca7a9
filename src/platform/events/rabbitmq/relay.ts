import { sql } from 'kysely';
import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import type { Worker } from '#platform/work/port.ts';
import { fromRef, isParked, parkedKeys, holdsCursor, outboxQueue, toKey, toRef } from '../parking.ts';
import { pendingCursors, readEvent, RELAY, type Cursor, type StoredEvent } from '../cursor.ts';
import type { DeliveryNeeds } from '../delivery.ts';
import { createRunner } from '../runner.ts';
import type { Publisher, PublishVerdict } from './publisher.ts';
import type { Topology } from './topology.ts';

const NAME = 'relay'; // of the keys of what was refused
const LEASE_MS = 30_000;
const TOO_OLD: PublishVerdict = { verdict: 'refused', reason: 'it is older than the log keeps' };
const BATCH_MS = 4000; // with one more publish at most this is shorter than the lease on the cursor
const AWAY_MS = 2000;
const FOR_EVER = 2 ** 31 - 1; // the broker being away is no failed attempt, and a refusal is final at once

/**
 * Hands the event log to the broker: the node that holds the cursor publishes window by window. Of one key an event
 * is sent when the one before it is confirmed, so that a refusal finds the later ones still at home.
 */
export function createRelay({ pool, units, nodeId, log }: DeliveryNeeds, publisher: Publisher, topology: Topology) {
  const runner = createRunner({ pool, nodeId, name: RELAY, types: null, deliver });

  async function deliver(cursor: Cursor, events: readonly StoredEvent[]): Promise<number> {
    const byKey = Map.groupBy(events, ({ key }) => key);
    const waiting = await parkedKeys(pool, NAME, [...byKey.keys()]);
    const done = new Set<StoredEvent>();
    const untilMs = performance.now() + BATCH_MS;
    const ends = await Promise.allSettled(
      [...byKey].map(([key, ofKey]) =>
        deliverInOrder(cursor, ofKey, waiting.has(key), (event) => {
          done.add(event);
          return performance.now() < untilMs;
        }),
      ),
    );
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed) log.warn({ err: failed.reason as unknown }, 'events wait in the log: they could not be handed over');
    const first = events.findIndex((event) => !done.has(event));
    return first === -1 ? events.length : first;
  }

  async function deliverInOrder(
    cursor: Cursor,
    events: readonly StoredEvent[],
    isKeyParked: boolean,
    isTimeFor: (done: StoredEvent) => boolean,
  ): Promise<void> {
    let mustWait = isKeyParked;
    for (const event of events) {
      const outcome = mustWait ? null : await publisher.publish(event, topology);
      if (outcome?.verdict !== 'confirmed') {
        mustWait = true;
        await parkEvent(cursor, event, outcome?.reason ?? null);
      }
      if (!isTimeFor(event)) return;
    }
  }

  /** Refused: kept as failed, due never, until an operator replays it. Without a reason: behind such a one. */
  async function parkEvent(cursor: Cursor, event: StoredEvent, reason: string | null): Promise<void> {
    if (reason !== null) log.error({ event: event.id, type: event.type, reason }, 'an event could not be handed over');
    await units.write(system('events', event.origin), async (unit: AnyUnit) => {
      if (!(await holdsCursor(unit, RELAY, cursor.token))) return; // the next holder sees the event itself
      if (await isParked(unit, NAME, event)) return;
      const id = newId();
      await sql`
        select platform.enqueue_keyed(${id}::uuid, ${outboxQueue.name}, 1::smallint, ${toRef(NAME, event)},
          ${toKey(NAME, event.key)}, ${reason === null ? sql`now()` : sql`'infinity'::timestamptz`},
          ${JSON.stringify(event.origin)}::jsonb)`.execute(unit.tx);
      await sql`update platform.work set error = ${reason} where id = ${id}`.execute(unit.tx);
    });
  }

  /** Publishes what was refused once more, when it is made due. */
  const outboxWorker: Worker = {
    queue: outboxQueue,
    maxAttempts: FOR_EVER,
    leaseMs: LEASE_MS,
    async handle({ id, ref }) {
      const { xid, pos } = fromRef(ref);
      const event = await readEvent(pool, xid, pos);
      const outcome = event ? await tryAgain(event) : TOO_OLD;
      if (outcome === null) return { write: async () => {}, retryInMs: AWAY_MS };
      if (outcome.verdict === 'confirmed') return { write: async () => {} };
      return {
        retryInMs: 0, // and with it, due never
        write: async ({ tx }) =>
          void (await sql`update platform.work set due_at = 'infinity', error = ${outcome.reason} where id = ${id}`.execute(
            tx,
          )),
      };
    },
  };

  /** Null when the broker is away. */
  async function tryAgain(event: StoredEvent): Promise<PublishVerdict | null> {
    try {
      await publisher.declare(topology); // what was missing may be why it was refused
      return await publisher.publish(event, topology);
    } catch (error) {
      log.warn({ err: error }, 'a refused event waits: the broker is away');
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
