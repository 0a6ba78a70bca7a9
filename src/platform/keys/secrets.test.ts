import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { Secret, TOTP } from 'otpauth';
import { auditPermissions } from '#modules/audit/contract.ts';
import { sealedTotpSecrets } from '#modules/users/secrets.ts';
import { recordMany } from '#testing/trail/trail.ts';
import { codeFor, login, member, PASSWORD } from '#testing/accounts.ts';
import { loadConfig } from '#platform/config/load.ts';
import { createLog } from '#platform/log/pino.ts';
import { SECRET, testApp, type TestApp } from '#testing/app.ts';
import { createApp } from '../../app.ts';
import { createKeys } from './derived.ts';
import type { SealedColumn } from './port.ts';

const NEW = 'another-secret-another-secret-another-secret';
const STEP_MS = 30_000;
const probe: SealedColumn = { table: 'mail.message', key: { id: 'text' }, column: 'address', purpose: 'mail' };

/** Over the same database, with other secrets. */
function restarted(t: TestContext, { databaseUrl, dataDir }: TestApp, secret: string, previous: string | null) {
  const environment = { DATABASE_URL: databaseUrl, BONYAN_SECRET: secret, BONYAN_DATA_DIR: dataDir };
  return testApp(t, {
    environment: { ...environment, ...(previous !== null && { BONYAN_SECRET_PREVIOUS: previous }) },
  });
}

test('what was sealed or signed under a secret is accepted while it is the previous secret, and not later', () => {
  const old = createKeys(SECRET);
  const both = createKeys(NEW, SECRET);
  const next = createKeys(NEW);
  const [sealed, mac] = [old.seal(probe, 'a', 'سلام'), old.mac('code', 'x')];

  const reEncrypted = both.reEncrypt(probe, 'a', sealed);

  assert.equal(both.open(probe, 'a', sealed).toString(), 'سلام');
  assert.equal(both.isMac('code', 'x', mac), true);
  assert.deepEqual(both.macs('code', 'x'), [next.mac('code', 'x'), mac]);
  assert.equal(reEncrypted && next.open(probe, 'a', reEncrypted).toString(), 'سلام');
  assert.equal(reEncrypted && both.reEncrypt(probe, 'a', reEncrypted), null);
  assert.throws(() => both.reEncrypt(probe, 'b', sealed));
  assert.throws(() => next.open(probe, 'a', sealed));
  assert.throws(() => createKeys(NEW, 'y'.repeat(32)).reEncrypt(probe, 'a', sealed));
  assert.deepEqual([next.isMac('code', 'x', mac), both.isMac('code', 'x', mac.subarray(1))], [false, false]);
});

test('users do not notice a change of the secret: beside the old one, during re-encryption, and without it', async (t) => {
  const first = await testApp(t);
  const sara = await member(first);
  const { body: totp } = await sara.post('/users/mfa/totp');
  const { body: confirmed } = await sara.post('/users/mfa/totp/confirm', { code: totpCode(first, totp.secret) });
  const created = await sara.post('/todos', { description: 'نان بخر' }, { 'idempotency-key': 'bread' });
  await first.users.rotateSigningKey(); // its audit entry concerns no person
  const late = { email: first.randomEmail(), firstName: 'a', lastName: 'b', password: PASSWORD };
  await first.anonymous.post('/users/register', late); // its mail waits

  const both = await restarted(t, first, NEW, SECRET);
  const beside = await signInFully(both, sara.email, totp.secret, 1);
  const renewed = await both.anonymous.post('/users/refresh', { refreshToken: sara.tokens.refreshToken });
  const verified = await both.anonymous.post('/users/verify-email', {
    email: late.email,
    code: await codeFor(both, late.email),
  });
  const report = await both.secrets.reEncrypt();
  const again = await both.secrets.reEncrypt();
  const alone = await restarted(t, first, NEW, null);
  const after = await signInFully(alone, sara.email, totp.secret, 2);
  const onPaper = await signInFully(alone, sara.email, null, 2, confirmed.recoveryCodes[0]);
  const last = await alone.anonymous.post('/users/refresh', { refreshToken: renewed.body.refreshToken });
  const stale = await alone.anonymous.post('/users/refresh', { refreshToken: sara.tokens.refreshToken });
  const me = await alone.withToken(sara.tokens.accessToken).get('/users/me');
  const replayed = await alone
    .withToken(sara.tokens.accessToken)
    .post('/todos', { description: 'نان بخر' }, { 'idempotency-key': 'bread' });
  const trail = await alone.signIn(auditPermissions.read).get('/audit?action=users.signing_key_made');
  const check = await alone.secrets.check();

  assert.deepEqual([beside.status, renewed.status, verified.status], [200, 200, 204]);
  const old = new Map(report.columns.map((column) => [column.name, column.old]));
  for (const name of ['users.totp.secret_sealed', 'users.signing_key.private_sealed', 'platform.person_key.wrapped'])
    assert.ok((old.get(name) ?? 0) > 0, name);
  assert.ok([...report.columns, ...check].every(({ unopenable }) => unopenable === 0));
  assert.ok([...again.columns, ...check].every((column) => column.old === 0));
  assert.deepEqual([after.status, onPaper.status, last.status, stale.status], [200, 200, 200, 401]);
  assert.deepEqual([me.status, replayed.body.id], [200, created.body.id]);
  assert.equal(replayed.headers['idempotency-replayed'], 'true');
  assert.ok(trail.body.items[0]?.payload.signsFrom, JSON.stringify(trail.body));
});

