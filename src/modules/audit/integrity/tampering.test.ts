import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { newId } from '#kernel/id.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { auditPermissions } from '../contract.ts';
import {
  exported,
  putBack,
  recordMany,
  reportOf,
  resealFrom,
  tamper,
  verdictOf,
  verifierCommand,
} from '#testing/trail/trail.ts';

const COUNT = 10;
const AT = 5; // the entry that is tampered with
const ENTRY = `(select entry_id from audit.seal where sequence = ${AT})`;

/** A trail of ten entries, and a signed checkpoint of it that was kept elsewhere. */
async function trail(t: TestContext, environment: Record<string, string> = {}) {
  const app = await testApp(t, { environment });
  await recordMany(app, COUNT);
  await app.audit.anchor();
  assert.equal((await reportOf(app)).isValid, true);
  return app;
}

/** The first finding of the report and of the offline verifier. */
async function findings(app: TestApp, kept: readonly string[] = []) {
  const report = await reportOf(app);
  const verdict = await verdictOf(app, { checkpoints: kept });
  return { report: report.firstBreak, offline: verdict.firstBreak };
}

/** Changes one byte of a column, whatever its type. */
const CHANGES: Record<string, string> = {
  'audit.entry id': `id = '${newId()}'`,
  'audit.entry timestamp_utc': `timestamp_utc = timestamp_utc + interval '1 microsecond'`,
  'audit.entry actor_type': `actor_type = 'systen'`,
  'audit.entry actor_id': `actor_id = 'probf'`,
  'audit.entry impersonator_id': `impersonator_id = 'x'`,
  'audit.entry subject_id': `subject_id = 'x'`,
  'audit.entry action': `action = 'probe.dond'`,
  'audit.entry resource_type': `resource_type = 'thinh'`,
  'audit.entry resource_id': `resource_id = 'no 6'`,
  'audit.entry outcome': `outcome = 'failure'`,
  'audit.entry request_id': `request_id = 'r-2'`,
  'audit.entry trace_id': `trace_id = null`,
  'audit.entry payload_hash': `payload_hash = set_byte(payload_hash, 31, get_byte(payload_hash, 31) # 1)`,
  'audit.payload entry_id': `entry_id = '${newId()}'`,
  'audit.payload salt': `salt = set_byte(salt, 0, get_byte(salt, 0) # 1)`,
  'audit.payload sealed': `sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1)`,
  'audit.payload origin': `origin = set_byte(origin, 20, get_byte(origin, 20) # 1)`,
  'audit.seal sequence': `sequence = 99`,
  'audit.seal entry_id': `entry_id = '${newId()}'`,
  'audit.seal previous_checksum': `previous_checksum = set_byte(previous_checksum, 0, get_byte(previous_checksum, 0) # 1)`,
  'audit.seal checksum': `checksum = set_byte(checksum, 0, get_byte(checksum, 0) # 1)`,
};
const KEYS: Record<string, string> = {
  'audit.entry': `id = ${ENTRY}`,
  'audit.payload': `entry_id = ${ENTRY}`,
  'audit.seal': `sequence = ${AT}`,
};

test('a change of any column of a sealed entry is found and located, in the database and offline', async (t) => {
  const app = await trail(t);
  const { rows } = await app.database.pool.query<{ name: string }>(
    `select table_schema || '.' || table_name || ' ' || column_name as name from information_schema.columns
     where table_schema || '.' || table_name = any ($1) order by 1`,
    [Object.keys(KEYS)],
  );
  assert.deepEqual(
    Object.keys(CHANGES).toSorted(),
    rows.map(({ name }) => name).toSorted(),
    'a column has no case here',
  );

  for (const [name, change] of Object.entries(CHANGES))
    await t.test(name, async () => {
      const table = name.split(' ')[0] ?? '';
      await tamper(
        app,
        `create table kept as select * from ${table}`,
        `update ${table} set ${change} where ${KEYS[table]}`,
      );

      const { report, offline } = await findings(app);

      await tamper(app, `delete from ${table}`, `insert into ${table} select * from kept`, 'drop table kept');
      assert.deepEqual(report?.sequence, AT, JSON.stringify(report));
      assert.deepEqual(offline, report);
    });
  await tamper(
    app, // what the checks have recorded meanwhile: some of it was deleted above
    'delete from audit.unsealed',
    'delete from audit.entry e where not exists (select 1 from audit.seal s where s.entry_id = e.id)',
    'delete from audit.payload p where not exists (select 1 from audit.entry e where e.id = p.entry_id)',
  );

  assert.equal((await reportOf(app)).isValid, true);
});

