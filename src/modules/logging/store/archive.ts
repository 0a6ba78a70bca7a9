import { smallestIdAt } from '#kernel/id.ts';
import { Problem } from '#kernel/problem.ts';
import type { ClickHouse, ClickHouseQuery } from '#platform/clickhouse/port.ts';
import { loggingErrors } from '../contract.ts';
import { archiveColumns, ARCHIVE_TABLE, CREATE_TABLE, fromArchived, type ArchivedEvent } from './archive-table.ts';
import type { FoundEvent, LongColumn } from './queries.ts';

const BUDGET_MS = 10_000; // of what is not a search
const DAY_MS = 86_400_000;
const LAST_MS = Date.parse('2299-12-31T00:00:00Z');

/** Which events, and the values in both conditions. */
export interface ArchiveCondition {
  /** On `id`, `timestamp_utc` and `received_at` alone, which no change of an event changes: only what it finds is read whole. */
  readonly keys: string;
  /** On the other columns. */
  readonly text?: string;
  readonly values: ClickHouseQuery['values'];
}

/** Ids between these two, without them. */
export interface IdRange {
  readonly after?: string;
  readonly before?: string;
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
    omitted: readonly LongColumn[] = [],
  ): Promise<FoundEvent[] | null> {
    const rows = await select<ArchivedEvent>(
      `select ${archiveColumns(omitted)} from ${ARCHIVE_TABLE} as e final
       prewhere (e.timestamp_utc, e.id) in (select timestamp_utc, id from ${ARCHIVE_TABLE} final
         prewhere ${keys} where not is_deleted and ${text} order by ${order} limit ${limit})
       order by ${order.replace(/(timestamp_utc|id\b)/g, 'e.$1')}`,
      values,
      timeoutMs,
    );
    return rows && rows.map(fromArchived);
  }

  /** Like `find`, for what must be answered. @throws `logging.archive_away` */
  async function findAll(
    condition: ArchiveCondition,
    order: ArchiveOrder,
    limit: number,
    omitted: readonly LongColumn[] = [],
  ): Promise<FoundEvent[]> {
    const rows = await find(condition, order, limit, BUDGET_MS, omitted);
    if (!rows) throw loggingErrors.archiveAway({ retryAfterSeconds: 15 });
    return rows;
  }

  /**
   * The first by their ids, which follow the times of receipt: a day after the other, so no question is about all events.
   * @throws `logging.archive_away`
   */
  async function findByIds(
    { text, values }: Required<Pick<ArchiveCondition, 'text' | 'values'>>,
    direction: 'asc' | 'desc',
    limit: number,
    { after, before, mark }: IdRange & { readonly mark?: string } = {},
    omitted: readonly LongColumn[] = [],
  ): Promise<FoundEvent[]> {
    const [known] =
      (await select<{ firstMs: number; lastMs: number; count: number }>(
        `select toUnixTimestamp64Milli(min(received_at)) as firstMs, toUnixTimestamp64Milli(max(received_at)) as lastMs,
           count() as count from ${ARCHIVE_TABLE}`,
        {},
        BUDGET_MS,
      )) ?? [];
    if (!known) throw loggingErrors.archiveAway({ retryAfterSeconds: 15 });
    if (known.count === 0) return [];
    const first = dayOf(Math.max(known.firstMs, after ? receiptOf(after) : 0)) - DAY_MS;
    const last = dayOf(Math.min(known.lastMs, before ? receiptOf(before) : Infinity)) + DAY_MS;
    const ids = [after && 'id > {after:String}', before && 'id < {before:String}'].filter((each) => each !== undefined);
    const keys = ['id >= {lowId:String} and id < {highId:String}', within('from', 'to'), ...ids].join(' and ');
    const found: FoundEvent[] = [];
    for (
      let day = direction === 'asc' ? first : last;
      found.length < limit && (direction === 'asc' ? day <= last : day >= first);
      day += direction === 'asc' ? DAY_MS : -DAY_MS
    ) {
      const [from, end] = [toInstant(day - DAY_MS), toInstant(day + 2 * DAY_MS)];
      const bounds = { from, to: mark !== undefined && mark < end ? mark : end };
      const places = { lowId: smallestIdAt(Math.max(0, day)), highId: smallestIdAt(day + DAY_MS) };
      const condition = {
        keys,
        text,
        values: { ...values, ...bounds, ...places, ...(after && { after }), ...(before && { before }) },
      };
      const order = direction === 'asc' ? 'id' : 'id desc';
      found.push(...(await findAll(condition, order, limit - found.length, omitted)));
    }
    return found;
  }

  /** Received before `mark`, if there is one. An id tells the day of its receipt. @throws `logging.archive_away` */
  async function findOne(id: string, mark: string | null = null): Promise<FoundEvent | undefined> {
    const atMs = receiptOf(id);
    const end = toInstant(atMs + DAY_MS);
    const keys = `id = {id:String} and ${within('from', 'to')}`;
    const [from, to] = [toInstant(atMs - DAY_MS), mark !== null && mark < end ? mark : end];
    const [row] = await findAll({ keys, values: { id, from, to } }, 'id', 1);
    return row;
  }

  async function isEmpty(): Promise<boolean> {
    const rows = await select<{ count: number }>(`select count() as count from ${ARCHIVE_TABLE}`, {}, BUDGET_MS);
    return rows?.[0]?.count === 0;
  }

  return {
    select,
    isEmpty,
    find,
    findAll,
    findByIds,
    findOne,
    /** Before the first insert. */
    prepare: () => ask(server.command({ text: CREATE_TABLE, values: {} })),
    insert: (rows: readonly object[]) => ask(server.insert(ARCHIVE_TABLE, rows)),
    command: (text: string, values: ClickHouseQuery['values'] = {}) => ask(server.command({ text, values })),
  };
}

export type Archive = ReturnType<typeof createArchive>;

/** Received between the values of these names. */
function within(from: string, to: string): string {
  return `received_at >= ${instant(from)} and received_at < ${instant(to)}`;
}

/** When an event was received, by its id; to the millisecond or so. */
function receiptOf(id: string): number {
  return parseInt(id.replace('-', '').slice(0, 12), 16);
}

function dayOf(ms: number): number {
  return Math.floor(ms / DAY_MS) * DAY_MS;
}

/** As ClickHouse can read it: an earlier or later time becomes the nearest one. */
export function toInstant(ms: number): string {
  return new Date(Math.min(Math.max(ms, 0), LAST_MS)).toISOString();
}

/** The value of this name, which is ISO 8601. */
export function instant(name: string): string {
  return `parseDateTime64BestEffort({${name}:String}, 3, 'UTC')`;
}
