import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test, type TestContext } from 'node:test';
import { setImmediate as immediate } from 'node:timers/promises';
import { SeverityNumber } from '@opentelemetry/api-logs';
import { OTLPLogExporter as JsonExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtobufExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { JsonLogsSerializer, ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { testApp, type TestOptions } from '#testing/app.ts';
import { loggingPermissions } from '../contract.ts';

const COUNT = 1500;
const exporters = { json: JsonExporter, protobuf: ProtobufExporter };

async function open(t: TestContext, options: TestOptions = {}) {
  const app = await testApp(t, options);
  const { userId } = app.signIn(loggingPermissions.write);
  const address = await app.http.listen({ port: 0, host: '127.0.0.1' });
  return { app, url: `${address}/v1/logs`, headers: { 'x-test-caller': userId } };
}

for (const [name, Exporter] of Object.entries(exporters))
  for (const compression of ['none', 'gzip'])
    test(`the exporter of npm for ${name} with compression ${compression} loses nothing`, async (t) => {
      const { app, url, headers } = await open(t);
      const exporter = new Exporter({ url, headers, compression: compression as never });
      const provider = new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter })] });
      const logger = provider.getLogger('orders');

      for (let n = 0; n < COUNT; n++)
        logger.emit({
          severityNumber: SeverityNumber.ERROR,
          body: `سفارش ${n} failed`,
          attributes: { 'http.response.status_code': 502, list: ['a', 1], password: 'hunter2' },
        });
      await provider.forceFlush();
      await provider.shutdown();

      const { rows } = await app.database.pool.query(
        `select count(distinct message) as messages, min(level) as level, min(source_module) as module,
           min(http_status_code) as status, min(payload::text) as payload from logging.event`,
      );
      assert.equal(rows.length, 1);
      assert.deepEqual(
        { ...rows[0], payload: JSON.parse(String(rows[0]?.['payload']))['list'] },
        { messages: COUNT, level: 5, module: 'orders', status: 502, payload: ['a', 1] },
      );
      assert.ok(!JSON.stringify(rows).includes('hunter2'));
    });

test('a body that is no protobuf is refused, and a record that cannot be stored is counted', async (t) => {
  const { app, headers } = await open(t);
  const send = (payload: Buffer | object, type: string) =>
    app.http.inject({ method: 'POST', url: '/v1/logs', headers: { ...headers, 'content-type': type }, payload });
  const logRecords = [{ body: { stringValue: 'good' } }, { body: { stringValue: 'bad' }, severityText: 'loud' }];

  const broken = await send(Buffer.from('nonsense'), 'application/x-protobuf');
  const partial = await send({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }, 'application/json');
  const empty = await send(Buffer.alloc(0), 'application/x-protobuf');

  assert.deepEqual([broken.statusCode, broken.json().code], [400, 'http.malformed']);
  assert.equal(partial.json().partialSuccess.rejectedLogRecords, 1);
  assert.equal(empty.statusCode, 200);
});

const serializers = {
  'application/json': JsonLogsSerializer,
  'application/x-protobuf': ProtobufLogsSerializer,
};

/** An export of so many records, `record 0` and on. */
function exportOf(count: number, type: keyof typeof serializers): Buffer {
  const records = Array.from({ length: count }, (_, n) => ({
    hrTime: [1_795_420_800, n],
    hrTimeObserved: [1_795_420_800, n],
    severityNumber: SeverityNumber.INFO,
    body: `record ${n}`,
    attributes: {},
    resource: { attributes: {} },
    instrumentationScope: { name: '' },
    droppedAttributesCount: 0,
  }));
  return Buffer.from(serializers[type].serializeRequest(records as never) ?? []);
}

for (const type of ['application/json', 'application/x-protobuf'] as const)
  test(`an export of 6,000 records that fails at one of the last stores none, and all when it is sent again, as ${type}`, async (t) => {
    const { app, headers } = await open(t);
    const payload = exportOf(6000, type);
    const send = () =>
      app.http.inject({ method: 'POST', url: '/v1/logs', headers: { ...headers, 'content-type': type }, payload });
    const count = async () => {
      const { rows } = await app.database.pool.query(
        'select count(*) as all, count(distinct message) as different from logging.event',
      );
      return rows[0];
    };
    await app.database.pool.query(`
      create function logging.refuse() returns trigger language plpgsql as $$
      begin raise exception 'terminating connection' using errcode = '57P01'; end $$`);
    await app.database.pool.query(`
      create trigger is_away before insert on logging.event for each row when (new.message = 'record 5500')
      execute function logging.refuse()`);

    const refused = await send();
    const then = await count();
    await app.database.pool.query('drop trigger is_away on logging.event');
    const taken = await send();

    assert.deepEqual([refused.statusCode, then], [503, { all: 0, different: 0 }]);
    assert.deepEqual([taken.statusCode, await count()], [200, { all: 6000, different: 6000 }]);
  });

test('an export of more than 50,000 records is refused, and nothing of it is stored', async (t) => {
  const { app, headers } = await open(t);
  const type = 'application/x-protobuf';
  const payload = exportOf(50_001, type);

  const answer = await app.http.inject({
    method: 'POST',
    url: '/v1/logs',
    headers: { ...headers, 'content-type': type },
    payload,
  });

  const { rows } = await app.database.pool.query('select count(*) as all from logging.event');
  assert.deepEqual([answer.statusCode, answer.json().code], [413, 'logging.batch_too_large']);
  assert.deepEqual(rows[0], { all: 0 });
});

test('both exporters with their default settings lose nothing when they meet 429', async (t) => {
  const { app, url, headers } = await open(t, { environment: { BONYAN_LOGGING_MAX_BYTES: '8388608' } });
  const refused: string[] = [];
  let free: () => void = () => {};
  app.http.server.on('request', ({ headers: { 'content-type': type = '' } }, response) => {
    response.on('finish', () => {
      if (response.statusCode !== 429) return;
      refused.push(type);
      if (new Set(refused).size === 2) free();
    });
  });
  // A client that is slow to send as much as may be under way.
  const slow = request(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', 'content-length': 8_388_608 },
  });
  slow.on('error', () => {});
  free = () => slow.destroy();
  slow.write(' ');
  const reader = app.signIn(loggingPermissions.read);
  while ((await reader.get('/logging/health')).body.bytesInFlight === 0) await immediate();
  const providers = Object.values(exporters).map(
    (Exporter) =>
      new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter: new Exporter({ url, headers }) })] }),
  );

  for (const [which, provider] of providers.entries())
    for (let n = 0; n < COUNT; n++) provider.getLogger('orders').emit({ body: `exporter ${which} record ${n}` });
  await Promise.all(providers.map((provider) => provider.forceFlush()));
  await Promise.all(providers.map((provider) => provider.shutdown()));

  const { rows } = await app.database.pool.query(
    'select count(*) as all, count(distinct message) as different from logging.event',
  );
  assert.deepEqual(new Set(refused), new Set(['application/json', 'application/x-protobuf']));
  assert.deepEqual(rows[0], { all: 2 * COUNT, different: 2 * COUNT });
});
