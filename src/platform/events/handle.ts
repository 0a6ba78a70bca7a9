import { sql } from 'kysely';
import { system } from '#kernel/access.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import type { Worker } from '#platform/work/port.ts';
import { fromRef, isParked, holdsCursor, inboxQueue, toKey, toRef } from './parking.ts';
import { readEvent, type StoredEvent } from './cursor.ts';
import type { Consumer, DeliveryNeeds } from './delivery.ts';

const MAX_ATTEMPTS = 10; // with backoff: about half an hour
const LEASE_MS = 30_000;

/**
 * Handles an event for a consumer, with any transport. `token` is the fencing token of the cursor that the caller
 * holds; null where the transport itself keeps the order and there is no cursor.
 */
export function createHandling({ pool, units, consumers, log, onFailedAttempt }: Omit<DeliveryNeeds, 'nodeId'>) {
  /** False when the handler failed and nothing was written. True also for an event that was handled before. */
  async function handle(consumer: Consumer, event: StoredEvent, token: number | null): Promise<boolean> {
    try {
      await units.write(system(consumer.name, event.origin), async (unit: AnyUnit) => {
        if (await isFirstTime(unit, consumer.name, event, token)) await callHandlers(consumer, unit, event);
      });
      return true;
    } catch (error) {
      log.warn(
        { err: error, consumer: consumer.name, event: event.id, type: event.type },
        'the handler of an event failed: the event is parked and retried, and later events of its key wait',
      );
      onFailedAttempt?.({ at: `consumer ${consumer.name}, event ${event.type} ${event.id}`, error });
      return false;
    }
  }

  /** Keyed work keeps the order: later events of the key wait behind the failed one. */
  async function parkEvent(consumer: string, event: StoredEvent, token: number | null): Promise<void> {
    await units.write(system('events', event.origin), async (unit: AnyUnit) => {
      // The next holder of the cursor reads the event again.
      if (token !== null && !(await holdsCursor(unit, consumer, token))) return;
      if (await isParked(unit, consumer, event)) return; // it was delivered twice
      unit.enqueue(inboxQueue, { ref: toRef(consumer, event), key: toKey(consumer, event.key) });
    });
  }

  const inboxWorker: Worker = {
    queue: inboxQueue,
    maxAttempts: MAX_ATTEMPTS,
    leaseMs: LEASE_MS,
    async handle({ ref }) {
      const { name, xid, pos } = fromRef(ref);
      const consumer = consumers.find((known) => known.name === name);
      const event = await readEvent(pool, xid, pos);
      if (!event) throw new Error('the event is no longer in the log: its partition was dropped');
      return {
        write: async (unit) => {
          if (consumer && (await isFirstTime(unit, name, event, null))) await callHandlers(consumer, unit, event);
        },
      };
    },
  };

  return { handle, parkEvent, inboxWorker };
}

export type Handling = ReturnType<typeof createHandling>;

async function callHandlers(consumer: Consumer, unit: AnyUnit, event: StoredEvent): Promise<void> {
  for (const subscription of consumer.subscriptions) {
    if (subscription.event.type === event.type) await subscription.handle(unit, event.body, new Date(event.at));
  }
}

/**
 * Inserts the inbox row, which commits with the handler's effects. Locks the cursor against the next claim, so that no
 * other node delivers events of the same key at the same time.
 */
async function isFirstTime(
  { tx }: AnyUnit,
  consumer: string,
  event: StoredEvent,
  token: number | null,
): Promise<boolean> {
  const row = sql`${consumer}, ${event.id}::uuid, ${event.at}::timestamptz`;
  const { numAffectedRows } =
    token === null
      ? await sql`insert into platform.inbox (consumer, event_id, event_at) values (${row}) on conflict do nothing`.execute(
          tx,
        )
      : await sql`
          with held as (select 1 from platform.cursor where consumer = ${consumer} and token = ${token} for key share)
          insert into platform.inbox (consumer, event_id, event_at) select ${row} from held
          on conflict do nothing`.execute(tx);
  return numAffectedRows === 1n;
}
