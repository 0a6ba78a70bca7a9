import type { Static, TSchema } from 'typebox';
import type { EventDef } from '#kernel/event.ts';
import type { AnyUnit, Unit } from '#platform/database/port.ts';

/** One consumer's handler for one type of event. */
export interface EventSubscription {
  readonly event: EventDef;
  /**
   * `unit` already contains the inbox row, so what `handle` writes with it happens exactly once. `at` is when the unit
   * that published the event began.
   */
  handle(unit: AnyUnit, payload: unknown, at: Date): Promise<void>;
}

/** Pairs an event with its handler; the payload was checked against the schema when it was published. */
export function on<S extends TSchema, Tables>(
  event: EventDef<S>,
  handle: (unit: Unit<Tables>, payload: Static<S>, at: Date) => Promise<void>,
): EventSubscription {
  // One pool serves every module; `Tables` only narrows what a query may name.
  return { event, handle: (unit, payload, at) => handle(unit as unknown as Unit<Tables>, payload as Static<S>, at) };
}

/** An event with the module that publishes it, and the consumers that handle it. */
export interface PublishedEvent {
  readonly event: EventDef;
  readonly producer: string;
  readonly consumers: readonly string[];
}
