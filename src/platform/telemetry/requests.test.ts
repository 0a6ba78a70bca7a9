import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as call } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import Fastify from 'fastify';
import { createRegistry } from './registry.ts';
import { createRequestMeter } from './requests.ts';

/** A server whose answers wait, and a client that leaves after so many milliseconds of its clock. */
async function serve(t: TestContext) {
  let clockMs = 0;
  const meter = createRequestMeter(
    createRegistry(() => {}),
    () => clockMs,
  );
  const http = Fastify();
  t.after(() => http.close());
  const arrived: (() => void)[] = [];
  http.addHook('onRequest', async (request, reply) => meter.watch(request, reply));
  const hold = async () => {
    arrived.shift()?.();
    await new Promise(() => {});
  };
  http.get('/held', { config: { access: 'public' } }, hold);
  http.post('/held', { config: { access: 'public' } }, hold);
  http.get('/begun', { config: { access: 'public' } }, (_request, reply) => {
    reply.hijack();
    reply.raw.writeHead(200, { 'content-length': '10' });
    reply.raw.write('half');
    arrived.shift()?.();
  });
  await http.listen({ port: 0, host: '127.0.0.1' });
  const { port } = http.server.address() as AddressInfo;

  return {
    counts: meter.counts,
    async leave(method: string, path: string, afterMs: number, body = 'whole'): Promise<void> {
      const isThere = new Promise<void>((resolve) => arrived.push(resolve));
      const closed = new Promise((resolve) =>
        http.server.once('request', (_, { socket }) => socket?.once('close', resolve)),
      );
      const isWhole = body === 'whole';
      const client = call({
        port,
        method,
        path,
        headers: method === 'POST' && !isWhole ? { 'content-type': 'application/json', 'content-length': '9' } : {},
      });
      client.on('error', () => {});
      if (isWhole) client.end();
      else client.write(body);
      if (isWhole) await isThere;
      else await once(http.server, 'request');
      clockMs += afterMs;
      client.destroy();
      await closed;
    },
  };
}

test('a client that has waited in vain counts as a slow read, and after five seconds as not answered', async (t) => {
  const { counts, leave } = await serve(t);

  await leave('GET', '/held', 299);
  const soon = counts();
  await leave('GET', '/held', 301);
  const slow = counts();
  await leave('GET', '/held', 5001);
  await leave('POST', '/held', 5001);

  assert.deepEqual(soon, { answered: 0, unavailable: 0, faults: 0, reads: 0, slowReads: 0 });
  assert.deepEqual(slow, { answered: 1, unavailable: 0, faults: 0, reads: 1, slowReads: 1 });
  assert.deepEqual(counts(), { answered: 3, unavailable: 2, faults: 0, reads: 2, slowReads: 2 });
});

test('a client that leaves while it sends, or while it is answered, counts against nobody', async (t) => {
  const { counts, leave } = await serve(t);

  await leave('GET', '/begun', 9000);
  await leave('POST', '/held', 9000, 'half');

  assert.equal(counts().answered, 0);
});
