import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createKeys } from '#platform/keys/derived.ts';
import { SECRET, testApp } from '#testing/app.ts';
import { recordMany, reportOf, tamper, verdictOf } from '#testing/trail/trail.ts';
import { auditPermissions } from '../contract.ts';
import type { AuditTables } from '../tables.ts';
import { readKeyring } from './signing-keys.ts';

test('a key cannot be changed, except that its private half is encrypted again', async (t) => {
  const app = await testApp(t);
  await recordMany(app, 1);
  const { pool } = app.database;

  for (const change of [
    `key_id = 'ffffffff'`,
    `name = 'another'`,
    'public_key = private_sealed',
    `handover = 'x'`,
    'created_at = now()',
  ])
    await assert.rejects(pool.query(`update audit.signing_key set ${change}`), /append-only/, change);
  const { rowCount } = await pool.query('update audit.signing_key set private_sealed = private_sealed');

  assert.equal(rowCount, 1);
});

test('only keys of this installation are listed, in the order of their handovers', async (t) => {
  const app = await testApp(t);
  await recordMany(app, 1);
  await app.audit.rotateKey();
  const auditor = app.signIn(auditPermissions.read);
  const { body: before } = await auditor.get('/audit/keys');
  await tamper(
    app,
    `insert into audit.signing_key select 'ffffffff', name, sha256(public_key), private_sealed from audit.signing_key limit 1`,
    `update audit.signing_key set created_at = 'epoch' where handover is not null`,
  );

  const { body: after } = await auditor.get('/audit/keys');

  const idsOf = ({ items }: { items: { keyId: string; isCurrent: boolean }[] }) =>
    items.map(({ keyId, isCurrent }) => [keyId, isCurrent]);
  assert.deepEqual(idsOf(after), idsOf(before));
  assert.equal((await reportOf(app)).isValid, false);
});

test('the newest key signs, although the order of creation was turned', async (t) => {
  const app = await testApp(t);
  await recordMany(app, 2);
  await app.audit.rotateKey();
  await tamper(app, `update audit.signing_key set created_at = 'epoch' where handover is not null`);

  await recordMany(app, 2);

  const { body } = await app.signIn(auditPermissions.read).get('/audit/keys');
  const verdict = await verdictOf(app, { keys: [body.items[0].verifierKey] });
  assert.equal(
    verdict.breaks.some(({ kind }) => kind !== 'checkpointMismatch'),
    false,
    JSON.stringify(verdict.breaks),
  );
  assert.deepEqual(
    (await reportOf(app)).breaks.map(({ sequence }) => sequence),
    [1, 3],
  );
});

test('the report trusts an earlier key only up to its handover, as a verifier outside does', async (t) => {
  const app = await testApp(t);
  await recordMany(app, 3);
  await app.audit.rotateKey();
  await recordMany(app, 2);

  const { trusted } = await readKeyring(app.database.forModule<AuditTables>().read, createKeys(SECRET));

  const verdict = await verdictOf(app);
  assert.deepEqual(
    trusted.map(({ upTo }) => upTo),
    [undefined, 3],
  );
  assert.equal(verdict.keys.length, 2);
});

test('a checkpoint that is kept again for the same head is one row', async (t) => {
  const app = await testApp(t);
  await recordMany(app, 3);

  await app.audit.anchor();
  await app.audit.anchor();

  const { rows } = await app.database.pool.query('select 1 from audit.checkpoint');
  assert.equal(rows.length, 1);
  assert.equal((await reportOf(app)).isValid, true);
});
