import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { OTLPLogExporter as JsonExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtobufExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { startServer, temporaryDataDir, type ServerProcess } from '../story/server.ts';
import { startServers } from './outside.ts';
import { isLong, SECRET } from './stage.ts';

const KILLS = isLong ? 50 : 3;
const AWAY_MS = isLong ? 60_000 : 12_000;
const RECORDS_EACH_MS = 20;
const EXPORTERS = { json: JsonExporter, protobuf: ProtobufExporter };
const ADMIN = { email: 'admin@example.com', password: 'four words are enough' };
const environment = {
  BONYAN_SECRET: SECRET,
  BONYAN_ADMIN_EMAIL: ADMIN.email,
  BONYAN_ADMIN_PASSWORD: ADMIN.password,
  BONYAN_RATE_LIMIT_PER_MINUTE: '0',
  BONYAN_MAX_LOOP_DELAY_MS: '0',
};
const skip = existsSync('/usr/lib/postgresql') ? false : 'PostgreSQL is not installed';

async function signIn({ started }: ServerProcess) {
  const { url } = await started;
  const answer = await fetch(`${url}/api/v1/users/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(ADMIN),
  });
  const { accessToken } = (await answer.json()) as { accessToken: string };
  const headers = { authorization: `Bearer ${accessToken}` };
  const ask = async (path: string, body?: object) => {
    const init = {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    };
    const { status, ...found } = await fetch(`${url}/api/v1${path}`, body ? init : { headers }).then(async (each) => ({
      status: each.status,
      body: await each.json(),
    }));
    return { status, body: found.body as { id: string; items: { message: string }[]; nextCursor: string | null } };
  };
  return { url, headers, ask };
}

test('after kill -9 right behind the answer no event is missing', { timeout: 60_000 + KILLS * 20_000 }, async (t) => {
  const { dataDir, remove } = temporaryDataDir();
  t.after(remove);
  const ids: string[] = [];

  for (let kill = 0; kill < KILLS; kill++) {
    const server = startServer(dataDir, environment);
    t.after(server.kill);
    const { ask } = await signIn(server);
    const { status, body } = await ask('/logging/events', { message: `before kill ${kill}` });
    await server.kill();
    assert.equal(status, 201);
    ids.push(body.id);
  }
  const server = startServer(dataDir, environment);
  t.after(server.kill);
  const { ask } = await signIn(server);
  const missing: string[] = [];
  for (const id of ids) if ((await ask(`/logging/events/${id}`)).status !== 200) missing.push(id);

  assert.deepEqual(missing, []);
});

test('with too little space for the bundled PostgreSQL events are refused, and searches are answered', async (t) => {
  const { dataDir, remove } = temporaryDataDir();
  t.after(remove);
  const bound = String(Number.MAX_SAFE_INTEGER);
  const server = startServer(dataDir, { ...environment, BONYAN_LOGGING_MIN_FREE_BYTES: bound });
  t.after(server.kill);
  const { ask } = await signIn(server);

  const sent = await ask('/logging/events', { message: 'there is no space' });
  const found = await ask('/logging/events?text=space');
  const created = await ask('/todos', { description: 'نان بخر' });

  assert.deepEqual([sent.status, found.status, found.body.items, created.status], [503, 200, [], 201]);
});

test(
  'exporters whose events meet a database that is away for long lose none, in JSON and protobuf with gzip',
  { timeout: 240_000 + AWAY_MS, skip },
  async (t) => {
    const servers = await startServers(t, ['postgres']);
    const { dataDir, remove } = temporaryDataDir();
    const server = startServer(dataDir, { ...environment, DATABASE_URL: servers.environment.DATABASE_URL });
    t.after(server.kill);
    t.after(remove);
    const { url, headers, ask } = await signIn(server);
    const providers = Object.entries(EXPORTERS).map(([name, Exporter]) => {
      const settings = { url: `${url}/v1/logs`, headers, timeoutMillis: 150_000, compression: 'gzip' as never };
      const processor = new BatchLogRecordProcessor({
        exporter: new Exporter(settings),
        exportTimeoutMillis: 150_000,
        maxQueueSize: 100_000,
        scheduledDelayMillis: 500,
      });
      return { name, provider: new LoggerProvider({ processors: [processor] }) };
    });
    const loggers = providers.map(({ name, provider }) => ({ name, logger: provider.getLogger('faults') }));
    let sent = 0;
    const emitting = setInterval(() => {
      for (const { name, logger } of loggers) logger.emit({ body: `during ${name} ${sent}` });
      sent += 1;
    }, RECORDS_EACH_MS);

    await sleep(2000);
    await servers.down('postgres');
    await sleep(AWAY_MS);
    await servers.up('postgres');
    await sleep(2000);
    clearInterval(emitting);
    for (const { provider } of providers) await provider.forceFlush();
    for (const { provider } of providers) await provider.shutdown();

    const found = new Set<string>();
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body } = await ask(`/logging/events?text=during&pageSize=100${cursor && `&cursor=${cursor}`}`);
      for (const { message } of body.items) found.add(message);
      cursor = body.nextCursor;
    }
    const missing = providers.flatMap(({ name }) =>
      Array.from({ length: sent }, (_, n) => `during ${name} ${n}`).filter((message) => !found.has(message)),
    );
    t.diagnostic(`${sent} sent by each`);
    assert.deepEqual(missing, []);
  },
);