/** Each attack, with the kind and the place of the break that must be found. */
const ATTACKS: Record<string, { statements: string[]; kind: string; at: number }> = {
  'an entry deleted with its seal': {
    statements: [`delete from audit.entry where id = ${ENTRY}`, `delete from audit.seal where sequence = ${AT}`],
    kind: 'gap',
    at: AT,
  },
  'an entry deleted alone': { statements: [`delete from audit.entry where id = ${ENTRY}`], kind: 'gap', at: AT },
  'the payload of a person who was not erased deleted': {
    statements: [`delete from audit.payload where entry_id = ${ENTRY}`],
    kind: 'payloadChanged',
    at: AT,
  },
  'two neighbours swapped': { statements: swap(5, 6), kind: 'reordered', at: 5 },
  'two entries far apart swapped': { statements: swap(5, 9), kind: 'reordered', at: 5 },
  'the tail cut off': {
    statements: ['delete from audit.seal where sequence > 7'],
    kind: 'truncated',
    at: 8,
  },
  'an entry put in between, the rest moved up': {
    statements: [
      `insert into audit.entry select '${newId()}', timestamp_utc, actor_type, actor_id, action, resource_type, 'forged', outcome,
         request_id, trace_id, payload_hash, subject_id from audit.entry where id = ${ENTRY}`,
      `update audit.seal set sequence = sequence + 100 where sequence > ${AT}`,
      `update audit.seal set sequence = sequence - 99 where sequence > 100`,
      `insert into audit.seal select ${AT} + 1, (select id from audit.entry where resource_id = 'forged'), checksum, checksum
         from audit.seal where sequence = ${AT}`,
      'update audit.head set size = size + 1',
    ],
    kind: 'entryChanged',
    at: AT + 1,
  },
};

function swap(a: number, b: number): string[] {
  return [
    `create temporary table s on commit drop as select * from audit.seal where sequence in (${a}, ${b})`,
    `delete from audit.seal where sequence in (${a}, ${b})`,
    `insert into audit.seal select ${a} + ${b} - sequence, entry_id, previous_checksum, checksum from s`,
  ];
}

for (const [name, { statements, kind, at }] of Object.entries(ATTACKS))
  test(`${name}: found and located`, async (t) => {
    const app = await trail(t);

    await tamper(app, ...statements);

    const { report, offline } = await findings(app);
    assert.deepEqual(report, { sequence: at, kind });
    assert.deepEqual(offline, { sequence: at, kind });
  });

async function forge(app: TestApp): Promise<string> {
  const id = newId();
  await tamper(
    app,
    `insert into audit.entry select '${id}', timestamp_utc, actor_type, actor_id, action, resource_type, 'forged', outcome,
       request_id, trace_id, payload_hash, subject_id from audit.entry where id = ${ENTRY}`,
  );
  return id;
}

async function flagged(app: TestApp): Promise<string[]> {
  const { items } = (await app.signIn(auditPermissions.read).get('/audit?isTampered=true')).body;
  return items.map(({ id }: { id: string }) => id);
}

async function publishedBreaks(app: TestApp): Promise<Record<string, unknown>[]> {
  const { rows } = await app.database.pool.query<{ body: Record<string, unknown> }>(
    `select body from platform.event where type = 'audit.integrity_broken.v1' order by pos`,
  );
  return rows.map(({ body }) => body);
}

test('an entry without a seal is flagged itself, not the next one, until it is deleted', async (t) => {
  const app = await trail(t);
  const id = await forge(app);

  const { firstBreak } = await reportOf(app, '?updateFlags=true');
  await recordMany(app, 2);
  const incremental = await reportOf(app, '?updateFlags=true&incremental=true');
  const stays = await flagged(app);
  await tamper(app, `delete from audit.entry where id = '${id}'`);
  await reportOf(app, '?updateFlags=true');

  assert.deepEqual(firstBreak, { sequence: COUNT + 1, kind: 'linkBroken', entryId: id });
  assert.equal(incremental.isValid, true);
  assert.deepEqual(stays, [id]);
  assert.deepEqual(await flagged(app), []);
  assert.deepEqual(
    (await publishedBreaks(app)).map(({ entryId, kind }) => [entryId, kind]),
    [[id, 'linkBroken']],
  );
});

