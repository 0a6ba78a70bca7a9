import { sql, type RawBuilder } from 'kysely';
import { COUNT_LIMIT } from '#kernel/page.ts';
import { createDeadline, type Deadline } from '#kernel/limits/deadline.ts';
import type { LoggingNeeds, LoggingReader } from '../needs.ts';
import { GRAINS } from '../store/queries.ts';
import { fromLevelNumber } from '../store/rows.ts';
import { toConditions, toCountConditions, type EventConditions, type Parts } from './conditions.ts';
import type { EventFilter, Facet, FacetQuery, Histogram, HistogramQuery } from './schemas.ts';
import type { Range } from './slices-archive.ts';
import type { SliceService } from './slices-postgres.ts';
import type { EventKey, KeyCount, Stores } from './stores.ts';

const MOST = 100_000; // matches that are counted one by one
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const DAY_SECONDS = 86_400; // of the coarsest counts
const COARSEST_FIRST = GRAINS.toReversed();
const MAX_MS = 8.64e15;
const ALMOST = 0.9999; // of what is not whole
const FIRST_SLICE_MS = 15 * MINUTE_MS;
const GROWTH = 4;
const WIDTHS = [1, 5, 10, 30, 60, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400, 172_800, 604_800, 2_592_000]; // prettier-ignore

/** Of the counts by minute and hour: their columns. */
const COUNTED: Readonly<Record<string, string>> = {
  level: 'level',
  service: 'service',
  module: 'module',
  outcome: 'outcome',
};
const COLUMNS: Readonly<Record<string, string>> = {
  level: 'level', service: 'source_service', module: 'source_module', outcome: 'outcome', instance: 'source_instance',
  httpMethod: 'http_method', httpPath: 'http_path', httpStatusCode: 'http_status_code', errorCode: 'error_code',
  actorId: 'actor_id', tenantId: 'tenant_id', pattern: 'pattern', fingerprint: 'fingerprint',
}; // prettier-ignore

const NOTHING = { sampled: false, fraction: 1, complete: true, scanned: { partitions: 0, rows: 0 } };

interface Counted {
  readonly counts: ReadonlyMap<string | null, number>;
  readonly fraction: number;
  /** What was looked at. */
  readonly searched: Range;
}

export interface CountsNeeds extends Pick<LoggingNeeds, 'db'> {
  readonly stores: Pick<Stores, 'bounds' | 'count' | 'mark'>;
  readonly parts: Parts;
  readonly slices: Pick<SliceService, 'ask'>;
  readonly budgetMs: number;
}

/**
 * Counts events. Where the counts that ingest writes have all that is asked, from these, and exactly; else one by one,
 * newest first, up to 100,000.
 */
