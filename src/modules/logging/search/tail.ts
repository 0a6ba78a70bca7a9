import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { smallestIdAt } from '#kernel/id.ts';
import { createDeadline } from '#kernel/limits/deadline.ts';
import type { StreamEvent } from '#platform/http/port.ts';
import type { LoggingNeeds } from '../needs.ts';
import { EVENT_COLUMNS, toEvent, type FoundEvent } from '../store/queries.ts';
import { parseFilter, toConditions, type Parts } from './conditions.ts';
import type { TailQuery } from './schemas.ts';

const PAUSE_MS = 1000;
const BUDGET_MS = 4000;
const BACK_MS = 10_000; // a transaction that commits late has ids from before others: so far back is read again
const MOST = 500; // of one read; of more, the newest are shown, and `skipped` says so

/** In front of the newest of more events than one read shows. */
const SKIPPED: StreamEvent = { event: 'skipped', id: null, data: { shown: MOST } };

/** The events that match, as they arrive, over all nodes. */
export function createTail({ db, parts }: Pick<LoggingNeeds, 'db'> & { readonly parts: Parts }) {
  /** A part of a word that is in too many words ends the stream. @throws `logging.query_invalid` */
  function tail(query: TailQuery): (ended: AbortSignal) => AsyncIterable<StreamEvent> {
    parseFilter(query); // to refuse it before the stream begins
    const startMs = Date.now();

    /** What is received from before the last read on: a client that reads slowly makes the pauses longer. */
    async function read(lastMs: number): Promise<FoundEvent[]> {
      const sinceMs = Math.max(startMs, lastMs - BACK_MS);
      const since = smallestIdAt(sinceMs);
      // Each time: new events may have new words with a part that is searched.
      const recent = { ...query, from: new Date(lastMs - BACK_MS).toISOString() };
      const { all } = await toConditions(recent, parts, createDeadline(BUDGET_MS));
      const { rows } = await sql<FoundEvent>`
        select ${EVENT_COLUMNS} from logging.event e where e.id >= ${since} and ${sql.join(all, sql` and `)}
        order by e.id desc limit ${MOST}`.execute(db.read);
      return rows.toReversed();
    }

    return async function* open(ended) {
      let shown = new Set<string>();
      let lastMs = startMs;
      while (!ended.aborted) {
        const beganMs = Date.now();
        const rows = await read(lastMs);
        lastMs = beganMs;
        if (rows.length === MOST && !rows.some(({ id }) => shown.has(id))) yield SKIPPED;
        for (const row of rows) if (!shown.has(row.id)) yield { event: 'event', id: null, data: toEvent(row) };
        shown = new Set(rows.map(({ id }) => id));
        await sleep(PAUSE_MS, undefined, { signal: ended }).catch(() => {});
      }
    };
  }

  return { tail };
}
