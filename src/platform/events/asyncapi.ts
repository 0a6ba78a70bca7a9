import type { EventDef } from '#kernel/event.ts';
import type { Subscription } from './port.ts';

/** Who publishes and who hears, as far as the document is concerned. */
export interface Speaker {
  readonly name: string;
  readonly publishes: readonly EventDef[];
  readonly subscriptions: readonly Subscription[];
}

/** Every event of the program as AsyncAPI 3: one channel an event, sent by one module and received by others. */
export function toAsyncApi(speakers: readonly Speaker[], listeners: readonly Omit<Speaker, 'publishes'>[]) {
  const published = speakers.flatMap(({ name, publishes }) => publishes.map((event) => ({ name, event })));
  const heard = listeners.flatMap(({ name, subscriptions }) => subscriptions.map(({ event }) => ({ name, event })));
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
        heard.map(({ name, event }) => [`${name}.receive.${event.type}`, toOperation('receive', event)]),
      ),
    },
    components: {
      messages: byType(published, ({ name, event }) => ({
        name: event.type,
        summary: `Published by ${name}; events with one \`${event.key}\` arrive in order`,
        payload: JSON.parse(JSON.stringify(event.payload)) as unknown, // without TypeBox's own marks
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