export function createCounts({ db, stores, parts, slices, budgetMs }: CountsNeeds) {
  async function rangeOf({ from, to }: EventFilter, deadline: Deadline): Promise<Range | null> {
    const known = (await stores.bounds(deadline.leftMs() / 2)) ?? (await boundsOfDays());
    if (!known) return null;
    const fromMs = Math.max(from ? Date.parse(from) : -MAX_MS, known.firstMs);
    const toMs = Math.min(to ? Date.parse(to) : MAX_MS, known.lastMs + 1);
    return fromMs < toMs ? { fromMs, toMs } : null;
  }

  /** While ClickHouse is away: of the days that have counts, which begin with a whole minute. */
  async function boundsOfDays() {
    const { rows } = await sql<{ first: string | null; last: string | null }>`
      select min(bucket) as first, max(bucket) as last from logging.rollup where seconds = 86400`.execute(db.read);
    const { first = null, last = null } = rows[0] ?? {};
    if (first === null || last === null) return null;
    return { firstMs: Date.parse(first), lastMs: Date.parse(last) + DAY_MS - 1 };
  }

  /** Whole minutes and hours from the counts; the rest of a minute at each end one by one. */
  async function countKept(
    filter: EventFilter,
    conditions: EventConditions,
    range: Range,
    keys: Keys,
    deadline: Deadline,
  ): Promise<Counted> {
    const counts = new Map<string | null, number>();
    let isExact = true;
    for (const part of partsOf(range, keys.grains)) {
      const leftMs = deadline.leftMs();
      const { rows, isPartial } =
        leftMs === 0
          ? { rows: null, isPartial: false }
          : part.seconds === 0
            ? await stores.count(conditions, part, keys, MOST + 1, deadline)
            : { rows: await slices.ask(ofCounts(filter, part, keys.ofCounts), leftMs), isPartial: false };
      const matched = add(counts, rows ?? []);
      isExact &&= rows !== null && !isPartial && (part.seconds > 0 || matched <= MOST);
    }
    return { counts, fraction: isExact ? 1 : ALMOST, searched: range };
  }

  /** In slices of time, the newest first, until so many have matched. */
  async function countMatches(
    conditions: EventConditions,
    range: Range,
    keys: Keys,
    deadline: Deadline,
  ): Promise<Counted> {
    const counts = new Map<string | null, number>();
    let matches = 0;
    let edge = range.toMs;
    let isWhole = true;
    let isCut = false;
    for (let widthMs = FIRST_SLICE_MS; edge > range.fromMs && matches < MOST; widthMs *= GROWTH) {
      const slice = { fromMs: Math.max(range.fromMs, edge - widthMs), toMs: edge };
      if (deadline.leftMs() === 0) break;
      const { rows, isPartial } = await stores.count(conditions, slice, keys, MOST + 1, deadline);
      if (rows === null) break;
      isWhole &&= !isPartial;
      const matched = add(counts, rows);
      isCut = matched > MOST;
      matches += matched;
      edge = slice.fromMs;
    }
    if (edge === range.fromMs && isWhole && !isCut) return { counts, fraction: 1, searched: range };
    const tailMs = isWhole ? -Infinity : Date.parse((await stores.mark()) ?? '');
    const searched = { ...range, fromMs: Math.max(edge, tailMs) };
    const [looked, all] = [await countDays(searched), await countDays(range)];
    return { counts, fraction: Math.min(ALMOST, all === 0 ? 1 : looked / all), searched };
  }

  async function countDays(range: Range): Promise<number> {
    const days = { fromMs: Math.floor(range.fromMs / DAY_MS) * DAY_MS, toMs: range.toMs, seconds: DAY_SECONDS };
    const { rows } = await ofCounts({}, days, sql`null`).execute(db.read);
    return rows.reduce((sum, row) => sum + row.count, 0);
  }

  async function count(filter: EventFilter, range: Range, keys: Keys, deadline: Deadline): Promise<Counted> {
    const conditions = await toConditions(filter, parts, deadline);
    if (conditions.isCounted && keys.isKept) return countKept(filter, conditions, range, keys, deadline);
    return countMatches(conditions, range, keys, deadline);
  }

  /** All that match; null where that is not known without looking at each, or before the deadline. */
  async function totalOf(filter: EventFilter, conditions: EventConditions, deadline: Deadline): Promise<number | null> {
    if (!conditions.isCounted || deadline.leftMs() === 0) return null;
    const range = await rangeOf(filter, deadline);
    if (!range) return 0;
    const keys = { isKept: true, grains: COARSEST_FIRST, ofCounts: sql`null`, ofEvents: sql`null`, ofArchive: 'null' };
    const { counts, fraction } = await countKept(filter, conditions, range, keys, deadline);
    return fraction < 1 ? null : Math.min(counts.get(null) ?? 0, COUNT_LIMIT);
  }

  /** @throws `logging.query_invalid` */
  async function facet({ field = 'service', limit = 10, ...filter }: FacetQuery): Promise<Facet> {
    const deadline = createDeadline(budgetMs);
    const range = await rangeOf(filter, deadline);
    if (!range) return { field, values: [], ...NOTHING };
    const { [field]: kept } = COUNTED;
    const keys = {
      isKept: kept !== undefined,
      grains: COARSEST_FIRST,
      ofCounts: kept === undefined ? sql`null` : sql.raw(`nullif(r.${kept}::text, '')`),
      ofEvents: sql.raw(`e.${COLUMNS[field]}::text`),
      ofArchive: `toString(${COLUMNS[field]})`,
    };
    const counted = await count(filter, range, keys, deadline);
    const values = [...counted.counts]
      .filter(([, matches]) => matches > 0)
      .toSorted(([one, ones], [other, others]) => others - ones || String(one).localeCompare(String(other)))
      .slice(0, limit)
      .map(([key, matches]) => ({ value: field === 'level' ? fromLevelNumber(Number(key)) : key, count: matches }));
    return { field, values, ...(await extentOf(counted)) };
  }

  /** @throws `logging.query_invalid` */
  async function histogram({ buckets = 60, ...filter }: HistogramQuery): Promise<Histogram> {
    const deadline = createDeadline(budgetMs);
    const range = await rangeOf(filter, deadline);
    if (!range) return { bucketSeconds: 60, totalCount: 0, buckets: [], ...NOTHING };
    const wanted = (range.toMs - range.fromMs) / 1000 / buckets;
    const bucketSeconds = WIDTHS.find((width) => width >= wanted) ?? WIDTHS.at(-1) ?? 60;
    const start = (column: string) =>
      sql`(floor(extract(epoch from ${sql.raw(column)}) / ${bucketSeconds}::int) * ${bucketSeconds}::int)::bigint::text`;
    const isKept = bucketSeconds % 60 === 0;
    const keys = {
      isKept,
      grains: COARSEST_FIRST.filter((seconds) => bucketSeconds % seconds === 0),
      ofCounts: start('r.bucket'),
      ofEvents: start('e.timestamp_utc'),
      ofArchive: `toString(toInt64(floor(toUnixTimestamp64Milli(timestamp_utc) / ${bucketSeconds * 1000})) * ${bucketSeconds})`,
    };
    const counted = await count(filter, range, keys, deadline);
    const bars = [...counted.counts]
      .map(([key, matches]) => ({ from: new Date(Number(key) * 1000).toISOString(), count: matches }))
      .filter((bar) => bar.count > 0)
      .toSorted((one, other) => (one.from < other.from ? -1 : 1));
    const totalCount = bars.reduce((sum, bar) => sum + bar.count, 0);
    return { bucketSeconds, totalCount, buckets: bars, ...(await extentOf(counted)) };
  }

  const extentOf = async ({ fraction, searched }: Counted) => ({
    sampled: fraction < 1,
    fraction,
    complete: fraction === 1,
    scanned: await scannedOf(db.read, searched),
  });

  return { totalOf, facet, histogram };
}

