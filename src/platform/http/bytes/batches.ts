import type { FastifyInstance, FastifyRequest, preParsingAsyncHookHandler, RouteOptions } from 'fastify';
import { Transform, type TransformCallback } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { httpErrors, type BatchType } from '../port.ts';
import { createBatchValidatorCompiler } from '../validation.ts';

const TYPES: readonly BatchType[] = ['application/x-ndjson', 'application/x-protobuf'];

/** Bodies of batches; see `FastifyContextConfig.batch`. */
export function takeBatches(http: FastifyInstance): void {
  const compile = createBatchValidatorCompiler();
  for (const type of TYPES)
    http.addContentTypeParser(type, { parseAs: 'buffer' }, (request, body, done) =>
      isTaken(request, type) ? done(null, body) : done(httpErrors.unsupportedMediaType()),
    );
  http.addHook('onRoute', (route: RouteOptions) => {
    if (!route.config?.batch) return;
    route.validatorCompiler = compile;
    route.preParsing = [...[route.preParsing ?? []].flat(), decompress];
  });
}

function isTaken({ is404, routeOptions }: FastifyRequest, type: BatchType): boolean {
  return is404 || routeOptions.config.batch?.types.includes(type) === true;
}

/** Ends as soon as it becomes longer than the route takes: a few bytes can become gigabytes. */
const decompress: preParsingAsyncHookHandler = async ({ headers, routeOptions }, _reply, payload) => {
  if (!/^gzip$/i.test(headers['content-encoding'] ?? '')) return payload;
  const { bodyLimit } = routeOptions;
  const gunzip = createGunzip();
  let encoded = 0;
  let decoded = 0;
  const bounded = new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      decoded += chunk.length;
      if (decoded <= bodyLimit) done(null, chunk);
      else fail(httpErrors.tooLarge());
    },
  });

  function fail(error: Error): void {
    payload.unpipe(gunzip);
    payload.resume(); // the client must be able to send the rest, or it would not read the answer
    gunzip.destroy();
    bounded.destroy(error);
  }

  payload.on('data', (chunk: Buffer) => (encoded += chunk.length));
  payload.on('error', (error) => bounded.destroy(error)); // such as that the body was idle for too long
  gunzip.on('error', () => fail(httpErrors.malformed()));
  payload.pipe(gunzip).pipe(bounded);
  return Object.defineProperty(bounded, 'receivedEncodedLength', { get: () => encoded }) as typeof payload;
};
