import assert from 'node:assert/strict';
import { glob, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test, type TestContext } from 'node:test';
import { newId } from '#kernel/id.ts';
import { system, type Actor } from '#kernel/access.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { userEvents } from '#modules/users/contract.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { isConsistent, isIncluded } from '#verifier/tree.ts';
import { verifyExport } from '#verifier/verify.ts';
import { auditPermissions } from '../contract.ts';
import { checkpointOf, origin, recordMany, reportOf, tamper, verdictOf } from '#testing/trail/trail.ts';

const AHEAD = new Date(Date.now() + 3_600_000).toISOString();
const { read, manage } = auditPermissions;
const bytes = (hashes: readonly string[]) => hashes.map((hash) => Buffer.from(hash, 'base64'));

/** A trail of ten entries with a checkpoint at its end, and five more entries. */
async function trail(t: TestContext) {
  const app = await testApp(t);
  await recordMany(app, 10);
  await app.audit.anchor();
  await recordMany(app, 5);
  return { app, keeper: app.signIn(read, manage) };
}

async function archive(app: TestApp, keeper: ReturnType<TestApp['signIn']>) {
  const { status, body } = await keeper.post('/audit/archives', { before: AHEAD });
  assert.equal(status, 202, JSON.stringify(body));
  await app.drain();
  return (await keeper.get(`/audit/archives/${body.id}`)).body;
}

async function count(app: TestApp, table: string): Promise<number> {
  const { rows } = await app.database.pool.query<{ n: number }>(`select count(*)::int as n from ${table}`);
  return rows[0]?.n ?? -1;
}

async function verdicts(app: TestApp) {
  return (await Array.fromAsync(app.audit.archives.verify())).map(({ firstBreak }) => firstBreak);
}

async function objectOf(app: TestApp, objectKey: string): Promise<string> {
  const found = await app.storage.get(objectKey);
  assert.ok(found);
  return (await found.content.toArray()).join('');
}

test('an archived range leaves the database, and report, export, search and recording go on after it', async (t) => {
  const { app, keeper } = await trail(t);
  const { body: rootBefore } = await keeper.get('/audit/proof/inclusion?sequence=12&size=15');

  const done = await archive(app, keeper);

  assert.deepEqual([done.status, done.fromSequence, done.toSequence, done.problem], ['archived', 1, 10, null]);
  const { rows } = await app.database.pool.query<{ first: number }>('select min(sequence) as first from audit.seal');
  assert.equal(rows[0]?.first, 11);
  await recordMany(app, 3);
  const report = await reportOf(app);
  assert.deepEqual([report.isValid, report.from, report.archivedTo], [true, 11, 10], JSON.stringify(report.breaks));
  const verdict = await verdictOf(app);
  assert.deepEqual([verdict.isValid, verdict.from], [true, 11], JSON.stringify(verdict.breaks));
  assert.deepEqual((await keeper.get('/audit/proof/inclusion?sequence=12&size=15')).body, rootBefore);
  const { body: page } = await keeper.get('/audit?action=probe.');
  assert.equal(page.totalCount, 8);
  assert.match(page.archivedUntil, /^\d{4}-/);
  const actions = (await keeper.get('/audit?action=audit.archive')).body.items.map(
    ({ action }: { action: string }) => action,
  );
  assert.deepEqual(actions, ['audit.archived', 'audit.archive_requested']);
  assert.deepEqual(await verdicts(app), [null]);
  assert.equal(
    (await keeper.get('/audit/archives')).body.items[0].manifest,
    await objectOf(app, `${done.objectKey}.manifest`),
  );
});

