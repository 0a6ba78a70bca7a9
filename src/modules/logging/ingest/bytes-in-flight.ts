import type { preParsingHookHandler } from 'fastify';
import type { Problem } from '#kernel/problem.ts';
import { loggingErrors } from '../contract.ts';

export const MAX_BATCH_BYTES = 8 * 1024 * 1024;
const RETRY_SECONDS = 2;

/**
 * Bounds what is read and not yet committed. A body counts from before it is read until its answer has been sent: by its
 * length, or if that does not say what it becomes, by the most that it may have. Nothing is read for which there is a `refusal`.
 */
export function createBytesInFlight(maxBytes: number, refusal: () => Problem | null) {
  let bytes = 0;

  const admit: preParsingHookHandler = ({ headers }, reply, payload, done) => {
    const refused = refusal();
    if (refused) return done(refused);
    const length = Number(headers['content-length'] ?? NaN);
    const isKnown = Number.isFinite(length) && headers['content-encoding'] === undefined;
    const counted = isKnown ? length : MAX_BATCH_BYTES;
    // A single one is always admitted: else a large batch would wait for ever.
    if (bytes > 0 && bytes + counted > maxBytes)
      return done(loggingErrors.ingestBusy({ retryAfterSeconds: RETRY_SECONDS }));
    bytes += counted;
    reply.raw.once('close', () => {
      bytes -= counted;
    });
    done(null, payload);
  };

  return { admit, now: () => bytes, max: maxBytes };
}

export type BytesInFlight = ReturnType<typeof createBytesInFlight>;
