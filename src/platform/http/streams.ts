import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { StreamEvent } from './port.ts';

const HEARTBEAT_MS = 15_000; // proxies take a connection that is silent for longer for dead
const CHECK_MS = 400; // who may no longer listen is cut off within a second

/** `isStillAllowed` asks anew who sends the request and whether they may; at no cost while that is remembered. */
export function decorateStreams(
  http: FastifyInstance,
  isStillAllowed: (request: FastifyRequest) => Promise<boolean>,
): void {
  const closing = new AbortController();
  http.addHook('preClose', async () => closing.abort());

  http.decorateReply('streamEvents', function (this: FastifyReply, open) {
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
    this.request.gone.addEventListener('abort', () => over.abort());
    body.write(':\n\n'); // the answer begins before the first event
    void pump(open(signal), body, signal).finally(() => {
      clearInterval(heartbeat);
      clearInterval(check);
      body.end();
    });
    this.type('text/event-stream').header('x-accel-buffering', 'no').send(body);
  });
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
