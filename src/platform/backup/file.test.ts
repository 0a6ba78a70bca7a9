import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { temporaryFolder } from '#testing/backup/probe.ts';
import type { ArchiveWriter } from './archive.ts';
import { readArchiveFile, writeArchiveFile } from './file.ts';
import { BackupError, type Manifest } from './port.ts';

test('of two backups to one file at once one is made, and it is whole; only its owner can read it', async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'a.backup');
  const fill = (name: string) => async (archive: ArchiveWriter) => {
    for (let at = 0; at < 20; at++) await archive.part(`${name}:${at}`, Readable.from([randomBytes(300_000)]));
    await archive.finish({} as Manifest);
  };

  const made = await Promise.allSettled(['one', 'other'].map((name) => writeArchiveFile(file, null, fill(name))));
  const { parts } = await readArchiveFile(file, null, async () => {});

  assert.deepEqual(made.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
  assert.equal(parts.length, 20);
  assert.deepEqual([readdirSync(folder), statSync(file).mode & 0o777], [['a.backup'], 0o600]);
  await assert.rejects(writeArchiveFile(file, null, fill('later')), /exists\. Name a new file/);
  await assert.rejects(writeArchiveFile(join(folder, 'no', 'a'), null, fill('nowhere')), BackupError);
});
