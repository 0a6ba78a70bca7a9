import { Problem } from '#kernel/problem.ts';
import type { ClickHouse, ClickHouseQuery } from '#platform/clickhouse/port.ts';
import { loggingErrors } from '../contract.ts';
import { ARCHIVE_COLUMNS, ARCHIVE_TABLE, CREATE_TABLE, fromArchived, type ArchivedEvent } from './archive-table.ts';
import type { FoundEvent } from './queries.ts';

const BUDGET_MS = 10_000; // of what is not a search
const DAY_MS = 86_400_000;

/** Which events, and the values in both conditions. */
export interface ArchiveCondition {
  /** On `id`, `timestamp_utc` and `received_at` alone, which no change of an event changes: only what it finds is read whole. */
  readonly keys: string;
  /** On the other columns. */
  readonly text?: string;
  readonly values: ClickHouseQuery['values'];
}

export type ArchiveOrder = 'timestamp_utc desc, id desc' | 'timestamp_utc, id' | 'id desc' | 'id';

/**
 * The events in ClickHouse. There may be some there that were received after the mark of the relay: so each question has
 * an upper bound of the receipt.
 */
export function createArchive(server: ClickHouse) {
  /** @throws `logging.archive_away` */
  async function ask<R>(asked: Promise<R>): Promise<R> {
    try {
      return await asked;
    } catch (error) {
      // The request was given up, or it is a bug.
      if (error instanceof Problem || error instanceof RangeError || error instanceof TypeError) throw error;
      throw Object.assign(loggingErrors.archiveAway({ retryAfterSeconds: 15 }), { cause: error });
    }
  }

  /** Rows of a statement; null when it does not end within its time. @throws `logging.archive_away` */
  const select = <Row>(text: string, values: ClickHouseQuery['values'], timeoutMs: number): Promise<Row[] | null> =>
    ask(server.select<Row>({ text, values }, timeoutMs));

  /**
   * The first events in this order; null when that takes too long. Their places are found first: only of these are all
   * columns read.
   */
  async function find(
    { keys, text = '1', values }: ArchiveCondition,
    order: ArchiveOrder,
    limit: number,
    timeoutMs = BUDGET_MS,
  ): Promise<FoundEvent[] | null> {
    const rows = await select<ArchivedEvent>(
      `select ${ARCHIVE_COLUMNS} from ${ARCHIVE_TABLE} as e final
       prewhere (e.timestamp_utc, e.id) in (select timestamp_utc, id from ${ARCHIVE_TABLE} final
         prewhere ${keys} where not is_deleted and ${text} order by ${order} limit ${limit})
       order by ${order.replace(/(timestamp_utc|id\b)/g, 'e.$1')}`,
      values,
      timeoutMs,
    );
    return rows && rows.map(fromArchived);
  }

  /** Like `find`, for what must be answered. @throws `logging.archive_away` */
  async function findAll(condition: ArchiveCondition, order: ArchiveOrder, limit: number): Promise<FoundEvent[]> {
    const rows = await find(condition, order, limit);
    if (!rows) throw loggingErrors.archiveAway({ retryAfterSeconds: 15 });
    return rows;
  }

  /** An id tells the day of its receipt. @throws `logging.archive_away` */
  async function findOne(id: string, mark: string): Promise<FoundEvent | undefined> {
    const atMs = parseInt(id.replace('-', '').slice(0, 12), 16);
    const keys = `id = {id:String} and received_at < ${instant('mark')}
      and received_at >= ${instant('from')} and received_at < ${instant('to')}`;
    const [from, to] = [atMs - DAY_MS, atMs + DAY_MS].map((ms) => new Date(Math.min(ms, 8.64e15)).toISOString());
    const [row] = await findAll({ keys, values: { id, mark, from: from ?? '', to: to ?? '' } }, 'id', 1);
    return row;
  }

  return {
    select,
    find,
    findAll,
    findOne,
    /** Before the first insert. */
    prepare: () => ask(server.command({ text: CREATE_TABLE, values: {} })),
    insert: (rows: readonly object[]) => ask(server.insert(ARCHIVE_TABLE, rows)),
    command: (text: string, values: ClickHouseQuery['values'] = {}) => ask(server.command({ text, values })),
  };
}

export type Archive = ReturnType<typeof createArchive>;

/** The value of this name, which is ISO 8601. */
export function instant(name: string): string {
  return `parseDateTime64BestEffort({${name}:String}, 3, 'UTC')`;
}
