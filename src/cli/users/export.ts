import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from '../command.ts';
import { withApp } from '../context.ts';
import { onlyWord } from './only-word.ts';

export const usersExport: Command = {
  name: 'users export',
  summary: 'Write all people as lines that `users import` takes',
  options: { 'with-password-hashes': { type: 'boolean' } },
  takesWords: true,
  help: `FILE                     default: standard output; a new file, readable by its owner alone
--with-password-hashes   also the hashes of passwords: anybody who has them can try passwords without limit

The export is recorded in the audit trail. Second factors, sessions and API keys are not part of it.`,
  run: ({ 'with-password-hashes': withHashes = false }, words) => {
    const path = words.length === 0 ? null : onlyWord(words, 'at most one FILE');
    return withApp('command', async (app) => {
      await app.prepare();
      const target = path === null ? process.stdout : createWriteStream(path, { mode: 0o600, flags: 'wx' });
      const people = app.users.exportPeople({ withHashes: withHashes === true });
      await pipeline(Readable.from(people), target, { end: target !== process.stdout });
      return 0;
    });
  },
};
