import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { auditPermissions } from '#modules/audit/contract.ts';
import { member } from '#testing/accounts.ts';
import { SECRET, testApp } from '#testing/app.ts';
import { bonyan, MAIN } from '#testing/command-line.ts';

const PASSWORD = 'a long walk by the sea';

test('admin create and the settings of the first administrator have the rules of sign-up, and name the broken one', async (t) => {
  const app = await testApp(t);
  const environment = { DATABASE_URL: app.databaseUrl, BONYAN_SECRET: SECRET, BONYAN_LOG_LEVEL: 'silent', PORT: '0' };
  const cases = [
    { email: 'nope', password: PASSWORD, says: /email must be a valid email/ },
    { email: 'sara@example', password: PASSWORD, says: /email must be a valid email/ },
    { email: 'sara@example.com', password: 'passwordpassword', says: /users\.password_refused\)\n {2}rule: common/ },
    { email: 'sara@example.com', password: 'short', says: /rule: tooShort\n {2}least: 12/ },
  ];

  for (const { email, password, says } of cases) {
    const typed = await bonyan(['admin', 'create', '--email', email], environment, { input: `${password}\n` });
    assert.ok(typed.code === 1 && says.test(typed.err), `${email}, ${password}: ${typed.err}`);
  }
  const set = { BONYAN_ADMIN_EMAIL: 'sara@example.com', BONYAN_ADMIN_PASSWORD: 'passwordpassword' };
  const served = await bonyan(['serve'], { ...environment, ...set }, { until: 'Bonyan runs' });

  assert.ok(served.code === 1 && /^BONYAN_ADMIN_EMAIL, .*\n {2}rule: common/.test(served.err), served.err);
  assert.equal(await app.authorization.hasAdministrator(), false);
});

test('admin create --promote makes an existing account an administrator, and the trail says so', async (t) => {
  const app = await testApp(t);
  const environment = { DATABASE_URL: app.databaseUrl, BONYAN_SECRET: SECRET, BONYAN_LOG_LEVEL: 'silent' };
  const sara = await member(app);
  const pending = app.randomEmail();
  await app.anonymous.post('/users/register', { email: pending, firstName: 'a', lastName: 'b', password: PASSWORD });

  const promote = (email: string) => bonyan(['admin', 'create', '--promote', '--email', email], environment);
  const promoted = await promote(` ${sara.email.toUpperCase()}`);
  const [unproved, unknown] = [await promote(pending), await promote('nobody@example.com')];

  assert.equal(promoted.code, 0, promoted.err);
  assert.ok((await sara.get('/users/me')).body.roles.includes('admin'));
  const trail = await app.signIn(auditPermissions.read).get('/audit?action=users.administrator_promoted');
  assert.equal(trail.body.items.length, 1);
  assert.match(unproved.err, /users\.email_not_verified/);
  assert.match(unknown.err, /users\.not_found/);
});

test('admin create takes the password beside the settings of the first administrator, and asks if it is empty', async (t) => {
  const app = await testApp(t);
  const environment = { DATABASE_URL: app.databaseUrl, BONYAN_SECRET: SECRET, BONYAN_LOG_LEVEL: 'silent' };
  const create = (more: Record<string, string>, input = '') =>
    bonyan(['admin', 'create', '--email', app.randomEmail()], { ...environment, ...more }, { input });

  const results = {
    alone: await create({ BONYAN_ADMIN_PASSWORD: PASSWORD }),
    'beside the address': await create({ BONYAN_ADMIN_PASSWORD: PASSWORD, BONYAN_ADMIN_EMAIL: 'first@example.com' }),
    empty: await create({ BONYAN_ADMIN_PASSWORD: '' }, `${PASSWORD}\n`),
  };

  for (const [name, { code, err }] of Object.entries(results)) assert.equal(code, 0, `${name}: ${err}`);
});

test('the end of input is a sentence, and needs no database', async () => {
  const { code, err } = await bonyan(['admin', 'create', '--email', 'sara@example.com'], {}, { input: '' });

  assert.equal(code, 1);
  assert.match(err, /^No password was given: .*BONYAN_ADMIN_PASSWORD\.\n$/);
});

test(
  'a terminal does not show the password, and two that differ create nothing',
  { skip: spawnSync('script', ['--version']).status !== 0 && 'util-linux’ script is missing' },
  async () => {
    const command = `'${process.execPath}' '${MAIN}' admin create --email sara@example.com`;
    const terminal = spawn('script', ['-qec', command, '/dev/null']);
    let shown = '';
    terminal.stdout.setEncoding('utf8').on('data', (text: string) => {
      shown += text;
      if (text.includes('Password')) terminal.stdin.write(`${PASSWORD}\r`);
      if (text.includes('again')) terminal.stdin.write('another\r');
    });

    const [code] = await once(terminal, 'close');

    assert.equal(code, 1);
    assert.match(shown, /The two passwords differ/);
    assert.ok(!shown.includes(PASSWORD) && !shown.includes('another'), shown);
  },
);

test('help lists the commands of a group, --version prints it, and a misspelt command gets the nearest', async () => {
  const group = await bonyan(['admin', '--help']);
  const version = await bonyan(['--version']);
  const misspelt = await Promise.all(
    [['sreve'], ['admin', 'craete'], ['audit', 'verfy', 'x'], ['zzzz']].map((w) => bonyan(w)),
  );

  assert.ok(group.code === 0 && group.out.includes('admin create') && !group.out.includes('keys rotate'));
  assert.match(version.out, /^\d+\.\d+\.\d+\n$/);
  assert.deepEqual(
    misspelt.map(({ code, err }) => [code, /Do you mean `bonyan (.*)`/.exec(err)?.[1]]),
    [
      [2, 'serve'],
      [2, 'admin create'],
      [2, 'audit verify'],
      [2, undefined],
    ],
  );
});
