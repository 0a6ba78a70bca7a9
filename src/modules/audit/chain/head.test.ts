import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp, type TestApp } from '#testing/app.ts';
import { recordMany, reportOf, resealFrom, tamper, verdictOf } from '#testing/trail/trail.ts';

const COUNT = 10;

async function waiting(app: TestApp): Promise<number> {
  const { rows } = await app.database.pool.query<{ count: number }>(
    'select count(*)::int as count from audit.unsealed',
  );
  return rows[0]?.count ?? -1;
}

async function sizeOf(app: TestApp): Promise<number | undefined> {
  return (await app.database.pool.query<{ size: number }>('select size from audit.head')).rows[0]?.size;
}

async function healthError(app: TestApp): Promise<string> {
  const { components } = await app.health.report();
  return components.find(({ name }) => name === 'audit')?.lastError ?? '';
}

test('a trail that was rewritten without the key is neither extended nor signed, and reports and the offline verifier find it', async (t) => {
  const app = await testApp(t);
  await recordMany(app, COUNT);
  await reportOf(app, '?updateFlags=true');
  await app.audit.sealer.drain();
  const size = (await sizeOf(app)) ?? 0;
  await tamper(
    app,
    'create table kept_entry as select * from audit.entry',
    'create table kept_seal as select * from audit.seal',
    'create table kept_head as select * from audit.head',
    `update audit.entry set resource_id = 'another' where id = (select entry_id from audit.seal where sequence = 8)`,
    'delete from audit.verified',
  );
  await resealFrom(app, 8, size);

  await recordMany(app, 1);

  assert.deepEqual([await sizeOf(app), await waiting(app)], [size, 1]);
  assert.match(await healthError(app), /not the one that was signed/);
  await assert.rejects(app.audit.anchor(), /not the one that was signed/);
  await assert.rejects(app.audit.rotateKey(), /not the one that was signed/);
  assert.deepEqual((await reportOf(app)).firstBreak, { sequence: size, kind: 'checkpointMismatch' });
  assert.deepEqual((await verdictOf(app)).firstBreak, { sequence: size, kind: 'checkpointMismatch' });

  await tamper(
    app,
    ...['entry', 'seal', 'head'].flatMap((name) => [
      name === 'entry'
        ? 'delete from audit.entry e where exists (select 1 from kept_entry k where k.id = e.id)'
        : `delete from audit.${name}`,
      `insert into audit.${name} select * from kept_${name}`,
    ]),
  );
  await app.audit.sealer.drain();

  const report = await reportOf(app);
  assert.equal(report.isValid, true, JSON.stringify(report.breaks));
  assert.ok((await sizeOf(app)) ?? 0 > size, 'the waiting entries are chained');
});

/** Each with the reason that the health component gives. */
const INVALID: Record<string, { statement: string; reason: RegExp }> = {
  'without its note': { statement: 'update audit.head set note = null', reason: /lost its signature/ },
  'of another size': { statement: 'update audit.head set size = size - 1', reason: /not the one that was signed/ },
  'with a note of another signer': {
    statement: `update audit.head set note = replace(note, E'\\n${COUNT}\\n', E'\\n${COUNT + 1}\\n'), size = ${COUNT + 1}`,
    reason: /not signed by a key of this installation/,
  },
  'set back to the beginning': {
    statement: `update audit.head set size = 0, frontier = '', note = null`,
    reason: /lost its signature/,
  },
  'that is missing': { statement: 'delete from audit.head', reason: /is missing/ },
};

for (const [name, { statement, reason }] of Object.entries(INVALID))
  test(`a head ${name} is a break, and no entry is lost meanwhile`, async (t) => {
    const app = await testApp(t);
    await recordMany(app, COUNT);
    await tamper(app, 'create table kept as select * from audit.head', statement);

    await recordMany(app, 1);
    const found = await reportOf(app);
    const offline = await verdictOf(app);

    assert.match(await healthError(app), reason);
    assert.deepEqual([found.isValid, offline.isValid], [false, false]);
    assert.ok((await waiting(app)) > 0);
    await tamper(app, 'delete from audit.head', 'insert into audit.head select * from kept');
    await app.audit.sealer.drain();
    assert.equal(await waiting(app), 0);
    assert.equal((await reportOf(app)).isValid, true);
  });
