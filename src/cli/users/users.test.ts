import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { auditPermissions } from '#modules/audit/contract.ts';
import { idOf, login, member, PASSWORD } from '#testing/accounts.ts';
import { SECRET, testApp, type TestApp } from '#testing/app.ts';
import { administrator } from '#testing/authorization.ts';
import { bonyan, MAIN } from '#testing/command-line.ts';
import { hashKinds } from '#testing/imports/hash-kinds.ts';
import { personLine, tablesOf } from '#testing/imports/lines.ts';

const GOOGLE = { BONYAN_OIDC_GOOGLE_CLIENT_ID: 'x', BONYAN_OIDC_GOOGLE_CLIENT_SECRET: 'y' };

function environmentOf(app: TestApp, more = {}): Record<string, string> {
  return { DATABASE_URL: app.databaseUrl, BONYAN_SECRET: SECRET, BONYAN_LOG_LEVEL: 'silent', ...more };
}

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bonyan-people-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

function toNdjson(lines: readonly object[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

test('refused lines are reported without personal values, and the exit code says that there are some', async (t) => {
  const [app, folder] = [await testApp(t), await folderOf(t)];
  const [file, report] = [join(folder, 'people.ndjson'), join(folder, 'refused.ndjson')];
  const { firebase, bcrypt } = hashKinds(PASSWORD);
  const { hash, salt, ...project } = firebase;
  await writeFile(join(folder, 'firebase.json'), JSON.stringify(project));
  await writeFile(
    file,
    toNdjson([
      personLine('a-1', { passwordHash: { hash, salt } }),
      personLine('a-2', { passwordHash: bcrypt, roles: ['secret role'] }),
      personLine('a-3', { passwordHash: 'a secret' }),
    ]),
  );
  const run = (...words: string[]) => bonyan(['users', 'import', ...words], environmentOf(app));

  const dry = await run(file, '--dry-run', '--firebase', join(folder, 'firebase.json'));
  const dryCount = await idOf(app, 'a-1@example.com');
  const without = await run(file, '--dry-run');
  const done = await run(file, '--report', report, '--firebase', join(folder, 'firebase.json'));
  const again = await bonyan(['users', 'import', '-'], environmentOf(app), {
    input: toNdjson([personLine('a-1', {})]),
  });
  const missing = await run(join(folder, 'none.ndjson'));
  const unreadable = await run(file, '--firebase', file);

  const refused = (text: string) =>
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  const expected = [
    { line: 2, externalId: 'a-2', code: 'role_unknown', reason: 'there is no role secret role' },
    { line: 3, externalId: 'a-3', code: 'hash_invalid', reason: 'no form of a hash that is known' },
  ];
  assert.deepEqual([dry.code, done.code, again.code], [3, 3, 0], done.err);
  assert.deepEqual([refused(dry.out), dryCount], [expected, 'none']);
  assert.equal(refused(without.out)[0]?.code, 'hash_invalid');
  assert.deepEqual([refused(await readFile(report, 'utf8')), done.out], [expected, '']);
  assert.equal((await stat(report)).mode & 0o777, 0o600);
  assert.match(done.err, /^3 lines: 1 imported, 0 unchanged, 2 refused; \d+ lines\/s\n$/);
  assert.match(again.err, /1 unchanged/);
  assert.equal((await login(app, 'a-1@example.com')).status, 200);
  assert.ok(missing.code === 1 && /ENOENT/.test(missing.err) && !/ {4}at /.test(missing.err), missing.err);
  assert.ok(unreadable.code === 1 && /is not JSON/.test(unreadable.err), unreadable.err);
});

test('an import that is killed in the middle goes on, and nobody is imported by halves or twice', async (t) => {
  const [app, folder] = [await testApp(t), await folderOf(t)];
  const file = join(folder, 'people.ndjson');
  const count = 20_000;
  const people = Array.from({ length: count }, (_, at) =>
    personLine(`p-${at}`, at % 2 === 0 ? { publicMetadata: { plan: 'gold' } } : {}),
  );
  await writeFile(file, toNdjson(people));
  const counts = async () => {
    const { rows } = await app.database.pool.query<Record<string, number>>(
      `select (select count(*)::int from users.imported) as imported, (select count(*)::int from users."user") as users,
         (select count(*)::int from "authorization".subject_role) as roles,
         (select count(*)::int from notifications.recipient) as recipients,
         2 * (select count(*)::int from users.metadata) as metadata,
         (select count(*)::int from audit.entry where action = 'users.imported') as entries,
         (select count(distinct key)::int from platform.event where type = 'users.registered.v1') as events`,
    );
    return rows[0] ?? {};
  };

  const child = spawn(process.execPath, [MAIN, 'users', 'import', file], {
    env: { PATH: process.env['PATH'], ...environmentOf(app) },
    stdio: 'ignore',
  });
  while (((await counts())['imported'] ?? 0) === 0);
  child.kill('SIGKILL');
  await once(child, 'close');
  await app.database.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and state like 'idle in transaction%'`,
  );
  const half = await counts();
  const { code, err } = await bonyan(['users', 'import', file], environmentOf(app));
  const whole = await counts();

  const imported = half['imported'] ?? 0;
  assert.ok(imported > 0 && imported < count, `${imported} were imported before`);
  assert.deepEqual(new Set(Object.values(half)), new Set([imported]));
  assert.deepEqual([code, new Set(Object.values(whole))], [0, new Set([count])]);
  assert.match(err, new RegExp(`${count - imported} imported, ${imported} unchanged, 0 refused`));
});

test('an export is an import into another installation, whose people sign in as before', async (t) => {
  const [here, there] = [await testApp(t, { environment: GOOGLE }), await testApp(t, { environment: GOOGLE })];
  const folder = await folderOf(t);
  const [file, again] = [join(folder, 'people.ndjson'), join(folder, 'again.ndjson')];
  for (const app of [here, there])
    await (await administrator(app)).post('/authorization/roles', { name: 'editors', permissions: [] });
  const sara = await member(here);
  await sara.patch('/users/me/metadata', { unsafeMetadata: { theme: 'dark' } });
  const admin = await administrator(here);
  await admin.post('/authorization/assign-role', { userId: sara.id, roleName: 'editors' });
  await here.database.pool.query(
    `insert into users.external_identity (id, user_id, provider, issuer, subject, created_at, last_used_at)
     values (gen_random_uuid(), $1, 'google', 'https://accounts.google.com', 'sara', now(), now())`,
    [sara.id],
  );
  await here.database.pool.query(`update users."user" set last_name = '' where id = $1`, [sara.id]);
  const pending = here.randomEmail();
  await here.anonymous.post('/users/register', { email: pending, firstName: 'a', lastName: 'b', password: PASSWORD });
  const gone = await member(here);
  await gone.delete('/users/me');

  const plain = await bonyan(['users', 'export'], environmentOf(here, GOOGLE));
  const exported = await bonyan(['users', 'export', file, '--with-password-hashes'], environmentOf(here, GOOGLE));
  const imported = await bonyan(['users', 'import', file], environmentOf(there, GOOGLE));
  await bonyan(['users', 'export', again, '--with-password-hashes'], environmentOf(there, GOOGLE));

  const text = await readFile(file, 'utf8');
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual([plain.code, exported.code, exported.out, imported.code], [0, 0, '', 0], imported.err);
  assert.ok(!plain.out.includes('passwordHash') && text.includes('$argon2id$') && !text.includes(gone.email));
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.deepEqual(
    lines.find(({ email }) => email === sara.email),
    {
      ...lines.find(({ email }) => email === sara.email),
      externalId: sara.id,
      emailVerified: true,
      lastName: '',
      roles: ['editors'],
      unsafeMetadata: { theme: 'dark' },
      identities: [{ issuer: 'https://accounts.google.com', subject: 'sara' }],
    },
  );
  const reexported = (await readFile(again, 'utf8')).trim().split('\n');
  assert.deepEqual(reexported.slice(1), text.trim().split('\n'), 'after the administrator who was there');
  assert.deepEqual((await login(there, sara.email)).body.user.roles, ['editors', 'user']);
  assert.ok(!text.includes(pending), 'a registration that nobody has confirmed belongs to nobody');
  const trail = await here.signIn(auditPermissions.read).get('/audit?action=users.exported');
  assert.equal(trail.body.items.length, 2);
});

test('an export changes nothing but the trail', async (t) => {
  const app = await testApp(t);
  await member(app);
  const before = await tablesOf(app);

  await bonyan(['users', 'export'], environmentOf(app));

  const after = await tablesOf(app);
  const changed = Object.keys(after).filter((name) => after[name] !== before[name] && name.startsWith('users.'));
  assert.deepEqual(changed, []);
});