test('the offline verifier accepts an object only byte by byte as its manifest says', async (t) => {
  const { app, keeper } = await trail(t);
  const { verifierKey } = (await keeper.get('/audit/keys')).body.items[0];
  const kept = await checkpointOf(app);
  const done = await archive(app, keeper);
  const manifest = await objectOf(app, `${done.objectKey}.manifest`);
  const options = { keys: [verifierKey], manifest };
  const lines = (await objectOf(app, done.objectKey)).trimEnd().split('\n');
  const replaced = (from: string, to: string) => lines.map((line) => line.replace(from, to));

  const verdict = await verifyExport(lines, options);
  const changed = await verifyExport(replaced('no 4', 'no 5'), options);
  const ciphertext = await verifyExport(replaced('"payload":"', '"payload":"A'), options);
  const forged = await verifyExport(lines, { ...options, manifest: manifest.replace('"to":10', '"to":11') });
  const later = await verifyExport(lines, { ...options, checkpoints: [kept] });

  assert.deepEqual([verdict.isValid, verdict.headSequence, verdict.notCompared], [true, 10, []]);
  assert.deepEqual(
    changed.breaks.map(({ sequence }) => sequence),
    [1, 4],
  );
  assert.deepEqual(ciphertext.firstBreak, { sequence: 1, kind: 'checkpointMismatch' });
  assert.equal(forged.isValid, false);
  assert.deepEqual([later.isValid, later.notCompared.length], [true, 1]);
  await assert.rejects(verifyExport(lines, { keys: [verifierKey] }), { name: 'ExportError' });
});

test('a second archive begins where the first ended, and proofs of later entries do not change', async (t) => {
  const app = await testApp(t);
  const keeper = app.signIn(read, manage);
  await recordMany(app, 300);
  await app.audit.anchor();
  await recordMany(app, 50);
  await archive(app, keeper);
  await app.audit.anchor();

  const second = await archive(app, keeper);

  await recordMany(app, 10);
  assert.equal(second.fromSequence, 301);
  const report = await reportOf(app);
  assert.equal(report.isValid, true, JSON.stringify(report.breaks));
  const verdict = await verdictOf(app);
  assert.equal(verdict.isValid, true, JSON.stringify(verdict.breaks));
  const { body: proof } = await keeper.get(`/audit/proof/inclusion?sequence=${second.toSequence + 1}`);
  const [leaf, root] = bytes([proof.leafHash, proof.rootHash]);
  assert.ok(leaf && root && isIncluded(leaf, proof.leafIndex, proof.treeSize, bytes(proof.proof), root));
  const { body: grown } = await keeper.get(`/audit/proof/consistency?from=${second.toSequence}`);
  const [from, to] = bytes([grown.fromRoot, grown.toRoot]);
  assert.ok(from && to && isConsistent(second.toSequence, grown.to, bytes(grown.proof), from, to));
  const archived = await keeper.get('/audit/proof/inclusion?sequence=299');
  assert.deepEqual([archived.status, archived.body.code, archived.body.toSequence], [410, 'audit.entry_archived', 300]);
  assert.equal((await keeper.get('/audit/proof/consistency?from=299')).status, 410);
  assert.equal((await keeper.get('/audit/proof/consistency?from=256')).status, 200);
  assert.deepEqual(await verdicts(app), [null, null]);
});

test('a range that cannot be archived is refused with the reason', async (t) => {
  const app = await testApp(t);
  await recordMany(app, 3);
  const keeper = app.signIn(read, manage);

  const unsigned = await keeper.post('/audit/archives', { before: AHEAD });
  await app.audit.anchor();
  const young = await keeper.post('/audit/archives', { before: '2020-01-01T00:00:00Z' });
  const [one, other] = await Promise.all([
    keeper.post('/audit/archives', { before: AHEAD }),
    keeper.post('/audit/archives', { before: AHEAD }),
  ]);
  const reader = await app.signIn(read).post('/audit/archives', { before: AHEAD });
  const unknown = await keeper.get(`/audit/archives/${newId()}`);

  assert.deepEqual([unsigned.body.code, young.body.code], ['audit.nothing_to_archive', 'audit.nothing_to_archive']);
  assert.deepEqual(
    [one.status, other.status].toSorted((a, b) => a - b),
    [202, 409],
  );
  assert.deepEqual([reader.status, unknown.status, unknown.body.code], [403, 404, 'audit.archive_not_found']);
});

test('a broken chain is not archived, and the attempt leaves no object', async (t) => {
  const { app, keeper } = await trail(t);
  await tamper(
    app,
    `update audit.entry set actor_id = 'x' where id = (select entry_id from audit.seal where sequence = 4)`,
  );

  const done = await archive(app, keeper);

  assert.deepEqual([done.status, done.problem], ['failed', 'entryChanged at 4']);
  assert.deepEqual([await count(app, 'audit.archive'), (await app.storage.list('audit/')).objects], [0, []]);
  assert.equal((await keeper.post('/audit/archives', { before: AHEAD })).status, 202);
});

