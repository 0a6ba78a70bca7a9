import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { commandOf } from './invocation.ts';

test('people are told to type what they have: a script, the package of the project, or the archive that npx was given', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'bonyan-invocation-'));
  t.after(() => rm(folder, { recursive: true }));
  const installed = join(folder, 'node_modules', 'bonyan', 'src', 'platform', 'invocation.js');
  const around = (manifest: object) => writeFile(join(folder, 'package.json'), JSON.stringify(manifest));

  assert.equal(commandOf('/tree/src/platform/invocation.ts'), 'npm run bonyan --');
  assert.equal(commandOf(installed), 'npx bonyan');
  await around({ dependencies: { bonyan: 'file:bonyan-0.1.0.tgz' } });
  assert.equal(commandOf(installed), 'npx bonyan');
  await around({ _npx: { packages: ['./bonyan-0.1.0.tgz'] } });
  assert.equal(commandOf(installed), 'npx ./bonyan-0.1.0.tgz');
});
