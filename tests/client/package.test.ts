import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { installedExample, ROOT, run } from './installed.ts';

const USE = `
  const { createClient, ApiError, take, ifMatch } = await import('@bonyan/client');
  const client = createClient({ baseUrl: 'http://localhost' });
  console.log(typeof client.upload, typeof client.listen, typeof ApiError, typeof take, ifMatch({ version: 3 })['If-Match']);`;

test('the packed client is JavaScript for any Node from 20 on, with types that a strict program accepts', async (t) => {
  const app = await installedExample(t);
  const strict = { strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, noEmit: true };
  const compilerOptions = { ...strict, target: 'es2022', lib: ['es2023', 'dom'], module: 'nodenext', types: [] };
  await writeFile(join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['use.ts'] }));
  const use = `import { createClient, take } from '@bonyan/client';
    const client = createClient({ baseUrl: '' });
    export const description: string = (await take(client.api.GET('/api/v1/todos'))).items[0]!.description;
    // @ts-expect-error -- this operation has another body
    await client.api.POST('/api/v1/todos', { body: { text: 'Buy bread' } });`;
  await writeFile(join(app, 'use.ts'), use);

  const outputs = await Promise.all(
    nodes().map((node) => run(node, ['--input-type=module', '--eval', USE], { cwd: app })),
  );
  const checks = await Promise.all(
    ['node_modules', 'client/node_modules'].map((modules) =>
      run(join(ROOT, modules, '.bin', 'tsc'), ['-p', app], { cwd: app }),
    ),
  );

  for (const { stdout } of outputs) assert.equal(stdout, 'function function function function "3"\n');
  for (const { stdout } of checks) assert.equal(stdout, '');
});

/** This one, and that of the machine, which may be an older one. */
function nodes(): string[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'));
  const [own] = folders.map((folder) => join(folder, 'node')).filter((path) => existsSync(path));
  return own === undefined ? [process.execPath] : [process.execPath, own];
}
