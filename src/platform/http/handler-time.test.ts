import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { openRequestScope } from '#platform/database/requests/request-scope.ts';
import { watchHandler } from './limits.ts';

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

/** A server that listens on a port: an injected request has no client that could disconnect. */
async function listen(t: TestContext, timeoutMs: number, handler: Handler, isLong = false): Promise<string> {
  const http = Fastify();
  http.decorateRequest('disconnectController', null);
  http.decorateRequest('scope');
  http.addHook('onRequest', async (request, reply) => {
    request.disconnectController = new AbortController();
    request.scope = openRequestScope();
    watchHandler(request, reply, timeoutMs);
  });
  http.post('/', { config: { access: 'public', isLong } }, handler);
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

test('a handler that may take long answers when it is done, and goes on without its client', async (t) => {
  const started = Promise.withResolvers<FastifyRequest['scope']>();
  const finish = Promise.withResolvers<void>();
  const handler: Handler = async ({ scope }) => {
    started.resolve(scope);
    await finish.promise;
    return { isDone: true };
  };
  const url = await listen(t, 20, handler, true);
  const answer = fetch(url, { method: 'POST' });
  await started.promise;
  await sleep(100);
  finish.resolve();
  assert.deepEqual(await (await answer).json(), { isDone: true });

  const areGone: boolean[] = [];
  const gone = Promise.withResolvers<void>();
  const client = new AbortController();
  const slow = await listen(
    t,
    20,
    async ({ raw, scope }) => {
      raw.socket.once('close', () => setImmediate(() => gone.resolve(void areGone.push(scope.isGone))));
      client.abort();
      await gone.promise;
    },
    true,
  );
  await fetch(slow, { method: 'POST', signal: client.signal }).catch(() => {});
  await gone.promise;
  assert.deepEqual(areGone, [false]);
});
