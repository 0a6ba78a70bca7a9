import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { bonyan } from '#testing/command-line.ts';

const SECRET = 'only-for-tests-only-for-tests-only-for-tests';

async function codeOf(client: pg.Client, sql: string): Promise<string> {
  return client.query(sql).then(
    () => 'done',
    (error: { code?: string }) => error.code ?? 'unknown',
  );
}

test('a plain login runs the server on tables of another, and cannot take away what guards the trail', async (t) => {
  const server = process.env['TEST_DATABASE_URL'] ?? '';
  const name = `grants_${process.pid}_${Date.now()}`;
  const [owner, plain] = [`${name}_owner`, `${name}_plain`];
  const admin = new pg.Client({ connectionString: server });
  await admin.connect();
  t.after(async () => {
    await admin.query(`drop database if exists ${name} with (force)`);
    await admin.query(`drop role if exists ${owner}, ${plain}`);
    await admin.end();
  });
  await admin.query(`create role ${plain} login; create role ${owner} login in role ${plain}`);
  await admin.query(`create database ${name} owner ${owner}`);
  const at = (role: string) => server.replace(/^(postgres(?:ql)?:\/\/)[^@/]*(@[^/]*\/)[^?]*/, `$1${role}$2${name}`);
  const environment = { BONYAN_SECRET: SECRET, BONYAN_LOG_LEVEL: 'error', PORT: '0' };

  const early = await bonyan(['serve'], { ...environment, DATABASE_URL: at(plain) });
  const migrated = await bonyan(['migrate', '--grant-to', plain], { ...environment, DATABASE_URL: at(owner) });
  const served = await bonyan(['serve'], { ...environment, DATABASE_URL: at(plain) }, { until: 'administrator yet' });
  const again = await bonyan(['migrate', '--grant-to', plain], { ...environment, DATABASE_URL: at(owner) });

  assert.match(early.err, /^This login may not change the database .*--grant-to ROLE/);
  assert.deepEqual(
    [early.code, migrated.code, served.code, again.code],
    [1, 0, 0, 0],
    migrated.err + served.err + again.err,
  );
  assert.equal(served.err, '');
  const client = new pg.Client({ connectionString: at(plain) });
  await client.connect();
  client.on('error', () => {}); // the database is dropped under it
  for (const refused of [
    'update audit.entry set action = $$x$$',
    'truncate audit.entry cascade',
    'delete from audit.checkpoint',
    'drop trigger entry_append_only on audit.entry',
    'alter table audit.entry disable trigger all',
    'create or replace function audit.refuse_change() returns trigger language plpgsql as $$ begin return new; end $$',
    'set session_replication_role = replica',
    'drop table todos.todo',
    'delete from bonyan.migration',
  ])
    assert.equal(await codeOf(client, refused), '42501', refused);
});
