import type { Machine } from './machine.ts';
import type { Result } from './results.ts';

/** For the tests of the page and of the results. */
export const MACHINE: Machine = {
  cpu: 'Some CPU',
  cores: 2,
  memoryGib: 4,
  system: 'Linux x64',
  node: '26.1.0',
  postgres: '18.4',
};

export const CIRCUMSTANCES = { measuredOn: '2026-11-30', machine: MACHINE, settings: {} };

/** A result without any row, but for what the test says. */
export function resultOf(more: Partial<Result>): Result {
  return { ...CIRCUMSTANCES, tookSeconds: 1, peers: {}, rows: [], bounds: [], ...more };
}
