import type { FastifyReply, FastifyRequest } from 'fastify';
import { DURATIONS, REQUESTS, SLOW_READ_MS, type Registry, type RequestCounts } from './port.ts';

/** Seconds. The objective of reads is one of them. */
export const DURATION_BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, SLOW_READ_MS / 1000, 0.5, 1, 2.5, 5, 10];
/** Who leaves earlier may have had other reasons: only how slow it was is known. */
const GIVEN_UP_MS = 5000;
/** Of a path that no route has. */
const UNKNOWN = 'unknown';
const CLASSES = ['aborted', '1xx', '2xx', '3xx', '4xx', '5xx'] as const;

/** Counts requests by the pattern of their route, and measures how long their answers took. */
export function createRequestMeter(registry: Registry, nowMs = () => performance.now()) {
  const count = registry.counter({
    name: REQUESTS,
    help: 'Requests by class of their status; aborted: the client disconnected before the answer',
    labels: ['method', 'route', 'status'],
  });
  const measure = registry.histogram(
    { name: DURATIONS, help: 'Time until the end of the answer', labels: ['method', 'route'] },
    DURATION_BOUNDS,
  );
  const counts = { answered: 0, unavailable: 0, faults: 0, reads: 0, slowReads: 0 };

  function tally({ method, routeOptions: { config } }: FastifyRequest, status: number, ms: number, isStream: boolean) {
    if (config.isUnlimited) return; // monitors ask often, and are answered quickly
    counts.answered++;
    if (status >= 500) counts.unavailable++;
    if (status >= 500 && status !== 503) counts.faults++;
    if ((method !== 'GET' && method !== 'HEAD') || isStream || config.serves) return;
    counts.reads++;
    if (ms > SLOW_READ_MS) counts.slowReads++;
  }

  /** The client has waited, and was not answered. */
  function tallyGivenUp(request: FastifyRequest, ms: number): void {
    if (ms > GIVEN_UP_MS) tally(request, 503, ms, false);
    else if (ms > SLOW_READ_MS) tally(request, 200, ms, false);
  }

  return {
    counts: (): RequestCounts => ({ ...counts }),
    /** Once for each request, when it begins. */
    watch(request: FastifyRequest, { raw }: FastifyReply): void {
      const began = nowMs();
      raw.once('close', () => {
        const ms = nowMs() - began;
        const { method, routeOptions } = request;
        const route = routeOptions.url ?? UNKNOWN;
        const status = raw.writableEnded ? raw.statusCode : 0;
        request.span?.end(status >= 500 ? new Error(`answered with ${status}`) : undefined, { method, route, status });
        if (status === 0) {
          // A body that never came whole, or an answer that was not read to its end, is the client's affair.
          if (request.raw.complete && !raw.headersSent) tallyGivenUp(request, ms);
          return count(method, route, 'aborted');
        }
        count(method, route, CLASSES[Math.floor(status / 100)] ?? 'aborted');
        const isStream = String(raw.getHeader('content-type')).startsWith('text/event-stream');
        if (!isStream) measure(ms / 1000, method, route);
        tally(request, status, ms, isStream);
      });
    },
  };
}

export type RequestMeter = ReturnType<typeof createRequestMeter>;
