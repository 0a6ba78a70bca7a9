import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as immediate } from 'node:timers/promises';
import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createLog } from '#platform/log/pino.ts';
import { notificationPermissions } from '#modules/notifications/contract.ts';
import { userEvents } from '#modules/users/contract.ts';
import { testApp } from '#testing/app.ts';
import { jobPermissions, jobTools } from '#testing/jobs/app.ts';
import { openOtlpReceiver, type ReceivedSpan } from '#testing/servers/otlp-receiver.ts';
import { startSmtpServer } from '#testing/servers/smtp-server.ts';
import { openOtlp } from './otlp.ts';
import { createRegistry } from './registry.ts';
import { createTracer } from './tracer.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER = '00f067aa0ba902b7';
const register = (email: string) => ({ email, firstName: 'Sara', lastName: 'K', password: 'a long pass phrase 1' });
setFlagsFromString('--expose-gc');
/** Collects garbage, so that only what is held counts. */
const collect = runInNewContext('gc') as () => void;
const silent = createLog('silent');

/** The names of a span and of all above it. */
function pathOf(spans: readonly ReceivedSpan[], span: ReceivedSpan | undefined): string[] {
  if (!span) return [];
  return [
    span.name,
    ...pathOf(
      spans,
      spans.find(({ spanId }) => spanId === span.parentSpanId),
    ),
  ];
}

test('one trace leads from a registration to the SMTP server: logs, event, work, audit entry and spans', async (t) => {
  const receiver = await openOtlpReceiver(t);
  const smtp = await startSmtpServer(t);
  const lines: string[] = [];
  const log = createLog('debug', { write: (line) => void lines.push(line) });
  const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, SMTP_URL: smtp.url };
  const app = await testApp(t, { environment, log });
  const { pool } = app.database;
  const email = app.randomEmail();

  const traceparent = `00-${TRACE}-${CALLER}-01`;
  const { status } = await app.anonymous.post('/users/register', register(email), { traceparent });
  const { rows: work } = await pool.query<{ origin: { traceparent: string } }>(
    `select origin from platform.work where queue like 'notifications.%' and key is null`,
  );
  await app.drain();
  await app.telemetry.flush();

  const { spans } = receiver;
  const own = spans.filter(({ traceId }) => traceId === TRACE);
  const request = own.find(({ name }) => name === 'POST /api/v1/users/register');
  const sent = own.find(({ name }) => name === 'send email');
  const path = pathOf(own, sent);
  const { rows: entries } = await pool.query('select 1 from audit.entry where trace_id = $1', [TRACE]);
  const { rows: events } = await pool.query(
    `select 1 from platform.event where origin ->> 'traceparent' like '00-${TRACE}-%'`,
  );
  assert.equal(status, 202);
  assert.equal((await smtp.received(email)).length, 1);
  assert.equal(request?.parentSpanId, CALLER);
  assert.ok(work.every(({ origin }) => origin.traceparent.startsWith(`00-${TRACE}-`)));
  assert.ok(work.length > 0);
  assert.equal(path.at(0), 'send email', own.map(({ name }) => name).join());
  assert.match(path.at(1) ?? '', /^work notifications\./);
  assert.equal(path.at(-1), 'POST /api/v1/users/register');
  assert.ok(own.some((span) => span.name === 'database unit' && span.parentSpanId === request?.spanId));
  assert.ok(entries.length > 0);
  assert.ok(events.length > 0);
  assert.ok(lines.some((line) => JSON.parse(line).traceId === TRACE));
  for (const span of own) assert.ok(BigInt(span.startTimeUnixNano) <= BigInt(span.endTimeUnixNano), span.name);
});

test('one trace leads from the request that runs a job to the SMTP server; an occurrence begins its own', async (t) => {
  const receiver = await openOtlpReceiver(t);
  const smtp = await startSmtpServer(t);
  const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, SMTP_URL: smtp.url };
  const app = await testApp(t, { environment });
  const sara = app.signIn(...jobPermissions, notificationPermissions.write);
  const { job, schedule, shift } = jobTools(app, sara);
  const recipient = app.randomEmail();
  const payload = { channel: 'email', recipient, subject: 'x', body: 'y' };
  const id = await job({ type: 'notifications.send', payload });

  const traceparent = `00-${TRACE}-${CALLER}-01`;
  await sara.post(`/scheduler/jobs/${id}/run`, undefined, { traceparent });
  await app.drain();
  await schedule(id, { type: 'interval', intervalSeconds: 3600 });
  await shift(id, 3_600_000);
  await app.drain();
  await app.telemetry.flush();

  const { spans } = receiver;
  const [own = [], others = []] = [true, false].map((isOwn) =>
    spans.filter(({ traceId, name }) => name === 'send email' && (traceId === TRACE) === isOwn),
  );
  assert.equal((await smtp.received(recipient)).length, 2);
  assert.equal(pathOf(spans, own[0]).at(-1), 'POST /api/v1/scheduler/jobs/:jobId/run');
  assert.ok(pathOf(spans, own[0]).includes('work scheduler.run'), pathOf(spans, own[0]).join());
  assert.equal(pathOf(spans, others[0]).at(-1), 'work scheduler.due');
});

