import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { temporaryFolder } from './probe.ts';

/** Why no disk can be mounted here. */
export const noMount = process.platform !== 'linux' || process.getuid?.() !== 0 ? 'mounting needs root' : false;

/** An empty disk of its own in memory, until the test ends. */
export function smallDisk(t: TestContext, megabytes: number): string {
  let folder = '';
  t.after(() => spawnSync('umount', [folder])); // before the folder around it is removed
  folder = join(temporaryFolder(t), 'disk');
  mkdirSync(folder);
  const options = ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder];
  const { status, stderr } = spawnSync('mount', options, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`no disk was mounted: ${stderr}`);
  return folder;
}
