import { setTimeout as sleep } from 'node:timers/promises';
import { ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer';
import pg from 'pg';
import { createKeys } from '#platform/keys/derived.ts';
import { runCopy } from '#platform/database/driver/copy.ts';
import { normalise } from '#modules/logging/transform/normalise.ts';
import { createRedact } from '#modules/logging/transform/redact.ts';
import { COPIED, toReceived } from '#modules/logging/store/rows.ts';
import { readLogs } from '#modules/logging/otlp/protobuf.ts';
import { toInput } from '#modules/logging/otlp/records.ts';
import { toSnakeCase } from '#platform/database/port.ts';
import { fillEvents, QUESTIONS } from './logging/events.ts';
import { send } from './others/load.ts';
import type { Bound, Report, Row } from './report.ts';
import { onStage, type Stage } from './servers.ts';

const STORED = Number(process.env['BONYAN_BENCH_LOGS'] ?? 10_000_000);
const BATCH = 5000;
const BATCHES = 20;
const CONNECTIONS = 4;
const COPIERS = 2; // as the server has writers
const SINGLES = 10_000;
const SEARCHES = 40;
const WORDS = 'payment order user failed timeout retry cache سفارش پرداخت ناموفق کاربر زمان'.split(' ');

/** Ingest by HTTP against bare COPY of the same rows in the same run; decoding of OTLP; searches over many events. */
export function logging(): Promise<Report> {
  return onStage(async (stage) => {
    const headers = { authorization: `Bearer ${stage.accessToken}`, 'content-type': 'application/json' };
    const api = `${stage.bonyan.url}/api/v1/logging`;
    await send({
      url: `${api}/alerts/rules`,
      method: 'POST',
      headers,
      bodies: [JSON.stringify({ name: 'bench', containsText: 'no such text', minimumLevel: 'info' })],
      connections: 1,
      amount: 1,
    });
    const batches = Array.from({ length: BATCHES }, (_, n) => eventsOf(n));
    const bodies = batches.map((events) => JSON.stringify({ events }));
    const bulk = { url: `${api}/events/bulk`, method: 'POST' as const, headers, bodies };
    await send({ ...bulk, connections: CONNECTIONS, amount: CONNECTIONS });

    const http = await send({ ...bulk, connections: CONNECTIONS, amount: BATCHES * 2 });
    const contents = batches.map(toLines);
    const indexed = await copyAll(stage, contents, true);
    const plain = await copyAll(stage, contents, false);
    const single = await send({
      url: `${api}/events`,
      method: 'POST',
      headers,
      bodies: batches
        .flat()
        .slice(0, 1000)
        .map((event) => JSON.stringify(event)),
      connections: 64,
      amount: SINGLES,
    });
    const perSecond = http.perSecond * BATCH;
    const decoded = decodePerCpuSecond();

    await fillEvents(stage, STORED);
    const searches: Row[] = [];
    const bounds: Bound[] = [];
    for (const [range, hours, atMostMs] of [
      ['the last hour', 1, 100],
      ['the last 24 h', 24, 300],
      ['everything', 24 * 365, 2000],
    ] as const)
      for (const [name, path] of Object.entries(QUESTIONS)) {
        const p95Ms = await askPath(
          `${api}${path}&from=${new Date(Date.now() - hours * 3_600_000).toISOString()}`,
          headers,
        );
        searches.push({ measure: `${range}: ${name}, p95`, bonyan: p95Ms, unit: 'ms' });
        bounds.push({ what: `${range}: ${name}`, actual: p95Ms, atMost: atMostMs, unit: 'ms' });
      }
    const rows = [
      { measure: 'events by HTTP, batches of 5,000', bonyan: perSecond, reference: indexed.perSecond, unit: '/s' },
      {
        measure: 'the same against COPY without the word index',
        bonyan: perSecond,
        reference: plain.perSecond,
        unit: '/s',
      },
      { measure: 'batch, longest', bonyan: http.maxMs, reference: indexed.p95Ms, unit: 'ms' },
      { measure: 'single events, 64 connections', bonyan: single.perSecond, unit: '/s' },
      { measure: 'OTLP decoded, per second of CPU', bonyan: decoded, unit: '/s' },
      ...searches,
    ];
    return {
      rows,
      bounds: [
        { what: 'events by HTTP against COPY', actual: perSecond / indexed.perSecond, atLeast: 0.5, unit: '×' },
        { what: 'the same without the word index', actual: perSecond / plain.perSecond, atLeast: 0.35, unit: '×' },
        { what: 'OTLP decoded', actual: decoded, atLeast: 150_000, unit: '/s' },
        ...bounds,
      ],
    };
  });
}

function eventsOf(batch: number) {
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
function toLines(events: readonly object[]): Buffer {
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

/** Into a table with the same indexes, on as many connections as the server has writers. */
async function copyAll({ databaseUrl, sql }: Stage, contents: readonly Buffer[], hasWords: boolean) {
  await sql('create schema if not exists bench');
  await sql('drop table if exists bench.event');
  await sql('create table bench.event (like logging.event including all)');
  if (!hasWords) await sql('drop index bench.event_tokens_idx');
  const copy = `copy bench.event (${COPIED.map(toSnakeCase).join(', ')}) from stdin`;
  const left = [...contents, ...contents];
  const took: number[] = [];
  const begunMs = performance.now();
  await Promise.all(
    Array.from({ length: COPIERS }, async () => {
      const client = new pg.Client({ connectionString: databaseUrl });
      await client.connect();
      for (let content = left.pop(); content; content = left.pop()) {
        const fromMs = performance.now();
        await runCopy(client, copy, content);
        took.push(performance.now() - fromMs);
      }
      await client.end();
    }),
  );
  const seconds = (performance.now() - begunMs) / 1000;
  return { perSecond: (2 * contents.length * BATCH) / seconds, p95Ms: percentile(took, 0.95) };
}

function decodePerCpuSecond(): number {
  const records = Array.from({ length: BATCH }, (_, n) => ({
    hrTime: [1_795_420_800, n] as [number, number],
    hrTimeObserved: [1_795_420_800, n] as [number, number],
    severityNumber: 9,
    severityText: 'INFO',
    body: `order ${n} was paid`,
    attributes: { 'http.response.status_code': 200, 'url.path': '/api/v1/orders', orderId: n },
    resource: { attributes: { 'service.name': 'shop' } },
    instrumentationScope: { name: 'orders' },
    droppedAttributesCount: 0,
  }));
  const bytes = ProtobufLogsSerializer.serializeRequest(records as never);
  if (!bytes) throw new Error('the records could not be encoded');
  for (let round = 0; round < 5; round++) readLogs(bytes).map(toInput);
  const begun = process.cpuUsage();
  for (let round = 0; round < 20; round++) readLogs(bytes).map(toInput);
  const { user, system } = process.cpuUsage(begun);
  return (20 * BATCH) / ((user + system) / 1e6);
}

async function askPath(url: string, headers: Readonly<Record<string, string>>): Promise<number> {
  const took: number[] = [];
  for (let search = 0; search < SEARCHES; search++) {
    const begunMs = performance.now();
    const answer = await fetch(url, { headers });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
    took.push(performance.now() - begunMs);
    await sleep(5);
  }
  return percentile(took, 0.95);
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
