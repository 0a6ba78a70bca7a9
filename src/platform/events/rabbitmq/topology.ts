import { createHash } from 'node:crypto';
import type { Channel } from 'rabbitmq-client';
import type { StoredEvent } from '../cursor.ts';
import type { Consumer } from '../delivery.ts';

// Redeliveries after which the broker itself dead-letters a message. Ours are parked long before; the default of
// RabbitMQ 4 is 20.
const DELIVERY_LIMIT = 100;

/** The topic exchange of all events, to which other programs bind their queues too. Declared alike by everybody. */
export function toExchange(prefix: string) {
  return { exchange: `${prefix}.events`, type: 'topic', durable: true } as const;
}

/** What follows the type in a routing key: the shard of the event's key. */
export function toShardNames(shards: number): readonly string[] {
  return Array.from({ length: shards }, (_, shard) => String(shard));
}

/** A consumer's queue for one part of the keys. */
export interface Shard {
  readonly consumer: Consumer;
  readonly queue: string;
  /** Whether events of this key go to it. */
  holds(key: string): boolean;
  declare(channel: Channel): Promise<void>;
}

/**
 * The objects on the broker: a topic exchange to which other programs may bind their own queues, by
 * `users.deleted.v1.#`; a quorum queue per consumer and shard, each with one active listener at a time; a dead-letter
 * queue; and a queue that counts the nodes.
 */
export function createTopology(prefix: string, shardCount: number, consumers: readonly Consumer[]) {
  const declared = toExchange(prefix);
  const { exchange } = declared;
  const dead = `${prefix}.dead`;
  const nodes = `${prefix}.nodes`;
  const byType = new Map<string, Consumer[]>();
  for (const consumer of consumers)
    for (const type of typesOf(consumer)) byType.set(type, [...(byType.get(type) ?? []), consumer]);
  const shards: Shard[] = consumers.flatMap((consumer) =>
    Array.from({ length: shardCount }, (_, shard) => {
      const queue = `${prefix}.${consumer.name}.${shard}`;
      return {
        consumer,
        queue,
        holds: (key: string) => shardOf(key, shardCount) === shard,
        declare: (channel: Channel) => declareShard(channel, consumer, shard, queue),
      };
    }),
  );

  async function declareExchange(channel: Channel): Promise<void> {
    await channel.exchangeDeclare(declared);
  }

  async function declareCommon(channel: Channel): Promise<void> {
    await declareExchange(channel);
    await channel.exchangeDeclare({ exchange: dead, type: 'fanout', durable: true });
    await channel.queueDeclare({ queue: dead, durable: true, arguments: { 'x-queue-type': 'quorum' } });
    await channel.queueBind({ queue: dead, exchange: dead });
    await channel.queueDeclare({ queue: nodes, durable: true });
  }

  async function declareShard(channel: Channel, consumer: Consumer, shard: number, queue: string): Promise<void> {
    await channel.queueDeclare({
      queue,
      durable: true,
      arguments: {
        'x-queue-type': 'quorum',
        'x-single-active-consumer': true,
        'x-delivery-limit': DELIVERY_LIMIT,
        'x-dead-letter-exchange': dead,
        'x-dead-letter-strategy': 'at-least-once',
        'x-overflow': 'reject-publish', // required by `at-least-once`
      },
    });
    for (const type of typesOf(consumer)) await channel.queueBind({ queue, exchange, routingKey: `${type}.${shard}` });
  }

  return {
    exchange,
    nodes,
    shards,
    routingKeyOf: ({ type, key }: StoredEvent) => `${type}.${shardOf(key, shardCount)}`,
    /** Whether a queue of ours must take it. */
    isConsumed: ({ type }: StoredEvent) => byType.has(type),
    /** The consumers that have a queue for it. */
    consumersOf: ({ type }: StoredEvent): readonly Consumer[] => byType.get(type) ?? [],
    /** The queues of a consumer of this or another version. */
    queuesOf: (consumer: string) => toShardNames(shardCount).map((shard) => `${prefix}.${consumer}.${shard}`),
    declareExchange,
    declareCommon,
    /** May be repeated. Must run before the first message, which would otherwise find no queue. */
    async declareAll(channel: Channel): Promise<void> {
      await declareCommon(channel);
      for (const { declare } of shards) await declare(channel);
    },
  };
}

export type Topology = ReturnType<typeof createTopology>;

function shardOf(key: string, shardCount: number): number {
  return createHash('sha256').update(key).digest().readUInt32BE() % shardCount;
}

export function typesOf({ subscriptions }: Consumer): string[] {
  return [...new Set(subscriptions.map(({ event }) => event.type))];
}
