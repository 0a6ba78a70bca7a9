import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { httpErrors, type StreamEvent } from './port.ts';

const HEARTBEAT_MS = 15_000; // proxies take a connection that is silent for longer for dead
const CHECK_MS = 400; // who may no longer listen is cut off within a second

const AGAIN_SECONDS = 60;

export interface StreamBounds {
  readonly perCaller: number;
  readonly inAll: number;
}

// Windows and devices of one person; and what a process holds beside its requests, each asked after 2.5 times a second.
const BOUNDS: StreamBounds = { perCaller: 10, inAll: 2000 };

/** `isStillAllowed` asks anew who sends the request and whether they may; at no cost while that is remembered. */
export function decorateStreams(
  http: FastifyInstance,
  isStillAllowed: (request: FastifyRequest) => Promise<boolean>,
  bounds = BOUNDS,
): void {
  const enter = createEntrance(bounds);
  const closing = new AbortController();
  http.addHook('preClose', async () => closing.abort());

  http.decorateReply('streamEvents', function (this: FastifyReply, open) {
    const leave = enter(this.request.actor.id || this.request.ip);
    const over = new AbortController();
    const signal = AbortSignal.any([closing.signal, over.signal]);
    const body = new PassThrough();
    const heartbeat = setInterval(() => body.write(':\n\n'), HEARTBEAT_MS);
    const check = setInterval(() => {
      isStillAllowed(this.request).then(
        (isAllowed) => isAllowed || over.abort(),
        () => over.abort(), // nobody can say that they may
      );
    }, CHECK_MS);
    body.once('close', () => over.abort());
    this.request.disconnectSignal.addEventListener('abort', () => over.abort());
    body.write(':\n\n'); // the answer begins before the first event
    void pump(open(signal), body, signal).finally(() => {
      clearInterval(heartbeat);
      clearInterval(check);
      body.end();
      leave();
    });
    this.type('text/event-stream').header('x-accel-buffering', 'no').send(body);
  });
}

/** Counts what each caller holds open; answers how to leave. */
function createEntrance({ perCaller, inAll }: StreamBounds) {
  const counts = new Map<string, number>();
  let all = 0;

  return (caller: string): (() => void) => {
    const count = counts.get(caller) ?? 0;
    if (count >= perCaller) throw httpErrors.tooManyStreams({ retryAfterSeconds: AGAIN_SECONDS });
    if (all >= inAll) throw httpErrors.overloaded({ retryAfterSeconds: AGAIN_SECONDS });
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

/** Writes no faster than is read. Never rejects: the reader of a stream that ended early resumes it. */
async function pump(events: AsyncIterable<StreamEvent>, body: PassThrough, signal: AbortSignal): Promise<void> {
  try {
    for await (const event of events) {
      if (signal.aborted) return;
      if (!body.write(toText(event))) await once(body, 'drain', { signal });
    }
  } catch {
    // Cut off, or the source failed: either way the connection ends and the client comes again.
  }
}

function toText({ event, id, data }: StreamEvent): string {
  return `${id === null ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
