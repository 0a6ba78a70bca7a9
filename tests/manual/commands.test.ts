import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { settings } from '#platform/config/settings.ts';
import { codeFor, member, PASSWORD } from '#testing/accounts.ts';
import { SECRET, testApp, type TestApp } from '#testing/app.ts';
import { commandsOfManual, ROOT, runCommand, type Command } from './shell.ts';

const EMAIL = 'sara@example.com';
/** What each page needs beside a signed-in administrator, and what its answers give to later commands. */
const PAGES: Readonly<Record<string, Page>> = {
  'README.md': { isWithoutAccount: true },
  'README.fa.md': { isWithoutAccount: true },
  'docs/getting-started.md': { isWithoutAccount: true },
  'docs/users.md': {},
  'docs/todos.md': {},
  'docs/exports.md': {},
  'docs/files.md': { file: 'گزارش.pdf' },
  'docs/logging.md': {},
  'docs/notifications.md': {},
  'docs/webhooks.md': {},
  'docs/sign-in.md': {},
  'docs/organisations.md': { after: { 'آفتاب': ['ID', '.id'], 'organisations/invitations ': ['INVITATION', '.items[0].id'] } }, // prettier-ignore
  'docs/audit.md': {},
  'docs/notification-providers.md': {},
  'docs/operations/README.md': {},
  'docs/operations/runbooks.md': {},
  'docs/operations/faults.md': {},
  'docs/operations/upgrades.md': {},
};
/** Commands that another test runs, by the page or the command itself. */
const ELSEWHERE: readonly (readonly [page: RegExp, command: RegExp, test: string])[] = [
  [/first-story/, /./, 'tests/story/story.test.ts'],
  [/first-module/, /./, 'tests/first-module.test.ts'],
  [/own-modules/, /new module|node --test/, 'tests/own-modules.test.ts'],
  [/own-modules/, /npx bonyan/, 'tests/package/package.test.ts'],
  [/install/, /npx|npm init|npm pkg|npm install/, 'tests/package/package.test.ts'],
  [/client/, /^npm (?:ci|pack|install)$|node app\.ts/, 'tests/client/example.test.ts'],
  [/deploy/, /install|^cd |systemctl|journalctl|systemd-run/, 'tests/deploy.test.ts'],
  [/backup/, /./, 'src/cli/backup/backup.test.ts'],
  [/move/, /./, 'src/cli/move/move.test.ts'],
  [/own-modules/, /openapi|generate\.ts|BONYAN_CONFIG/, 'tests/own-modules-invoices.test.ts'],
  [/./, /^(?:[A-Z_]+=\S+ )*npm start$/, 'tests/npm-start.test.ts'],
  [/audit/, /audit verify|audit archive|audit-verifier/, 'src/cli/commands.test.ts'],
  [/users-import/, /users (?:import|export)/, 'src/cli/users/users.test.ts'],
  [/./, /admin create/, 'src/cli/commands.test.ts'],
  [/phones/, /verify-phone|"phone"/, 'src/modules/users/codes/code-forms.test.ts'],
  [/files/, /presign|x-amz-checksum|uploads\/\$ID\/complete/, 'src/modules/files/presigned/presigned.test.ts'],
  [/sign-in/, /impersonations/, 'src/modules/users/impersonation/impersonation.test.ts'],
  [/contributing.testing/, /settings|services/, 'scripts/services'],
  [/authorization/, /^(?:GET|POST|PUT) +\//, 'tests/manual/paths.test.ts'],
];
const SCRIPT = /^npm (?:run )?([\w:]+)(?: |$)/;
const CODE = /123456|۱۲۳۴۵۶/; // in the place of the one in the mail
const SETTING = /^([A-Z][A-Z0-9_]+)=/;

const TIMEOUT_MS = 300_000; // the command line starts several times
/** Commands that need nothing of a page, and have run on another one. */
const done = new Set<string>();

interface Page {
  /** The page itself makes the account. */
  readonly isWithoutAccount?: true;
  /** A file that is there. */
  readonly file?: string;
  /** By a part of a command: the variable that gets this part of its answer. */
  readonly after?: Readonly<Record<string, readonly [name: string, path: string]>>;
}

const isElsewhere = ({ page, text }: Command) => ELSEWHERE.some(([of, what]) => of.test(page) && what.test(text));
const isAssignment = ({ text }: Command) => SETTING.test(text) || /^\w+='?[^ ']*(?: [^']*')?$/.test(text);

test('each command of the manual is run by a test', async () => {
  const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { scripts: object };
  const commands = await commandsOfManual();

  const unknown = commands.filter((command) => {
    if (command.page in PAGES || isElsewhere(command) || isAssignment(command)) return false;
    const [, script] = SCRIPT.exec(command.text) ?? []; // of the project itself, in pages for those who change it
    return script === undefined || !Object.hasOwn(scripts, script);
  });
  const missing = ELSEWHERE.filter(([, , path]) => !existsSync(join(ROOT, path)));

  assert.ok(commands.length > 60, String(commands.length));
  assert.deepEqual([unknown, missing], [[], []]);
});

test('each setting that the manual assigns is a setting', async () => {
  // Those of the example of the client are its own.
  const known = new Set([...Object.values(settings).map(({ name }) => name), 'TOKEN', 'B', 'EMAIL', 'PASSWORD']);
  const commands = (await commandsOfManual()).filter(({ page }) => !/first-|CONTRIBUTING|contributing/.test(page));
  const assigned = commands.flatMap(({ text }) => [...text.matchAll(/(?:^| )([A-Z][A-Z0-9_]+)=/g)].map(([, name = '']) => name)); // prettier-ignore

  assert.deepEqual(
    assigned.filter((name) => !known.has(name)),
    [],
  );
});

for (const [page, needs] of Object.entries(PAGES))
  test(`the commands of ${page} succeed`, { timeout: TIMEOUT_MS }, async (t) => {
    const app = await testApp(t);
    const origin = await app.http.listen({ port: 0, host: '127.0.0.1' });
    const folder = await folderWith(t, needs.file);
    const environment = await environmentOf(app, origin, needs);

    for (const command of await commandsOfManual()) {
      if (command.page !== page || isElsewhere(command)) continue;
      const [, script = ''] = SCRIPT.exec(command.text) ?? [];
      if (isAssignment(command) || script === 'test' || done.has(command.text)) continue;
      if (!command.text.includes('$')) done.add(command.text);
      const text = CODE.test(command.text) ? command.text.replace(CODE, await codeFor(app, EMAIL)) : command.text;
      if (command.text.includes('bonyan --')) await app.drain(); // the mails that it prints, the entries that it checks
      const answer = await runCommand(text, origin, folder, environment);
      if (text.includes('/users/login')) environment['TOKEN'] = tokenIn(answer);
      for (const [part, [name, path]] of Object.entries(needs.after ?? {}))
        if (text.includes(part)) environment[name] = valueAt(answer, path);
    }
  });

async function folderWith(t: TestContext, file?: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bonyan-manual-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  if (file !== undefined)
    await writeFile(join(folder, file), '%PDF-1.4\n1 0 obj\n<< >>\nendobj\ntrailer << >>\n%%EOF\n');
  return folder;
}

/** Variables of the pages, and the settings with which the command line reaches the same installation. */
async function environmentOf(app: TestApp, origin: string, needs: Page): Promise<Record<string, string>> {
  const environment: Record<string, string> = {
    B: `${origin}/api/v1`,
    json: 'Content-Type: application/json',
    DATABASE_URL: app.databaseUrl,
    BONYAN_SECRET: SECRET,
    BONYAN_DATA_DIR: app.dataDir,
    BONYAN_WORKERS: 'false',
  };
  if (needs.isWithoutAccount) return environment;
  const person = { email: EMAIL, firstName: 'Sara', lastName: 'Amini', password: PASSWORD };
  const sara = await app.users.createAdministrator(person, { onlyFirst: false });
  const { body } = await app.anonymous.post('/users/login', { email: EMAIL, password: PASSWORD });
  const reza = await member(app, 'reza@example.com');
  return { ...environment, TOKEN: body.accessToken, USER_ID: sara?.id ?? '', REZA: reza.tokens.accessToken };
}

const tokenIn = (answer: string) => valueAt(answer, '.accessToken');

/** A part of a JSON answer, such as `.items[0].id`. */
function valueAt(answer: string, path: string): string {
  const steps = path.match(/\w+/g) ?? [];
  const value = steps.reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], JSON.parse(answer));
  return String(value);
}
