import assert from 'node:assert/strict';
import { test } from 'node:test';
import { system } from '#kernel/access.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { recordMany, reportOf, runJob, tamper, verdictOf } from '#testing/trail/trail.ts';
import type { AuditTables } from '../tables.ts';
import { GUARDS, listGuards } from './guards.ts';

/** The reason why the component is unhealthy; empty when it is healthy. */
async function healthError(app: TestApp): Promise<string> {
  const component = app.modules.flatMap(({ health = [] }) => health).find(({ name }) => name === 'audit');
  assert.ok(component);
  return component.probe().then(
    () => '',
    (error: unknown) => (error as Error).message,
  );
}

async function alarms(app: TestApp): Promise<string[]> {
  const { rows } = await app.database.pool.query<{ kind: string }>(
    `select body ->> 'kind' as kind from platform.event where type = 'audit.integrity_broken.v1' order by pos`,
  );
  return rows.map(({ kind }) => kind);
}

/** Each makes one of the recurring reports fail; with the statement that mends it. */
const FAILURES: Record<string, { job: string; breaks: string; mends: string }> = {
  'the frequent report': {
    job: 'audit.watch',
    breaks: 'alter table audit.payload rename column salt to pepper',
    mends: 'alter table audit.payload rename column pepper to salt',
  },
  'the daily report': {
    job: 'audit.watch_all',
    breaks: 'alter table audit.tree rename to forest',
    mends: 'alter table audit.forest rename to tree',
  },
  'the report that cannot store what it found': {
    job: 'audit.watch_all',
    breaks: 'alter table audit.finding rename to found',
    mends: 'alter table audit.found rename to finding',
  },
  'the report of archives': {
    job: 'audit.watch_archives',
    breaks: 'alter table audit.archive rename to archived',
    mends: 'alter table audit.archived rename to archive',
  },
};

for (const [name, { job, breaks, mends }] of Object.entries(FAILURES))
  test(`${name} that fails is the alarm of a break, once, and makes the component unhealthy until it succeeds`, async (t) => {
    const app = await testApp(t);
    await recordMany(app, 3);
    await tamper(app, breaks);

    await assert.rejects(runJob(app, job));
    await assert.rejects(runJob(app, job));
    const [unhealthy, published] = [await healthError(app), await alarms(app)];
    await tamper(app, mends);
    await runJob(app, job);

    assert.match(unhealthy, new RegExp(`^the report ${job}: `));
    assert.deepEqual(published, ['reportFailed']);
    assert.equal(await healthError(app), '');
  });

test('the report says which triggers, functions and constraints are missing, and health and alarm say so too', async (t) => {
  const app = await testApp(t);
  await recordMany(app, 3);
  await tamper(
    app,
    'alter table audit.seal disable trigger seal_append_only',
    'alter table audit.unsealed drop constraint unsealed_pkey',
    `create or replace function audit.refuse_drop() returns trigger language plpgsql as 'begin return old; end'`,
  );

  const { isValid, missingGuards } = await reportOf(app);
  await runJob(app, 'audit.watch');

  assert.equal(isValid, true);
  assert.deepEqual(
    missingGuards.map((guard) => guard.split(' ').slice(0, 2).join(' ')),
    ['constraint unsealed.unsealed_pkey', 'function refuse_drop', 'trigger seal.seal_append_only'],
  );
  assert.match(await healthError(app), /unsealed_pkey/);
  assert.deepEqual(await alarms(app), ['guardMissing']);
});

test('the list of guards is the one that the migrations make', async (t) => {
  const app = await testApp(t);

  assert.deepEqual(await listGuards(app.database.forModule<AuditTables>().read), GUARDS);
});

test('an entry that was chained twice is found, although its unique constraint was dropped', async (t) => {
  const app = await testApp(t);
  await recordMany(app, 3);
  await tamper(
    app,
    'alter table audit.seal drop constraint seal_entry_id_key',
    'insert into audit.unsealed (entry_id) select entry_id from audit.seal where sequence = 2',
  );
  await app.audit.sealer.drain();

  const { breaks } = await reportOf(app);

  assert.deepEqual(breaks, [{ sequence: 4, kind: 'reordered' }]);
});

test('a false erasure excuses no missing payload', async (t) => {
  const app = await testApp(t);
  await recordMany(app, 3, 'user');
  await app.database.units.write(system('probe'), async ({ audit }: AnyUnit) =>
    audit({ action: 'audit.person_erased', resourceType: 'user', resourceId: 'no 1', subjectId: '' }),
  );
  await app.audit.sealer.drain();
  await tamper(app, 'delete from audit.payload where entry_id = (select entry_id from audit.seal where sequence = 1)');

  const { breaks } = await reportOf(app);

  assert.deepEqual(breaks, [{ sequence: 1, kind: 'payloadChanged' }]);
});

/** Who is no person, although an entry records the erasure and a key is destroyed; and what is missing then. */
const NOBODY: Record<string, { person: string; deletes: string }> = {
  'of nobody, for a payload that concerns no person': { person: '', deletes: 'delete from audit.payload' },
  'of the program, for the salt of its own entry': {
    person: 'probe',
    deletes: 'update audit.payload set salt = null, origin = null',
  },
};

for (const [name, { person, deletes }] of Object.entries(NOBODY))
  test(`an erasure ${name}, excuses nothing, in the report and offline`, async (t) => {
    const app = await testApp(t);
    await recordMany(app, 3);
    await app.database.units.write(system('probe'), async ({ audit }: AnyUnit) =>
      audit({ action: 'audit.person_erased', resourceType: 'user', resourceId: person, subjectId: '' }),
    );
    await app.audit.sealer.drain();
    await tamper(
      app,
      `insert into platform.person_key (person_id, destroyed_at) values ('${person}', now())`,
      `${deletes} where entry_id = (select entry_id from audit.seal where sequence = 1)`,
    );

    const [report, verdict] = [await reportOf(app), await verdictOf(app)];

    for (const { breaks } of [report, verdict]) assert.deepEqual(breaks, [{ sequence: 1, kind: 'payloadChanged' }]);
  });
