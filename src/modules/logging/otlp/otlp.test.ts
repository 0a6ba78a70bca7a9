import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { SeverityNumber } from '@opentelemetry/api-logs';
import { OTLPLogExporter as JsonExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtobufExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { testApp } from '#testing/app.ts';
import { loggingPermissions } from '../contract.ts';

const COUNT = 1500;
const exporters = { json: JsonExporter, protobuf: ProtobufExporter };

async function open(t: TestContext) {
  const app = await testApp(t);
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
