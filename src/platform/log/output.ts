import { pino, type DestinationStream } from 'pino';
import { toPrettyLine } from './pretty.ts';

/**
 * Where log lines go: to standard error, so that the standard output of commands contains only their results. Null:
 * for people in a terminal, else JSON. Colours in a terminal, unless NO_COLOR is set (no-color.org).
 */
export function openLogOutput(format: 'pretty' | 'json' | null): DestinationStream {
  const isTerminal = process.stderr.isTTY;
  const output = pino.destination({ fd: 2, sync: true }); // writes all, also to a pipe that is slow
  if ((format ?? (isTerminal ? 'pretty' : 'json')) === 'json') return output;
  const hasColours = isTerminal && !process.env['NO_COLOR'];
  return { write: (line) => void output.write(toPrettyLine(line, hasColours)) };
}
