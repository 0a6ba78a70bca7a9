/** The commands of the manual, and who runs them. */
import { execFile } from 'node:child_process';
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const ROOT = join(import.meta.dirname, '..', '..');
const MAIN = join(ROOT, 'src', 'main.ts');
const PAGES = ['*.md', 'docs/*.md', 'docs/{operations,security,contributing}/*.md', 'deploy/*.md', 'client/*.md'];
/** `curl` that fails where the server refuses, and the program without npm. */
const PRELUDE = `set -eu
curl() { command curl -sS --fail-with-body "$@"; }
bonyan() { "$NODE" --disable-warning=ExperimentalWarning ${JSON.stringify(MAIN)} "$@"; }
`;

export interface Command {
  readonly page: string;
  readonly text: string;
}

const execute = promisify(execFile);

/** Every command of every `sh` block, in its order. Comments are left out, and continued lines are one. */
export async function commandsOfManual(): Promise<Command[]> {
  const pages = (await Array.fromAsync(glob(PAGES, { cwd: ROOT }))).toSorted();
  const commands = pages.map(async (page) => {
    const text = await readFile(join(ROOT, page), 'utf8');
    const blocks = [...text.matchAll(/^```(?:sh|bash)\n(.*?)^```$/gms)].map(([, block = '']) => block);
    return blocks.flatMap(toCommands).map((command) => ({ page: page.replaceAll('\\', '/'), text: command }));
  });
  return (await Promise.all(commands)).flat();
}

function toCommands(block: string): string[] {
  return block
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => line.replace(/(?:^|\s+)#\s.*$/, '').trim())
    .filter((line) => line !== '');
}

/** Runs one command in `folder`. @throws with what it printed, when it fails */
export async function runCommand(text: string, origin: string, folder: string, environment: Record<string, string>) {
  const here = text
    .replaceAll(/(?:http:\/\/)?localhost:8080/g, origin)
    .replaceAll(/npm run (?:-s )?bonyan --/g, 'bonyan');
  const env = { PATH: process.env['PATH'], NODE: process.execPath, LANG: 'C.UTF-8', ...environment };
  const { stdout } = await execute('bash', ['--norc', '-c', PRELUDE + here], { cwd: folder, env }).catch(
    (error: Error & { stdout?: string; stderr?: string }) => {
      throw new Error(`${text}\n${error.stdout ?? ''}${error.stderr ?? ''}`, { cause: error });
    },
  );
  return stdout;
}
