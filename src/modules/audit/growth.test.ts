import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { userEvents } from '#modules/users/contract.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { runScript } from '#testing/database.ts';
import { explainEverything, rowsReadBy, toLines, type PlanWatch, type RanStatement } from '#testing/growth/plans.ts';
import { auditPermissions } from './contract.ts';
import { PART } from './integrity/id-parts.ts';
import { findUnlinkedRows } from './integrity/unlinked-rows.ts';
import type { AuditTables } from './tables.ts';

const FEW = 6000;
const MANY = PART + 5000;
const person = newId();
let watch: PlanWatch;

before(() => {
  watch = explainEverything();
});

/** Entries by one person about many things, each with a seal that no check of the chain reads here; nothing waits. */
async function fill({ databaseUrl, database: { pool } }: TestApp, entries: number): Promise<void> {
  const id = `('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid`;
  await runScript(
    databaseUrl,
    `
    insert into audit.entry (id, timestamp_utc, actor_type, actor_id, subject_id, action, resource_type, resource_id, outcome,
      request_id, payload_hash)
    select ${id}, '2026-01-01', 'user', '${person}', '', 'probe.done', case when n % 2 = 0 then 'even' else 'odd' end,
      'no ' || n, 'success', 'r', sha256('') from generate_series(1, ${entries}) n;
    insert into audit.payload (entry_id, salt, sealed, origin)
    select id, decode(repeat('00', 16), 'hex'), '', '' from audit.entry;
    insert into audit.seal (sequence, entry_id, previous_checksum, checksum)
    select n, ${id}, sha256(''), sha256('') from generate_series(1, ${entries}) n;
    insert into audit.tree (level, index, hash)
    select 8, n, sha256('') from generate_series(0, ${entries - 1}) n;
    update audit.head set size = ${entries * 256}`,
  );
  await pool.query('vacuum analyze audit.entry, audit.payload, audit.seal, audit.tree, audit.unsealed');
}

/** The most that one statement reads of one table. */
function mostReadBy(statements: readonly RanStatement[]): { rows: number; plan: string } {
  const read = statements.map(({ text, plan }) => ({
    rows: rowsReadBy([plan]),
    plan: [text, ...toLines(plan)].join('\n'),
  }));
  return read.toSorted((one, other) => other.rows - one.rows)[0] ?? { rows: 0, plan: '' };
}

function recordOne({ database }: TestApp): Promise<void> {
  return database.units.write(system('probe'), async ({ audit }: AnyUnit) =>
    audit({ action: 'probe.done', resourceType: 'thing', resourceId: 'one' }),
  );
}

test('an incremental report compares the rows outside of the chain by steps into indexes, a whole one in parts', async (t) => {
  const app = await testApp(t);
  await fill(app, MANY);
  const db = app.database.forModule<AuditTables>().read;
  const options = { afterHead: 1 };

  const incremental = await watch.during(() => findUnlinkedRows(db, { ...options, isWhole: false }));
  const whole = await watch.during(() => findUnlinkedRows(db, { ...options, isWhole: true }));

  assert.deepEqual([incremental.result, whole.result], [[], []]);
  const [inSteps, inParts] = [mostReadBy(incremental.statements), mostReadBy(whole.statements)];
  assert.ok(inSteps.rows <= 10, inSteps.plan);
  assert.ok(inParts.rows > 1000 && inParts.rows <= PART, inParts.plan);
});

test('a batch is chained beside a backlog by reading its own rows only', async (t) => {
  const app = await testApp(t);
  for (let at = 0; at < 6; at++) {
    await recordOne(app); // prepares statements while almost nothing waits
    await app.audit.sealer.drain();
  }
  const { pool } = app.database;
  await pool.query('create table recorded as select id from audit.entry');
  await pool.query(`
    insert into audit.entry select ('01a90000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, timestamp_utc, actor_type,
      actor_id, action, resource_type, resource_id, outcome, request_id, trace_id, payload_hash, subject_id
    from (select * from audit.entry limit 1) e, generate_series(1, 8000) n`);
  await pool.query('insert into audit.unsealed (entry_id) select id from audit.entry except select id from recorded');

  const { statements } = await watch.during(() => app.audit.sealer.drain());

  const { rows } = await pool.query('select size from audit.head');
  assert.deepEqual(rows, [{ size: 8006 }]);
  const most = mostReadBy(statements);
  assert.ok(most.rows <= 3000, most.plan); // of a batch of 1,000: found, looked up and deleted
});

test('an export compares several filters for many entries at a time', async (t) => {
  const app = await testApp(t);
  await fill(app, FEW);
  const { userId } = app.signIn(auditPermissions.read);
  const url = '/api/v1/audit/export?format=ndjson&resourceType=even&outcome=success';

  const { result, statements } = await watch.during(() =>
    app.http.inject({ url, headers: { 'x-test-caller': userId } }),
  );

  const exported = result.body.trimEnd().split('\n').length;
  const comparing = statements.filter(({ text }) => !/"p"\."sealed".* any \(/s.test(text)); // the others read 500 by id
  const read = rowsReadBy(comparing.map(({ plan }) => plan));
  assert.equal(exported, FEW / 2);
  assert.ok(read <= 15 * exported, `${read} rows for ${exported}`);
});

test('the traces of an erased person are deleted a thousand at a time', async (t) => {
  const app = await testApp(t);
  await fill(app, FEW);

  const { statements } = await watch.during(async () => {
    await app.database.units.write(system('users'), async ({ publish }: AnyUnit) =>
      publish(userEvents.deleted, { userId: person }),
    );
    await app.drain();
  });

  const { rows } = await app.database.pool.query(
    `select from audit.payload p join audit.entry e on e.id = p.entry_id
     where e.action = 'probe.done' and (p.salt is not null or p.origin is not null)`,
  );
  assert.equal(rows.length, 0);
  const changing = statements.filter(({ text }) => /(update|delete from) audit\.payload/.test(text));
  assert.ok(changing.length >= FEW / 1000, `${changing.length} statements`);
});
