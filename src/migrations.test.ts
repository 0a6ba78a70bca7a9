import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

async function readMigrations(): Promise<Map<string, string>> {
  const paths = await Array.fromAsync(glob('**/migrations/*', { cwd: import.meta.dirname }));
  const texts = paths
    .toSorted()
    .map(async (path) => [path, await readFile(join(import.meta.dirname, path), 'utf8')] as const);
  return new Map(await Promise.all(texts));
}

test('migrations of one folder are numbered, and no number is used twice', async () => {
  const folders = Map.groupBy((await readMigrations()).keys(), (path) => path.slice(0, path.lastIndexOf('/')));
  assert.ok(folders.size > 3, 'the scan found too few folders');
  for (const [folder, paths] of folders) {
    const numbers = paths.map((path) => /\/(\d{4})_[a-z0-9_]+\.sql$/.exec(path)?.[1]);
    assert.ok(numbers.every((number) => number !== undefined) && numbers[0] === '0001', folder);
    assert.equal(new Set(numbers).size, paths.length, folder);
  }
});

test('a migration changes only on purpose: once released, never', async (t) => {
  const migrations = await readMigrations();
  const hashes = [...migrations].map(([path, text]) => [
    path,
    createHash('sha256').update(text).digest('hex').slice(0, 16),
  ]);
  t.assert.snapshot(Object.fromEntries(hashes));
});
