import { heldUpKeys } from './aside.ts';
import { consumersWithNews, plantCursors, type Cursor, type Stored } from './cursor.ts';
import type { Bus, Consumer, Delivery, DeliveryNeeds } from './delivery.ts';
import { createHandling } from './handle.ts';
import { createRunner } from './runner.ts';

const KEYS_AT_ONCE = 4;

export const inProcessBus: Bus = {
  name: 'in process',
  createDelivery: createInProcessDelivery,
  close: async () => {},
};

/** Delivers the event log within the processes: each consumer has a cursor, and who holds it calls the handlers. */
function createInProcessDelivery(needs: DeliveryNeeds): Delivery {
  const { pool, consumers, nodeId, log } = needs;
  const handling = createHandling(needs);
  const hearing = consumers.filter(({ subscriptions }) => subscriptions.length > 0);
  const listeners = new Map(hearing.map((consumer) => [consumer.name, createListener(consumer)]));
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
    return { ...runner, hears: (heard: ReadonlySet<string>) => types.some((type) => heard.has(type)) };
  }

  async function deliverBatch(consumer: Consumer, cursor: Cursor, events: readonly Stored[]): Promise<void> {
    const byKey = Map.groupBy(events, ({ key }) => key);
    const waiting = await heldUpKeys(pool, consumer.name, [...byKey.keys()]);
    const queue = [...byKey.entries()];
    const hand = async () => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const [key, ofKey] = next;
        await deliverInOrder(consumer, cursor, ofKey, waiting.has(key));
      }
    };
    await Promise.all(Array.from({ length: Math.min(KEYS_AT_ONCE, queue.length) }, hand));
  }

  async function deliverInOrder(
    consumer: Consumer,
    cursor: Cursor,
    events: readonly Stored[],
    isHeldUp: boolean,
  ): Promise<void> {
    let mustWait = isHeldUp;
    for (const event of events) {
      if (!mustWait) mustWait = !(await handling.handle(consumer, event, cursor.token));
      if (mustWait) await handling.putAside(consumer.name, event, cursor.token);
    }
  }

  /** Those who hear one of `types`, or all. The cursors of the others move with the next poll. */
  function wake(types?: ReadonlySet<string>): void {
    if (!isStarted) return;
    for (const { run, hears } of listeners.values()) {
      if (types && !hears(types)) continue;
      run().catch((error: unknown) => log.warn({ err: error }, 'delivery of events paused; the next poll goes on'));
    }
  }

  async function poll(withNews?: readonly string[]): Promise<void> {
    const names = withNews ?? (await consumersWithNews(pool, [...listeners.keys()]));
    await Promise.all(names.map((name) => listeners.get(name)?.run() ?? Promise.resolve()));
  }

  return {
    workers: [handling.inboxWorker],
    plant: () => plantCursors(pool, [...listeners.keys()]),
    wake,
    isHeard: (types) => [...listeners.values()].some(({ hears }) => hears(types)),
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
