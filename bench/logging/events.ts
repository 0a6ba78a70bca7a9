import type { Stage } from '../servers.ts';

const PER_STATEMENT = 500_000;
const DAYS = 30;

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
  'a facet': '/facets?field=service',
  'a histogram': '/histogram?buckets=60',
};

/** Events of the past month, with their words, and their counts. They are in the partition of today. */
export async function fillEvents({ sql }: Stage, count: number): Promise<void> {
  await sql('truncate logging.event, logging.rollup');
  for (let from = 1; from <= count; from += PER_STATEMENT)
    await sql(
      `insert into logging.event (id, received_at, timestamp_utc, level, message, source_service, source_module, trace_id,
         http_status_code, tags, payload, pattern, fingerprint, checksum, tokens)
       select gen_random_uuid(), now(), at, case when n % 20 = 0 then 5 else 3 end, a || ' ' || b || ' ' || n, 'service-' || n % 10,
              'orders', 'trace-' || n / 10, case when n % 20 = 0 then 502 else 200 end, '{}', '{}', a || ' ' || b || ' <n>', 'f',
              '\\x00', (a || ':1 ' || b || ':2 ' || n || ':3')::tsvector
       from generate_series(${from}::bigint, ${Math.min(count, from + PER_STATEMENT - 1)}::bigint) n,
         lateral (select now() - (${count} - n) * interval '${(DAYS * 86_400) / count} seconds' as at,
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
