import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { newId } from '#kernel/id.ts';
import { openEmbeddedPostgres } from '#platform/database/embedded/open.ts';
import { createKeys } from '#platform/keys/derived.ts';
import { createCapturedMail } from '#platform/mail/captured.ts';
import { auditPermissions } from '#modules/audit/contract.ts';
import { recordMany, reportOf, verdictOf } from '#testing/trail/trail.ts';
import { member } from '#testing/accounts.ts';
import { testApp } from '#testing/app.ts';
import { bonyan } from '#testing/command-line.ts';

const SECRET = 'only-for-tests-only-for-tests-only-for-tests';

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bonyan-cli-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test('a command has help, and an unknown one is refused with the list of commands', async () => {
  const names = ['serve', 'worker', 'migrate', 'doctor', 'config', 'admin create', 'openapi'];
  const help = await bonyan(['admin', 'create', '--help']);
  const formerName = await bonyan(['secret', 'rewrap', '--help']);
  const unknown = await bonyan(['sreve']);
  const option = await bonyan(['migrate', '--fast']);

  assert.ok(help.code === 0 && help.out.startsWith('bonyan admin create:') && help.out.includes('--email'));
  assert.ok(formerName.code === 0 && formerName.out.startsWith('bonyan secret re-encrypt:'));
  assert.equal(unknown.code, 2);
  assert.ok(names.every((name) => unknown.err.includes(name)));
  assert.ok(option.code === 1 && option.err.includes('--fast'));
});

test('a wrong configuration is reported with all mistakes, without the secret, and nothing starts', async () => {
  const { code, err, out } = await bonyan(['serve'], {
    PORT: 'high',
    BONYAN_SECRET: 'hunter2',
    SMTP_URL: 'mail.example',
  });

  assert.equal(code, 1);
  assert.equal(out, '');
  for (const name of ['PORT', 'BONYAN_SECRET', 'SMTP_URL']) assert.match(err, new RegExp(`^ {2}${name}: `, 'm'));
  assert.ok(!err.includes('hunter2') && !err.includes('    at '));
});

test('config lists every setting with its source, and hides secrets', async () => {
  const { code, out } = await bonyan(['config', '--json'], { PORT: '9000', BONYAN_SECRET: SECRET });

  const rows: { name: string; value: string; source: string }[] = JSON.parse(out);
  const byName = new Map(rows.map(({ name, value, source }) => [name, `${value} ${source}`]));
  assert.equal(code, 0);
  assert.deepEqual(
    [byName.get('PORT'), byName.get('BONYAN_SECRET'), byName.get('HOST')],
    ['9000 environment', '•••••••• environment', '127.0.0.1 default'],
  );
});

test('migrate, doctor and admin create work on the configured database', async (t) => {
  const app = await testApp(t);
  const environment = { DATABASE_URL: app.databaseUrl, BONYAN_SECRET: SECRET };
  const email = app.randomEmail();

  const migrate = await bonyan(['migrate'], environment);
  const doctor = await bonyan(['doctor'], environment);
  const short = await bonyan(['admin', 'create', '--email', email], environment, { input: 'short\n' });
  const created = await bonyan(['admin', 'create', '--email', email], environment, {
    input: 'correct horse battery\n',
  });
  const again = await bonyan(['admin', 'create', '--email', email], environment, { input: 'correct horse battery\n' });

  assert.deepEqual([migrate.code, migrate.out.trim()], [0, 'The database is up to date.']);
  assert.ok(doctor.code === 0 && /ok\s+database/.test(doctor.out), doctor.err);
  assert.equal(short.code, 1);
  assert.ok(created.code === 0 && created.out.includes(email), created.err);
  assert.deepEqual(
    [again.code, again.err.trim().split('\n').at(-1)],
    [1, 'Another account has this address (users.email_taken)'],
  );
  const { status } = await app.anonymous.post('/users/login', { email, password: 'correct horse battery' });
  assert.equal(status, 200);
});

