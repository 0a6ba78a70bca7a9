import { pino } from 'pino';
import type { Log } from './port.ts';

// A second fence: nobody should log these, and if somebody does, they do not get out.
const SECRETS = ['password', 'token', 'secret', 'code', 'authorization', 'cookie'];

/** Writes to standard error, so that what a command prints on standard output stays usable. */
export function createLog(level: string): Log {
  return pino(
    { level, base: null, redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`]), censor: '[redacted]' } },
    pino.destination({ fd: 2, sync: true }),
  );
}
