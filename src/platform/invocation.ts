import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** What people type before a command. */
export const COMMAND = commandOf(import.meta.filename);

/**
 * In a clone, where the program is installed as a package, and where npx keeps it: `npx bonyan` would there be a package of
 * this name in the registry. `file` is this one.
 */
export function commandOf(file: string): string {
  if (file.endsWith('.ts')) return 'npm run bonyan --';
  const [asked] = packagesOfNpx(join(dirname(file), '..', '..', '..', '..', 'package.json'));
  return `npx ${asked ?? 'bonyan'}`;
}

/** What npx was asked for, which it writes into the folder of its cache. */
function packagesOfNpx(manifest: string): readonly string[] {
  try {
    const { _npx: npx } = JSON.parse(readFileSync(manifest, 'utf8')) as { _npx?: { packages?: string[] } };
    return npx?.packages ?? [];
  } catch {
    return []; // no project around it
  }
}

/** The file with a page of the manual, from the working folder. */
export function pageOf(name: string): string {
  return relative('', join(import.meta.dirname, '..', '..', 'docs', `${name}.md`));
}