test('of the traces that begin here, the share is sent that is configured', async (t) => {
  const receiver = await openOtlpReceiver(t);
  const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_TRACES_SAMPLER_ARG: '0' };
  const app = await testApp(t, { environment });

  const { body } = await app.anonymous.get('/todos');
  await app.anonymous.get('/todos', { traceparent: `00-${TRACE}-${CALLER}-01` });
  await app.telemetry.flush();

  assert.match(body.traceId, /^[0-9a-f]{32}$/);
  assert.deepEqual(
    receiver.spans.map(({ traceId }) => traceId),
    [TRACE],
  );
});

test('what a handler of an event causes is below the handler, and that below the request', async (t) => {
  const receiver = await openOtlpReceiver(t);
  const app = await testApp(t, { environment: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url } });
  const origin = { requestId: 'r', traceparent: `00-${TRACE}-${CALLER}-01` };
  await app.database.units.write<never, void>(system('users', origin), async ({ publish }) =>
    publish(userEvents.deleted, { userId: newId() }),
  );

  await app.drain(3_600_000);
  await app.telemetry.flush();

  const own = receiver.spans.filter(({ traceId }) => traceId === TRACE);
  const again = own.find(({ name }) => name === 'work platform.erasure');
  assert.deepEqual(pathOf(own, again).slice(1), [`event ${userEvents.deleted.type}`]);
  assert.equal(own.find(({ name }) => name.startsWith('event '))?.parentSpanId, CALLER);
});

test('a request without a trace begins one, with the trace id of its answer', async (t) => {
  const receiver = await openOtlpReceiver(t);
  const app = await testApp(t, { environment: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url } });

  const { body } = await app.anonymous.get('/todos');
  await app.telemetry.flush();

  const own = receiver.spans.filter(({ traceId }) => traceId === body.traceId);
  assert.deepEqual(
    own.map(({ name, parentSpanId }) => [name, parentSpanId]),
    [['GET /api/v1/todos', undefined]],
  );
});

test('a trace that its caller does not sample is passed on and not sent', async (t) => {
  const receiver = await openOtlpReceiver(t);
  const app = await testApp(t, { environment: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url } });

  const traceparent = `00-${TRACE}-${CALLER}-00`;
  const { body } = await app.anonymous.get('/todos', { traceparent });
  await app.telemetry.flush();

  assert.equal(body.traceId, TRACE);
  assert.deepEqual(receiver.spans, []);
});

test('the collector gets the metrics of the registry', async (t) => {
  const receiver = await openOtlpReceiver(t);
  const app = await testApp(t, { environment: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url } });
  await app.anonymous.get('/todos');

  await app.telemetry.flush();

  const named = (name: string) => receiver.metrics.find((metric) => metric.name === name);
  assert.equal(named('bonyan_http_requests_total')?.sum?.dataPoints[0]?.asDouble, 1);
  assert.equal(Number(named('bonyan_http_request_duration_seconds')?.histogram?.dataPoints[0]?.count), 1);
});

for (const [what, open] of [
  ['away', async () => 'http://127.0.0.1:9'],
  ['silent', async (t: Parameters<typeof openOtlpReceiver>[0]) => (await openOtlpReceiver(t, { silent: true })).url],
] as const)
  test(`a collector that is ${what} costs no memory`, async (t) => {
    const registry = createRegistry(() => {});
    const otlp = openOtlp({ endpoint: await open(t), nodeId: 'n', registry, log: silent });
    const tracer = createTracer(otlp.record);
    const span = { name: 'x', kind: 'internal', attributes: { queue: 'some.queue' } } as const;
    const record = async (spans: number) => {
      for (let n = 0; n < spans; n++) {
        tracer.begin(span, `00-${TRACE}-${CALLER}-01`).end();
        if (n % 1000 === 0) await immediate();
      }
    };
    await record(20_000);
    collect();
    const before = process.memoryUsage();

    await record(200_000);

    collect();
    const after = process.memoryUsage();
    const grown = (after.heapUsed + after.external - before.heapUsed - before.external) / 2 ** 20;
    assert.ok(grown < 64, `${grown} MiB`); // 200,000 spans would be 200
    await otlp.close();
  });
