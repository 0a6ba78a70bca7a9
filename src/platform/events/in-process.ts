import { createBatchDelivery } from './batch.ts';
import { pendingCursors, readWindow, registerCursors } from './cursor.ts';
import type { Bus, Consumer, Delivery, DeliveryNeeds } from './delivery.ts';
import { createHandling } from './handle.ts';
import { createRunner } from './runner.ts';

export const inProcessBus: Bus = {
  name: 'in process',
  createDelivery: createInProcessDelivery,
  close: async () => {},
};

/** Delivers events without a broker: each consumer has a cursor, and the node that holds it calls the handlers. */
function createInProcessDelivery(needs: DeliveryNeeds): Delivery {
  const { pool, consumers, nodeId, log } = needs;
  const handling = createHandling(needs);
  const deliverBatch = createBatchDelivery(pool, handling);
  const subscribed = consumers.filter(({ subscriptions }) => subscriptions.length > 0);
  const listeners = new Map(subscribed.map((consumer) => [consumer.name, createListener(consumer)]));
  let isStarted = false;

  function createListener(consumer: Consumer) {
    const types = [...new Set(consumer.subscriptions.map(({ event }) => event.type))];
    const runner = createRunner({
      pool,
      nodeId,
      name: consumer.name,
      read: (cursor) => readWindow(pool, cursor, types),
      async deliver(cursor, events) {
        await deliverBatch(consumer, events, cursor.token);
        return events.length;
      },
    });
    return { ...runner, consumes: (published: ReadonlySet<string>) => types.some((type) => published.has(type)) };
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
    removeConsumer: async () => {},
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
