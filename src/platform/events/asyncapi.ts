import { Type } from 'typebox';
import type { EventDef } from '#kernel/event.ts';
import type { Config } from '#platform/config/load.ts';
import type { EventSubscription } from './port.ts';
import { CloudEvent, CONTENT_TYPE, toSource } from './rabbitmq/cloud-event.ts';
import { toExchange, toShardNames } from './rabbitmq/topology.ts';

export interface EventPublisher {
  readonly name: string;
  readonly publishes?: readonly EventDef[];
}

export interface EventSubscriber {
  readonly name: string;
  readonly subscriptions: readonly EventSubscription[];
}

const ABOUT = `What happens here, for other programs. If \`AMQP_URL\` is set, each event is published to a topic exchange of
RabbitMQ as a CloudEvent in JSON.

Declare a queue, and bind it to the exchange of the channel with its address; \`*\` in place of \`{shard}\` receives all
events of a type. Each event arrives at least once: ignore an \`id\` that you have handled. Events with the same
\`subject\` are published in order, and have the same shard.`;

const BINDING_VERSION = '0.3.0'; // of the AMQP bindings

/**
 * Every event of the program as AsyncAPI 3, as it is on the wire: one channel for each event, sent by one module and
 * received by others.
 */
export function toAsyncApi(
  publishers: readonly EventPublisher[],
  subscribers: readonly EventSubscriber[],
  { amqpPrefix: prefix, amqpShards: shards, appName }: Pick<Config, 'amqpPrefix' | 'amqpShards' | 'appName'>,
) {
  const published = publishers.flatMap(({ name, publishes = [] }) => publishes.map((event) => ({ name, event })));
  const received = subscribers.flatMap(({ name, subscriptions }) =>
    subscriptions.map(({ event }) => ({ name, event })),
  );
  return {
    asyncapi: '3.0.0',
    info: { title: appName ?? 'Bonyan', version: '1', description: ABOUT, license: { name: 'MIT' } },
    defaultContentType: CONTENT_TYPE,
    servers: { broker },
    channels: byType(published, ({ event }) => toChannel(event, prefix, shards)),
    operations: {
      ...Object.fromEntries(
        published.map(({ name, event }) => [`${name}.send.${event.type}`, toOperation('send', event)]),
      ),
      ...Object.fromEntries(
        received.map(({ name, event }) => [`${name}.receive.${event.type}`, toOperation('receive', event)]),
      ),
    },
    components: {
      messages: byType(published, ({ name, event }) => toMessage(name, event, prefix)),
      schemas: { CloudEvent: plain(CloudEvent), ...byType(published, ({ event }) => plain(event.payload)) },
    },
  };
}

type Named = { readonly name: string; readonly event: EventDef };

function byType(events: readonly Named[], describe: (named: Named) => unknown): Record<string, unknown> {
  return Object.fromEntries(events.map((named) => [named.event.type, describe(named)]));
}

/** Without its address, which is not for the public. */
const broker = {
  host: '{host}',
  protocol: 'amqp',
  protocolVersion: '0.9.1',
  description: 'The RabbitMQ that `AMQP_URL` names',
  variables: { host: { default: 'localhost:5672', description: 'Host and port in `AMQP_URL`' } },
};

function toChannel({ type }: EventDef, prefix: string, shards: number) {
  const { exchange, type: kind, durable } = toExchange(prefix);
  return {
    address: `${type}.{shard}`,
    parameters: {
      shard: { enum: toShardNames(shards), description: 'A part of the keys; the same key has always the same' },
    },
    messages: { [type]: { $ref: `#/components/messages/${type}` } },
    bindings: {
      amqp: {
        is: 'routingKey',
        exchange: { name: exchange, type: kind, durable, autoDelete: false },
        bindingVersion: BINDING_VERSION,
      },
    },
  };
}

function toOperation(action: 'send' | 'receive', { type }: EventDef) {
  const isSent = action === 'send';
  return {
    action,
    channel: { $ref: `#/channels/${type}` },
    messages: [{ $ref: `#/channels/${type}/messages/${type}` }],
    bindings: { amqp: { ...(isSent ? { deliveryMode: 2 } : { ack: true }), bindingVersion: BINDING_VERSION } },
  };
}

function toMessage(module: string, { type, key }: EventDef, prefix: string) {
  return {
    name: type,
    title: type,
    summary: `Published by ${module}; events with one \`${key}\`, which is the subject, arrive in order`,
    contentType: CONTENT_TYPE,
    payload: {
      allOf: [
        { $ref: '#/components/schemas/CloudEvent' },
        {
          type: 'object',
          properties: {
            type: { const: type },
            source: { const: toSource(type, prefix) },
            data: { $ref: `#/components/schemas/${type}` },
          },
        },
      ],
    },
  };
}

/** Without TypeBox's symbols. */
function plain(schema: Type.TSchema): unknown {
  return JSON.parse(JSON.stringify(schema));
}
