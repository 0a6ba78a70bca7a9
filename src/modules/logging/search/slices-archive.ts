import { loggingErrors } from '../contract.ts';
import { instant, toInstant, type Archive, type ArchiveCondition, type ArchiveOrder } from '../store/archive.ts';
import { ARCHIVE_TABLE } from '../store/archive-table.ts';
import { toArchiveCondition } from './archive-conditions.ts';
import type { EventConditions } from './conditions.ts';
import { searchSlices, type EventPlace, type SliceQuery, type Slices, type SliceSource } from './slices.ts';

const ORDERS = { desc: 'timestamp_utc desc, id desc', asc: 'timestamp_utc, id' } as const;

export interface Range {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Searches the events in ClickHouse that were received before `mark`. @throws `logging.archive_away` */
export function createArchiveSlices(archive: Archive, mark: string) {
  async function bounds(timeoutMs: number) {
    const first = (order: ArchiveOrder) => `select toUnixTimestamp64Milli(timestamp_utc) as ms from ${ARCHIVE_TABLE}
      where received_at < ${instant('mark')} order by ${order} limit 1`;
    const rows = await archive.select<{ firstMs: number; lastMs: number; count: number }>(
      `select min(ms) as firstMs, max(ms) as lastMs, count() as count
       from (${first(ORDERS.asc)} union all ${first(ORDERS.desc)})`,
      { mark },
      timeoutMs,
    );
    if (rows === null) throw loggingErrors.archiveAway({ retryAfterSeconds: 15 }); // nothing is known of what it has
    const [known] = rows;
    return known && known.count > 0 ? known : null;
  }

  function conditionOf({ conditions, direction, after, ...range }: SliceQuery): ArchiveCondition {
    const { text, values } = toArchiveCondition(conditions.asked);
    const side = direction === 'desc' ? '<' : '>';
    const behind = after ? ` and (timestamp_utc, id) ${side} (${instant('afterAt')}, {afterId:String})` : '';
    return {
      keys: `${within()}${behind}`,
      text,
      values: {
        ...values,
        ...rangeOf(range),
        ...(after && { afterAt: toInstant(Date.parse(after.value)), afterId: after.id }),
      },
    };
  }

  const rangeOf = ({ fromMs, toMs }: Range) => ({
    mark,
    from: toInstant(fromMs),
    to: toInstant(toMs),
  });

  const rows = (query: SliceQuery, limit: number, timeoutMs: number) =>
    archive.find(conditionOf(query), ORDERS[query.direction], limit, timeoutMs);

  /** The last event of the window is found by the order alone; then what matches up to it. */
  async function window(query: SliceQuery, searched: Slices['searched'], size: number): Promise<Slices | null> {
    const { direction, offset = 0, budgetMs } = query;
    const isDown = direction === 'desc';
    const everything = { ...query, ...searched, conditions: { ...query.conditions, asked: NOTHING } };
    const { keys, values } = conditionOf(everything);
    const places = await archive.select<EventPlace>(
      `select timestamp_utc as value, id from ${ARCHIVE_TABLE} where ${keys}
       order by ${ORDERS[direction]} limit 1 offset ${size - 1}`,
      values,
      budgetMs / 2,
    );
    if (places === null) return null;
    const [last] = places;
    const asked = conditionOf({ ...query, ...searched });
    const side = isDown ? '>=' : '<=';
    const condition = last
      ? {
          ...asked,
          keys: `${asked.keys} and (timestamp_utc, id) ${side} (${instant('lastAt')}, {lastId:String})`,
          values: { ...asked.values, lastAt: last.value, lastId: last.id },
        }
      : asked;
    const limit = offset + query.limit;
    const found = await archive.find(condition, ORDERS[direction], limit, budgetMs / 2);
    if (found === null) return null;
    const isOver = last === undefined || found.length === limit;
    return { rows: found.slice(offset), matched: found.length, stoppedAt: isOver ? null : last, searched };
  }

  const source: SliceSource = {
    bounds,
    rows: (query, limit, _isSorted, timeoutMs) => rows(query, limit, timeoutMs),
    window,
  };

  /** Every column is read as fast as an index would be, so there are slices for each search. */
  const search = (query: SliceQuery): Promise<Slices> =>
    searchSlices(source, { ...query, conditions: { ...query.conditions, isIndexed: true } });

  /** How many there are by this expression, of at most `most`; null when that takes too long. */
  function count({ asked }: EventConditions, range: Range, key: string, most: number, timeoutMs: number) {
    const { text, values } = toArchiveCondition(asked);
    return archive.select<{ key: string | null; count: number }>(
      `select key, count() as count from (select ${key} as key from ${ARCHIVE_TABLE} final
         prewhere ${within()} where not is_deleted and ${text} limit ${most}) group by key`,
      { ...values, ...rangeOf(range) },
      timeoutMs,
    );
  }

  return { bounds, search, count };
}

const NOTHING = { equal: [], minimumLevel: null, tree: null };

function within(): string {
  return `received_at < ${instant('mark')} and timestamp_utc >= ${instant('from')} and timestamp_utc < ${instant('to')}`;
}
