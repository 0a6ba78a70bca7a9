import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '#kernel/id.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { auditPermissions } from '../contract.ts';
import { recordAtOnce, recordMany, reportOf, tamper, runJob } from '#testing/trail/trail.ts';

const COUNT = 10;

test('an integrity report of a trail that is too long for a request is a run that can be watched and stopped', async (t) => {
  const app = await testApp(t, { directEntries: 5 });
  await recordMany(app, COUNT);
  const auditor = app.signIn(auditPermissions.read);

  const begun = await auditor.get('/audit/integrity');
  const again = await auditor.get('/audit/integrity');
  await app.drain();
  const done = await auditor.get(`/audit/integrity/runs/${begun.body.id}`);
  const second = await auditor.get('/audit/integrity');
  const stopped = await auditor.delete(`/audit/integrity/runs/${second.body.id}`);
  await app.drain();
  const cancelled = await auditor.get(`/audit/integrity/runs/${second.body.id}`);

  assert.deepEqual([begun.status, begun.body.status, again.body.id], [202, 'running', begun.body.id]);
  assert.equal(begun.headers['location'], `/api/v1/audit/integrity/runs/${begun.body.id}`);
  assert.deepEqual([done.body.status, done.body.report.isValid], ['succeeded', true]);
  assert.deepEqual([stopped.status, cancelled.body.status, cancelled.body.report], [204, 'cancelled', null]);
  assert.equal((await auditor.get(`/audit/integrity/runs/${newId()}`)).body.code, 'audit.run_not_found');
});

test('a run whose worker died in every attempt ends as failed, and the next one can begin', async (t) => {
  const app = await testApp(t, { directEntries: 2 });
  await recordMany(app, 5);
  const auditor = app.signIn(auditPermissions.read);
  const { body: run } = await auditor.get('/audit/integrity');
  await app.database.pool.query(`update platform.work set attempt = 5 where queue = 'audit.integrity'`);

  await app.drain();

  const ended = (await auditor.get(`/audit/integrity/runs/${run.id}`)).body;
  const next = await reportOf(app);
  assert.equal(ended.status, 'failed');
  assert.ok(ended.finishedAt);
  assert.notEqual((next as unknown as { id: string }).id, run.id);
  const { items } = (await auditor.get('/audit?action=audit.integrity_failed')).body;
  assert.equal(items.length, 1);
});

test('an incremental report without an earlier clean report is a run as well', async (t) => {
  const app = await testApp(t, { directEntries: 5 });
  await recordMany(app, COUNT);
  const auditor = app.signIn(auditPermissions.read);

  const first = await auditor.get('/audit/integrity?incremental=true&updateFlags=true');
  await app.drain();
  const second = await auditor.get('/audit/integrity?incremental=true');

  assert.deepEqual([first.status, second.status], [202, 200]);
  assert.ok(second.body.from > COUNT);
});

test('a run of an incremental report begins where the last clean report ended', async (t) => {
  const app = await testApp(t, { directEntries: 5 });
  await recordMany(app, COUNT);
  const auditor = app.signIn(auditPermissions.read);
  await auditor.get('/audit/integrity?updateFlags=true');
  await app.drain();
  await recordMany(app, 8);

  const whole = await auditor.get('/audit/integrity');
  const run = await auditor.get('/audit/integrity?incremental=true');
  await app.drain();

  const { body } = await auditor.get(`/audit/integrity/runs/${run.body.id}`);
  assert.deepEqual([run.status, whole.status], [202, 202]);
  assert.ok(body.report.from > COUNT, JSON.stringify(body.report));
  assert.ok(whole.body.entriesTotal >= COUNT + run.body.entriesTotal);
});

