import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { newId } from '#kernel/id.ts';
import type { Links } from '#kernel/links.ts';
import { isAnswering } from './connections.ts';
import { httpErrors } from './port.ts';

export const MAX_BODY_BYTES = 10 * 1024 * 1024;
/** Of a route that every user may call: reading more takes the process too long, see docs/decisions/0019. */
export const MAX_USER_BODY_BYTES = 1024 * 1024;
/** Of a route that needs no sign-in, where it sets no limit: a form of a stranger, who can send many at once. */
export const MAX_PUBLIC_BODY_BYTES = 64 * 1024;
export const MAX_HEADER_BYTES = 32 * 1024;
export const HEADERS_TIMEOUT_MS = 15_000;
export const HEADERS_CHECK_MS = 1000; // how often Node looks for connections beyond the limit
const HANDLER_TIMEOUT_MS = 30_000;
const MAX_HEADERS = 100;
const BODY_IDLE_MS = 30_000;
const ORIGIN = /^origin:[ \t]*([!-~]+)/im; // in the bytes of a request that could not be read
// RFC 3986: a name or an IPv4 address, or an IPv6 address in brackets; then perhaps a port.
const HOST = /^(?:[\w.~!$&'()*+,;=%-]*|\[[\da-f:.]+\])(?::\d{0,5})?$/i;

/** Node silently drops headers beyond its limit; so one more is accepted, and the request is refused here. */
export const NODE_MAX_HEADERS = MAX_HEADERS + 1;

/**
 * @throws `http.headers_too_large`, `http.expectation_failed`; `http.malformed` for HTTP/1.1 without a Host, for several,
 * and for one that cannot be a host; `http.unsupported_media_type` for an encoded body
 */
export function refuseBadHeaders({ raw, routeOptions }: FastifyRequest): void {
  const { host, expect, 'content-encoding': encoding } = raw.headers;
  if (raw.rawHeaders.length / 2 > MAX_HEADERS) throw httpErrors.headersTooLarge();
  if (host === undefined ? raw.httpVersion !== '1.0' : !HOST.test(host)) throw httpErrors.malformed();
  if (hasSeveralHosts(raw.rawHeaders)) throw httpErrors.malformed();
  if (expect !== undefined && !/^100-continue$/i.test(expect)) throw httpErrors.expectationFailed();
  const isRead = encoding === undefined || /^identity$/i.test(encoding);
  const isGzip = encoding !== undefined && /^gzip$/i.test(encoding) && routeOptions.config?.batch !== undefined;
  if (!isRead && !isGzip) throw httpErrors.unsupportedMediaType();
}

/** Node keeps the first, a proxy may have kept the last. */
function hasSeveralHosts(rawHeaders: readonly string[]): boolean {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2)
    if (rawHeaders[at]?.length === 4 && rawHeaders[at]?.toLowerCase() === 'host') hosts += 1;
  return hosts > 1;
}

/**
 * Ends a request whose body stops arriving. A slow body that keeps arriving is allowed, and so is one that waits because
 * this process is slow to take what has arrived.
 */
export function watchBody({ raw }: FastifyRequest, idleMs = BODY_IDLE_MS): void {
  if (
    raw.complete ||
    ((raw.headers['content-length'] ?? '0') === '0' && raw.headers['transfer-encoding'] === undefined)
  )
    return;
  const timer = setTimeout(() => {
    if (raw.readableLength > 0) timer.refresh();
    else raw.destroy(httpErrors.requestTimeout());
  }, idleMs).unref();
  raw.on('data', () => timer.refresh());
  raw.once('close', () => clearTimeout(timer));
  raw.once('end', () => clearTimeout(timer));
  raw.pause(); // the `data` listener has started the stream; the body parser resumes it
}

/**
 * Bounds the time until an answer begins. When the client disconnects or the time is over, aborts
 * `request.disconnectSignal` and gives up the statements that run for the request. Fastify's `handlerTimeout` and `signal` are not used: they abort as soon as the request body has been read.
 */
export function watchHandler(request: FastifyRequest, reply: FastifyReply, timeoutMs = HANDLER_TIMEOUT_MS): void {
  // A handler that reads its body while it arrives takes as long as the client; `watchBody` ends one that stalls.
  const { takes, isLong = false } = request.routeOptions.config ?? {};
  const timer = takes === undefined && !isLong ? setTimeout(giveUp, timeoutMs, request, reply) : undefined;
  reply.raw.on('close', () => {
    clearTimeout(timer);
    request.disconnectController?.abort();
    if (!reply.raw.writableEnded && takes !== 'bytes' && !isLong) request.scope.giveUp();
  });
}

function giveUp(request: FastifyRequest, reply: FastifyReply): void {
  if (reply.sent || reply.raw.headersSent) return; // a stream has no time limit
  request.disconnectController?.abort();
  request.scope.giveUp();
  reply.send(httpErrors.timeout({ retryAfterSeconds: 1 }));
}

/** Answers bytes that are not HTTP: there is no request yet, so no hook runs. */
export function createBrokenRequestHandler(
  headersFor: (origin: string | undefined) => Readonly<Record<string, string>>,
  links: Links,
) {
  return (error: NodeJS.ErrnoException & { rawPacket?: unknown }, socket: Socket): void => {
    // Behind a request that is not answered yet, the bytes would become part of its answer.
    if (error.code === 'ECONNRESET' || !socket.writable || isAnswering(socket)) return void socket.destroy();
    const { code, title, status } = toDef(error.code);
    const origin = ORIGIN.exec(Buffer.isBuffer(error.rawPacket) ? error.rawPacket.toString('latin1') : '')?.[1];
    const lines = Object.entries(headersFor(origin)).map(([name, value]) => `${name}: ${value}\r\n`);
    const type = links.path(`/problems/${code}`);
    const body = JSON.stringify({ type, title, status, code, instance: null, traceId: null });
    socket.end(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}x-request-id: ${newId()}\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    );
  };
}

function toDef(code: string | undefined) {
  if (code === 'HPE_HEADER_OVERFLOW') return httpErrors.headersTooLarge;
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return httpErrors.requestTimeout;
  return httpErrors.malformed;
}
