import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { bonyan } from '#testing/command-line.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const run = promisify(execFile);

test('an unusable data folder or port is one sentence that names the setting, before anything starts', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'bonyan-needs-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const taken = createServer().listen(0, '127.0.0.1');
  t.after(() => taken.close());
  await once(taken, 'listening');
  const port = String((taken.address() as AddressInfo).port);
  const good = { BONYAN_DATA_DIR: join(folder, 'data'), PORT: '0' };
  const cases = [
    {
      set: { BONYAN_DATA_DIR: join(file, 'data') },
      says: /^BONYAN_DATA_DIR: .* cannot be used \(ENOTDIR: not a directory\)\. Set/,
    },
    {
      set: { BONYAN_DATA_DIR: '/proc/bonyan/data' },
      says: /^BONYAN_DATA_DIR: \/proc\/bonyan\/data cannot be used/,
    },
    { set: { PORT: port }, says: /^PORT: \d+ is in use\. Stop the program/ },
    { set: { HOST: '192.0.2.1', PORT: '8099' }, says: /^HOST, PORT: nothing can listen on 192\.0\.2\.1:8099/ },
  ];

  for (const { set, says } of cases) {
    const [served, doctor] = await Promise.all([
      bonyan(['serve'], { ...good, ...set }),
      bonyan(['doctor', '--before-start'], { ...good, ...set }),
    ]);
    assert.deepEqual([served.code, served.out, doctor.code], [1, '', 1], served.err);
    assert.match(served.err, says);
    assert.equal(served.err.trim().split('\n').length, 1, served.err);
    assert.ok(doctor.out.includes(served.err.trim()), doctor.out);
  }
  const fine = await bonyan(['doctor', '--before-start'], good);
  assert.deepEqual([fine.code, fine.out.match(/^ok/gm)?.length], [0, 2], fine.out);
});

test('the program is compiled once, and runs where no folder can keep compiled code', async (t) => {
  const path = mkdtempSync(join(tmpdir(), 'bonyan-needs-'));
  t.after(() => rmSync(path, { recursive: true }));
  const runs = [{ XDG_CACHE_HOME: path }, { XDG_CACHE_HOME: path }, { XDG_CACHE_HOME: '/proc/bonyan' }];
  const found: unknown[] = [];

  for (const environment of runs) {
    const env = { PATH: process.env['PATH'] ?? '', HOME: path, NODE_DEBUG_NATIVE: 'COMPILE_CACHE', ...environment };
    const options = { cwd: ROOT, env, maxBuffer: 2 ** 26 };
    const { stdout, stderr } = await run(process.execPath, ['scripts/run.mjs', 'src/main.ts', '--version'], options);
    const isFound = /retrieving transpile cache for StrippedTypeScript \S+src\/main\.ts\.\.\.success/.test(
      stderr + stdout,
    );
    found.push([/^\d+\.\d+\.\d+/m.test(stdout), isFound]);
  }

  assert.deepEqual(found, [
    [true, false],
    [true, true],
    [true, false],
  ]);
});
