import { pino, stdSerializers, type DestinationStream } from 'pino';
import type { Log } from './port.ts';

// Second line of defence: our code does not log these fields, and if it does by mistake, they are removed.
const SECRETS = ['password', 'token', 'secret', 'code', 'authorization', 'cookie'];
// PostgreSQL quotes the values of the row there: `Key (email)=(sara@example.com) already exists.`
const WITH_VALUES = ['detail', 'where', 'internalQuery'];

/** Writes to standard error, so that the standard output of commands contains only their results. */
export function createLog(level: string, to: DestinationStream = pino.destination({ fd: 2, sync: true })): Log {
  const censored = SECRETS.flatMap((name) => [name, `*.${name}`]);
  return pino(
    { level, base: null, redact: { paths: censored, censor: '[redacted]' }, serializers: { err: withoutValues } },
    to,
  );
}

function withoutValues(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  return Object.fromEntries(Object.entries(stdSerializers.err(error)).filter(([name]) => !WITH_VALUES.includes(name)));
}
