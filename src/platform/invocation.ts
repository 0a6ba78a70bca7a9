import { join, relative } from 'node:path';

/** What people type before a command: in a clone, or where the program is installed as a package. */
export const COMMAND = import.meta.filename.endsWith('.ts') ? 'npm run bonyan --' : 'npx bonyan';

/** The file with a page of the manual, from the working folder. */
export function pageOf(name: string): string {
  return relative('', join(import.meta.dirname, '..', '..', 'docs', `${name}.md`));
}
