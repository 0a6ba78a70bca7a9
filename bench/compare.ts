import { send, type Load, type Outcome } from './others/load.ts';
import type { Server } from './servers.ts';
import type { Bound, Row, Spread } from './report.ts';

export interface Round extends Outcome {
  readonly cpuMicros: number;
}

export interface Comparison {
  readonly bonyan: Server;
  readonly reference: Server;
  /** Where and what to send; only the address differs between the two servers. */
  readonly load: Omit<Load, 'url'>;
  readonly path: string;
  readonly rounds: number;
  readonly warmUps: number;
  /** Resolves when Bonyan has done what its requests left for later: that belongs to the round of the requests. */
  readonly settled?: () => Promise<void>;
}

/** Sends the same to both in turns (A B A B …), so that other load on the machine affects both. */
export async function compare({ bonyan, reference, load, path, rounds, warmUps, settled }: Comparison) {
  const measured = { bonyan: [] as Round[], reference: [] as Round[] };
  for (let round = -warmUps; round < rounds; round++) {
    const ofReference = await measure(reference, { ...load, url: reference.url + path });
    const ofBonyan = await measure(bonyan, { ...load, url: bonyan.url + path }, settled);
    if (round < 0) continue;
    measured.reference.push(ofReference);
    measured.bonyan.push(ofBonyan);
  }
  return measured;
}

export async function measure(server: Server, load: Load, settled?: () => Promise<void>): Promise<Round> {
  const before = await server.ask({ ask: 'usage' });
  const outcome = await send(load);
  await settled?.();
  const after = await server.ask({ ask: 'usage' });
  return { ...outcome, cpuMicros: (after.cpuMicros - before.cpuMicros) / load.amount };
}

/** The medians of both, and their ratio: above 1, Bonyan takes more. */
export function toRows(what: string, { bonyan, reference }: Awaited<ReturnType<typeof compare>>): Row[] {
  const rows: [string, (round: Round) => number, string][] = [
    ['CPU per request', ({ cpuMicros }) => cpuMicros, 'µs'],
    ['time per request', ({ perSecond }) => 1e6 / perSecond, 'µs'],
    ['latency p50', ({ p50Ms }) => p50Ms, 'ms'],
    ['latency p99', ({ p99Ms }) => p99Ms, 'ms'],
  ];
  return rows.map(([name, pick, unit]) => toRow(`${what}: ${name}`, unit, bonyan.map(pick), reference.map(pick)));
}

/** The median of the rounds, with their spread. */
export function toRow(name: string, unit: string, bonyan: readonly number[], reference?: readonly number[]): Row {
  return {
    measure: name,
    bonyan: median(bonyan),
    spread: spreadOf(bonyan),
    ...(reference && { reference: median(reference), referenceSpread: spreadOf(reference) }),
    unit,
  };
}

const spreadOf = (values: readonly number[]): Spread => [Math.min(...values), Math.max(...values)];

/** The median of each round's own ratio of CPU: other load on the machine changes this figure least. */
export function cpuBound(what: string, measured: Awaited<ReturnType<typeof compare>>, atMost: number): Bound {
  const { bonyan, reference } = measured;
  const ratios = bonyan.map(({ cpuMicros }, round) => cpuMicros / (reference[round]?.cpuMicros ?? NaN));
  return { what: `${what}: CPU against the reference`, actual: median(ratios), atMost, unit: '×' };
}

/** NaN without values. */
export function p95(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length * 0.95)] ?? NaN;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return ((sorted[middle] ?? NaN) + (sorted[sorted.length - 1 - middle] ?? NaN)) / 2;
}

export function percentile(sorted: readonly number[], percent: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? NaN;
}
