import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createClient } from '@clickhouse/client';
import { ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer';
import type { TestApp } from '#testing/app.ts';
import { HARMLESS, LEAKS, SECRET_PARTS, secretsIn } from '#testing/logging/leaks.ts';
import { createClickHouseDatabase, relayEvents, withoutClickHouse } from '#testing/logging/stores.ts';
import { testApp } from '#testing/app.ts';
import { loggingPermissions } from '../contract.ts';

const { read, write } = loggingPermissions;
const TEXT_FIELDS =
  'message sourceService sourceModule sourceInstance traceId spanId requestId tenantId actorType actorId outcome sessionId ip userAgent deviceInfo httpMethod httpPath errorCode errorStackHash'.split(
    ' ',
  );
const LONG = 'x '.repeat(9000);

/** The leak in each field that takes a text, in names of fields, and across the end of what is kept of a field. */
function eventsOf(leak: unknown): Record<string, unknown>[] {
  const text = textOf(leak);
  const inFields = Object.fromEntries(TEXT_FIELDS.map((name) => [name, text]));
  const atEnds = { message: LONG.slice(0, 16_370), userAgent: LONG.slice(0, 500), httpPath: LONG.slice(0, 2035) };
  const across = Object.fromEntries(Object.entries(atEnds).map(([name, before]) => [name, `${before} ${text}`]));
  return [
    {
      ...inFields,
      tags: [text, `tag ${text}`],
      payload: { inner: leak, text, [text]: 1, list: [leak] },
      further: leak,
    },
    { ...across, deviceInfo: leak, payload: leak !== null && typeof leak === 'object' ? leak : { leak } },
    { ...(typeof leak === 'object' ? leak : {}), message: 'fields of its own', cause: { message: text } },
  ];
}

function textOf(leak: unknown): string {
  return typeof leak === 'string' ? leak : JSON.stringify(leak);
}

type Values = Record<string, unknown>;
const toKeyValues = (values: Values) => Object.entries(values).map(([key, value]) => ({ key, value: toAny(value) }));

/** As JSON of OTLP has it. */
function toAny(value: unknown): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'number') return { doubleValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(toAny) } };
  return { kvlistValue: { values: toKeyValues(value as Values) } };
}

const otlpNames = ['url.path', 'user_agent.original', 'enduser.id', 'error.type', 'exception.message', 'session.id'];

function exportOf(leak: unknown): object {
  const text = textOf(leak);
  const attributes = { ...Object.fromEntries(otlpNames.map((name) => [name, text])), leak, [text]: 1, of: [leak] };
  const own = typeof leak === 'object' ? (leak as Values) : {};
  const ids = { traceId: text, spanId: text, eventName: text };
  return {
    resource: {
      attributes: toKeyValues({ 'service.name': text, 'service.instance.id': text, 'host.name': text, leak }),
    },
    scopeLogs: [
      {
        scope: { name: text },
        logRecords: [
          { body: toAny(text), attributes: toKeyValues(attributes), ...ids },
          { body: toAny(leak), attributes: toKeyValues(own) },
          { eventName: text, attributes: toKeyValues({ 'exception.message': text }) },
        ],
      },
    ],
  };
}

/** As the SDK hands it to its exporter. */
function recordOf(leak: unknown): object {
  const text = textOf(leak);
  return {
    hrTime: [1_795_420_800, 0],
    hrTimeObserved: [1_795_420_800, 0],
    severityNumber: 9,
    severityText: 'INFO',
    body: leak,
    eventName: text,
    attributes: { 'url.path': text, leak, [text]: 1, ...(typeof leak === 'object' && leak) },
    resource: { attributes: { 'service.name': text, leak } },
    instrumentationScope: { name: text },
    droppedAttributesCount: 0,
  };
}

