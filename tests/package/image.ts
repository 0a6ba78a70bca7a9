/** What `docker build` does with deploy/Containerfile, by hand, where no container engine runs. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Program } from '../story/server.ts';
import { environment, ROOT } from './packed.ts';

const execute = promisify(execFile);
/** Folders of the image that the steps name. */
const FOLDERS = /(?<![\w.])\/(app|data|tmp)\b/g;

interface Step {
  readonly stage: string;
  readonly word: string;
  readonly rest: string;
}

/** In their order; a line that ends with a backslash goes on in the next one. */
export function imageSteps(): Step[] {
  const text = readFileSync(join(ROOT, 'deploy', 'Containerfile'), 'utf8').replaceAll('\\\n', ' ');
  let stage = '';
  return [...text.matchAll(/^([A-Z]+) +(.+)$/gm)].map(([, word = '', rest = '']) => {
    if (word === 'FROM') stage = / AS (\w+)$/.exec(rest)?.[1] ?? '';
    return { stage, word, rest };
  });
}

/** Runs the steps of the last stage with the folders of the image in `room`. `archive` is what the first stage has packed. */
export async function runImage(room: string, archive: string) {
  const inRoom = (text: string) => text.replaceAll(FOLDERS, (path) => join(room, path));
  const settings: Record<string, string> = {};
  let [cwd, program] = [room, [] as string[]];
  await mkdir(join(room, 'tmp'));
  const PATH = [dirname(process.execPath), environment['PATH']].join(delimiter); // the image has Node in this version
  for (const { word, rest } of imageSteps().filter(({ stage }) => stage === '')) {
    if (word === 'ENV')
      for (const [, name = '', value = ''] of rest.matchAll(/(\w+)=(\S+)/g)) settings[name] = inRoom(value);
    if (word === 'WORKDIR') await mkdir((cwd = inRoom(rest)), { recursive: true });
    if (word === 'COPY') await cp(archive, inRoom(rest.split(' ').at(-1) ?? ''));
    // The user of the image is not on this machine.
    if (word === 'RUN')
      await execute('sh', ['-ec', inRoom(rest).replace(/chown node/, 'chown "$(id -u)"')], {
        cwd,
        env: { ...environment, PATH, ...settings },
      });
    if (word === 'ENTRYPOINT') program = JSON.parse(rest) as string[];
  }
  const [, ...words] = program;
  return {
    environment: settings,
    program: [process.execPath, ...words.map((one) => (one.endsWith('.js') ? join(cwd, one) : one))] as Program,
  };
}
