import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

const IDLE_CHECK_MS = 50;
const STALLED_MS = 30_000;
const UNREAD_BODY_MS = 5000;
const KEEP_ALIVE_MS = 72_000; // longer than the usual 60 s of proxies, so that they close first
const MAX_PIPELINED = 100;

const queues = new WeakMap<Socket, (() => void)[]>(); // the requests of a connection that are not answered yet

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface ConnectionBounds {
  /** A connection whose written bytes do not move for this long ends. */
  readonly stalledMs: number;
  /** A connection whose request has been answered ends, if the rest of its body has not arrived after this time. */
  readonly unreadBodyMs: number;
}

/** An HTTP server that bounds what one connection can cost. */
export function createBoundedServer(
  options: ServerOptions,
  handler: Handler,
  { stalledMs, unreadBodyMs }: ConnectionBounds = { stalledMs: STALLED_MS, unreadBodyMs: UNREAD_BODY_MS },
): Server {
  const server = createServer(options, oneAfterAnother(endUnreadBodies(handler, unreadBodyMs)));
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.on('checkExpectation', (request, response) => server.emit('request', request, response)); // refused there
  server.timeout = stalledMs; // without any bytes in either direction
  server.on('timeout', (socket) => {
    // Node ends none when somebody listens, not even those that were idle for `keepAliveTimeout`.
    const isHandling = isAnswering(socket) && socket.writableLength === 0; // a handler is at work, which has its own limit
    if (!isHandling) socket.destroy();
  });
  return server;
}

/** Pipelined requests wait until the one before them is answered, so that one connection costs one request at a time. */
function oneAfterAnother(handler: Handler): Handler {
  return (request, response) => {
    const { socket } = request;
    const queue = queues.get(socket) ?? [];
    queues.set(socket, queue);
    if (queue.length > MAX_PIPELINED) return void socket.destroy();
    queue.push(() => {
      response.once('close', next);
      handler(request, response);
    });
    if (queue.length === 1) queue[0]?.();

    function next(): void {
      queue.shift();
      if (!socket.destroyed) setImmediate(() => queue[0]?.()); // other connections get their turn
    }
  };
}

/** A client that has its answer, such as 401 or 503, may not go on sending its body for ever. */
function endUnreadBodies(handler: Handler, unreadBodyMs: number): Handler {
  return (request, response) => {
    response.once('finish', () => {
      if (request.complete) return;
      const timer = setTimeout(() => request.socket.destroy(), unreadBodyMs).unref();
      request.once('close', () => clearTimeout(timer));
    });
    handler(request, response);
  };
}

/** Whether a request of this connection is not answered yet. */
export function isAnswering(socket: Socket): boolean {
  return (queues.get(socket)?.length ?? 0) > 0;
}

/** Connections that were busy when the closing began are idle soon after; Node would keep them for over a minute. */
export function closeIdleConnections(server: Server): void {
  if (!server.listening) return;
  const timer = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
  server.once('close', () => clearInterval(timer));
}
