import { parseArgs } from 'node:util';
import { ConfigError } from '#platform/config/load.ts';
import { MigrationError } from '#platform/database/migrate.ts';
import { StartError } from '#platform/database/open.ts';
import { adminCreate } from './admin-create.ts';
import { auditAnchor, auditArchive, auditExport, auditRestored, auditRotateKey, auditVerify } from './audit.ts';
import type { Command } from './command.ts';
import { config } from './config.ts';
import { doctor } from './doctor.ts';
import { keysRotate, keysWithdraw, secretReEncrypt } from './keys.ts';
import { mailbox } from './mailbox.ts';
import { migrate } from './migrate.ts';
import { openapi } from './openapi.ts';
import { serve } from './serve.ts';
import { worker } from './worker.ts';

const commands: readonly Command[] = [
  serve,
  worker,
  migrate,
  doctor,
  config,
  mailbox,
  adminCreate,
  keysRotate,
  keysWithdraw,
  secretReEncrypt,
  auditExport,
  auditVerify,
  auditAnchor,
  auditArchive,
  auditRotateKey,
  auditRestored,
  openapi,
];

/** Runs the command at the beginning of `words`; resolves with the exit code. */
export async function runCommand(words: readonly string[]): Promise<number> {
  const startsWith = (name: string) => name === words.slice(0, name.split(' ').length).join(' ');
  const command = commands.find(({ name, aliases = [] }) => [name, ...aliases].some(startsWith));
  if (!command) {
    const isHelp = words.length === 0 || words[0] === '--help' || words[0] === 'help';
    console.log(isHelp ? usage() : `There is no command ${words.join(' ')}.\n\n${usage()}`);
    return isHelp ? 0 : 2;
  }
  try {
    const rest = words.slice(command.name.split(' ').length); // an alias has as many words
    const { values, positionals } = parseArgs({
      args: [...rest],
      options: { ...command.options, help: { type: 'boolean' } },
      allowPositionals: command.takesWords ?? false,
    });
    if (values['help'] === true) {
      console.log(`bonyan ${command.name}: ${command.summary}\n\n${command.help}`);
      return 0;
    }
    return await command.run(values, positionals);
  } catch (error) {
    console.error(explain(error, command.name));
    return 1;
  }
}

function usage(): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return `Usage: bonyan <command> [options]\n\n${lines.join('\n')}\n\nbonyan <command> --help shows its options.`;
}

/** Expected errors are shown by their message; all others with the stack, for a bug report. */
function explain(error: unknown, command: string): string {
  if (error instanceof ConfigError || error instanceof MigrationError || error instanceof StartError)
    return error.message;
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'EADDRINUSE')
    return 'The port is in use. Stop the program that uses it, or set PORT to another one (PORT=0 takes a free one).';
  if ('code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))
    return `${error.message}\nbonyan ${command} --help shows the options.`;
  if ('code' in error || error.name === 'Problem') return error.message;
  return error.stack ?? error.message;
}
