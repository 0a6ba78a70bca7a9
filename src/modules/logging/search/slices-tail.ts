import { sql } from 'kysely';
import { createDeadline } from '#kernel/limits/deadline.ts';
import type { EventConditions } from './conditions.ts';
import type { SliceService } from './slices-postgres.ts';
import { unite, type SliceQuery, type Slices } from './slices.ts';

const SHORT_MS = 3_600_000;

/** The conditions of events that were received from the mark on. */
export function sinceMark(conditions: EventConditions, mark: string): EventConditions {
  return { ...conditions, all: [...conditions.all, sql<boolean>`e.received_at >= ${mark}::timestamptz`] };
}

/**
 * Searches the events in PostgreSQL from the mark on. Beside them there may be days of others, which the indexes over time and
 * words would read in vain. So times from the mark on, which only these events have, are searched in slices; before the mark
 * there are only those that arrived late, which are found by their receipt. While the relay is far behind, that would be too
 * many: then all are searched in slices.
 */
export async function searchTail(
  slices: SliceService,
  query: SliceQuery,
  mark: string,
  nowMs: number,
): Promise<Slices> {
  const { direction, limit } = query;
  const asked = { ...query, conditions: sinceMark(query.conditions, mark) };
  const markMs = Date.parse(mark);
  if (nowMs - markMs > SHORT_MS) return slices.search(asked);
  const isDown = direction === 'desc';
  const deadline = createDeadline(query.budgetMs);
  const next = (left: number) => ({ ...asked, limit: left, budgetMs: deadline.leftMs() });
  const newer = (left: number) => slices.search({ ...next(left), fromMs: Math.max(query.fromMs, markMs) });
  const late = (left: number) => searchLate(slices, { ...next(left), toMs: Math.min(query.toMs, markMs) });
  const [first, second] = isDown ? [newer, late] : [late, newer];
  const found = await first(limit);
  if (found.stoppedAt !== null || found.rows.length >= limit) return found;
  const rest = await second(limit - found.rows.length);
  return {
    rows: [...found.rows, ...rest.rows],
    matched: found.matched + rest.matched,
    stoppedAt: rest.stoppedAt,
    searched: unite(found.searched, rest.searched),
  };
}

async function searchLate(slices: SliceService, query: SliceQuery): Promise<Slices> {
  const { toMs, budgetMs } = query;
  const deadline = createDeadline(budgetMs);
  const nothing = { rows: [], matched: 0, stoppedAt: null, searched: { fromMs: 0, toMs: 0 } };
  const known = await slices.bounds();
  const fromMs = Math.max(query.fromMs, known?.firstMs ?? Infinity);
  if (fromMs >= toMs) return nothing;
  const rows = await slices.rowsAtOnce({ ...query, fromMs }, budgetMs / 2);
  if (rows !== null) return { ...nothing, rows, matched: rows.length };
  return slices.search({ ...query, fromMs, budgetMs: deadline.leftMs() }); // gets further with each page
}
