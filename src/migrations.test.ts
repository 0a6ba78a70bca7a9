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

/** Released before the rule. */
const BUILT_AT_ONCE = [
  'modules/audit/migrations/0004_findings.sql',
  'modules/audit/migrations/0007_incremental_runs.sql',
  'modules/files/migrations/0003_encryption.sql',
  'modules/notifications/migrations/0002_notification.sql',
  'modules/notifications/migrations/0007_suppression.sql',
  'modules/notifications/migrations/0011_addressed.sql',
  'modules/notifications/migrations/0014_canonical_name.sql',
  'modules/notifications/migrations/0016_language_tag.sql',
  'modules/todos/migrations/0003_search.sql',
  'modules/users/migrations/0003_mailed_link.sql',
  'modules/users/migrations/0008_account_administration.sql',
  'modules/users/migrations/0016_unproved.sql',
  'modules/users/migrations/0017_strangers.sql',
  'modules/users/migrations/0018_search.sql',
  'platform/audit/migrations/0002_people.sql',
  'platform/database/migrations/0010_event_key.sql',
];

test('an index on a table that can have rows is built beside its writers', async () => {
  const created = /create (?:unlogged )?table (?:if not exists )?([\w.]+)/g;
  const indexed = /create (?:unique )?index (?:if not exists )?\w+ on ([\w.]+)/g;
  const built = [...(await readMigrations())].filter(([, sql]) => {
    const own = [...sql.matchAll(created)].map(([, table]) => table);
    return [...sql.matchAll(indexed)].some(([, table]) => table !== undefined && !own.includes(table));
  });

  const paths = built.map(([path]) => path);
  assert.deepEqual(paths, BUILT_AT_ONCE, 'put the index into a file NNNN_words_concurrently.sql');
});

test('a migration changes only on purpose: once released, never', async (t) => {
  const migrations = await readMigrations();
  const hashes = [...migrations].map(([path, text]) => [
    path,
    createHash('sha256').update(text).digest('hex').slice(0, 16),
  ]);
  t.assert.snapshot(Object.fromEntries(hashes));
});
