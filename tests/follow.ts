/** Follows a page of the documentation, for tests that show that it is right. */
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Writes each block of code that names a path, and applies those that are a `diff`. */
export async function follow(page: string, tree: string): Promise<void> {
  for (const [, language, path = '', text = ''] of page.matchAll(/^```(\w+) (\S+)\n(.*?)^```$/gms)) {
    const file = join(tree, path);
    await mkdir(dirname(file), { recursive: true });
    if (language === 'diff') await writeFile(file, applyDiff(await readFile(file, 'utf8'), text, path));
    else await writeFile(file, text, { flag: 'wx' });
  }
}

/**
 * Parts are separated by `@@`. The lines that a part keeps or removes must occur exactly once in the file, one after
 * another.
 */
function applyDiff(content: string, diff: string, path: string): string {
  return diff.split(/^@@\n/m).reduce((text, part) => {
    const lines = part.split('\n').filter((line) => line !== '');
    const sideWith = (sign: string) =>
      lines.filter((line) => line.startsWith(' ') || line.startsWith(sign)).map((line) => `${line.slice(1)}\n`);
    const old = sideWith('-');
    const present = text.split(/(?<=\n)/);
    for (const line of old)
      if (line.trim() !== '') assert.equal(present.filter((one) => one === line).length, 1, `${path}: ${line}`);
    assert.equal(text.split(old.join('')).length, 2, `${path}: these lines are not together in the file:\n${part}`);
    return text.replace(old.join(''), () => sideWith('+').join(''));
  }, content);
}
