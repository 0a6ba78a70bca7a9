/**
 * The time range of a page, in its address: `?range=6h`, or `?from=…&to=…` in UTC. A relative range stays relative, so a
 * link to the last hour shows the last hour of the one who opens it.
 *
 *     // search.ts: part of `validateSearch`; cursors of lists belong to one range, so `setRange` drops them
 *     export const toLogsSearch = (found) => ({ ...toText(found, 'search'), ...toRangeSearch(found) });
 *     // page.tsx
 *     const [range, setRange] = useRange('1h');
 *     useQuery({
 *       queryKey: ['logs', range],                        // the range and no instant: the key stays the same while time goes on
 *       queryFn: () => get({ ...toBounds(range) }),       // { from, to? } as ISO 8601, reckoned when it is asked
 *     });
 *     <RangePicker range={range} onChange={setRange} />
 *     <Chart onZoom={(from, to) => setRange(toRange(from, to))} … />
 */
import { useNavigate, useSearch } from '@tanstack/react-router';

export const RELATIVE = { '15m': 900, '1h': 3600, '6h': 21_600, '24h': 86_400, '7d': 604_800 } as const; // seconds

export type RelativeRange = keyof typeof RELATIVE;

/** Both ends as ISO 8601 in UTC; `from` is in it, `to` is not. */
export interface FixedRange {
  readonly from: string;
  readonly to: string;
}

export type Range = RelativeRange | FixedRange;

/** What the address says; nothing: the default of the page. */
export interface RangeSearch {
  readonly range?: RelativeRange | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export const relativeRanges = Object.keys(RELATIVE) as readonly RelativeRange[];

/** Keeps what makes a range: a known word, or two instants in order. */
export function toRangeSearch(found: Readonly<Record<string, unknown>>): RangeSearch {
  const range = relativeRanges.find((one) => one === found['range']);
  const [from, to] = [toInstant(found['from']), toInstant(found['to'])];
  if (from !== null && to !== null && from < to) return { from, to };
  return range ? { range } : {};
}

/** The range of the address, and a function that puts another one into it. */
export function useRange(byDefault: RelativeRange): [Range, (range: Range) => void] {
  const search: RangeSearch = useSearch({ strict: false });
  const navigate = useNavigate();
  const { range = byDefault, from, to } = search;
  const set = (next: Range) => {
    const change =
      typeof next === 'string'
        ? { range: next === byDefault ? undefined : next, from: undefined, to: undefined }
        : { ...next, range: undefined };
    void navigate({ to: '.', search: (before: object) => ({ ...before, cursor: undefined, ...change }) });
  };
  return [from !== undefined && to !== undefined ? { from, to } : range, set];
}

/** Begin and end as a query takes them. A relative range has no end: what is newest belongs to it. */
export function toBounds(range: Range, now = Date.now()): { readonly from: string; readonly to?: string } {
  return typeof range === 'string' ? { from: new Date(now - RELATIVE[range] * 1000).toISOString() } : range;
}

/** Begin and end in seconds since 1970, for the axis of a chart. */
export function toSeconds(range: Range, now = Date.now()): readonly [number, number] {
  const { from, to } = toBounds(range, now);
  return [Date.parse(from) / 1000, (to === undefined ? now : Date.parse(to)) / 1000];
}

/** From what was dragged over a chart, in seconds since 1970; at least a second long. */
export function toRange(start: number, end: number): FixedRange {
  const from = Math.floor(Math.min(start, end));
  const to = Math.max(from + 1, Math.ceil(Math.max(start, end)));
  return { from: new Date(from * 1000).toISOString(), to: new Date(to * 1000).toISOString() };
}

function toInstant(value: unknown): string | null {
  const date = new Date(typeof value === 'string' ? value : Number.NaN);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
