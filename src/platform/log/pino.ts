import { pino } from 'pino';
import type { Log } from './port.ts';

// Second line of defence: our code does not log these fields, and if it does by mistake, they are removed.
const SECRETS = ['password', 'token', 'secret', 'code', 'authorization', 'cookie'];

/** Writes to standard error, so that the standard output of commands contains only their results. */
export function createLog(level: string): Log {
  return pino(
    { level, base: null, redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`]), censor: '[redacted]' } },
    pino.destination({ fd: 2, sync: true }),
  );
}
