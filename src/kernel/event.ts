import type { Static, TSchema } from 'typebox';

/** One kind of fact a module publishes. A changed payload is a new version, never an edit. */
export interface EventDef<S extends TSchema = TSchema> {
  /** Past tense, `module.thing_happened`. */
  readonly name: string;
  readonly version: number;
  /** On the wire: `name.vN`. */
  readonly type: string;
  /** Ids and facts; never an address, a code or another secret. */
  readonly payload: S;
  /** The payload's field that names the aggregate: events with one value arrive in order. */
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
