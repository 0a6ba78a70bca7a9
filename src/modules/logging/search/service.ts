import { sql } from 'kysely';
import { isBeyondCount, pageErrors, toPage, toPaging } from '#kernel/page.ts';
import type { LogEvent } from '../contract.ts';
import type { LoggingNeeds, LoggingReader } from '../needs.ts';
import { toEvent } from '../store/queries.ts';
import type { EventStoreService } from '../store/service.ts';
import { toConditions } from './conditions.ts';
import { createContext } from './context.ts';
import { createCounts } from './counts.ts';
import { createParts } from './parts.ts';
import type { EventQuery } from './schemas.ts';
import { createSlices } from './slices-postgres.ts';
import type { Slices } from './slices.ts';
import { createStores, type StoresNeeds } from './stores.ts';
import { createTail } from './tail.ts';

const BUDGET_MS = 4000;
const DAY_MS = 86_400_000;
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
  const counts = createCounts({ ...needs, stores, parts });

  /** @throws `logging.query_invalid`, `logging.query_too_wide`, `http.cursor_invalid`, `http.page_too_far` */
  async function search(query: EventQuery) {
    const { from, to, sortOrder: direction = 'desc' } = query;
    const order = `timestampUtc:${direction}`;
    const paging = toPaging(query, order, (text) => !Number.isNaN(Date.parse(text)));
    if (isBeyondCount(paging)) throw pageErrors.pageTooFar();
    const found = await stores.search({
      conditions: await toConditions(query, parts),
      direction,
      fromMs: from ? Date.parse(from) : -MAX_MS,
      toMs: to ? Date.parse(to) : MAX_MS,
      after: paging.after,
      offset: paging.offset,
      limit: paging.pageSize + 1,
      budgetMs,
    });
    const { rows, matched, stoppedAt } = found;
    const isWhole = stoppedAt === null && !found.isPartial && matched <= paging.offset + paging.pageSize;
    const total = paging.after ? null : isWhole ? matched : await counts.totalOf(query);
    const events = rows.map(toEvent);
    const isFull = events.length > paging.pageSize;
    const end = stoppedAt && !isFull ? { ...PLACE, id: stoppedAt.id, timestampUtc: stoppedAt.value } : undefined;
    const page = toPage<LogEvent>(
      { rows: events, total, stoppedAt: end },
      paging,
      order,
      ({ timestampUtc }) => timestampUtc,
    );
    return { ...page, complete: end === undefined && !found.isPartial, scanned: await scannedOf(db.read, found) };
  }

  return {
    search,
    facet: counts.facet,
    histogram: counts.histogram,
    ...createContext({ events: eventStore, stores, budgetMs }),
    ...createTail({ ...needs, parts }),
  };
}

export type SearchService = ReturnType<typeof createSearch>;

const PLACE = {} as LogEvent; // of a place only id and time count

/** By the counts of the days. */
async function scannedOf(db: LoggingReader, { searched }: Slices) {
  const from = new Date(Math.floor(searched.fromMs / DAY_MS) * DAY_MS).toISOString();
  const { rows } = await sql<{ partitions: number; rows: number }>`
    select count(distinct day) as partitions, coalesce(sum(count), 0)::bigint as rows from logging.rollup
    where seconds = 86400 and bucket >= ${from}::timestamptz and bucket < ${new Date(searched.toMs).toISOString()}::timestamptz`.execute(
    db,
  );
  return rows[0] ?? { partitions: 0, rows: 0 };
}