test('mailbox prints the newest e-mails beside a running server, and nothing that a terminal obeys', async (t) => {
  const app = await testApp(t);
  const environment = { DATABASE_URL: app.databaseUrl, BONYAN_SECRET: SECRET };
  const mail = createCapturedMail(app.database.pool, createKeys(SECRET)).driver.port;
  const mails = ['first', 'second', 'third\u001b[2J\u202e\u009b2J'].map((subject) => ({ id: newId(), subject }));
  for (const { id, subject } of mails)
    await mail.send({ id, to: 'sara@example.com', subject, text: 'سلام', html: null });
  await mail.send({ id: newId(), to: 'reza@example.com', subject: 'other', text: 'x', html: null });

  const two = await bonyan(['mailbox', 'Sara@example.com', '--count', '2'], environment);
  const json = await bonyan(['mailbox', '--json'], environment);
  const none = await bonyan(['mailbox', 'nobody@example.com'], environment);
  const wrong = await bonyan(['mailbox', '--count', '0'], environment);
  const production = await bonyan(['mailbox'], { ...environment, SMTP_URL: 'smtp://127.0.0.1:9' });

  assert.equal(two.code, 0, two.err);
  assert.deepEqual(two.out.match(/(?<=^Subject: +)\S.*/gm), ['second', 'third[2J2J']);
  assert.ok(two.out.includes('سلام'));
  assert.equal(JSON.parse(json.out).items.length, 4);
  assert.doesNotMatch(json.out, /[\u007f-\u009f\p{Bidi_Control}]/u);
  assert.deepEqual([none.code, wrong.code, production.code], [0, 1, 1]);
});

test('keys withdraw refuses the tokens of a key, and an unknown key is refused with the list of keys', async (t) => {
  const app = await testApp(t);
  const environment = { DATABASE_URL: app.databaseUrl, BONYAN_SECRET: SECRET };
  const sara = await member(app);
  const [head = ''] = sara.tokens.accessToken.split('.');
  const { kid } = JSON.parse(Buffer.from(head, 'base64url').toString());
  const before = await sara.get('/users/me');

  const withdrawn = await bonyan(['keys', 'withdraw', '--', kid], environment);
  const after = await sara.get('/users/me');
  const again = await bonyan(['keys', 'withdraw', '--', kid], environment);
  const none = await bonyan(['keys', 'withdraw'], environment);

  assert.deepEqual([before.status, withdrawn.code, after.status], [200, 0, 401], withdrawn.err);
  assert.deepEqual([again.code, none.code], [1, 1]);
  const [{ kid: left }] = (await app.http.inject('/.well-known/jwks.json')).json().keys;
  assert.ok(withdrawn.out.includes(left) && again.err.includes(left), again.err);
});

test('after a change of the secret doctor counts the old rows, secret re-encrypt converts them, and doctor reports no problem', async (t) => {
  const app = await testApp(t);
  await app.users.rotateSigningKey();
  await app.drain(); // doctor reports audit entries that are not sealed for long
  const environment = { DATABASE_URL: app.databaseUrl, BONYAN_SECRET: `another ${SECRET}` };
  const beside = { ...environment, BONYAN_SECRET_PREVIOUS: SECRET };

  const lost = await bonyan(['serve'], environment);
  const before = await bonyan(['doctor'], beside);
  const reEncrypted = await bonyan(['secret', 're-encrypt'], beside);
  const after = await bonyan(['doctor'], environment);

  assert.ok(lost.code === 1 && /set BONYAN_SECRET_PREVIOUS to the one before/.test(lost.err), lost.err);
  assert.match(before.out, /degraded\s+sealed\s+\d+ rows are encrypted under BONYAN_SECRET_PREVIOUS/);
  assert.ok(reEncrypted.code === 0 && reEncrypted.out.includes('Remove BONYAN_SECRET_PREVIOUS'), reEncrypted.err);
  assert.ok(after.code === 0 && /ok\s+sealed\s+\d+ rows can be opened/.test(after.out), after.out);
});

test('doctor reports rows that can be opened under no secret, and exits with 1', async (t) => {
  const app = await testApp(t);
  await app.database.pool.query("update platform.lasting_key set sealed = 'x'");

  const { code, out } = await bonyan(['doctor'], { DATABASE_URL: app.databaseUrl, BONYAN_SECRET: SECRET });

  assert.equal(code, 1);
  assert.match(out, /FAILED\s+sealed\s+platform\.lasting_key\.sealed: \d+ of \d+ rows can be opened under neither/);
});

test('doctor exits with 1 when a component is unhealthy, and says which and why', async (t) => {
  const app = await testApp(t);
  const { code, out } = await bonyan(['doctor'], {
    DATABASE_URL: app.databaseUrl,
    BONYAN_SECRET: SECRET,
    SMTP_URL: 'smtp://127.0.0.1:9',
  });
  assert.equal(code, 1);
  assert.match(out, /FAILED\s+mail\s+.*ECONNREFUSED/);
});

