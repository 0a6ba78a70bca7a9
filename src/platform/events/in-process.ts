import { parkedKeys } from './parking.ts';
import { pendingCursors, registerCursors, type Cursor, type StoredEvent } from './cursor.ts';
import type { Bus, Consumer, Delivery, DeliveryNeeds } from './delivery.ts';
import { createHandling } from './handle.ts';
import { createRunner } from './runner.ts';

const KEYS_AT_ONCE = 4;

export const inProcessBus: Bus = {
  name: 'in process',
  createDelivery: createInProcessDelivery,
  close: async () => {},
};

/** Delivers events without a broker: each consumer has a cursor, and the node that holds it calls the handlers. */
function createInProcessDelivery(needs: DeliveryNeeds): Delivery {
  const { pool, consumers, nodeId, log } = needs;
  const handling = createHandling(needs);
  const subscribed = consumers.filter(({ subscriptions }) => subscriptions.length > 0);
  const listeners = new Map(subscribed.map((consumer) => [consumer.name, createListener(consumer)]));
  let isStarted = false;

  function createListener(consumer: Consumer) {
    const types = [...new Set(consumer.subscriptions.map(({ event }) => event.type))];
    const runner = createRunner({
      pool,
      nodeId,
      name: consumer.name,
      types,
      async deliver(cursor, events) {
        await deliverBatch(consumer, cursor, events);
        return events.length;
      },
    });
    return { ...runner, consumes: (published: ReadonlySet<string>) => types.some((type) => published.has(type)) };
  }

  async function deliverBatch(consumer: Consumer, cursor: Cursor, events: readonly StoredEvent[]): Promise<void> {
    const parked = await parkedKeys(pool, consumer.name, [...new Set(events.map(({ key }) => key))]);
    const free = events.filter(({ key }) => !parked.has(key));
    const failed = new Set(await handling.handleAll(consumer, free, cursor.token));
    const alone = events.filter((event) => parked.has(event.key) || failed.has(event));
    const queue = [...Map.groupBy(alone, ({ key }) => key)];
    const deliverKeys = async () => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const [key, ofKey] = next;
        await deliverInOrder(consumer, cursor, ofKey, parked.has(key));
      }
    };
    await Promise.all(Array.from({ length: Math.min(KEYS_AT_ONCE, queue.length) }, deliverKeys));
  }

  async function deliverInOrder(
    consumer: Consumer,
    cursor: Cursor,
    events: readonly StoredEvent[],
    isKeyParked: boolean,
  ): Promise<void> {
    let mustPark = isKeyParked;
    for (const event of events) {
      if (!mustPark) mustPark = !(await handling.handle(consumer, event, cursor.token));
      if (mustPark) await handling.parkEvent(consumer.name, event, cursor.token);
    }
  }

  /** Wakes the consumers of `types`, or all. The cursors of the others move with the next poll. */
  function wake(types?: ReadonlySet<string>): void {
    if (!isStarted) return;
    for (const { run, consumes } of listeners.values()) {
      if (types && !consumes(types)) continue;
      run().catch((error: unknown) =>
        log.warn({ err: error }, 'delivery of events stopped; the next poll (every 2 s) goes on'),
      );
    }
  }

  async function poll(pending?: readonly string[]): Promise<void> {
    const names = pending ?? (await pendingCursors(pool, [...listeners.keys()]));
    await Promise.all(names.map((name) => listeners.get(name)?.run() ?? Promise.resolve()));
  }

  return {
    workers: [handling.inboxWorker],
    registerConsumers: () => registerCursors(pool, [...listeners.keys()]),
    wake,
    isConsumed: (types) => [...listeners.values()].some(({ consumes }) => consumes(types)),
    cursors: [...listeners.keys()],
    poll,
    drain: () => poll(),
    start() {
      isStarted = true;
      wake();
    },
    async stop(): Promise<void> {
      isStarted = false;
      await Promise.allSettled([...listeners.values()].map(({ stop }) => stop()));
    },
  };
}
