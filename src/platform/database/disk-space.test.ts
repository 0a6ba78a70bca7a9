import assert from 'node:assert/strict';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createDiskSpace } from './disk-space.ts';

const MUCH = Number.MAX_SAFE_INTEGER;

test('less free space than the bound is refused as a full disk, and more is not', async () => {
  const space = createDiskSpace({ folder: tmpdir(), lastRefusal: () => null });
  const atFirst = space.refusal(MUCH); // nothing is known yet, and nobody waits
  await space.asked();

  const refusal = space.refusal(MUCH);

  assert.equal(atFirst, null);
  assert.deepEqual([refusal?.status, refusal?.code], [503, 'database.disk_full']);
  assert.equal(space.refusal(1), null);
});

test('the file system is asked once a second', async () => {
  let nowMs = 0;
  const folder = mkdtempSync(join(tmpdir(), 'bonyan-space-'));
  const space = createDiskSpace({ folder, lastRefusal: () => null, clock: () => nowMs });
  await space.asked();
  rmdirSync(folder); // from now on an answer would be that nothing is known

  nowMs = 999;
  space.refusal(MUCH);
  await space.asked();
  const before = space.refusal(MUCH);
  nowMs = 1000;
  space.refusal(MUCH);
  await space.asked();

  assert.equal(before?.code, 'database.disk_full');
  assert.equal(space.refusal(MUCH), null);
});

test('what a server elsewhere has found counts for half a minute', () => {
  const asked: number[] = [];
  const space = createDiskSpace({
    folder: null,
    lastRefusal(ms) {
      asked.push(ms);
      return 'could not extend file: No space left on device';
    },
  });

  assert.equal(space.refusal(0)?.code, 'database.disk_full');
  assert.deepEqual(asked, [30_000]);
});
