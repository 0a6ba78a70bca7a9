import type { EventDef } from '#kernel/event.ts';
import type { EventSubscription } from './port.ts';

export interface EventPublisher {
  readonly name: string;
  readonly publishes?: readonly EventDef[];
}

export interface EventSubscriber {
  readonly name: string;
  readonly subscriptions: readonly EventSubscription[];
}

/** Every event of the program as AsyncAPI 3: one channel for each event, sent by one module and received by others. */
export function toAsyncApi(publishers: readonly EventPublisher[], subscribers: readonly EventSubscriber[]) {
  const published = publishers.flatMap(({ name, publishes = [] }) => publishes.map((event) => ({ name, event })));
  const received = subscribers.flatMap(({ name, subscriptions }) =>
    subscriptions.map(({ event }) => ({ name, event })),
  );
  return {
    asyncapi: '3.0.0',
    info: { title: 'Bonyan', version: '1', license: { name: 'MIT' } },
    defaultContentType: 'application/json',
    channels: byType(published, ({ event }) => ({
      address: event.type,
      messages: { [event.type]: { $ref: `#/components/messages/${event.type}` } },
    })),
    operations: {
      ...Object.fromEntries(
        published.map(({ name, event }) => [`${name}.send.${event.type}`, toOperation('send', event)]),
      ),
      ...Object.fromEntries(
        received.map(({ name, event }) => [`${name}.receive.${event.type}`, toOperation('receive', event)]),
      ),
    },
    components: {
      messages: byType(published, ({ name, event }) => ({
        name: event.type,
        summary: `Published by ${name}; events with one \`${event.key}\` arrive in order`,
        payload: JSON.parse(JSON.stringify(event.payload)) as unknown, // drops TypeBox's symbols
      })),
    },
  };
}

type Named = { readonly name: string; readonly event: EventDef };

function byType(events: readonly Named[], describe: (named: Named) => unknown): Record<string, unknown> {
  return Object.fromEntries(events.map((named) => [named.event.type, describe(named)]));
}

function toOperation(action: 'send' | 'receive', { type }: EventDef) {
  return { action, channel: { $ref: `#/channels/${type}` } };
}
