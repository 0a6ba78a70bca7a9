import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest, preParsingHookHandler } from 'fastify';
import { httpErrors, type ArrivingBytes } from '../port.ts';

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
  let fault: unknown = null;

  async function* read(): AsyncGenerator<Uint8Array, void> {
    try {
      // The answer needs the socket, which goes with the request.
      for await (const chunk of raw.iterator({ destroyOnReturn: false })) yield chunk;
    } catch (error) {
      fault = error; // the client has disconnected, or the body was idle for too long
    }
  }

  return {
    isThere: type !== undefined,
    sizeBytes: length === undefined ? null : Number(length),
    bytes: read(),
    fault: () => fault,
  };
}
