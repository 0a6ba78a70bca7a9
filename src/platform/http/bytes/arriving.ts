import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import type { FastifyInstance, FastifyRequest, preParsingHookHandler } from 'fastify';
import { httpErrors, type ArrivingBytes } from '../port.ts';
import { createDigestCheck } from './digests.ts';

const CONTENT_TYPE = 'application/offset+octet-stream';

/** Bytes of a resumable upload are read only by routes that take them; their handler reads them while they arrive. */
export function takeBytes(http: FastifyInstance): void {
  http.addContentTypeParser(CONTENT_TYPE, ({ is404, routeOptions }: FastifyRequest, _payload, done) => {
    if (is404 || routeOptions.config.takes === 'bytes') done(null);
    else done(httpErrors.unsupportedMediaType());
  });
  // Another parser would read the body first, and refuse it for what it is not.
  http.addHook('onRoute', (route) => {
    if (route.config?.takes === 'bytes') route.preParsing = [refuseOtherTypes];
  });
  http.decorateRequest('readBytes', function (this: FastifyRequest) {
    return readBytes(this.raw);
  });
}

const refuseOtherTypes: preParsingHookHandler = ({ headers }, _reply, payload, done) => {
  const { 'content-type': type } = headers;
  const isOther = type !== undefined && type.split(';')[0]?.trim().toLowerCase() !== CONTENT_TYPE;
  done(isOther ? httpErrors.unsupportedMediaType() : null, payload);
};

function readBytes(raw: IncomingMessage): ArrivingBytes {
  const { 'content-type': type, 'content-length': length } = raw.headers;
  const digest = createDigestCheck(raw);
  const body = new PassThrough();
  let fault: unknown = null;

  function stop(reason: unknown): void {
    if (body.writableEnded) return;
    fault = reason;
    raw.unpipe(body).resume(); // the client must be able to send the rest, or it would not read the answer
    body.end();
  }

  async function* read(): AsyncGenerator<Uint8Array, void> {
    raw.on('error', stop); // such as that the body was idle for too long
    raw.once('close', () => stop(new Error('the client disconnected before the body was complete')));
    if (digest.isThere) raw.on('data', digest.add);
    raw.pipe(body);
    yield* body;
  }

  return {
    isThere: type !== undefined,
    sizeBytes: length === undefined ? null : Number(length),
    hasDigest: digest.isThere,
    bytes: read(),
    fault: () => fault,
    stop,
    checkDigest: () => digest.check(),
  };
}
