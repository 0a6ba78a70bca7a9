import { Readable } from 'node:stream';
import { toCsv } from '#kernel/csv.ts';
import { mapPage } from '#kernel/page.ts';
import type { Db } from '#platform/database/port.ts';
import type { NotificationsTables } from '../tables.ts';
import { mask, type MessageSealing } from '../sealing.ts';
import { listDetails, type DetailRow } from './queries.ts';
import { countByStatus, hourlyLatenciesOf, latenciesOf } from './rollup.ts';
import type { DeliveriesQuery, Detail, DetailsQuery, Latency, ReportQuery, Summary } from './schemas.ts';

const DEFAULT_DAYS = 30;
const DAY_MS = 86_400_000;
const CSV_PAGE = 100;
const WEEK_MS = 7 * DAY_MS;
const MAX_KEYS = 200;

export interface StatisticsNeeds {
  readonly db: Db<NotificationsTables>;
  readonly sealing: MessageSealing;
  readonly now: () => Date;
}

/** Of the messages that were sent or failed; null with fewer than `least`. */
export function successRateOf(totals: Summary['totals'], least = 1): number | null {
  const sum = (...statuses: string[]) =>
    totals.reduce((total, { status, count }) => total + (statuses.includes(status) ? count : 0), 0);
  const ended = sum('sent', 'delivered', 'failed');
  return ended < least ? null : sum('sent', 'delivered') / ended;
}

/** How all messages were delivered. Recipients are masked; contents are not shown. */
export function createStatistics({ db, sealing, now }: StatisticsNeeds) {
  const beginOf = ({ from }: { readonly from?: string | undefined }) =>
    from ?? new Date(now().getTime() - DEFAULT_DAYS * DAY_MS).toISOString();

  async function summary(query: ReportQuery): Promise<Summary> {
    const asked = { ...query, from: beginOf(query) };
    const totals = await countByStatus(db.read, asked);
    return {
      totalCount: totals.reduce((total, { count }) => total + count, 0),
      totals,
      successRate: successRateOf(totals),
      latency: await latencies(asked),
    };
  }

  async function latencies(query: ReportQuery & { readonly from: string }): Promise<Summary['latency']> {
    const rows = await latenciesOf(db.read, query);
    const lastWeek = new Date(
      Math.min(Date.parse(query.to ?? now().toISOString()), now().getTime()) - WEEK_MS,
    ).toISOString();
    const from = Date.parse(query.from) > Date.parse(lastWeek) ? query.from : lastWeek;
    const byHour = await hourlyLatenciesOf(db.read, { ...query, from });
    const of = (grouping: number) => rows.filter((row) => row.grouping === grouping).map(toLatency);
    return {
      byChannel: of(0b011),
      byProvider: of(0b101),
      byTemplate: of(0b110).slice(0, MAX_KEYS),
      byHour: byHour.slice(-MAX_KEYS * 4).map(toLatency),
    };
  }

  const details = (query: DetailsQuery) => listDetails(db.read, query, beginOf(query));

  async function detailPage(query: DetailsQuery) {
    return mapPage(await details(query), toDetail);
  }

  /** All that match, newest first; read page by page, as fast as the client reads. */
  function csv(query: DeliveriesQuery): Readable {
    return toCsv(Object.keys(columns) as (keyof Detail)[], all({ ...query, pageSize: CSV_PAGE }));
  }

  async function* all(query: DetailsQuery): AsyncGenerator<Detail> {
    const { from = beginOf(query) } = query; // the same for all pages
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof details>> = await details({
        ...query,
        from,
        ...(cursor !== null && { cursor }),
      });
      yield* page.items.map(toDetail);
      cursor = page.nextCursor;
    } while (cursor !== null);
  }

  function toDetail({ recipientSealed, ...row }: DetailRow): Detail {
    const recipient = sealing.openRecipient({ id: row.id, recipientSealed });
    return { ...row, recipient: row.channel === 'inApp' ? recipient : mask(recipient) };
  }

  return { summary, details: detailPage, csv };
}

function toLatency({ key, count, p50Ms, p95Ms, p99Ms }: Latency): Latency {
  return { key, count, p50Ms, p95Ms, p99Ms };
}

export type Statistics = ReturnType<typeof createStatistics>;

const columns: Record<keyof Detail, true> = {
  id: true,
  createdAt: true,
  channel: true,
  category: true,
  template: true,
  recipient: true,
  status: true,
  statusReason: true,
  provider: true,
  attemptCount: true,
  latencyMs: true,
  lastError: true,
  sentAt: true,
};
