import { setTimeout as sleep } from 'node:timers/promises';
import { AMQPChannelError, type Channel } from 'rabbitmq-client';
import type { Component } from '#platform/health/port.ts';
import type { Log } from '#platform/log/port.ts';
import type { Policy } from '#platform/resilience/port.ts';
import { defaultPolicy, supervise } from '#platform/resilience/supervise.ts';
import { createBatchDelivery } from '../batch.ts';
import { registerRelay, RELAY, pendingCursors } from '../cursor.ts';
import type { Bus, Delivery, DeliveryNeeds } from '../delivery.ts';
import { createHandling } from '../handle.ts';
import { closeSoon, createConnections, within, type Connections } from './connections.ts';
import { createConsume } from './consume.ts';
import { createListener } from './listen.ts';
import { createMarks } from './marks.ts';
import { createPublisher, type Publisher } from './publisher.ts';
import { createRelay } from './relay.ts';
import { createTopology } from './topology.ts';

// The timeout is shorter than the cursor's lease. The circuit closes soon again: events wait in the log at no cost.
const POLICY: Policy = { ...defaultPolicy, timeoutMs: 4000, attempts: 1, breakMs: 1000, concurrency: 200 };
// A queue that is read moves on within a second, also when its handlers are slow.
const LOST_AFTER_MS = 10_000;
const DRAIN_MS = 30_000;
const ANSWER_MS = 4000;
const CLOSE_MS = 5000; // messages that are being handled end before, by the stop of the background
const LOOK_MS = 50;

export interface RabbitOptions {
  readonly url: string;
  /** The prefix of every name on the broker, so that several installations can share one. */
  readonly prefix: string;
  /** Queues per consumer; all nodes of an installation must have the same number. */
  readonly shards: number;
  readonly components: Component[];
  readonly log: Log;
  /** How long a queue may not move on before its events can be lost. For tests; default 10 s. */
  readonly lostAfterMs?: number;
}

/** Events over RabbitMQ, with the same promises as in-process delivery. Connects at the first use. */
export function openRabbit(options: RabbitOptions): Bus {
  const { url, prefix, components, log } = options;
  const connections = createConnections(url, log);
  const { driver, close } = createPublisher(connections, prefix);
  const publisher = supervise(driver, POLICY, components);
  const deliveries: Delivery[] = [];
  return {
    name: 'RabbitMQ',
    createDelivery(needs) {
      const delivery = createRabbitDelivery(needs, connections, publisher, options);
      deliveries.push(delivery);
      return delivery;
    },
    async close() {
      // A call that the broker does not answer ends with its connection.
      await within(CLOSE_MS, Promise.all(deliveries.map((delivery) => delivery.stop()))).catch(() => {});
      await close();
      await connections.close();
    },
  };
}

function createRabbitDelivery(
  needs: DeliveryNeeds,
  connections: Connections,
  publisher: Publisher,
  { prefix, shards, lostAfterMs = LOST_AFTER_MS }: RabbitOptions,
): Delivery {
  const { pool, log } = needs;
  const subscribed = needs.consumers.filter(({ subscriptions }) => subscriptions.length > 0);
  const topology = createTopology(prefix, shards, subscribed);
  const handling = createHandling(needs);
  const deliverBatch = createBatchDelivery(pool, handling);
  const relay = createRelay(needs, publisher, topology, deliverBatch);
  connections.onConnected(wake);
  const marks = createMarks({
    ...needs,
    consumers: subscribed,
    topology,
    deliverBatch,
    lostAfterMs,
    countReady,
    declare: () => publisher.declare(topology),
  });
  const listeners = subscribed.flatMap((consumer) => {
    const consume = createConsume(consumer, needs, handling, deliverBatch);
    const queues = topology.shards.filter((shard) => shard.consumer === consumer);
    return queues.map(({ queue, declare }) =>
      createListener({
        connection: connections.consuming,
        queue,
        log,
        async declare(channel) {
          await topology.declareExchange(channel);
          await declare(channel);
        },
        handle: consume,
      }),
    );
  });
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
    if (isStarted) publishNow();
  }

  function publishNow(): void {
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
      const nodes = await within(ANSWER_MS, countNodes(channel, topology.nodes));
      const surplus = active.length - Math.ceil(listeners.length / Math.max(1, nodes));
      await Promise.all(active.slice(0, Math.max(0, surplus)).map((listener) => listener.yield()));
    } finally {
      await closeSoon(channel);
    }
  }

  /** While the broker is away, nobody knows whether a queue is empty. */
  async function countReady(queue: string): Promise<number> {
    if (!connections.consuming().ready) return Infinity;
    const channel = await connections.consuming().acquire({ emitErrorsFromChannel: true });
    channel.on('error', () => {}); // the call rejects with it
    try {
      return (await within(ANSWER_MS, channel.queueDeclare({ queue, passive: true }))).messageCount;
    } catch (error) {
      if (error instanceof AMQPChannelError && error.code === 'NOT_FOUND') return 0;
      throw error;
    } finally {
      await closeSoon(channel);
    }
  }

  return {
    workers: [handling.inboxWorker, relay.outboxWorker],
    registerConsumers: () => registerRelay(pool, marks.names, shards),
    wake,
    isConsumed: (types) => types.size > 0, // other programs may consume what no module does
    cursors: [RELAY, ...marks.names],
    async poll(pending): Promise<void> {
      const behind = pending ?? (await pendingCursors(pool, [RELAY, ...marks.names]));
      if (behind.includes(RELAY)) publishNow(); // the marks follow it meanwhile
      await marks.poll(behind);
      if (isListening)
        await share().catch((error: unknown) =>
          log.debug({ err: error }, 'could not share the queues with other nodes; the next poll tries again'),
        );
    },
    async drain(): Promise<void> {
      if (!isListening) listen();
      const untilMs = performance.now() + DRAIN_MS;
      while (performance.now() < untilMs) {
        const behind = await pendingCursors(pool, [RELAY, ...marks.names]);
        if (behind.length === 0) return;
        if (behind.includes(RELAY)) await relay.run();
        await marks.poll(behind);
        await sleep(LOOK_MS);
      }
    },
    async removeConsumer(name) {
      const channel = await connections.publishing().acquire();
      try {
        for (const queue of topology.queuesOf(name)) await within(ANSWER_MS, channel.queueDelete({ queue }));
      } finally {
        await closeSoon(channel);
      }
    },
    start() {
      isStarted = true;
      listen();
      wake();
    },
    async stop(): Promise<void> {
      isStarted = false;
      isListening = false;
      await Promise.allSettled([
        relay.stop(),
        marks.stop(),
        ...[presence, ...listeners].map((listener) => listener.stop()),
      ]);
    },
  };
}

async function countNodes(channel: Channel, queue: string): Promise<number> {
  const { consumerCount } = await channel.queueDeclare({ queue, passive: true });
  return consumerCount;
}
