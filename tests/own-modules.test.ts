import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { follow } from './follow.ts';

const ROOT = join(import.meta.dirname, '..');
const MAIN = join(ROOT, 'src', 'main.ts');
/** What a module imports; `bonyan` is this tree. */
const PACKAGES = ['typebox', 'kysely', '@types', 'undici-types'];
const TIMEOUT_MS = 300_000; // the tests of the module that is made, and a type check
const TS_CONFIG = { extends: join(ROOT, 'tsconfig.json'), include: ['.'] };

const execute = promisify(execFile);

test('a new module passes its own tests and all checks as it is', { timeout: TIMEOUT_MS }, async (t) => {
  const folder = await project(t);

  const { stdout } = await run(t, folder, MAIN, 'new', 'module', 'companies');
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(TS_CONFIG));
  await run(t, folder, join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'));
  await run(t, folder, '--test', 'modules/companies/companies.test.ts');

  assert.ok(stdout.includes(join('modules', 'companies', 'migrations', '0001_company.sql')), stdout);
  assert.equal(await readFile(join(folder, 'bonyan.config.ts'), 'utf8'), CONFIG);
  const texts = await Promise.all((await filesOf(folder)).map((path) => readFile(path, 'utf8')));
  assert.deepEqual(
    texts.filter((text) => /gadgets?/i.test(text)),
    [],
  );
});

test(
  'the page about own modules, followed, gives a module that passes its tests',
  { timeout: TIMEOUT_MS },
  async (t) => {
    const folder = await project(t);
    const page = await readFile(join(ROOT, 'docs', 'own-modules.md'), 'utf8');
    const [, words = ''] = /^npm run bonyan -- (new module \w+)$/m.exec(page) ?? [];

    await run(t, folder, MAIN, ...words.split(' '));
    const config = await readFile(join(folder, 'bonyan.config.ts'), 'utf8');
    await follow(page, folder);

    await run(t, folder, '--test', 'modules/parcels/*.test.ts', 'providers/*.test.ts');
    assert.ok(page.includes(`\`\`\`ts\n${config}\`\`\``), 'the page shows another bonyan.config.ts');
  },
);

const CONFIG = `import { defineConfig } from 'bonyan';
import { createCompanies } from './modules/companies/module.ts';

export default defineConfig({ modules: [createCompanies] });
`;

test('a name that cannot be one is refused, and nothing is written', async (t) => {
  const folder = await project(t);
  const refused = (...words: string[]) => run(t, folder, MAIN, 'new', 'module', ...words).then(() => '', messageOf);

  assert.match(await refused('users'), /users: Bonyan has a module of this name/);
  assert.match(await refused('Own Things'), /Own Things: expected a name of small letters and digits/);
  assert.match(await refused('platform'), /platform: this name is that of a schema/);
  assert.match(await refused('people', '--one', 'people'), /--one people: expected another word/);
  assert.match(await refused('pages'), /--one page: the module would have two things called Page/);
  assert.match(await refused('order'), /order: this word is part of SQL/);
  assert.match(await refused(), /NAME of the module, such as invoices, is expected/);
  assert.deepEqual((await readdir(folder)).toSorted(), ['node_modules', 'package.json']);
});

test('a second module leaves bonyan.config.ts as it is, and says what to add', async (t) => {
  const folder = await project(t);
  await run(t, folder, MAIN, 'new', 'module', 'companies');

  const { stdout } = await run(t, folder, MAIN, 'new', 'module', 'people', '--one', 'person');
  const again = await run(t, folder, MAIN, 'new', 'module', 'people').then(() => '', messageOf);

  assert.equal(await readFile(join(folder, 'bonyan.config.ts'), 'utf8'), CONFIG);
  assert.match(stdout, /import \{ createPeople \} from '\.\/modules\/people\/module\.ts';/);
  assert.match(await readFile(join(folder, 'modules/people/contract.ts'), 'utf8'), /export type NewPerson = /);
  assert.match(again, /modules.people: is there already/);
});

/** An empty folder outside this tree, in which `bonyan` is installed by a link. */
async function project(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bonyan-own-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  await mkdir(join(folder, 'node_modules'));
  await symlink(ROOT, join(folder, 'node_modules', 'bonyan'), 'junction');
  for (const name of PACKAGES)
    await symlink(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name), 'junction');
  return folder;
}

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(join(folder, 'modules'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

function run({ signal }: TestContext, cwd: string, ...words: string[]) {
  // A test runner with NODE_TEST_CONTEXT acts as a part of the outer one, and runs nothing.
  const env = { ...process.env, NODE_TEST_CONTEXT: undefined };
  return execute(process.execPath, words, { cwd, env, signal });
}

function messageOf(error: Error & { stderr?: string; stdout?: string }): string {
  return `${error.stdout ?? ''}${error.stderr ?? error.message}`;
}
