import { parseArgs } from 'node:util';
import manifest from '../../package.json' with { type: 'json' };
import { adminCreate } from './admin/create.ts';
import { auditAnchor, auditArchive, auditExport, auditRestored, auditRotateKey, auditVerify } from './audit.ts';
import { adopt } from './backup/adopt.ts';
import { backup } from './backup/backup.ts';
import { backupKeys } from './backup/keys.ts';
import { restore } from './backup/restore.ts';
import { backupVerify } from './backup/verify.ts';
import type { Command } from './command.ts';
import { config } from './config.ts';
import { doctor } from './doctor.ts';
import { explain, nearestCommand, usage } from './explain.ts';
import { keysRotate, keysWithdraw, secretReEncrypt } from './keys.ts';
import { mailbox } from './mailbox.ts';
import { migrate } from './migrate.ts';
import { moveCancel } from './move/cancel.ts';
import { move } from './move/move.ts';
import { newModule } from './new/module.ts';
import { ownTests } from './new/tests.ts';
import { openapi } from './openapi.ts';
import { serve } from './serve.ts';
import { usersExport } from './users/export.ts';
import { usersImport } from './users/import.ts';
import { worker } from './worker.ts';

const commands: readonly Command[] = [
  serve,
  worker,
  migrate,
  doctor,
  config,
  mailbox,
  adminCreate,
  usersImport,
  usersExport,
  keysRotate,
  keysWithdraw,
  secretReEncrypt,
  auditExport,
  auditVerify,
  auditAnchor,
  auditArchive,
  auditRotateKey,
  auditRestored,
  backupVerify,
  backupKeys,
  backup, // after those that begin with the same word
  restore,
  adopt,
  moveCancel,
  move, // after the one that begins with the same word
  openapi,
  newModule,
  ownTests,
];

/** Runs the command at the beginning of `words`; resolves with the exit code. */
export async function runCommand(words: readonly string[]): Promise<number> {
  const startsWith = (name: string) => name === words.slice(0, name.split(' ').length).join(' ');
  const command = commands.find(({ name, aliases = [] }) => [name, ...aliases].some(startsWith));
  if (!command) return answerWithout(words);
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

/** What is no command: help, the version, the first word of several commands, or a mistake. */
function answerWithout(words: readonly string[]): number {
  const [first = '--help', second = '--help'] = words;
  const isHelp = (word: string) => word === '--help' || word === '-h' || word === 'help';
  if (first === '--version' || first === '-v') console.log(manifest.version);
  else if (isHelp(first)) console.log(usage(commands));
  else if (isHelp(second) && commands.some(({ name }) => name.startsWith(`${first} `)))
    console.log(usage(commands, first));
  else {
    const nearest = nearestCommand(commands, words);
    const meant = nearest === undefined ? '' : ` Do you mean \`bonyan ${nearest}\`?`;
    console.error(`There is no command ${words.join(' ')}.${meant}\n\n${usage(commands)}`);
    return 2;
  }
  return 0;
}