test('a worker process does the work of a server, and ends at SIGTERM', async (t) => {
  const app = await testApp(t);
  const email = app.randomEmail();
  await app.anonymous.post('/users/register', {
    email,
    firstName: 'a',
    lastName: 'b',
    password: 'correct horse battery',
  });

  const { code } = await bonyan(
    ['worker'],
    { DATABASE_URL: app.databaseUrl, BONYAN_SECRET: SECRET },
    { until: 'worker runs' },
  );

  assert.equal(code, 0);
  await app.drain();
  assert.equal((await app.mailbox(email)).length, 1);
});

test('a database that refuses the connection, and a data folder in use, are reported without a stack', async (t) => {
  const folder = await folderOf(t);
  const owner = await openEmbeddedPostgres({ dataDir: join(folder, 'postgres'), mode: 'own' });
  t.after(() => owner.close());

  const unknown = Object.assign(new URL(owner.url), { pathname: '/unknown' }).href;
  const refused = await bonyan(['serve'], { DATABASE_URL: unknown, BONYAN_SECRET: SECRET });
  const taken = await bonyan(['serve'], { BONYAN_DATA_DIR: folder });

  assert.equal(refused.code, 1);
  assert.match(refused.err, /^The database cannot be used: database "unknown" does not exist$/m);
  assert.equal(taken.code, 1);
  assert.match(taken.err, /belongs to another running process \(pid \d+\)/);
  assert.ok(![refused, taken].some(({ err }) => err.includes('    at ')));
});

test('an exported trail verifies, and a changed file does not', async (t) => {
  const app = await testApp(t);
  const folder = await folderOf(t);
  const environment = { DATABASE_URL: app.databaseUrl, BONYAN_SECRET: SECRET, BONYAN_LOG_LEVEL: 'silent' };
  const file = join(folder, 'trail.ndjson');
  const person = { email: app.randomEmail(), password: 'correct horse battery', firstName: 'a', lastName: 'b' };
  await app.users.createAdministrator(person, { onlyFirst: true });

  const exported = await bonyan(['audit', 'export', '--out', file], environment);
  const text = await readFile(file, 'utf8');
  const key = /"kind":"key","key":"([^"]+)"/.exec(text)?.[1] ?? '';
  const good = await bonyan(['audit', 'verify', file, '--key', key, '--json']);
  const keyless = await bonyan(['audit', 'verify', file]);
  await writeFile(file, text.replace('"outcome":"success"', '"outcome":"failure"'));
  const changed = await bonyan(['audit', 'verify', file]);
  const missing = await bonyan(['audit', 'verify', join(folder, 'none')]);
  const bare = await bonyan(['audit', 'verify']);

  assert.equal(exported.code, 0, exported.err);
  assert.ok(good.code === 0 && JSON.parse(good.out).isValid, good.out);
  assert.deepEqual([keyless.code, keyless.out.split(':')[0]], [3, 'INCOMPLETE']);
  assert.deepEqual([changed.code, /entryChanged at 1/.test(changed.out)], [1, true]);
  assert.deepEqual([missing.code, bare.code], [2, 1]);
});

test('audit anchor sends the head to every anchor and says where; an anchor that cannot be reached is named, and the exit code is 1', async (t) => {
  const app = await testApp(t);
  const folder = await folderOf(t);
  const environment = { DATABASE_URL: app.databaseUrl, BONYAN_SECRET: SECRET, BONYAN_LOG_LEVEL: 'silent' };
  await recordMany(app, 2);

  const none = await bonyan(['audit', 'anchor'], environment);
  const file = join(folder, 'anchors');
  const left = await bonyan(['audit', 'anchor'], { ...environment, BONYAN_AUDIT_ANCHOR_FILE: file });
  const away = await bonyan(['audit', 'anchor'], { ...environment, BONYAN_AUDIT_ANCHOR_FILE: join(folder, 'no', 'x') });

  assert.deepEqual([none.code, left.code, away.code], [0, 0, 1]);
  assert.match(none.out, /Every configured anchor has it already/);
  assert.ok(left.out.includes(`file ${file}`), left.out);
  const { size, note }: { size: number; note: string } = JSON.parse(await readFile(file, 'utf8'));
  assert.equal(note.split('\n')[1], String(size));
  assert.match(away.err, /could not be stored at/);
});