test('a row without a manifest cannot be deleted, and no row can be changed', async (t) => {
  const { app, keeper } = await trail(t);
  await archive(app, keeper);

  for (const statement of [
    'delete from audit.seal where sequence = 11',
    'delete from audit.entry where id = (select entry_id from audit.seal where sequence = 11)',
    'update audit.seal set checksum = checksum',
    'update audit.archive set last_sequence = 12',
    'delete from audit.archive',
    'truncate audit.archive',
    'truncate audit.seal',
  ])
    await assert.rejects(app.database.pool.query(statement), /append-only/, statement);
});

test('when a process dies between any two steps, the next process finishes the archive', async (t) => {
  const { app, keeper } = await trail(t);
  const { body } = await keeper.post('/audit/archives', { before: AHEAD });
  const leftovers = `audit/archives/1-10-${'0'.repeat(12)}.ndjson`;

  // It died while it wrote: there is an object without a manifest.
  await app.storage.put(leftovers, Readable.from([Buffer.from('half')]), { maxBytes: 100 });
  await app.drain();
  const { objectKey } = (await keeper.get(`/audit/archives/${body.id}`)).body;
  assert.deepEqual((await app.storage.list('audit/')).objects.map(({ key }) => key).toSorted(), [
    objectKey,
    `${objectKey}.manifest`,
  ]);
  // It died after it signed, before the manifest was stored beside the object and all rows were dropped.
  await recordMany(app, 5);
  await app.audit.anchor();
  const second = (await keeper.post('/audit/archives', { before: AHEAD })).body;
  await app.drain();
  const { objectKey: key } = (await keeper.get(`/audit/archives/${second.id}`)).body;
  await app.storage.delete(`${key}.manifest`);
  await tamper(
    app,
    `update audit.archiving set status = 'dropping', finished_at = null where id = '${second.id}'`,
    `insert into platform.work (id, queue, lane, ref, due_at, origin) values ('${newId()}', 'audit.archive', 1, '${second.id}', now(), '{"requestId":"","traceparent":null,"ip":null,"userAgent":null}')`,
  );
  const halfway = await reportOf(app);
  await app.drain();

  assert.equal(halfway.isValid, true, JSON.stringify(halfway.breaks));
  assert.equal((await keeper.get(`/audit/archives/${second.id}`)).body.status, 'archived');
  assert.equal(
    await objectOf(app, `${key}.manifest`),
    (await keeper.get(`/audit/archives/${second.id}`)).body.manifest,
  );
  assert.equal((await reportOf(app)).isValid, true);
  assert.deepEqual(await verdicts(app), [null, null]);
});

test('an archive that is not signed fails when every attempt has died, and another can begin', async (t) => {
  const { app, keeper } = await trail(t);
  const { body } = await keeper.post('/audit/archives', { before: AHEAD });
  await app.database.pool.query(`update platform.work set attempt = 5 where queue = 'audit.archive'`);

  await app.drain();

  const done = (await keeper.get(`/audit/archives/${body.id}`)).body;
  assert.equal(done.status, 'failed');
  assert.equal((await archive(app, keeper)).status, 'archived');
});

test('giving up first blocks signing, then deletes; it can be repeated, and keeps objects of other requests for the range', async (t) => {
  const { app, keeper } = await trail(t);
  const { body } = await keeper.post('/audit/archives', { before: AHEAD });
  const half = `audit/archives/1-10-${body.id}-${'0'.repeat(12)}.ndjson`;
  const listKeys = async () => (await app.storage.list('audit/')).objects.map(({ key }) => key);
  await app.storage.put(half, Readable.from([Buffer.from('half')]), { maxBytes: 100 });
  await tamper(
    app,
    `create function public.refuse() returns trigger language plpgsql as $$ begin raise exception 'not now'; end $$`,
    `create trigger refuse before update on audit.archiving for each row when (new.status = 'failed')
      execute function public.refuse()`,
    `update platform.work set attempt = 5 where queue = 'audit.archive'`,
  );

  const failures = await app.drainWithFailures();
  const unfenced = await listKeys();
  await app.database.pool.query('drop trigger refuse on audit.archiving');
  await app.drain(600_000);
  const fenced = await listKeys();
  const second = await archive(app, keeper);
  await app.database.pool.query(
    `insert into platform.work (id, queue, lane, ref, due_at, attempt, origin) values ($1, 'audit.archive', 1, $2, now(), 5,
      '{"requestId":"","traceparent":null,"ip":null,"userAgent":null}')`,
    [newId(), body.id],
  );
  await app.drain();

  assert.deepEqual(
    failures.map(({ error }) => (error as Error).message),
    ['not now'],
  );
  assert.deepEqual([unfenced, fenced], [[half], []]);
  assert.equal((await keeper.get(`/audit/archives/${body.id}`)).body.status, 'failed');
  assert.deepEqual([second.status, second.fromSequence, second.toSequence], ['archived', 1, 10]);
  assert.deepEqual((await listKeys()).toSorted(), [second.objectKey, `${second.objectKey}.manifest`]);
});

