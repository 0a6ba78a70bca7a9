import type { Static, TSchema } from 'typebox';

/**
 * One type of event that a module publishes. A changed payload gets a new version; a published version never changes.
 */
export interface EventDef<S extends TSchema = TSchema> {
  /** Past tense, `module.thing_happened`. */
  readonly name: string;
  readonly version: number;
  /** On the wire: `name.vN`. */
  readonly type: string;
  /** Ids and facts; never an address, a code or a secret. */
  readonly payload: S;
  /** The payload's field whose value is the event's key: events with the same key arrive in order. */
  readonly key: string;
}

export function defineEvent<S extends TSchema>(
  name: string,
  version: number,
  key: keyof Static<S> & string,
  payload: S,
): EventDef<S> {
  return { name, version, type: `${name}.v${version}`, payload, key };
}