test('audit rotate-key creates a key that the previous one signs, and signatures of both verify', async (t) => {
  const app = await testApp(t);
  const environment = { DATABASE_URL: app.databaseUrl, BONYAN_SECRET: SECRET, BONYAN_LOG_LEVEL: 'silent' };
  await recordMany(app, 2);
  await app.audit.anchor();

  const { code, out } = await bonyan(['audit', 'rotate-key'], environment);

  const { items } = (await app.signIn(auditPermissions.read).get('/audit/keys')).body;
  assert.equal(code, 0);
  assert.ok(items.length === 2 && out.includes(items[0].keyId), out);
  assert.match(items[0].handover, /\nnext key\n/);
  assert.equal((await verdictOf(app, { keys: [items[1].verifierKey] })).isValid, true);
});

test('audit archive moves old entries, verifies and opens them; an invalid date, or one that is too early, exits with 1', async (t) => {
  const app = await testApp(t);
  const BONYAN_DATA_DIR = await folderOf(t);
  const database = { DATABASE_URL: app.databaseUrl, BONYAN_SECRET: SECRET, BONYAN_LOG_LEVEL: 'silent' };
  const environment = { ...database, BONYAN_DATA_DIR };
  await recordMany(app, 5);
  await app.audit.anchor();

  const bare = await bonyan(['audit', 'archive', '--before', 'yesterday'], environment);
  const early = await bonyan(['audit', 'archive', '--before', '2020-01-01'], environment);
  const done = await bonyan(['audit', 'archive', '--before', '2099-01-01'], environment);
  const key = /They are stored in (\S+) /.exec(done.out)?.[1] ?? 'none';
  const verified = await bonyan(['audit', 'archive', '--verify'], environment);
  const opened = await bonyan(['audit', 'archive', '--open', key], environment);
  const unknown = await bonyan(['audit', 'archive', '--open', 'audit/archives/none'], environment);
  await rm(join(BONYAN_DATA_DIR), { recursive: true });
  const lost = await bonyan(['audit', 'archive', '--verify'], environment);

  assert.deepEqual([bare.code, early.code, unknown.code], [1, 1, 1]);
  assert.match(bare.err, /--before DATE/);
  assert.match(early.err, /No signed checkpoint is old enough/);
  assert.equal(done.code, 0, done.err);
  assert.match(done.out, /Archiving the entries 1 to 5[^]*Keep its manifest:[^]*"to":5/);
  assert.deepEqual([verified.code, /^VALID {2}1 to 5/m.test(verified.out)], [0, true]);
  const lines = opened.out.trimEnd().split('\n');
  assert.deepEqual([opened.code, lines.length, JSON.parse(lines[0] ?? '').payload.said], [0, 5, 'سلام']);
  assert.deepEqual([lost.code, /^BROKEN: gap at 1/m.test(lost.out)], [1, true]);
});

test('audit restored makes a shorter trail valid again, and requires --lost and --reason', async (t) => {
  const app = await testApp(t);
  const environment = { DATABASE_URL: app.databaseUrl, BONYAN_SECRET: SECRET, BONYAN_LOG_LEVEL: 'silent' };
  await recordMany(app, 2);

  const bare = await bonyan(['audit', 'restored', '--lost', '9'], environment);
  const wrong = await bonyan(['audit', 'restored', '--lost', 'some', '--reason', 'fire'], environment);
  const unknown = await bonyan(['audit', 'restored', '--lost', '9', '--reason', 'the disk burnt'], environment);
  const stated = await bonyan(['audit', 'restored', '--lost', '2', '--reason', 'the disk burnt'], environment);

  assert.deepEqual([bare.code, wrong.code, unknown.code, stated.code], [1, 1, 1, 0]);
  assert.match(bare.err, /--lost and --reason are required/);
  assert.match(unknown.err, /no signed head of more than 2 entries is known/);
  assert.match(stated.out, /continues from 2 entries[^]*\nrestored\n2\n2 [^]*"the disk burnt"/);
  const [entry] = (await app.signIn(auditPermissions.read).get('/audit?action=audit.restore_accepted')).body.items;
  assert.deepEqual(entry.payload, { abandoned: 2, kept: 2, reason: 'the disk burnt' });
  assert.equal((await reportOf(app)).isValid, true);
});
