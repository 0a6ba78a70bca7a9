import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { testApp } from '#testing/app.ts';
import { checkpointOf, putBack, recordMany, reportOf, tamper, verdictOf } from '#testing/trail/trail.ts';
import { auditPermissions } from '../contract.ts';

const COUNT = 10;

/** Four entries, of which there is a backup; then seven with a head at the anchor; then the backup again. */
async function restored(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'bonyan-anchor-'));
  t.after(() => rm(folder, { recursive: true }));
  const app = await testApp(t, { environment: { BONYAN_AUDIT_ANCHOR_FILE: join(folder, 'anchors') } });
  const tables = ['entry', 'payload', 'seal', 'tree', 'checkpoint', 'head'];
  await recordMany(app, 4);
  await tamper(app, ...tables.map((name) => `create table backup_${name} as select * from audit.${name}`));
  await recordMany(app, 3);
  await app.audit.anchor();
  const key: string = (await app.signIn(auditPermissions.read).get('/audit/keys')).body.items[0].verifierKey;
  const kept = await checkpointOf(app);
  await tamper(app, ...tables.flatMap((name) => putBack(name, `backup_${name}`)));
  return { app, key, kept };
}

test('a restored older backup is reported as truncated until the signing key states the restore', async (t) => {
  const { app, key, kept } = await restored(t);

  const shrunk = await reportOf(app);
  const offline = await verdictOf(app, { keys: [key], checkpoints: [kept] });
  await app.audit.acceptRestore({ lost: 7, reason: 'disk lost' });
  await recordMany(app, 8);
  const accepted = await reportOf(app);
  const acceptedOffline = await verdictOf(app, { keys: [key], checkpoints: [kept] });

  assert.equal(shrunk.firstBreak?.kind, 'truncated');
  assert.equal(offline.firstBreak?.kind, 'truncated');
  assert.equal(accepted.isValid, true, JSON.stringify(accepted));
  assert.equal(acceptedOffline.isValid, true, JSON.stringify(acceptedOffline.breaks));
  assert.deepEqual(acceptedOffline.notCompared, ['1 checkpoints that the statement of a restored backup makes void']);
});

test('heads that are signed after the statement of a restore count like any others', async (t) => {
  const { app, key, kept } = await restored(t);
  await app.audit.acceptRestore({ lost: 7, reason: 'disk lost' });
  await app.audit.sealer.drain();
  await tamper(app, 'create table first_head as select * from audit.head');
  await recordMany(app, 1);
  const later = await checkpointOf(app); // of six entries, and so between the sizes of what was lost
  await app.audit.anchor();
  await recordMany(app, 1);
  const good = await verdictOf(app, { keys: [key], checkpoints: [kept, later] });

  await tamper(
    app,
    'delete from audit.seal where sequence > 5',
    'delete from audit.checkpoint',
    'delete from audit.unsealed',
    ...putBack('head', 'first_head'),
  );
  const report = await reportOf(app);
  const verdict = await verdictOf(app, { keys: [key], checkpoints: [kept, later] });

  assert.equal(good.isValid, true, JSON.stringify(good.breaks));
  assert.deepEqual(
    report.breaks.find(({ kind }) => kind === 'truncated'),
    { sequence: 6, kind: 'truncated' },
  );
  assert.deepEqual(verdict.firstBreak, { sequence: 6, kind: 'truncated' });
});

test('a restore cannot state more lost entries than a known signed head has', async (t) => {
  const { app } = await restored(t);

  await assert.rejects(app.audit.acceptRestore({ lost: 8, reason: 'to be sure' }), /more than 7 entries/);
});

for (const damage of [
  'delete from audit.head',
  'update audit.head set note = null',
  'update audit.head set size = size - 1',
])
  test(`after \`${damage}\` and the statement, a checkpoint that is deleted is still missed`, async (t) => {
    const app = await testApp(t);
    await recordMany(app, COUNT);
    await app.audit.anchor();
    await app.audit.sealer.drain();
    await tamper(app, damage);
    await app.audit.acceptRestore({ lost: COUNT, reason: 'the row was changed' });
    await app.audit.sealer.drain();
    const whole = await reportOf(app);

    await tamper(app, 'delete from audit.checkpoint');

    assert.deepEqual(whole.breaks, []);
    assert.deepEqual((await reportOf(app)).breaks, [{ sequence: COUNT, kind: 'checkpointMismatch' }]);
  });

test('stating a restore rebuilds a missing head from the seals', async (t) => {
  const app = await testApp(t);
  await recordMany(app, COUNT);
  await app.audit.anchor();
  assert.equal((await reportOf(app)).isValid, true);
  await app.audit.sealer.drain();
  await tamper(app, 'delete from audit.head');
  await recordMany(app, 1);

  await app.audit.acceptRestore({ lost: COUNT + 1, reason: 'the row was missing' });
  await app.audit.sealer.drain();

  const report = await reportOf(app);
  assert.deepEqual([report.isValid, report.headSequence], [true, COUNT + 3], JSON.stringify(report.breaks));
  assert.equal((await verdictOf(app)).isValid, true);
});
