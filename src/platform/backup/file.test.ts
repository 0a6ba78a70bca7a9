import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { noMount, smallDisk } from '#testing/backup/small-disk.ts';
import { EMPTY } from '#testing/backup/embedded.ts';
import { temporaryFolder } from '#testing/backup/probe.ts';
import type { ArchiveWriter } from './archive.ts';
import { readArchiveFile, writeArchiveFile } from './file.ts';
import { BackupError } from './port.ts';

test('of two backups to one file at once one is made, and it is whole; only its owner can read it', async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'a.backup');
  const fill = (name: string) => async (archive: ArchiveWriter) => {
    for (let at = 0; at < 20; at++) await archive.part(`${name}:${at}`, Readable.from([randomBytes(300_000)]));
    await archive.finish(EMPTY);
  };

  const made = await Promise.allSettled(['one', 'other'].map((name) => writeArchiveFile(file, null, fill(name))));
  const { parts } = await readArchiveFile(file, null, async () => {});

  assert.deepEqual(made.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
  assert.equal(parts.length, 20);
  assert.deepEqual([readdirSync(folder), statSync(file).mode & 0o777], [['a.backup'], 0o600]);
  await assert.rejects(writeArchiveFile(file, null, fill('later')), /exists\. Name a new file/);
  await assert.rejects(writeArchiveFile(join(folder, 'no', 'a'), null, fill('nowhere')), BackupError);
});

test(
  'a backup for which the disk is too small says so and leaves nothing, at any of its parts',
  { skip: noMount },
  async (t) => {
    const folder = smallDisk(t, 2);
    const file = join(folder, 'a.backup');
    for (const bytes of [1, 3].map((megabytes) => megabytes * 2 ** 20)) {
      const fill = async (archive: ArchiveWriter) => {
        for (let at = 0; at < 3; at++) await archive.part(`part:${at}`, Readable.from([randomBytes(bytes)]));
        await archive.finish(EMPTY);
      };
      await assert.rejects(
        writeArchiveFile(file, null, fill),
        /The disk of .* is full, so nothing of the backup is kept/,
      );
      assert.deepEqual(readdirSync(folder), []);
    }
  },
);

test('a manifest of another form is refused, whatever is wrong in it', async (t) => {
  const folder = temporaryFolder(t);
  const table = { table: 'todos.todo', columns: ['id'], rows: 1, digest: '1' };
  const wrong: Record<string, unknown>[] = [
    { version: 1 },
    { madeAt: null },
    { hasSecret: 'yes' },
    { migrations: [{ module: 'todos' }] },
    { cluster: undefined },
    { cluster: { major: 18, bytes: 0 } },
    { tables: {} },
    { tables: [{ ...table, rows: -1 }] },
    { tables: [{ ...table, columns: 'id' }] },
    { tables: [{ ...table, digest: '1); drop table x' }] },
    { partitions: [null] },
    { sequences: [{ name: 's', value: '1e9', isCalled: true }] },
    { objects: 0.5 },
  ];
  for (const [at, change] of wrong.entries()) {
    const file = join(folder, `${at}.backup`);
    await writeArchiveFile(file, null, (archive) => archive.finish({ ...EMPTY, ...change }));
    const read = readArchiveFile(file, null, async () => {});
    await assert.rejects(read, /damaged in the manifest: it does not have the form of one/, JSON.stringify(change));
  }
});
