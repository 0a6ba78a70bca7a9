import { hash } from 'node:crypto';
import { inspect } from 'node:util';
import { createLru } from '#kernel/limits/lru.ts';
import type { Log } from './port.ts';

const AGAIN_MS = 3_600_000;
const QUIET_MS = 60_000; // loops try again sooner
const MAX_KNOWN = 1000;

interface Line {
  writtenMs: number;
  lastMs: number;
  /** Since it was written. */
  repeated: number;
}

/**
 * A log for loops that fail again and again while a cause lasts: a warning or error that repeats within a minute, with the
 * same fields and error, is written at most once an hour, with the number of those that were left out. Errors for which
 * `isToldElsewhere` is true are written only at level debug.
 */
export function withoutRepeats(
  log: Log,
  isToldElsewhere: (error: unknown) => boolean = () => false,
  nowMs: () => number = () => performance.now(),
): Log {
  const known = createLru<Line>(MAX_KNOWN);

  function write(level: 'warn' | 'error', fields: object, message: string): void {
    const error = 'err' in fields ? fields.err : undefined;
    if (isToldElsewhere(error)) return log.debug(fields, message);
    const key = hash('sha256', `${message} ${inspect({ ...fields, err: toText(error) })}`); // short, also for a long error
    const line = known.get(key);
    const now = nowMs();
    if (line && now - line.lastMs < QUIET_MS && now - line.writtenMs < AGAIN_MS) {
      line.repeated++;
      line.lastMs = now;
      return;
    }
    known.set(key, { writtenMs: now, lastMs: now, repeated: 0 });
    log[level](line && line.repeated > 0 ? { ...fields, repeated: line.repeated } : fields, message);
  }

  return {
    debug: (fields, message) => log.debug(fields, message),
    info: (fields, message) => log.info(fields, message),
    warn: (fields, message) => write('warn', fields, message),
    error: (fields, message) => write('error', fields, message),
    isLevelEnabled: (level) => log.isLevelEnabled(level),
  };
}

/**
 * What was thrown, in a line. When several addresses were tried, Node throws an AggregateError without a message. Not all
 * that can be thrown can become a string.
 */
export function toText(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(toText).join('; ');
  try {
    return String(error);
  } catch {
    return inspect(error);
  }
}
