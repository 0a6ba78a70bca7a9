import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { openRequestScope } from '#platform/database/requests/request-scope.ts';
import { watchHandler } from './limits.ts';

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

/** A server that listens on a port: an injected request has no client that could disconnect. */
async function listen(t: TestContext, timeoutMs: number, handler: Handler): Promise<string> {
  const http = Fastify();
  http.decorateRequest('disconnectController', null);
  http.decorateRequest('scope');
  http.addHook('onRequest', async (request, reply) => {
    request.disconnectController = new AbortController();
    request.scope = openRequestScope();
    watchHandler(request, reply, timeoutMs);
  });
  http.post('/', handler);
  t.after(() => http.close());
  return http.listen({ host: '127.0.0.1', port: 0 });
}

test('a client whose body has been read does not count as disconnected', async (t) => {
  const url = await listen(t, 5000, async ({ disconnectController }) => {
    await sleep(50);
    return { isGone: disconnectController?.signal.aborted };
  });

  const response = await fetch(url, { method: 'POST', body: 'whole', headers: { 'content-type': 'text/plain' } });

  assert.deepEqual(await response.json(), { isGone: false });
});

test('the signal of a handler aborts when its client disconnects', async (t) => {
  const started = Promise.withResolvers<AbortSignal>();
  const url = await listen(t, 5000, async ({ disconnectController }) => {
    if (disconnectController) started.resolve(disconnectController.signal);
    await sleep(500);
  });
  const client = new AbortController();
  fetch(url, { method: 'POST', signal: client.signal }).catch(() => {});
  const gone = await started.promise;

  client.abort();

  await once(gone, 'abort', { signal: AbortSignal.timeout(2000) });
});

test('a request whose handler takes too long gets an answer, also after its body was read', async (t) => {
  const url = await listen(t, 50, () => sleep(500));

  const response = await fetch(url, {
    method: 'POST',
    body: '{"a":1}',
    headers: { 'content-type': 'application/json' },
  });

  assert.equal(response.status, 503);
});