/** What blocks the sealer, each with the statement that removes it. */
const OBSTACLES: Record<string, { statement: string; undone: string; kind: string; at: number }> = {
  'a chained entry that waits once more': {
    statement: `insert into audit.unsealed (entry_id) select entry_id from audit.seal where sequence = ${AT}`,
    undone: `delete from audit.unsealed u using audit.seal s where s.entry_id = u.entry_id`,
    kind: 'reordered',
    at: AT,
  },
  'a seal behind the head': {
    statement: `insert into audit.seal select size + 1, gen_random_uuid(), checksum, checksum from audit.head`,
    undone: 'delete from audit.seal where sequence > (select size from audit.head)',
    kind: 'linkBroken',
    at: COUNT + 2,
  },
};

for (const [name, { statement, undone, kind, at }] of Object.entries(OBSTACLES))
  test(`${name} is a break; entries that are recorded meanwhile are chained once it is removed`, async (t) => {
    const app = await trail(t);
    await app.audit.sealer.drain();
    await tamper(app, statement);

    await recordMany(app, 1); // its drain ends although the entry waits
    const { components } = await app.health.report();
    const { firstBreak } = await reportOf(app, '?updateFlags=true&incremental=true');
    await tamper(app, undone);
    await recordMany(app, 1);

    assert.match(components.find((each) => each.name === 'audit')?.lastError ?? '', /no entry is chained/);
    assert.deepEqual(firstBreak, { sequence: at, kind });
    const { rows } = await app.database.pool.query('select 1 from audit.unsealed');
    assert.equal(rows.length, 0);
    assert.equal((await reportOf(app)).isValid, true);
  });

test('a chain that was rewritten without the signing key contradicts the signed checkpoints', async (t) => {
  const app = await trail(t);
  await tamper(
    app,
    `update audit.entry set resource_id = 'another' where id = (select entry_id from audit.seal where sequence = 8)`,
  );

  await resealFrom(app, 8, COUNT);

  const { report, offline } = await findings(app);
  assert.deepEqual(report, { sequence: COUNT, kind: 'checkpointMismatch' });
  assert.deepEqual(offline, { sequence: COUNT, kind: 'checkpointMismatch' });
});

test('a chain that was cut, with a new head made without the signing key, contradicts the signed checkpoints', async (t) => {
  const app = await trail(t);
  await tamper(
    app,
    'delete from audit.payload p using audit.seal s where s.entry_id = p.entry_id and s.sequence > 7',
    'delete from audit.entry e using audit.seal s where s.entry_id = e.id and s.sequence > 7',
    'delete from audit.seal where sequence > 7',
  );

  await resealFrom(app, 8, 7);

  const { report, offline } = await findings(app);
  assert.deepEqual(report, { sequence: 7, kind: 'checkpointMismatch' }); // the head is not signed,
  assert.deepEqual((await reportOf(app)).breaks.at(-1), { sequence: 8, kind: 'truncated' }); // and a larger one was
  assert.deepEqual(offline, { sequence: 8, kind: 'truncated' });
});

test('a tree that is smaller than the last clean report is a break, and the verification cursor is kept', async (t) => {
  const app = await testApp(t);
  const tables = ['entry', 'payload', 'seal', 'tree', 'checkpoint', 'head'];
  await recordMany(app, 4);
  await tamper(app, ...tables.map((name) => `create table earlier_${name} as select * from audit.${name}`));
  await recordMany(app, 6);
  await reportOf(app, '?updateFlags=true');

  await tamper(app, 'delete from audit.unsealed', ...tables.flatMap((name) => putBack(name, `earlier_${name}`)));
  const incremental = await reportOf(app, '?updateFlags=true&incremental=true');
  const whole = await reportOf(app, '?updateFlags=true');
  const again = await reportOf(app, '?incremental=true');
  await app.audit.acceptRestore({ lost: 10, reason: 'it was us' });
  await app.audit.sealer.drain();
  const stated = await reportOf(app, '?updateFlags=true&incremental=true');

  for (const { firstBreak } of [incremental, whole, again])
    assert.deepEqual(firstBreak, { sequence: 5, kind: 'truncated' });
  assert.equal(stated.isValid, true, JSON.stringify(stated.breaks));
});

test('signatures of a key that was inserted into the table do not count', async (t) => {
  const app = await trail(t);
  await tamper(app, `update audit.signing_key set public_key = set_byte(public_key, 3, get_byte(public_key, 3) # 1)`);

  assert.equal((await reportOf(app)).firstBreak?.kind, 'checkpointMismatch');
});

