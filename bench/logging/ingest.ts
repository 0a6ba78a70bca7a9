import { ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer';
import pg from 'pg';
import { runCopy } from '#platform/database/driver/copy.ts';
import { toSnakeCase } from '#platform/database/port.ts';
import { readLogs } from '#modules/logging/otlp/protobuf.ts';
import { toInput } from '#modules/logging/otlp/records.ts';
import { COPIED } from '#modules/logging/store/rows.ts';
import { send } from '../others/load.ts';
import type { Report } from '../report.ts';
import type { Stage } from '../servers.ts';
import { BATCH, eventsOf, percentile, toLines } from './events.ts';

const BATCHES = 20;
const CONNECTIONS = 4;
const COPIERS = 2; // as the server has writers

/** Batches by HTTP, with a rule, against bare COPY of the same rows in the same run; and decoding of OTLP. */
export async function ingest(stage: Stage): Promise<Report> {
  const headers = { authorization: `Bearer ${stage.accessToken}`, 'content-type': 'application/json' };
  const api = `${stage.bonyan.url}/api/v1/logging`;
  const rule = JSON.stringify({ name: 'bench', containsText: 'no such text', minimumLevel: 'info' });
  await send({ url: `${api}/alerts/rules`, method: 'POST', headers, bodies: [rule], connections: 1, amount: 1 });
  const batches = Array.from({ length: 2 * BATCHES }, (_, n) => eventsOf(n));
  const contents = batches.map(toLines);
  const bulk = {
    url: `${api}/events/bulk`,
    method: 'POST' as const,
    headers,
    bodies: batches.map((events) => JSON.stringify({ events })),
  };
  await send({ ...bulk, connections: CONNECTIONS, amount: CONNECTIONS });
  await stage.sql('truncate logging.event, logging.rollup, logging.word');

  const http = await send({ ...bulk, connections: CONNECTIONS, amount: contents.length });
  const indexed = await copyAll(stage, contents, true);
  const paced = await send({ ...bulk, connections: COPIERS, amount: contents.length });
  const plain = await copyAll(stage, contents, false);
  const perSecond = http.perSecond * BATCH;
  const decoded = decodePerCpuSecond();

  return {
    rows: [
      { measure: 'events by HTTP in batches', bonyan: perSecond, reference: indexed.perSecond, unit: '/s' },
      { measure: 'the same, COPY without words', bonyan: perSecond, reference: plain.perSecond, unit: '/s' },
      { measure: 'batch, p95', bonyan: paced.p95Ms, reference: indexed.p95Ms, unit: 'ms' },
      { measure: 'OTLP decoded, per second of CPU', bonyan: decoded, unit: '/s' },
    ],
    bounds: [
      { what: 'events by HTTP against COPY', actual: perSecond / indexed.perSecond, atLeast: 0.5, unit: '×' },
      { what: 'the same without the word index', actual: perSecond / plain.perSecond, atLeast: 0.35, unit: '×' },
      { what: 'batch p95 against COPY', actual: paced.p95Ms / indexed.p95Ms, atMost: 1.5, unit: '×' },
      { what: 'OTLP decoded', actual: decoded, atLeast: 150_000, unit: '/s' },
    ],
  };
}

/** Into a table with the same indexes, on as many connections as the server has writers. */
async function copyAll({ databaseUrl, sql }: Stage, contents: readonly Buffer[], hasWords: boolean) {
  await sql('create schema if not exists bench');
  await sql('drop table if exists bench.event');
  await sql('create table bench.event (like logging.event including all)');
  if (!hasWords) await sql('drop index bench.event_tokens_idx');
  const copy = `copy bench.event (${COPIED.map(toSnakeCase).join(', ')}) from stdin`;
  const left = [...contents];
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
  return { perSecond: (contents.length * BATCH) / seconds, p95Ms: percentile(took, 0.95) };
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