/** Sends them in every way that there is; answers how many were sent. */
async function sendAll(app: TestApp, values: readonly unknown[]): Promise<number> {
  const sara = app.signIn(read, write);
  const events = values.flatMap(eventsOf);
  const send = async (url: string, type: string, payload: string | Buffer) => {
    const headers = { 'x-test-caller': sara.userId, 'content-type': type };
    const answer = await app.http.inject({ method: 'POST', url, headers, payload });
    assert.equal(answer.statusCode, 200, answer.body);
    return answer;
  };
  for (const event of events) assert.equal((await sara.post('/logging/events', event)).status, 201);
  const bulk = await sara.post('/logging/events/bulk', { events });
  const lines = events.map((event) => JSON.stringify(event)).join('\n');
  const ndjson = await send('/api/v1/logging/events/bulk', 'application/x-ndjson', lines);
  assert.deepEqual([bulk.body.rejected, ndjson.json().rejected], [[], []]);
  const json = { resourceLogs: values.map(exportOf) };
  await send('/v1/logs', 'application/json', JSON.stringify(json));
  const protobuf = ProtobufLogsSerializer.serializeRequest(values.map(recordOf) as never);
  assert.ok(protobuf);
  await send('/v1/logs', 'application/x-protobuf', Buffer.from(protobuf));
  return 3 * events.length + 4 * values.length;
}

/** Everything that PostgreSQL has of events, as text. */
async function storedIn({ database }: TestApp): Promise<string[]> {
  const texts: string[] = [];
  for (const table of ['event', 'word', 'rollup']) {
    const { rows } = await database.pool.query<{ row: string }>(`select t::text as row from logging.${table} t`);
    texts.push(...rows.map(({ row }) => row));
  }
  return texts;
}

async function open(t: TestContext) {
  const app = await testApp(t);
  const { rows } = await app.database.pool.query(
    `select attname as name from pg_attribute where attrelid = 'logging.event'::regclass and attname in ('tokens', 'pattern')`,
  );
  assert.equal(rows.length, 2); // they are part of the row's text
  return app;
}

const leaksIn = (texts: readonly string[]) => texts.filter((text) => secretsIn(text).length > 0);

test('no secret is in a row, a pattern, a word or a count, in whichever field and by whichever way it came', async (t) => {
  const app = await open(t);

  const sent = await sendAll(app, LEAKS);

  const texts = await storedIn(app);
  const { rows } = await app.database.pool.query<{ count: number }>('select count(*) from logging.event');
  const { rows: words } = await app.database.pool.query<{ word: string }>('select word from logging.word');
  assert.equal(rows[0]?.count, sent);
  assert.deepEqual(leaksIn(texts), []);
  assert.deepEqual(
    words.filter(({ word }) => ['4111', '1111', ...SECRET_PARTS].includes(word)),
    [],
  );
});

test('no secret is in ClickHouse', { skip: withoutClickHouse, timeout: 120_000 }, async (t) => {
  const url = await createClickHouseDatabase(t);
  const app = await testApp(t, { environment: { CLICKHOUSE_URL: url } });
  const client = createClient({ url });
  t.after(() => client.close());

  const sent = await sendAll(app, LEAKS);
  await relayEvents(app);

  const rows = await client.query({ query: 'select * from logging_event', format: 'JSONEachRow' });
  const texts = (await rows.text()).trim().split('\n');
  assert.equal(texts.length, sent);
  assert.deepEqual(leaksIn(texts), []);
});

test('harmless texts, ids and long numbers are stored as they were sent', async (t) => {
  const app = await open(t);
  const sara = app.signIn(read, write);
  const events = HARMLESS.map((value) => ({ message: textOf(value), httpPath: textOf(value), payload: { value } }));

  const { body } = await sara.post('/logging/events/bulk', { events });

  const stored = await Promise.all(
    body.accepted.map(async ({ id }: { id: string }) => (await sara.get(`/logging/events/${id}`)).body),
  );
  assert.deepEqual(
    stored.map(({ message, httpPath, payload }) => ({ message, httpPath, payload })),
    events,
  );
});
