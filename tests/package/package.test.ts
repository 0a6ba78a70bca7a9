import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { isLong } from '../faults/stage.ts';
import { follow } from '../follow.ts';
import { postmastersOf } from '../story/server.ts';
import { tellFirstStory } from '../story/story.ts';
import { imageSteps, runImage } from './image.ts';
import { emptyFolder, environment, installIn, megabytesOf, pack, ROOT, run } from './packed.ts';

const TIMEOUT_MS = 1_800_000; // it packs the whole tree, and npm installs it; on a busy machine that takes long
const LIMIT_MB = 150; // beside Node and PostgreSQL
const { HOME = '', PATH = '' } = environment;

let packed: Awaited<ReturnType<typeof pack>>;
// Each of them installs all packages: four minutes together on two idle cores.
const skip = !isLong && 'it takes long: npm run test:faults';
before(async () => void (skip || (packed = await pack())), { timeout: TIMEOUT_MS });
after(async () => void (skip || (await packed.remove())));

test('in an empty folder, npx of the archive serves the first story', { skip, timeout: TIMEOUT_MS }, async (t) => {
  const folder = await emptyFolder(t, 'mine');

  await copyFile(packed.archive, join(folder, basename(packed.archive)));
  const program = ['npx', `./${basename(packed.archive)}`] as const;
  const settings = { HOME, PATH, npm_config_yes: 'true', npm_config_prefer_offline: 'true' };
  const chapters = await tellFirstStory(join(folder, 'data'), settings, program);

  assert.ok(chapters.length > 5);
  assert.deepEqual(postmastersOf(folder), []);
});

test(
  'a module and a provider, made by the words of their page, work where the archive is installed',
  { skip, timeout: TIMEOUT_MS },
  async (t) => {
    const folder = await emptyFolder(t);
    await installIn(folder, packed.archive);

    const made = await run(folder, 'npx', 'bonyan', 'new', 'module', 'parcels');
    const page = await readFile(join(folder, /^Go on by: +(.*)$/m.exec(made)?.[1] ?? 'no page is named'), 'utf8');
    await follow(page, folder);
    await writeFile(join(folder, 'bonyan.config.ts'), configOf(page));
    const tested = await run(folder, 'npx', 'bonyan', 'test');
    const document = JSON.parse(await run(folder, 'npx', 'bonyan', 'openapi'));
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(ownTsConfig()));
    await run(folder, process.execPath, join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'));

    assert.match(tested, /^ℹ fail 0$/m);
    for (const one of [/a parcel is confirmed by mail/, /an SMS goes to the gateway/]) assert.match(tested, one);
    assert.ok('/api/v1/parcels' in document.paths);
    for (const unit of ['bonyan.service', 'bonyan-worker@.service']) await startAsUnit(folder, unit);
    const megabytes = megabytesOf(join(folder, 'node_modules'));
    t.diagnostic(`installed: ${megabytes.toFixed(1)} MB beside Node and PostgreSQL`);
    assert.ok(megabytes < LIMIT_MB, `${megabytes} MB`);
  },
);

/** The last one that the page shows: with the module and the provider. */
function configOf(page: string): string {
  return page.match(/(?<=^```ts\n)import \{ defineConfig \}.*?(?=^```$)/gms)?.at(-1) ?? '';
}

/** What the unit starts is there, with another command, because `serve` does not end. */
async function startAsUnit(folder: string, name: string): Promise<void> {
  const unit = await readFile(join(ROOT, 'deploy', 'systemd', name), 'utf8');
  const [, line = ''] = /^ExecStart=\/opt\/bonyan\/(.*) (?:serve|worker)$/m.exec(unit) ?? [];
  const [file = '', ...words] = line.split(' ');
  assert.match(await run(folder, join(folder, file), ...words, 'config'), /BONYAN_MODE/);
}

/** Strict, as `tsc` of the tree is; `@types/node` is what a project of TypeScript has. */
function ownTsConfig() {
  const { compilerOptions } = JSON.parse(readFileSync(join(ROOT, 'tsconfig.json'), 'utf8'));
  const typeRoots = [join(ROOT, 'node_modules', '@types')];
  return { compilerOptions: { ...compilerOptions, typeRoots }, include: ['modules', 'providers', 'bonyan.config.ts'] };
}

test(
  'the steps of the container file, by hand, give a server of the first story',
  { skip, timeout: TIMEOUT_MS },
  async (t) => {
    const room = await emptyFolder(t);

    const image = await runImage(room, packed.archive);
    const overrides = { ...image.environment, HOST: '127.0.0.1', BONYAN_MODE: 'development', PORT: '0' };
    const chapters = await tellFirstStory(
      join(room, 'data', 'kept'),
      { ...overrides, BONYAN_DATA_DIR: join(room, 'data', 'kept') },
      image.program,
    );

    assert.ok(chapters.length > 5);
    assert.deepEqual(globSync('node_modules/node-*', { cwd: join(room, 'app') }), [], 'Node is in the image twice');
    const compiled = join(room, 'app', 'compiled');
    assert.ok(megabytesOf(compiled) > 5, 'the code is not compiled');
    assert.ok(megabytesOf(join(room, 'app')) - megabytesOf(compiled) < LIMIT_MB);
  },
);

test('the container file packs by the command that this test has run', () => {
  const steps = imageSteps().filter(({ stage }) => stage === 'pack');

  assert.deepEqual(
    steps.filter(({ word }) => word === 'RUN').map(({ rest }) => rest),
    ['npm run pack'],
  );
});

test('the steps that this test runs by hand have every word that an engine would run', () => {
  const known = new Set([
    'FROM',
    'ENV',
    'WORKDIR',
    'COPY',
    'RUN',
    'USER',
    'VOLUME',
    'EXPOSE',
    'HEALTHCHECK',
    'STOPSIGNAL',
    'ENTRYPOINT',
    'CMD',
  ]);
  const steps = imageSteps().filter(({ stage }) => stage === '');

  assert.deepEqual(
    steps.filter(({ word }) => !known.has(word)),
    [],
  );
  assert.equal(steps.find(({ word }) => word === 'CMD')?.rest, '["serve"]');
});