test('a manifest that was changed, deleted or signed by an unknown key is found', async (t) => {
  const { app, keeper } = await trail(t);
  await archive(app, keeper);
  const cases = {
    changed: `update audit.archive set manifest = replace(manifest, '"to":10', '"to":12')`,
    widened: 'update audit.archive set last_sequence = 12',
    shortened: `update audit.archive set manifest = replace(manifest, 'sha256":"', 'sha256":"0')`,
    missing: 'delete from audit.archive',
  };

  for (const [name, statement] of Object.entries(cases))
    await t.test(name, async () => {
      await tamper(app, 'create table kept as select * from audit.archive', statement);
      const report = await reportOf(app);
      const verdict = await verdictOf(app);
      await tamper(app, 'delete from audit.archive', 'insert into audit.archive select * from kept', 'drop table kept');
      assert.deepEqual([report.isValid, report.firstBreak?.sequence], [false, 1]);
      assert.deepEqual([verdict.isValid, verdict.firstBreak?.sequence], [false, 1]);
    });

  assert.equal((await reportOf(app)).isValid, true);
});

test('an object that was changed or deleted is found', async (t) => {
  const { app, keeper } = await trail(t);
  const { objectKey } = await archive(app, keeper);
  const files = await Array.fromAsync(glob(join(app.dataDir, '**', '*%2endjson')));
  assert.equal(files.length, 1, JSON.stringify(await Array.fromAsync(glob(join(app.dataDir, '**')))));

  await writeFile(files[0] ?? '', (await objectOf(app, objectKey)).replace('no 4', 'no 5'));
  const changed = await verdicts(app);
  await app.storage.delete(objectKey);
  const missing = await verdicts(app);

  assert.deepEqual([changed, missing], [[{ sequence: 1, kind: 'entryChanged' }], [{ sequence: 1, kind: 'gap' }]]);
});

test('erasing a person reaches the archives: their payloads cannot be decrypted, and everything still verifies', async (t) => {
  const app = await testApp(t);
  const keeper = app.signIn(read, manage);
  const [sara, reza] = [newId(), newId()];
  const by = (id: string): Actor => ({ ...system('x', origin), type: 'user', id });
  const record = (actor: Actor, resourceType: string, resourceId: string, said: string) =>
    app.database.units.write(actor, async ({ audit }: AnyUnit) =>
      audit({ action: 'probe.done', resourceType, resourceId, payload: { said } }),
    );
  await record(by(sara), 'user', sara, 'sara@example.com');
  await record(by(sara), 'user', reza, 'reza@example.com');
  await record(by(reza), 'thing', sara, 'about sara, as a thing');
  await record({ ...by(reza), impersonatorId: sara }, 'thing', 'one', 'on behalf of reza');
  await app.audit.sealer.drain();
  await app.audit.anchor();
  const { objectKey } = await archive(app, keeper);
  assert.deepEqual(await verdicts(app), [null]);

  await app.database.units.write(system('users'), async ({ publish }: AnyUnit) =>
    publish(userEvents.deleted, { userId: sara }),
  );
  await app.drain();

  const lines = await Array.fromAsync(app.audit.archives.open(objectKey));
  const said = lines.map((line) => JSON.parse(line));
  assert.deepEqual(
    said.map(({ payload, ip, salt, impersonatorId }) => [payload, ip, salt, impersonatorId]),
    [
      [null, null, null, undefined],
      [{ said: 'reza@example.com' }, null, null, undefined],
      [null, null, null, undefined],
      [{ said: 'on behalf of reza' }, null, null, sara],
    ],
  );
  assert.deepEqual(await verdicts(app), [null]);
  assert.equal((await reportOf(app)).isValid, true);
});
