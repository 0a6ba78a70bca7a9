import { access, constants, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Driver } from '#platform/resilience/port.ts';
import type { Anchor } from './port.ts';

/** Appends one line of JSON per note; for a disk of another machine, or append-only storage. */
export function createFileAnchor(path: string): Driver<Anchor> {
  async function readText(): Promise<string> {
    return readFile(path, 'utf8').catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
      throw error;
    });
  }

  return {
    name: 'audit anchor file',
    idempotent: ['put', 'read'],
    port: {
      async put({ size, note }) {
        const text = await readText();
        if (toNotes(text).at(-1) === note) return;
        const file = await open(path, 'a', 0o640);
        try {
          if (!text.endsWith('\n') && text !== '') await file.truncate(Buffer.byteLength(wholeLines(text)));
          await file.appendFile(`${JSON.stringify({ at: new Date().toISOString(), size, note })}\n`);
          await file.sync();
        } finally {
          await file.close();
        }
      },
      read: async () => toNotes(await readText()),
    },
    probe: () => access(dirname(path), constants.R_OK),
  };
}

function toNotes(text: string): string[] {
  const lines = wholeLines(text).split('\n').slice(0, -1);
  return lines.map((line) => (JSON.parse(line) as { note: string }).note);
}

/** Without a last line that has no line end: a full disk or a crash has cut it off, and its `put` has not resolved. */
function wholeLines(text: string): string {
  return text.slice(0, text.lastIndexOf('\n') + 1);
}
