import { distance } from '#platform/config/distance.ts';
import { BackupError } from '#platform/backup/port.ts';
import { Problem } from '#kernel/problem.ts';
import { ConfigError } from '#platform/config/load.ts';
import { MigrationError } from '#platform/database/migrate.ts';
import { StartError } from '#platform/database/open.ts';
import { MoveError } from '#platform/move/port.ts';
import type { Command } from './command.ts';

const MAX_TYPED = 40; // no command is longer

/** Expected errors are shown by their message; all others with the stack, for a bug report. */
export function explain(error: unknown, command: string): string {
  if ([ConfigError, MigrationError, StartError, BackupError, MoveError].some((expected) => error instanceof expected))
    return (error as Error).message;
  if (error instanceof Problem) return explainProblem(error);
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'EADDRINUSE')
    return 'The port is in use. Stop the program that uses it, or set PORT to another one (PORT=0 takes a free one).';
  if ('code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))
    return `${error.message}\nbonyan ${command} --help shows the options.`;
  if ('code' in error) return error.message;
  return error.stack ?? error.message;
}

/** Title and code, then each member in a line: which field breaks which rule. */
export function explainProblem({ message, code, details }: Problem): string {
  const lines = Object.entries(details).flatMap(([name, value]) => {
    if (!Array.isArray(value)) return [`${name}: ${toText(value)}`];
    return value.map((item: unknown) => (isFieldError(item) ? `${item.path.slice(1)} ${item.message}` : toText(item)));
  });
  return [`${message} (${code})`, ...lines.map((line) => `  ${line}`)].join('\n');
}

function isFieldError(item: unknown): item is { path: string; message: string } {
  return item !== null && typeof item === 'object' && 'path' in item && 'message' in item;
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** All commands, or those that begin with the word `group`. */
export function usage(commands: readonly Command[], group = ''): string {
  const listed = commands.filter(({ name }) => group === '' || name.startsWith(`${group} `));
  const width = Math.max(...listed.map(({ name }) => name.length));
  const lines = listed.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  const head = `Usage: bonyan ${group === '' ? '<command>' : `${group} <command>`} [options]`;
  return `${head}\n\n${lines.join('\n')}\n\nbonyan <command> --help shows its options.`;
}

/** The command whose name differs least from what was typed; undefined when none is similar. */
export function nearestCommand(commands: readonly Command[], words: readonly string[]): string | undefined {
  const [nearest] = commands
    .map(({ name }) => {
      const typed = words.slice(0, name.split(' ').length).join(' ').slice(0, MAX_TYPED);
      return { name, share: distance(typed, name) / name.length };
    })
    .toSorted((one, other) => one.share - other.share);
  return nearest && nearest.share <= 0.5 ? nearest.name : undefined;
}
