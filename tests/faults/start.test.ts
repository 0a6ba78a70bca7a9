import assert from 'node:assert/strict';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { test } from 'node:test';
import { testApp } from '#testing/app.ts';
import { startServer, temporaryDataDir } from '../story/server.ts';
import { openProxy, toPostgres } from './proxy.ts';
import { SECRET, until } from './stage.ts';

test('a start without its database is live but not ready, and continues when the database answers', async (t) => {
  const app = await testApp(t);
  const { target, through } = toPostgres(app.databaseUrl);
  const proxy = await openProxy(t, target);
  await proxy.cut();
  const { dataDir, remove } = temporaryDataDir();
  t.after(remove);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const environment = { DATABASE_URL: through(proxy.port), BONYAN_SECRET: SECRET, PORT: String(port) };
  const server = startServer(dataDir, environment);
  const worker = startServer(dataDir, environment, 'worker');
  t.after(() => Promise.all([server.kill(), worker.kill()]));
  const ask = async (path: string) => {
    const response = await fetch(url + path);
    const body = (await response.json()) as { code?: string; components?: { name: string }[] };
    return { status: response.status, retryAfter: response.headers.get('retry-after'), body };
  };

  await until(async () => (await ask('/health/live')).status === 200, 20_000, 'alive');
  const [ready, called] = [await ask('/health/ready'), await ask('/api/v1/todos')];
  await proxy.restore();
  const resumedMs = await until(async () => (await ask('/health/ready')).status === 200, 20_000, 'ready');
  await Promise.all([server.started, worker.started]);

  assert.deepEqual([ready.status, ready.body.components?.[0]?.name], [503, 'database']);
  assert.deepEqual([called.status, called.body.code, called.retryAfter], [503, 'database.unavailable', '2']);
  t.diagnostic(`ready ${resumedMs} ms after the database answered`);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
