import { access, constants, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Driver } from '#platform/resilience/port.ts';
import type { Anchor } from './port.ts';

/** One line of JSON for each note, appended: for a disk of another machine, or one that only grows. */
export function createFileAnchor(path: string): Driver<Anchor> {
  async function read(): Promise<string[]> {
    const text = await readFile(path, 'utf8').catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
      throw error;
    });
    const lines = text.split('\n').filter((line) => line !== '');
    return lines.map((line) => (JSON.parse(line) as { note: string }).note);
  }

  return {
    name: 'audit anchor file',
    idempotent: ['put', 'read'],
    port: {
      async put({ size, note }) {
        if ((await read()).at(-1) === note) return;
        const file = await open(path, 'a', 0o640);
        try {
          await file.appendFile(`${JSON.stringify({ at: new Date().toISOString(), size, note })}\n`);
          await file.sync();
        } finally {
          await file.close();
        }
      },
      read,
    },
    probe: () => access(dirname(path), constants.R_OK),
  };
}
