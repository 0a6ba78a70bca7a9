import type { Tokens } from '#testing/growth/stage.ts';
import type { GrowthStage } from './stage.ts';

/** Who asks. `person` has one row of each kind; `owner` has half of all; `fresh` is another person at each call. */
export type Caller = 'stranger' | 'person' | 'owner' | 'admin' | 'fresh';

/** How one operation is asked, at each size in the same way. */
export interface Asking {
  readonly as: Caller;
  readonly query?: Values;
  readonly body?: Values;
  readonly headers?: Headers;
  /** The problem that it answers where no success is possible on a stage: it needs another service, or a state that no call leads to. */
  readonly refused?: number;
  /** Makes what the call needs, unmeasured. `n` counts the calls, so that each can have a row of its own. */
  readonly prepare?: (stage: GrowthStage, n: number) => Promise<Prepared>;
}

/** What goes into the path and the body, by name. */
export interface Prepared extends Values {
  /** Of somebody else than `as` says. */
  readonly tokens?: Partial<Tokens>;
  /** A body that is no JSON, with its headers. */
  readonly sent?: { readonly payload: Buffer; readonly headers: Headers };
}
export type Values = Readonly<Record<string, unknown>>;
type Headers = Readonly<Record<string, string>>;

export const admin = { as: 'admin' } as const;
export const owner = { as: 'owner' } as const;
export const person = { as: 'person' } as const;
export const fresh = { as: 'fresh' } as const;
export const stranger = { as: 'stranger' } as const;

/** Operations that need no row: asked with the example of their document. */
export function byExample(as: Caller, names: string): Readonly<Record<string, Asking>> {
  return Object.fromEntries(toLines(names).map((name) => [name, { as }]));
}

/** Operations that are asked as their document shows, and answer a problem. */
export function byRefusal(as: Caller, refused: number, names: string): Readonly<Record<string, Asking>> {
  return Object.fromEntries(toLines(names).map((name) => [name, { as, refused }]));
}

const toLines = (text: string) => text.trim().split(/\s*\n\s*/);

export const somebody = async (stage: GrowthStage, n: number) => ({ userId: stage.idOf('user', 100 + 2 * n) });