test('an earlier state of the database, with its signed head, contradicts the anchor outside the database', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'bonyan-anchor-'));
  t.after(() => rm(folder, { recursive: true }));
  const app = await testApp(t, { environment: { BONYAN_AUDIT_ANCHOR_FILE: join(folder, 'anchors') } });
  const tables = ['entry', 'payload', 'seal', 'tree', 'checkpoint', 'head', 'verified'];
  await recordMany(app, 4);
  await tamper(app, ...tables.map((name) => `create table earlier_${name} as select * from audit.${name}`));
  await recordMany(app, 6);
  await app.audit.anchor();
  assert.equal((await reportOf(app)).isValid, true);

  await tamper(app, 'delete from audit.unsealed', ...tables.flatMap((name) => putBack(name, `earlier_${name}`)));
  await recordMany(app, 2);

  const report = await reportOf(app);
  assert.deepEqual(report.firstBreak, { sequence: 7, kind: 'truncated' });
  assert.deepEqual(report.anchors, [{ name: `file ${join(folder, 'anchors')}`, checkpoints: 1, error: null }]);
});

test('triggers refuse to change, delete or truncate chained rows', async (t) => {
  const app = await trail(t);
  const statements = ['entry', 'seal', 'checkpoint'].flatMap((name) => [
    name === 'entry'
      ? 'update audit.entry set outcome = outcome'
      : `update audit.${name} set ${name === 'seal' ? 'sequence = sequence' : 'size = size'}`,
    `delete from audit.${name}`,
    `truncate audit.${name} cascade`,
  ]);
  const guards = ['head', 'signing_key'].flatMap((name) => [`delete from audit.${name}`, `truncate audit.${name}`]);

  for (const statement of [...statements, ...guards, 'update audit.head set size = size - 1'])
    await assert.rejects(app.database.pool.query(statement), /append-only/, statement);
  assert.equal((await reportOf(app)).isValid, true);
});

test('updateFlags flags broken entries, removes flags of repaired ones, and each new break is published once', async (t) => {
  const app = await trail(t);
  const places = async () => {
    const { items } = (await app.signIn(auditPermissions.read).get('/audit?isTampered=true')).body;
    return items.map(({ sequence, isTampered }: { sequence: number; isTampered: boolean }) => [sequence, isTampered]);
  };

  await tamper(app, `update audit.entry set outcome = 'failure' where id = ${ENTRY}`);
  await reportOf(app, '?updateFlags=true');
  await reportOf(app, '?updateFlags=true');
  const found = [await places(), (await publishedBreaks(app)).length];
  await tamper(app, `update audit.entry set outcome = 'success' where id = ${ENTRY}`);
  await reportOf(app, '?updateFlags=true');

  assert.deepEqual(found, [[[AT, true]], 1]);
  assert.deepEqual(await places(), []);
});

test('a command that has only the file and the public key verifies an export', async (t) => {
  const app = await trail(t);
  const folder = await mkdtemp(join(tmpdir(), 'bonyan-export-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'trail.ndjson');
  const lines = await exported(app);
  await writeFile(file, lines.join('\n'));
  const key = (await app.signIn(auditPermissions.read).get('/audit/keys')).body.items[0].verifierKey;
  const good = await verifierCommand(file, '--key', key);
  await writeFile(file, lines.filter((line) => !line.includes('"sequence":5,')).join('\n'));
  const cut = await verifierCommand(file, '--key', key);
  await writeFile(file, 'no such thing');
  const unreadable = await verifierCommand(file);
  const { origin } = JSON.parse(lines[0] ?? '{}');
  const stranger = await verifierCommand(file, '--key', key.replace(origin, 'another.log'));

  assert.equal(good.code, 0, good.out);
  assert.match(good.out, /^VALID: 10 entries/);
  assert.deepEqual([cut.code, /break +gap at 5/.test(cut.out)], [1, true], cut.out);
  assert.deepEqual([unreadable.code, stranger.code], [2, 2]);
});

test('an incremental report begins where the last clean one ended', async (t) => {
  const app = await trail(t);
  await reportOf(app, '?updateFlags=true');
  await recordMany(app, 3);

  const report = await reportOf(app, '?incremental=true');

  assert.deepEqual([report.isValid, report.entriesChecked >= 3, report.from > COUNT], [true, true, true]);
});
