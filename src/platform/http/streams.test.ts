import assert from 'node:assert/strict';
import { test } from 'node:test';
import Fastify, { type FastifyRequest } from 'fastify';
import { anonymous } from '#kernel/access.ts';
import { Problem } from '#kernel/problem.ts';
import { createRequestScopes } from '#platform/database/requests/request-scope.ts';
import { decorateStreams } from './streams.ts';

const origin = { requestId: '', traceparent: null, ip: null, userAgent: null };

/** A server of streams that never end by themselves, for the caller that a header names. */
async function serve(bounds: { perCaller: number; inAll: number }) {
  const http = Fastify();
  const leave = new AbortController();
  http.decorateRequest('disconnectSignal', { getter: () => leave.signal });
  http.decorateRequest('actor', {
    getter(this: FastifyRequest) {
      return { ...anonymous(origin), id: String(this.headers['x-caller']) };
    },
  });
  decorateStreams(http, createRequestScopes(), async () => true, bounds);
  http.setErrorHandler((error, _request, reply) => {
    if (error instanceof Problem) return reply.code(error.status).send({ code: error.code });
    throw error;
  });
  http.get('/', { config: { access: 'public' } }, (_request, reply) =>
    reply.streamEvents(async function* (ended) {
      yield { event: 'begun', id: null, data: null };
      if (!ended.aborted) await new Promise((resolve) => ended.addEventListener('abort', resolve));
    }),
  );
  // Begins at once.
  const open = async (caller: string) => await http.inject({ url: '/', headers: { 'x-caller': caller } });
  return { http, open, leave };
}

test('the number of open streams is limited per process and per caller, and a stream that ends makes room', async () => {
  const { http, open, leave } = await serve({ perCaller: 2, inAll: 3 });
  const held = [open('sara'), open('sara'), open('reza')];

  const refused = [await open('sara'), await open('mina')];
  leave.abort();
  const ended = await Promise.all(held);
  const after = open('mina');
  await http.close();

  assert.deepEqual(
    refused.map((answer) => [answer.statusCode, answer.json().code]),
    [
      [429, 'http.too_many_streams'],
      [503, 'http.overloaded'],
    ],
  );
  assert.deepEqual(
    [...ended, await after].map(({ statusCode }) => statusCode),
    [200, 200, 200, 200],
  );
});
