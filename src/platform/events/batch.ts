import type { Pool } from '#platform/database/pool.ts';
import type { StoredEvent } from './cursor.ts';
import type { Consumer } from './delivery.ts';
import type { Handling } from './handle.ts';
import { parkedKeys } from './parking.ts';

const KEYS_AT_ONCE = 4;

/**
 * Handles or parks each of several events, in the order of each key. `token` is the fencing token of the cursor that the
 * caller holds, or null.
 */
export function createBatchDelivery(pool: Pool, handling: Handling) {
  async function deliver(consumer: Consumer, events: readonly StoredEvent[], token: number | null): Promise<void> {
    const parked = await parkedKeys(pool, consumer.name, [...new Set(events.map(({ key }) => key))]);
    const free = events.filter(({ key }) => !parked.has(key));
    const failed = new Set(await handling.handleAll(consumer, free, token));
    const alone = events.filter((event) => parked.has(event.key) || failed.has(event));
    const queue = [...Map.groupBy(alone, ({ key }) => key)];
    const deliverKeys = async () => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const [key, ofKey] = next;
        await deliverInOrder(consumer, ofKey, token, parked.has(key));
      }
    };
    await Promise.all(Array.from({ length: Math.min(KEYS_AT_ONCE, queue.length) }, deliverKeys));
  }

  async function deliverInOrder(
    consumer: Consumer,
    events: readonly StoredEvent[],
    token: number | null,
    isKeyParked: boolean,
  ): Promise<void> {
    let mustPark = isKeyParked;
    for (const event of events) {
      const error = mustPark ? null : await handling.handle(consumer, event, token);
      mustPark ||= error !== null;
      if (mustPark) await handling.parkEvent(consumer.name, event, token, error);
    }
  }

  return deliver;
}

export type DeliverBatch = ReturnType<typeof createBatchDelivery>;
