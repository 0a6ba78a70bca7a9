/** Runs the command line of this tree in a process. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export const MAIN = join(import.meta.dirname, '..', 'main.ts');

/** Sends SIGTERM as soon as the command has printed `until`. A server takes any free port. */
export async function bonyan(
  words: readonly string[],
  environment: Record<string, string> = {},
  { input = '', until = '' } = {},
) {
  const env = { PATH: process.env['PATH'], PORT: '0', ...environment };
  const child = spawn(process.execPath, [MAIN, ...words], { env });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    if (until !== '' && out.includes(until)) child.kill('SIGTERM');
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}
