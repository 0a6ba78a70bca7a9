import { finished, Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { httpErrors } from '../port.ts';

const CHECK_MS = 400; // who has lost the access is noticed within a second, as in streams of events

/**
 * Ends an answer whose bytes are still leaving when its caller may not have them any more: a file, an export, an archive. It
 * breaks off, so that no part of it looks like the whole. Streams of events have a check of their own.
 */
export function watchLeaving(
  http: FastifyInstance,
  isStillAdmitted: (request: FastifyRequest) => Promise<boolean>,
): void {
  http.addHook('onSend', (request, reply, payload, done) => {
    const isEvents = reply.getHeader('content-type') === 'text/event-stream';
    if (payload instanceof Readable && request.routeOptions.config.access !== 'public' && !isEvents)
      watch(payload, () => isStillAdmitted(request));
    done(null, payload);
  });
}

/** A check that fails counts: the access is not certain. */
function watch(content: Readable, isAllowed: () => Promise<boolean>): void {
  let isChecking = false;
  const timer = setInterval(() => {
    if (isChecking) return;
    isChecking = true;
    isAllowed()
      .then((may) => may || content.destroy(httpErrors.notSignedIn()))
      .catch((cause: unknown) => content.destroy(new Error('the check of the access failed', { cause })))
      .finally(() => (isChecking = false));
  }, CHECK_MS);
  finished(content, () => clearInterval(timer));
}