test('a run after an archive checks all entries that are left', async (t) => {
  const app = await testApp(t, { directEntries: 5 });
  const auditor = app.signIn(auditPermissions.read, auditPermissions.manage);
  await recordMany(app, COUNT);
  await app.audit.anchor();
  await recordMany(app, COUNT);
  await auditor.post('/audit/archives', { before: new Date(Date.now() + 3_600_000).toISOString() });
  await app.drain();

  const { body: begun } = await auditor.get('/audit/integrity');
  await app.drain();

  const { body: done } = await auditor.get(`/audit/integrity/runs/${begun.id}`);
  assert.equal(begun.entriesTotal, done.report.headSequence - COUNT - 1); // the request is chained meanwhile
  assert.deepEqual([done.entriesChecked, done.entriesTotal], [begun.entriesTotal + 1, begun.entriesTotal + 1]);
});

/** Locks the stored subtrees until it is released: a report stops at each subtree that its entries complete. */
async function holdTree({ database: { pool } }: TestApp) {
  const connection = await pool.connect();
  await connection.query('begin');
  return {
    held: connection.query('lock table audit.tree in access exclusive mode'),
    wait: (ms: number) => connection.query('select pg_sleep($1)', [ms / 1000]),
    async release(): Promise<void> {
      await connection.query('rollback');
      connection.release();
    },
  };
}

async function waitForWaiters({ database: { pool } }: TestApp, count: number): Promise<void> {
  const waiting = async () =>
    (await pool.query(`select 1 from pg_locks where relation = 'audit.tree'::regclass and not granted`)).rowCount;
  while ((await waiting()) !== count);
}

test('a run reports its progress, and stops when it is cancelled', { timeout: 60_000 }, async (t) => {
  const app = await testApp(t, { directEntries: 5, environment: { BONYAN_DATABASE_POOL_SIZE: '10' } });
  const auditor = app.signIn(auditPermissions.read);
  await recordAtOnce(app, 900); // completes subtrees at 256, 512 and 768, each in another batch of the report
  const { body: begun } = await auditor.get('/audit/integrity');
  await app.audit.sealer.drain();
  const runOf = async () => (await auditor.get(`/audit/integrity/runs/${begun.id}`)).body;
  const first = await holdTree(app);
  await first.held;

  const working = app.drain();
  await waitForWaiters(app, 1);
  const second = await holdTree(app); // gets the lock as soon as the report has read the first subtree
  await waitForWaiters(app, 2);
  await first.wait(600); // progress is saved every half second
  await first.release();
  await second.held;
  await waitForWaiters(app, 1);
  const underWay = await runOf();
  const { status } = await auditor.delete(`/audit/integrity/runs/${begun.id}`);
  const third = await holdTree(app);
  await waitForWaiters(app, 2);
  await second.wait(600);
  await second.release();
  await third.held;
  await working; // although the tree is locked: the run reads no further
  await third.release();

  assert.deepEqual([underWay.status, underWay.entriesChecked, underWay.entriesTotal], ['running', 400, 901]);
  const ended = await runOf();
  assert.deepEqual([status, ended.status, ended.report, ended.entriesChecked], [204, 'cancelled', null, 400]);
});

test('the recurring reports publish and flag breaks: the frequent one of new entries, the daily one of all', async (t) => {
  const app = await testApp(t);
  await recordMany(app, COUNT);
  const change = (sequence: number) =>
    tamper(
      app,
      `update audit.entry set outcome = 'failure' where id = (select entry_id from audit.seal where sequence = ${sequence})`,
    );
  const publishedBreaks = async () => {
    const { rows } = await app.database.pool.query<{ body: { sequence: number } }>(
      `select body from platform.event where type = 'audit.integrity_broken.v1' order by pos`,
    );
    return rows.map(({ body }) => body.sequence);
  };

  await runJob(app, 'audit.watch');
  await change(5);
  await runJob(app, 'audit.watch');
  const atFirst = await publishedBreaks();
  await runJob(app, 'audit.watch_all');
  const afterAll = await publishedBreaks();
  await recordMany(app, 3);
  await change(COUNT + 2);
  await runJob(app, 'audit.watch');

  assert.deepEqual([atFirst, afterAll, await publishedBreaks()], [[], [5], [5, COUNT + 2]]);
  const { items } = (await app.signIn(auditPermissions.read).get('/audit?isTampered=true')).body;
  assert.deepEqual(
    items.map(({ sequence }: { sequence: number }) => sequence),
    [COUNT + 2, 5],
  );
});
