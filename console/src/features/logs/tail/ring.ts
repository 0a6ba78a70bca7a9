import type { LogLine } from '../lines.tsx';

export const RING = 5000;

export interface Ring {
  readonly lines: readonly LogLine[];
  /** Lines that were pushed out by newer ones. */
  readonly dropped: number;
  readonly received: number;
}

export const emptyRing: Ring = { lines: [], dropped: 0, received: 0 };

export function append({ lines, dropped, received }: Ring, added: readonly LogLine[]): Ring {
  const all = [...lines, ...added];
  const over = Math.max(0, all.length - RING);
  return { lines: over > 0 ? all.slice(over) : all, dropped: dropped + over, received: received + added.length };
}
