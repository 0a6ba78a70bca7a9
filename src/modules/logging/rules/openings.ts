import type { RuleRow } from '../tables.ts';
import { windowMsOf, type MatchCount } from './matching.ts';
import type { WindowSum } from './queries.ts';
import type { RuleTestResult } from './schemas.ts';

type Opening = RuleTestResult['openings'][number];
type TimedCount = Pick<MatchCount, 'bucketMs' | 'matched' | 'total'>;
interface Range {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Of kind threshold or rate: whether so many within a window open an incident. */
export function isReached(
  { kind, thresholdCount, ratePercent }: RuleRow,
  { matched, total }: Pick<WindowSum, 'matched' | 'total'>,
): boolean {
  if (matched < thresholdCount) return false;
  return kind === 'threshold' || matched * 100 >= (ratePercent ?? 100) * total;
}

/** When a rule would have opened first for each group, if it had held in this time alone; the earliest first. */
export function findOpenings(rule: RuleRow, counts: readonly MatchCount[], range: Range): Opening[] {
  const groups = Map.groupBy(counts, ({ groupValue }) => groupValue);
  if (rule.kind === 'absence' && rule.groupBy === null && groups.size === 0) groups.set('', []);
  return [...groups]
    .flatMap(([groupValue, own]) => {
      const sorted = own.toSorted((one, other) => one.bucketMs - other.bucketMs);
      const first = rule.kind === 'absence' ? firstGap(rule, sorted, range) : firstReached(rule, sorted, range);
      return first ? [{ groupValue, at: new Date(first.atMs).toISOString(), count: first.count }] : [];
    })
    .toSorted((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0));
}

/** Groups are those that were seen in this time; without groups nothing was seen before it. */
function firstGap({ windowSeconds, groupBy }: RuleRow, sights: readonly TimedCount[], { fromMs, toMs }: Range) {
  const windowMs = windowSeconds * 1000;
  let lastMs = groupBy === null ? fromMs : (sights[0]?.bucketMs ?? fromMs);
  for (const nextMs of [...sights.map(({ bucketMs }) => bucketMs), toMs]) {
    if (nextMs - lastMs > windowMs) return { atMs: lastMs + windowMs, count: 0 };
    lastMs = Math.max(lastMs, nextMs);
  }
  return null;
}

/** A window that moves over the counts. A rate may be reached as well when what did not match leaves the window. */
function firstReached(rule: RuleRow, counts: readonly TimedCount[], { toMs }: Range) {
  const windowMs = windowMsOf(rule);
  const times = new Set(counts.flatMap(({ bucketMs }) => [bucketMs, bucketMs + windowMs]));
  const sum = { matched: 0, total: 0 };
  let [entered, left] = [0, 0];
  for (const atMs of [...times].filter((ms) => ms < toMs).toSorted((one, other) => one - other)) {
    for (let next = counts[entered]; next && next.bucketMs <= atMs; next = counts[++entered]) {
      sum.matched += next.matched;
      sum.total += next.total;
    }
    for (let last = counts[left]; last && last.bucketMs <= atMs - windowMs; last = counts[++left]) {
      sum.matched -= last.matched;
      sum.total -= last.total;
    }
    if (isReached(rule, sum)) return { atMs, count: sum.matched };
  }
  return null;
}
