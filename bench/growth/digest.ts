import { median } from '../compare.ts';
import type { Grown } from '../report.ts';
import type { Cost } from './measure.ts';

const AT_MOST = 1.3;
const NOISE_MS = 1; // less than this is no growth: one page more of an index, or another process on the machine
const COUNT_MS = 15; // what counting 10,000 rows takes more than counting a few

/** Whether it costs more with many rows than the bound allows. */
export function isBeyond(before: Cost, cost: Cost): boolean {
  const allowedMs = cost.isCounted ? COUNT_MS : NOISE_MS;
  const hasGrown = (from: number, to: number) => to - from > allowedMs && to / from > AT_MOST;
  const isKnown = !Number.isNaN(cost.databaseMs);
  const isFirst = cost.longestMs !== undefined; // works on what has gathered
  if (cost.status !== before.status) return true; // it was not asked the same
  return !isFirst && hasGrown(before.p50Ms, cost.p50Ms) && (!isKnown || hasGrown(before.databaseMs, cost.databaseMs));
}

/** Kinds of rows, the modules that fill them, and the names of what asks them; the first that fits counts. */
const KINDS: readonly (readonly [kind: string, filledBy: readonly string[], names: RegExp])[] = [
  ['sessions', ['users'], /\/sessions|\/users\/(login|refresh|logout)/],
  ['event log and work', ['platform', 'observability'], /\/observability|^job (platform|observability)\./],
  ['logs', ['logging'], /\/logging|^job logging\./],
  ['notifications', ['notifications'], /\/notification|\/dev\/mailbox|^job notifications\./],
  ['authorization', ['authorization'], /\/authorization|\/access\/v1|^job authorization\./],
  ...['todos', 'audit', 'files', 'users', 'organisations', 'profiles', 'scheduler', 'webhooks', 'exports', 'views'].map(
    (name) => [name, [name], new RegExp(`/api/v1/${name}|^job ${name}\\.`)] as const,
  ),
];

/** One operation, question or job at two sizes. */
export interface Pair {
  readonly name: string;
  readonly before: Pick<Cost, 'p50Ms' | 'pages'>;
  readonly cost: Pick<Cost, 'p50Ms' | 'pages' | 'longestMs'>;
  readonly isBeyond: boolean;
}

/** By kind; without the kinds whose rows were few at both sizes. `grownModules`: those with `rows` rows; default: all. */
export function digest(rows: number, pairs: readonly Pair[], grownModules?: readonly string[]): Grown[] {
  const kindOf = (name: string) => KINDS.find(([, , names]) => names.test(name))?.[0];
  const isGrown = (filledBy: readonly string[]) =>
    !grownModules || filledBy.some((each) => grownModules.includes(each));
  return KINDS.filter(([, filledBy]) => isGrown(filledBy)).map(([kind]) => {
    const ofKind = pairs.filter(({ name }) => kindOf(name) === kind);
    const repeated = ofKind.filter(({ cost }) => cost.longestMs === undefined); // the others work on what has gathered
    const ratios = (what: 'p50Ms' | 'pages') => repeated.map(({ before, cost }) => cost[what] / before[what]);
    const beyond = ofKind.filter(({ isBeyond: isOne }) => isOne);
    return {
      kind,
      rows,
      measured: ofKind.length,
      timeRatio: median(ratios('p50Ms')),
      pagesRatio: median(ratios('pages').filter(Number.isFinite)), // some read nothing
      longestMs: Math.max(0, ...ofKind.map(({ cost }) => cost.longestMs ?? 0)),
      beyond: beyond.map(({ name, before, cost }) => ({ what: name, fromMs: before.p50Ms, toMs: cost.p50Ms })),
    };
  });
}
