import { isBeyondCount, pageErrors, toPage, toPaging } from '#kernel/page.ts';
import { createDeadline } from '#kernel/limits/deadline.ts';
import { loggingErrors, type LogEvent } from '../contract.ts';
import type { LoggingNeeds } from '../needs.ts';
import { toEvent } from '../store/queries.ts';
import type { EventStoreService } from '../store/service.ts';
import { toConditions, toContextConditions } from './conditions.ts';
import { createCounts, scannedOf } from './counts.ts';
import { createParts } from './parts.ts';
import type { ContextQuery, EventQuery } from './schemas.ts';
import { unite } from './slices.ts';
import { createSlices } from './slices-postgres.ts';
import { createStores, type StoresNeeds } from './stores.ts';
import { createTail } from './tail.ts';

const BUDGET_MS = 4000;
const MAX_MS = 8.64e15;

export interface SearchNeeds extends Pick<LoggingNeeds, 'db' | 'now'>, Pick<StoresNeeds, 'archived'> {
  readonly events: Pick<EventStoreService, 'find'>;
  /** Milliseconds in which one search ends; 4,000 by default. */
  readonly budgetMs?: number;
}

/** Finds events. */
export function createSearch(needs: SearchNeeds) {
  const { db, events: eventStore, archived, budgetMs = BUDGET_MS } = needs;
  const slices = createSlices(needs);
  const parts = createParts(slices);
  const stores = createStores({ ...needs, slices, archived });
  const counts = createCounts({ ...needs, stores, parts, slices, budgetMs });

  /** @throws `logging.query_invalid`, `logging.query_too_wide`, `http.cursor_invalid`, `http.page_too_far` */
  async function search(query: EventQuery) {
    const { from, to, sortOrder: direction = 'desc' } = query;
    const order = `timestampUtc:${direction}`;
    const paging = toPaging(query, order, (text) => !Number.isNaN(Date.parse(text)));
    if (isBeyondCount(paging)) throw pageErrors.pageTooFar();
    const deadline = createDeadline(budgetMs);
    const conditions = await toConditions(query, parts, deadline);
    const found = await stores.search({
      conditions,
      direction,
      fromMs: from ? Date.parse(from) : -MAX_MS,
      toMs: to ? Date.parse(to) : MAX_MS,
      after: paging.after,
      offset: paging.offset,
      limit: paging.pageSize + 1,
      budgetMs: deadline.leftMs(),
    });
    const { rows, matched, stoppedAt } = found;
    const isWhole = stoppedAt === null && !found.isPartial && matched <= paging.offset + paging.pageSize;
    const total = paging.after ? null : isWhole ? matched : await counts.totalOf(query, conditions, deadline);
    const events = rows.map(toEvent);
    const isFull = events.length > paging.pageSize;
    const end = stoppedAt && !isFull ? { ...PLACE, id: stoppedAt.id, timestampUtc: stoppedAt.value } : undefined;
    const page = toPage<LogEvent>(
      { rows: events, total, stoppedAt: end },
      paging,
      order,
      ({ timestampUtc }) => timestampUtc,
    );
    return {
      ...page,
      complete: end === undefined && !found.isPartial,
      scanned: await scannedOf(db.read, found.searched),
    };
  }

  /**
   * Events of the same service and instance; `complete` is false when it has not found as many as were asked for, and has
   * not looked at all events. @throws `logging.event_not_found`, `logging.archive_away`
   */
  async function context(id: string, { before = 10, after = 10 }: ContextQuery) {
    const row = await eventStore.find(id);
    const conditions = toContextConditions(row.sourceService, row.sourceInstance);
    const deadline = createDeadline(budgetMs);

    async function next(direction: 'asc' | 'desc', limit: number, leftMs: number) {
      if (limit === 0) return { rows: [], isWhole: true, searched: { fromMs: 0, toMs: 0 } };
      const place = { value: row.timestampUtc, id: row.id };
      const range = { fromMs: -MAX_MS, toMs: MAX_MS, after: place };
      const found = await stores.search({ conditions, direction, ...range, limit, budgetMs: leftMs });
      if (found.isPartial) throw loggingErrors.archiveAway({ retryAfterSeconds: 15 });
      const { rows, searched } = found;
      return { rows, searched, isWhole: found.stoppedAt === null || rows.length === limit };
    }

    const older = await next('desc', before, deadline.leftMs() / 2);
    const newer = await next('asc', after, deadline.leftMs());
    return {
      before: older.rows.toReversed().map(toEvent),
      event: toEvent(row),
      after: newer.rows.map(toEvent),
      complete: older.isWhole && newer.isWhole,
      scanned: await scannedOf(db.read, unite(older.searched, newer.searched)),
    };
  }

  return {
    search,
    context,
    facet: counts.facet,
    histogram: counts.histogram,
    ...createTail({ ...needs, parts }),
  };
}

export type SearchService = ReturnType<typeof createSearch>;

const PLACE = {} as LogEvent; // of a place only id and time count
