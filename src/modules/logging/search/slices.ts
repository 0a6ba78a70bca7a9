import { createDeadline } from '#kernel/limits/deadline.ts';
import type { FoundEvent } from '../store/queries.ts';
import type { EventConditions } from './conditions.ts';

const FIRST_SLICE_MS = 15 * 60_000;
const GROWTH = 4; // of each slice: a rare word takes seven questions to the index over a month
const WINDOWS = [5000, 500, 25]; // rows that are read for one call where no index helps; fewer if that takes too long
const SLICES_SHARE = 0.6; // of the budget; the rest is for a window, so that each call gets further
const NO_ID = '00000000-0000-0000-0000-000000000000';
const EVERY_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

export interface EventPlace {
  readonly value: string;
  readonly id: string;
}

export interface SliceQuery {
  readonly conditions: EventConditions;
  readonly direction: 'asc' | 'desc';
  /** Milliseconds since 1970; the second is not included. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly after: EventPlace | null;
  /** Rows that are passed over. */
  readonly offset?: number;
  readonly limit: number;
  readonly budgetMs: number;
}

export interface Slices {
  readonly rows: FoundEvent[];
  /** With those that were passed over; at least so many. */
  readonly matched: number;
  /** Where the search ended if it is not complete: all events before this place were looked at. */
  readonly stoppedAt: EventPlace | null;
  /** What was searched, in milliseconds since 1970. */
  readonly searched: { readonly fromMs: number; readonly toMs: number };
}

/** A store of events, as a search asks it. */
export interface SliceSource {
  /** The times of the first and the last event; null when there is none. */
  bounds(timeoutMs: number): Promise<{ readonly firstMs: number; readonly lastMs: number } | null>;
  /** The first that match, at most `limit`; null when that takes too long. `isSorted`: for few hits. */
  rows(query: SliceQuery, limit: number, isSorted: boolean, timeoutMs: number): Promise<FoundEvent[] | null>;
  /** What matches of the next `size` events; null when that takes too long. */
  window(query: SliceQuery, searched: Slices['searched'], size: number): Promise<Slices | null>;
}

/**
 * Searches in slices of time, each larger than the one before: a common word is found in the first ones, and a rare one by
 * few questions to the index. A slice that does not end within the budget ends the search. Where no index helps, or none is
 * fast enough, the next 5,000 rows are read and compared, or as many as the budget allows.
 */
export async function searchSlices(source: SliceSource, query: SliceQuery): Promise<Slices> {
  const { conditions, direction, after, offset = 0, budgetMs } = query;
  const limit = offset + query.limit;
  const slicing = createDeadline(budgetMs * SLICES_SHARE);
  const known = await source.bounds(budgetMs / 2);
  const isDown = direction === 'desc';
  const afterMs = after ? Date.parse(after.value) : null;
  const fromMs = Math.max(query.fromMs, known?.firstMs ?? Infinity, isDown ? -Infinity : (afterMs ?? -Infinity));
  const toMs = Math.min(
    query.toMs,
    (known?.lastMs ?? -Infinity) + 1,
    isDown && afterMs !== null ? afterMs + 1 : Infinity,
  );
  const searched = { fromMs, toMs };
  if (!(fromMs < toMs)) return { rows: [], matched: 0, stoppedAt: null, searched: { fromMs: 0, toMs: 0 } };
  if (!conditions.isIndexed) return searchWindows(source, query, searched, budgetMs);

  const rows: FoundEvent[] = [];
  let edge = isDown ? toMs : fromMs;
  for (let widthMs = FIRST_SLICE_MS; rows.length < limit && (isDown ? edge > fromMs : edge < toMs); widthMs *= GROWTH) {
    const slice = isDown
      ? { fromMs: Math.max(fromMs, edge - widthMs), toMs: edge }
      : { fromMs: edge, toMs: Math.min(toMs, edge + widthMs) };
    const isFirst = edge === (isDown ? toMs : fromMs);
    const isSorted = !isFirst && conditions.isByWords && offset === 0;
    const leftMs = slicing.leftMs();
    const found = leftMs > 0 ? await source.rows({ ...query, ...slice }, limit - rows.length, isSorted, leftMs) : null;
    const done = isDown ? { fromMs: edge, toMs } : { fromMs, toMs: edge };
    // Also when a store has ended its slice late: else the call would get no further.
    if (found === null && isFirst) return searchWindows(source, query, searched, budgetMs * (1 - SLICES_SHARE));
    if (found === null) return { ...without(rows, offset), stoppedAt: edgeOf(edge, isDown), searched: done };
    rows.push(...found);
    edge = isDown ? slice.fromMs : slice.toMs;
  }
  return {
    ...without(rows, offset),
    stoppedAt: null,
    searched: isDown ? { fromMs: edge, toMs } : { fromMs, toMs: edge },
  };
}

/** Of the largest window that ends within its share of the budget. */
async function searchWindows(
  source: SliceSource,
  query: SliceQuery,
  searched: Slices['searched'],
  budgetMs: number,
): Promise<Slices> {
  for (const window of WINDOWS) {
    const found = await source.window({ ...query, budgetMs: budgetMs / WINDOWS.length }, searched, window);
    if (found) return found;
  }
  const isDown = query.direction === 'desc';
  const edge = edgeOf(isDown ? searched.toMs : searched.fromMs, isDown);
  // There may be nothing of this store between the cursor and the edge; what another one has there is not lost.
  const stoppedAt = query.after && isBehind(query.after, edge, isDown) ? query.after : edge;
  return { rows: [], matched: 0, stoppedAt, searched };
}

function isBehind(one: EventPlace, other: EventPlace, isDown: boolean): boolean {
  const order = one.value === other.value ? one.id < other.id : one.value < other.value;
  return order === isDown;
}

function without(rows: FoundEvent[], offset: number) {
  return { rows: rows.slice(offset), matched: rows.length };
}

export function edgeOf(ms: number, isDown: boolean): EventPlace {
  return isDown
    ? { value: new Date(ms).toISOString(), id: NO_ID }
    : { value: new Date(ms - 1).toISOString(), id: EVERY_ID };
}

/** An empty one is from 1970 to 1970. */
export function unite(one: Slices['searched'], other: Slices['searched']): Slices['searched'] {
  if (one.toMs === 0) return other;
  if (other.toMs === 0) return one;
  return { fromMs: Math.min(one.fromMs, other.fromMs), toMs: Math.max(one.toMs, other.toMs) };
}
