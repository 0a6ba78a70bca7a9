import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel } from 'rabbitmq-client';
import type { Component } from '#platform/health/port.ts';
import type { Log } from '#platform/log/port.ts';
import type { Policy } from '#platform/resilience/port.ts';
import { defaultPolicy, supervise } from '#platform/resilience/supervise.ts';
import { registerRelay, RELAY } from '../cursor.ts';
import type { Bus, Delivery, DeliveryNeeds } from '../delivery.ts';
import { createHandling } from '../handle.ts';
import { createConnections, type Connections } from './connections.ts';
import { createConsume } from './consume.ts';
import { createListener } from './listen.ts';
import { createPublisher, type Publisher } from './publisher.ts';
import { createRelay } from './relay.ts';
import { createTopology } from './topology.ts';

// The timeout is shorter than the cursor's lease. The circuit closes soon again: events wait in the log at no cost.
const POLICY: Policy = { ...defaultPolicy, timeoutMs: 4000, attempts: 1, breakMs: 1000, concurrency: 200 };
const DRAIN_MS = 30_000;
const LOOK_MS = 50;

export interface RabbitOptions {
  readonly url: string;
  /** The prefix of every name on the broker, so that several installations can share one. */
  readonly prefix: string;
  readonly components: Component[];
  readonly log: Log;
}

/** Events over RabbitMQ, with the same promises as in-process delivery. Connects at the first use. */
export function openRabbit({ url, prefix, components, log }: RabbitOptions): Bus {
  const connections = createConnections(url, log);
  const { driver, close } = createPublisher(connections, prefix);
  const publisher = supervise(driver, POLICY, components);
  const deliveries: Delivery[] = [];
  return {
    name: 'RabbitMQ',
    createDelivery(needs) {
      const delivery = createRabbitDelivery(needs, connections, publisher, prefix);
      deliveries.push(delivery);
      return delivery;
    },
    async close() {
      await Promise.all(deliveries.map((delivery) => delivery.stop()));
      await close();
      await connections.close();
    },
  };
}

function createRabbitDelivery(
  needs: DeliveryNeeds,
  connections: Connections,
  publisher: Publisher,
  prefix: string,
): Delivery {
  const { pool, log } = needs;
  const subscribed = needs.consumers.filter(({ subscriptions }) => subscriptions.length > 0);
  const topology = createTopology(prefix, subscribed);
  const relay = createRelay(needs, publisher, topology);
  connections.onConnected(wake);
  const handling = createHandling(needs);
  const consume = createConsume(needs, handling);
  const listeners = topology.shards.map(({ consumer, queue, declare }) =>
    createListener({
      connection: connections.consuming,
      queue,
      log,
      async declare(channel) {
        await topology.declareExchange(channel);
        await declare(channel);
      },
      handle: (messages, isOurs) => consume(consumer, messages, isOurs),
    }),
  );
  /** Handles nothing: the number of its consumers is the number of nodes. */
  const presence = createListener({
    connection: connections.consuming,
    queue: topology.nodes,
    log,
    declare: topology.declareCommon,
    handle: async (messages) => messages.map(() => 'done'),
  });
  let isStarted = false;
  let isListening = false;

  function wake(): void {
    if (!isStarted) return;
    relay
      .run()
      .catch((error: unknown) =>
        log.warn({ err: error }, 'publishing to RabbitMQ stopped; the next poll (every 2 s) goes on'),
      );
  }

  function listen(): void {
    isListening = true;
    for (const listener of [presence, ...listeners]) listener.start();
  }

  /** The broker gives a queue to the first node that asks; a node with more than its fair share yields some. */
  async function share(): Promise<void> {
    const active = listeners.filter((listener) => listener.isActive());
    if (active.length === 0 || !connections.consuming().ready) return;
    const channel = await connections.consuming().acquire();
    try {
      const nodes = await countNodes(channel, topology.nodes);
      const surplus = active.length - Math.ceil(listeners.length / Math.max(1, nodes));
      await Promise.all(active.slice(0, Math.max(0, surplus)).map((listener) => listener.yield()));
    } finally {
      await channel.close();
    }
  }

  /** Whether a published event is neither in the inbox nor parked. */
  async function isPending(): Promise<boolean> {
    const consumed = subscribed.flatMap(({ name, subscriptions }) =>
      subscriptions.map(({ event }) => [name, event.type]),
    );
    const { rowCount } = await pool.query(
      `select 1 from platform.event e join unnest($1::text[], $2::text[]) h (consumer, type) on h.type = e.type
       where pg_visible_in_snapshot(e.xid, (select seen from platform.cursor where consumer = '${RELAY}'))
         and not exists (select 1 from platform.inbox i where i.consumer = h.consumer and i.event_id = e.id and i.event_at = e.at)
         and not exists (select 1 from platform.work w
           where w.ref in (h.consumer || ' ' || e.xid || ' ' || e.pos, 'relay ' || e.xid || ' ' || e.pos)) limit 1`,
      [consumed.map(([name]) => name), consumed.map(([, type]) => type)],
    );
    return rowCount === 1;
  }

  return {
    workers: [handling.inboxWorker, relay.outboxWorker],
    registerConsumers: () => registerRelay(pool),
    wake,
    isConsumed: (types) => types.size > 0, // other programs may consume what no module does
    cursors: [RELAY],
    async poll(pending): Promise<void> {
      if (pending === undefined) await relay.poll();
      else if (pending.includes(RELAY)) await relay.run();
      if (isListening)
        await share().catch((error: unknown) =>
          log.debug({ err: error }, 'could not share the queues with other nodes; the next poll tries again'),
        );
    },
    async drain(): Promise<void> {
      if (!isListening) listen();
      const untilMs = performance.now() + DRAIN_MS;
      while (((await relay.poll()) || (await isPending())) && performance.now() < untilMs) await sleep(LOOK_MS);
    },
    start() {
      isStarted = true;
      listen();
      wake();
    },
    async stop(): Promise<void> {
      isStarted = false;
      isListening = false;
      await Promise.allSettled([relay.stop(), ...[presence, ...listeners].map((listener) => listener.stop())]);
    },
  };
}

async function countNodes(channel: Channel, queue: string): Promise<number> {
  const { consumerCount } = await channel.queueDeclare({ queue, passive: true });
  return consumerCount;
}
