import type { EventPublisher, EventSubscriber } from './asyncapi.ts';
import type { PublishedEvent } from './port.ts';

/** Every event of the program, by type. */
export function toEventCatalogue(
  publishers: readonly EventPublisher[],
  subscribers: readonly EventSubscriber[],
): PublishedEvent[] {
  const consumersOf = (type: string) =>
    subscribers
      .filter(({ subscriptions }) => subscriptions.some(({ event }) => event.type === type))
      .map(({ name }) => name)
      .toSorted();
  return publishers
    .flatMap(({ name, publishes = [] }) =>
      publishes.map((event) => ({ event, producer: name, consumers: consumersOf(event.type) })),
    )
    .toSorted((one, other) => (one.event.type < other.event.type ? -1 : 1));
}