test('an archive of the trail opens after a change of the secret', async (t) => {
  const first = await testApp(t);
  await recordMany(first, 2);
  await first.audit.anchor();
  const before = new Date(Date.now() + 3_600_000).toISOString();
  const keeper = first.signIn(auditPermissions.read, auditPermissions.manage);
  const { body } = await keeper.post('/audit/archives', { before });
  await first.drain();
  const { objectKey } = (await keeper.get(`/audit/archives/${body.id}`)).body;
  const both = await restarted(t, first, NEW, SECRET);
  await both.secrets.reEncrypt();

  const alone = await restarted(t, first, NEW, null);

  const lines = (await Array.fromAsync(alone.audit.archives.open(objectKey))).map((line) => JSON.parse(line));
  const states = new Set(lines.map(({ payloadState }: { payloadState: string }) => payloadState));
  assert.deepEqual([...states], ['intact']);
});

test('the report on a change of the secret says what becomes invalid, and until when', async (t) => {
  const first = await testApp(t);
  await member(first);

  const both = await restarted(t, first, NEW, SECRET);
  const { handedOut, since } = await both.secrets.reEncrypt();

  assert.deepEqual(
    handedOut.map(({ count, what }) => [count, what]),
    [[1, 'sessions that have not been refreshed']],
  );
  assert.ok(Date.parse(handedOut[0]?.until ?? '') > Date.parse(since));
});

test('a database under another secret stops the start, and a row that opens under neither secret is found', async (t) => {
  const first = await testApp(t);
  const sara = await member(first);
  await sara.post('/users/mfa/totp');
  await first.database.pool.query('update users.totp set secret_sealed = $1', [
    createKeys(NEW).seal(sealedTotpSecrets, sara.id, 'x'),
  ]);

  const check = await first.secrets.check();

  const totp = check.find(({ name }) => name === 'users.totp.secret_sealed');
  assert.deepEqual([totp?.rows, totp?.unopenable], [1, 1]);
  const other = await createApp({
    config: loadConfig({ DATABASE_URL: first.databaseUrl, BONYAN_SECRET: NEW }),
    kind: 'command',
    log: createLog('silent'),
  });
  t.after(() => other.close());
  await assert.rejects(other.prepare(), { name: 'StartError', message: /BONYAN_SECRET/ });
});

test('every bytea column is re-encrypted, or is listed with the reason why not', async (t) => {
  const app = await testApp(t);
  const { rows } = await app.database.pool.query<{ name: string }>(
    `select n.nspname || '.' || c.relname || '.' || a.attname as name from pg_attribute a
     join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
     where a.atttypid = 'bytea'::regtype and a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p') and not c.relispartition
       and n.nspname not in ('pg_catalog', 'information_schema')`,
  );

  const sealed = new Set(app.secrets.columns.map(({ table, column }) => `${table}.${column}`));
  const others = rows.map(({ name }) => name).filter((name) => !sealed.delete(name));

  assert.deepEqual(others.toSorted(), unsealed.toSorted());
  assert.deepEqual([...sealed], []);
});

/** The columns that are not re-encrypted, by reason. */
const unsealed = [
  // hashes, public keys and trees
  'audit.entry.payload_hash',
  'audit.head.checksum',
  'audit.head.frontier',
  'audit.tree.hash',
  'files.link.token_hash',
  'files.upload.token_hash',
  'audit.seal.checksum',
  'audit.seal.previous_checksum',
  'audit.signing_key.public_key',
  'users.passkey.public_key',
  'users.api_key.hash',
  'platform.idempotency.fingerprint',
  'platform.secret_use.fingerprint',
  // the first bytes of a file, whose other bytes are in the storage
  'files.upload.head',
  // random bytes
  'audit.payload.salt',
  'users.session.secret',
  // under the keys of persons, or under the persistent key for no person
  'audit.payload.sealed',
  'audit.payload.origin',
  // under persistent keys
  'logging.event.checksum',
  'users.recovery_code.code_mac',
  'notifications.message.recipient_hash',
  'notifications.recipient.email_hash',
  'notifications.recipient.phone_hash',
  'notifications.opt_out.recipient_hash',
  'notifications.suppression.address_hash',
  // found under either secret, and expired within minutes; an invitation within a week
  'users.code.code_mac',
  'users.code.link_mac',
  'users.challenge.token_mac',
  'users.network_failure.network_mac',
  'users.invitation.link_mac',
  'users.external_code.code_mac',
  'users.external_code.address_mac',
  // a lock of 15 minutes, and a count of mails in a day, begin again
  'users.lockout.address_mac',
  'users.code_limit.subject_mac',
  'users.unasked_mail.address_mac',
];

function totpCode(app: TestApp, secret: string): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: app.now().getTime() });
}

/** Signs in with password and second factor, `steps` time steps of TOTP later. */
async function signInFully(app: TestApp, email: string, secret: string | null, steps: number, paper = '') {
  app.pass(steps * STEP_MS);
  const { body } = await login(app, email);
  const code = secret === null ? paper : totpCode(app, secret);
  return app.anonymous.post('/users/login/mfa', { challengeToken: body.challengeToken, code });
}
