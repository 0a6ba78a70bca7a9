import type { Channel } from '../contract.ts';
import type { Variables } from './liquid.ts';
import written from '../templates.json' with { type: 'json' };

/** A message that the program itself sends. */
export interface Definition {
  readonly channels: readonly Channel[];
  /** What it is sent with, each with a value as it may be: an edit may ask for nothing else. */
  readonly variables: Variables;
  readonly allowsLogic: boolean;
}

const definitions = new Map<string, Definition>(
  Object.entries(written).map(([name, { channels, variables, ...rest }]) => [
    name,
    { channels: channels as Channel[], variables, allowsLogic: 'allowsLogic' in rest && rest.allowsLogic },
  ]),
);

/** Of a template by its name; undefined for one that was made here. */
export function definitionOf(name: string): Definition | undefined {
  return definitions.get(name);
}
