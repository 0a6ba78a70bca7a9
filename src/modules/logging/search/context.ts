import { loggingErrors } from '../contract.ts';
import { toEvent } from '../store/queries.ts';
import type { EventStoreService } from '../store/service.ts';
import { toContextConditions } from './conditions.ts';
import { createDeadline } from './deadline.ts';
import type { ContextQuery } from './schemas.ts';
import type { Stores } from './stores.ts';

const MAX_MS = 8.64e15;

export interface ContextNeeds {
  readonly events: Pick<EventStoreService, 'find'>;
  readonly stores: Pick<Stores, 'search'>;
  readonly budgetMs: number;
}

/** Finds what the same process wrote before and after an event. */
export function createContext({ events, stores, budgetMs }: ContextNeeds) {
  /**
   * Events of the same service and instance; `complete` is false when it has not found as many as were asked for, and has
   * not looked at all events. @throws `logging.event_not_found`, `logging.archive_away`
   */
  async function context(id: string, { before = 10, after = 10 }: ContextQuery) {
    const row = await events.find(id);
    const conditions = toContextConditions(row.sourceService, row.sourceInstance);
    const deadline = createDeadline(budgetMs);

    async function next(direction: 'asc' | 'desc', limit: number, leftMs: number) {
      if (limit === 0) return { rows: [], isWhole: true };
      const place = { value: row.timestampUtc, id: row.id };
      const range = { fromMs: -MAX_MS, toMs: MAX_MS, after: place };
      const found = await stores.search({ conditions, direction, ...range, limit, budgetMs: leftMs });
      if (found.isPartial) throw loggingErrors.archiveAway({ retryAfterSeconds: 15 });
      return { rows: found.rows, isWhole: found.stoppedAt === null || found.rows.length === limit };
    }

    const older = await next('desc', before, deadline.leftMs() / 2);
    const newer = await next('asc', after, deadline.leftMs());
    return {
      before: older.rows.toReversed().map(toEvent),
      event: toEvent(row),
      after: newer.rows.map(toEvent),
      complete: older.isWhole && newer.isWhole,
    };
  }

  return { context };
}