/** What is counted by, in both tables. */
interface Keys extends EventKey {
  /** Whether the counts by minute and hour have it. */
  readonly isKept: boolean;
  /** Of the counts that can be used, in seconds, the coarsest first. */
  readonly grains: readonly number[];
  readonly ofCounts: RawBuilder<unknown>;
}

interface Part extends Range {
  /** Of the counts to read; 0: the events themselves. */
  readonly seconds: number;
}

/** The range in whole days, the whole hours and minutes beside them, and what is left at both ends. */
function partsOf({ fromMs, toMs }: Range, [seconds, ...finer]: readonly number[]): Part[] {
  if (fromMs >= toMs) return [];
  if (seconds === undefined) return [{ fromMs, toMs, seconds: 0 }];
  const first = Math.ceil(fromMs / (seconds * 1000)) * seconds * 1000;
  const last = Math.floor(toMs / (seconds * 1000)) * seconds * 1000;
  if (first >= last) return partsOf({ fromMs, toMs }, finer);
  return [
    ...partsOf({ fromMs, toMs: first }, finer),
    { fromMs: first, toMs: last, seconds },
    ...partsOf({ fromMs: last, toMs }, finer),
  ];
}

function ofCounts(
  filter: EventFilter,
  { fromMs, toMs, seconds }: Part,
  key: RawBuilder<unknown>,
): RawBuilder<KeyCount> {
  const all = [
    sql<boolean>`r.seconds = ${sql.lit(seconds)}`, // written, so that the index of the days alone is used
    sql<boolean>`r.bucket >= ${new Date(fromMs).toISOString()}::timestamptz`,
    sql<boolean>`r.bucket < ${new Date(toMs).toISOString()}::timestamptz`,
    ...toCountConditions(filter),
  ];
  const counts = sql`from logging.rollup r where ${sql.join(all, sql` and `)}`;
  if (seconds === DAY_SECONDS)
    return sql<KeyCount>`select ${key} as key, sum(r.count)::bigint as count ${counts} group by 1`;
  // Finer ones by the primary key of each partition, which begins with its day: else PostgreSQL 15 reads them all.
  return sql<KeyCount>`select ${key} as key, sum(r.count)::bigint as count
    from (select distinct day from logging.rollup where seconds = ${sql.lit(DAY_SECONDS)}) d
    cross join lateral (select r.* ${counts} and r.day = d.day offset 0) r group by 1`;
}

function add(counts: Map<string | null, number>, rows: readonly KeyCount[]): number {
  for (const { key, count } of rows) counts.set(key, (counts.get(key) ?? 0) + count);
  return rows.reduce((sum, { count }) => sum + count, 0);
}

/** How much there is in the time that was searched, by the counts of the days. */
export async function scannedOf(db: LoggingReader, { fromMs, toMs }: Range) {
  const from = new Date(Math.floor(fromMs / DAY_MS) * DAY_MS).toISOString();
  const { rows } = await sql<{ partitions: number; rows: number }>`
    select count(distinct day) as partitions, coalesce(sum(count), 0)::bigint as rows from logging.rollup
    where seconds = 86400 and bucket >= ${from}::timestamptz and bucket < ${new Date(toMs).toISOString()}::timestamptz`.execute(
    db,
  );
  return rows[0] ?? { partitions: 0, rows: 0 };
}
