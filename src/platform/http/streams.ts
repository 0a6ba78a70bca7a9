import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Access } from '#kernel/access.ts';
import { toNetwork } from '#kernel/network.ts';
import type { RequestScopes } from '#platform/database/requests/request-scope.ts';
import { httpErrors, type StreamEvent } from './port.ts';

const HEARTBEAT_MS = 15_000; // proxies close connections that are silent for longer
const CHECK_MS = 400; // a caller who has lost the access is disconnected within a second

const RETRY_AFTER_SECONDS = 60;

export interface StreamBounds {
  readonly perCaller: number;
  readonly inAll: number;
}

// Per caller: the windows and devices of one person. In all: what a process can hold, with 2.5 access checks per second
// each.
const BOUNDS: StreamBounds = { perCaller: 10, inAll: 2000 };

/**
 * `isStillAllowed` authenticates and authorizes the request again; cheap while both are cached. A stream runs outside the
 * scope of its request: it may start what it shares with others, and its statements are short.
 */
export function decorateStreams(
  http: FastifyInstance,
  scopes: Pick<RequestScopes, 'exit'>,
  isStillAllowed: (request: FastifyRequest, access: readonly Access[]) => Promise<boolean>,
  bounds = BOUNDS,
): void {
  const enter = createEntrance(bounds);
  const closing = new AbortController();
  http.addHook('preClose', async () => closing.abort());

  http.decorateReply(
    'streamEvents',
    function (this: FastifyReply, open, access = [this.request.routeOptions.config.access]) {
      scopes.exit(() => start(this, open, access));
    },
  );

  function start(
    reply: FastifyReply,
    open: (ended: AbortSignal) => AsyncIterable<StreamEvent>,
    access: readonly Access[],
  ): void {
    const leave = enter(reply.request.actor.id || toNetwork(reply.request.actor.origin.ip ?? ''));
    const over = new AbortController();
    const signal = AbortSignal.any([closing.signal, over.signal]);
    const body = new PassThrough();
    const heartbeat = setInterval(() => body.write(':\n\n'), HEARTBEAT_MS);
    const check = setInterval(() => {
      isStillAllowed(reply.request, access).then(
        (isAllowed) => isAllowed || over.abort(),
        () => over.abort(), // the check failed, so the access is not certain
      );
    }, CHECK_MS);
    body.once('close', () => over.abort());
    reply.request.disconnectSignal.addEventListener('abort', () => over.abort());
    body.write(':\n\n'); // the answer begins before the first event
    void pump(open(signal), body, signal).finally(() => {
      clearInterval(heartbeat);
      clearInterval(check);
      body.end();
      leave();
    });
    reply.type('text/event-stream').header('x-accel-buffering', 'no').send(body);
  }
}

/** Counts the open streams of each caller; answers a function that ends one. */
function createEntrance({ perCaller, inAll }: StreamBounds) {
  const counts = new Map<string, number>();
  let all = 0;

  return (caller: string): (() => void) => {
    const count = counts.get(caller) ?? 0;
    if (count >= perCaller) throw httpErrors.tooManyStreams({ retryAfterSeconds: RETRY_AFTER_SECONDS });
    if (all >= inAll) throw httpErrors.overloaded({ retryAfterSeconds: RETRY_AFTER_SECONDS });
    counts.set(caller, count + 1);
    all++;
    return () => {
      const left = (counts.get(caller) ?? 1) - 1;
      if (left > 0) counts.set(caller, left);
      else counts.delete(caller);
      all--;
    };
  };
}

/** Writes only as fast as the client reads. Never rejects: a client whose stream ended early reconnects and resumes. */
async function pump(events: AsyncIterable<StreamEvent>, body: PassThrough, signal: AbortSignal): Promise<void> {
  try {
    for await (const event of events) {
      if (signal.aborted) return;
      if (!body.write(toText(event))) await once(body, 'drain', { signal });
    }
  } catch {
    // The client has disconnected or the source failed: the connection ends, and the client reconnects.
  }
}

function toText({ event, id, data }: StreamEvent): string {
  return `${id === null ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
