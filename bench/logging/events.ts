import { createKeys } from '#platform/keys/derived.ts';
import { toReceived } from '#modules/logging/store/rows.ts';
import { normalise } from '#modules/logging/transform/normalise.ts';
import { createRedact } from '#kernel/redaction/redact.ts';
import type { Stage } from '../servers.ts';

export const BATCH = 5000;
const WORDS = 'payment order user failed timeout retry cache سفارش پرداخت ناموفق کاربر زمان'.split(' ');
const PER_STATEMENT = 500_000;
const DAYS = 30;
const DAY_MS = 86_400_000;

const text = (words: string) => encodeURIComponent(words);

/** What is asked, below `/api/v1/logging`. */
export const QUESTIONS: Readonly<Record<string, string>> = {
  'a word': `/events?text=${text('timeout')}`,
  'a phrase': `/events?query=${text('"payment timeout"')}`,
  'a Persian word': `/events?text=${text('سفارش')}`,
  'two words': `/events?text=${text('payment retry')}`,
  'not a word': `/events?query=${text('payment -timeout')}`,
  'level and service': `/events?level=error&service=service-3`,
  'a trace': `/events?traceId=trace-77777`,
  'a range of statuses': `/events?query=${text('status>=500')}`,
  'a range of rare statuses': `/events?query=${text('status>=503')}`,
  'a facet': '/facets?field=service',
  'a histogram': '/histogram?buckets=60',
};

/** Events of the past 30 days in the partitions of their days, with their words, and their counts. */
export async function fillEvents({ sql }: Stage, count: number): Promise<void> {
  await sql('truncate logging.event, logging.rollup');
  for (let day = DAYS; day > 0; day--) await sql(toPartition('event', day));
  for (let day = DAYS; day > 0; day--) await sql(toPartition('rollup', day));
  for (let from = 1; from <= count; from += PER_STATEMENT)
    await sql(
      `insert into logging.event (id, received_at, timestamp_utc, level, message, source_service, source_module, trace_id,
         http_status_code, tags, payload, pattern, fingerprint, checksum, tokens)
       select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || substr(hash, 1, 3) || '8' || substr(hash, 4, 15))::uuid,
              at, at, case when n % 20 = 0 then 5 else 3 end, a || ' ' || b || ' ' || n || ' took ' || n % 977 || ' ms at /api/v1/orders/' || n % 5000,
              'service-' || n % 10, 'orders', 'trace-' || n / 10,
              case when n % 100000 = 0 then 503 when n % 20 = 0 then 502 else 200 end, '{}', json_build_object('orderId', n, 'country', 'ir'),
              a || ' ' || b || ' <n> took <n> ms at /api/v1/orders/<n>', 'f', sha256(n::text::bytea),
              (a || ':1 ' || b || ':2 ' || n || ':3 took:4 ' || n % 977 || ':5 ms:6 at:7 api:8 v1:9 orders:10 ' || n % 5000 || ':11 ir:20')::tsvector
       from generate_series(${from}::bigint, ${Math.min(count, from + PER_STATEMENT - 1)}::bigint) n,
         lateral (select now() - (${count} - n) * interval '${(DAYS * 86_400) / count} seconds' as at, md5(n::text) as hash,
           (array['payment', 'order', 'user', 'سفارش', 'پرداخت'])[1 + n % 5] as a,
           (array['failed', 'timeout', 'retry', 'cache', 'ناموفق', 'کاربر', 'ok'])[1 + n % 7] as b) w`,
    );
  for (const [seconds, unit] of [
    [60, 'minute'],
    [3600, 'hour'],
    [86_400, 'day'],
  ] as const)
    // prettier-ignore
    await sql(
      `insert into logging.rollup (day, seconds, bucket, level, service, module, outcome, writer, count)
       select date_trunc('day', received_at), ${seconds}, date_trunc('${unit}', timestamp_utc), level, source_service, 'orders', '',
              1, count(*)
       from logging.event group by 1, 3, 4, 5`,
    );
  await sql('vacuum analyze logging.event');
  await sql('vacuum analyze logging.rollup');
}

/** The partition of the day that is so many days ago, in UTC. */
function toPartition(table: string, daysAgo: number): string {
  const [from = '', to = ''] = [daysAgo, daysAgo - 1].map((ago) => new Date(Date.now() - ago * DAY_MS).toISOString());
  const name = `logging.${table}_${from.slice(0, 10).replaceAll('-', '')}`;
  return `create table if not exists ${name} partition of logging.${table}
    for values from ('${from.slice(0, 10)}T00:00Z') to ('${to.slice(0, 10)}T00:00Z')`;
}

/** Events of one batch, as a client sends them. */
export function eventsOf(batch: number) {
  return Array.from({ length: BATCH }, (_, n) => {
    const at = batch * BATCH + n;
    return {
      message: `${WORDS[at % 12]} ${WORDS[(at * 7) % 12]} ${at} took ${at % 977} ms at /api/v1/orders/${at % 5000}`,
      level: at % 20 === 0 ? 'error' : 'info',
      sourceService: `service-${at % 10}`,
      sourceModule: 'orders',
      traceId: `${at}`.padStart(32, '0'),
      httpStatusCode: at % 20 === 0 ? 502 : 200,
      payload: { orderId: at, country: 'ir' },
    };
  });
}

/** What the server makes of the events: lines of COPY. */
export function toLines(events: readonly object[]): Buffer {
  const keys = createKeys('only-for-benchmarks-only-for-benchmarks');
  const redact = createRedact([]);
  const at = new Date();
  const lines = events.map((event) => {
    const judged = normalise(event, at, redact);
    if ('fault' in judged) throw new Error(judged.fault.message);
    return toReceived(keys, judged.event, at).line;
  });
  return Buffer.from(lines.join(''));
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
