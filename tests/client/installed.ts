import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';

export const ROOT = dirname(dirname(import.meta.dirname));
export const run = promisify(execFile);

/** A folder with the example, in which the packed client is installed as `npm install` does it. Gone when `t` ends. */
export async function installedExample(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'client-installed-'));
  t.after(() => rm(folder, { recursive: true }));
  const [source, app] = [join(ROOT, 'client'), join(folder, 'app')];
  const [copy, modules] = [join(folder, 'client'), join(app, 'node_modules')];
  // Built in a copy, because other tests read the folder of the client.
  await cp(source, copy, { recursive: true, filter: (path) => !/[/\\](?:node_modules|dist)$/.test(path) });
  await symlink(join(source, 'node_modules'), join(copy, 'node_modules'));
  await run('npm', ['pack', '--ignore-scripts=false', '--pack-destination', folder], { cwd: copy });
  await cp(join(ROOT, 'examples', 'client'), app, { recursive: true });
  await mkdir(join(modules, '@bonyan', 'client'), { recursive: true });
  const [archive = ''] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
  await run('tar', ['-xzf', join(folder, archive), '--strip-components=1', '-C', join(modules, '@bonyan', 'client')]);
  // Its dependencies, from where they are already.
  for (const name of ['openapi-fetch', 'tus-js-client'])
    await symlink(join(source, 'node_modules', name), join(modules, name));
  await symlink(join(ROOT, 'node_modules', '@types'), join(modules, '@types'));
  return app;
}
