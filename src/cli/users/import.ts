import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { FirebaseParameters, type ImportSummary } from '#modules/users/contract.ts';
import { checkBody } from '#platform/http/validation.ts';
import { pageOf } from '#platform/invocation.ts';
import type { Command } from '../command.ts';
import { withApp } from '../context.ts';
import { onlyWord } from './only-word.ts';

const REFUSED = 3; // exit code: something was refused, and everything else is done
const PROGRESS_MS = { terminal: 1000, log: 10_000 };

export const usersImport: Command = {
  name: 'users import',
  summary: 'Make accounts of the people of another system, from lines of JSON',
  options: { 'dry-run': { type: 'boolean' }, report: { type: 'string' }, firebase: { type: 'string' } },
  takesWords: true,
  help: `FILE             one JSON object a line, described in ${pageOf('users-import')}; - for standard input
--dry-run        checks all lines, and stores nothing
--report FILE    writes the refused lines to this new file instead of standard output: {line, externalId, code, reason}
--firebase FILE  parameters of the Firebase project that made the hashes: {rounds, memoryCost, saltSeparator, signerKey}

A line whose externalId is known from an earlier import is left alone: after an interruption run the same command again. No
mail is sent. Exit code 0: all lines are imported, or were before. 3: some were refused, all others are imported. 1: the import
has ended before the end of the file.`,
  async run({ 'dry-run': isDryRun = false, report, firebase }, words) {
    const path = onlyWord(words, 'FILE, or - for standard input,');
    const project = typeof firebase === 'string' ? await readFirebase(firebase) : undefined;
    const input = path === '-' ? process.stdin : createReadStream(path);
    if (path !== '-') await once(input, 'open'); // a missing file is an error before anything starts
    return withApp('command', async (app) => {
      await app.prepare();
      await using output = await openReport(typeof report === 'string' ? report : null);
      const progress = showProgress(isDryRun === true);
      const summary = await app.users.importPeople(input, {
        isDryRun: isDryRun === true,
        ...(project && { firebase: project }),
        onRefused: (refused) => output.write(`${JSON.stringify(refused)}\n`),
        onProgress: progress.show,
      });
      progress.end(summary);
      return summary.refused > 0 ? REFUSED : 0;
    });
  },
};

/** A file, or standard output. Its errors end the import: the lines are reported when it is run again. */
async function openReport(path: string | null) {
  if (path === null) return { write: toStandardOutput, [Symbol.asyncDispose]: async () => {} };
  const file = await open(path, 'wx', 0o600); // nothing is written over, such as the lines
  return {
    write: async (text: string) => void (await file.write(text)),
    [Symbol.asyncDispose]: () => file.close(),
  };
}

async function toStandardOutput(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}

/** @throws `http.invalid` */
async function readFirebase(path: string): Promise<FirebaseParameters> {
  const text = await readFile(path, 'utf8');
  let parameters: unknown;
  try {
    parameters = JSON.parse(text);
  } catch (cause) {
    throw Object.assign(new Error(`${path} is not JSON.`, { cause }), { code: 'FIREBASE_UNREADABLE' });
  }
  checkBody(FirebaseParameters, parameters);
  return parameters as FirebaseParameters; // checked
}

/** Counts and rate on standard error: in a terminal in one line that changes, elsewhere in a line from time to time. */
function showProgress(isDryRun: boolean) {
  const { isTTY: isTerminal } = process.stderr;
  const everyMs = isTerminal ? PROGRESS_MS.terminal : PROGRESS_MS.log;
  const [before, after] = isTerminal ? ['\r', ''] : ['', '\n'];
  const beganMs = performance.now();
  let shownMs = beganMs;
  const toText = ({ lines, imported, unchanged, refused }: ImportSummary) => {
    const perSecond = Math.round((1000 * lines) / (performance.now() - beganMs));
    const done = isDryRun ? 'can be imported' : 'imported';
    return `${lines} lines: ${imported} ${done}, ${unchanged} unchanged, ${refused} refused; ${perSecond} lines/s`;
  };
  return {
    show(summary: ImportSummary): void {
      if (performance.now() - shownMs < everyMs) return;
      shownMs = performance.now();
      process.stderr.write(before + toText(summary) + after);
    },
    end: (summary: ImportSummary) => void process.stderr.write(`${before}${toText(summary)}\n`),
  };
}
