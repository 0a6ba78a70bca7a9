import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { auditPermissions } from '#modules/audit/contract.ts';
import { authorizationPermissions } from '#modules/authorization/contract.ts';
import { notificationPermissions } from '#modules/notifications/contract.ts';
import { eventTables } from '#platform/events/retention.ts';
import { member, PASSWORD } from '#testing/accounts.ts';
import { SECRET, testApp, type TestApp } from '#testing/app.ts';
import { bonyan } from '#testing/command-line.ts';
import { recordMany } from '#testing/trail/trail.ts';
import { createPartitions, dropPartitions } from './partitions.ts';

const DAY_MS = 86_400_000;
const LONG_AGO = new Date('2020-02-29T12:00:00Z');

async function codeOf(client: pg.Client, sql: string): Promise<string> {
  return client.query(sql).then(
    () => 'done',
    (error: { code?: string }) => error.code ?? 'unknown',
  );
}

/** An empty database with two logins: the owner, and a plain one that holds nothing yet. */
async function prepareLogins() {
  const server = process.env['TEST_DATABASE_URL'] ?? '';
  const name = `grants_${process.pid}_${Date.now()}`;
  const [owner, plain] = [`${name}_owner`, `${name}_plain`];
  const admin = new pg.Client({ connectionString: server });
  await admin.connect();
  await admin.query(`create role ${plain} login; create role ${owner} login in role ${plain}`);
  await admin.query(`create database ${name} owner ${owner}`);
  const at = (role: string) => server.replace(/^(postgres(?:ql)?:\/\/)[^@/]*(@[^/]*\/)[^?]*/, `$1${role}$2${name}`);
  const environment = { BONYAN_SECRET: SECRET, BONYAN_LOG_LEVEL: 'error', PORT: '0' };
  return {
    asOwner: { ...environment, DATABASE_URL: at(owner) },
    asPlain: { ...environment, DATABASE_URL: at(plain) },
    plain,
    async remove() {
      await admin.query(`drop database if exists ${name} with (force)`);
      await admin.query(`drop role if exists ${owner}, ${plain}`);
      await admin.end();
    },
  };
}

test('a plain login runs the server on tables of another, and cannot take away what guards the trail', async (t) => {
  const { asOwner, asPlain, plain, remove } = await prepareLogins();
  t.after(remove);

  const early = await bonyan(['serve'], asPlain);
  const migrated = await bonyan(['migrate', '--grant-to', plain], asOwner);
  const served = await bonyan(['serve'], asPlain, { until: 'administrator yet' });
  const again = await bonyan(['migrate', '--grant-to', plain], asOwner);

  assert.match(early.err, /^This login may not change the database .*--grant-to ROLE/);
  assert.deepEqual(
    [early.code, migrated.code, served.code, again.code],
    [1, 0, 0, 0],
    migrated.err + served.err + again.err,
  );
  assert.equal(served.err, '');
  const client = new pg.Client({ connectionString: asPlain.DATABASE_URL });
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

/** Each answer is a step of a person or of an administrator; the keys are what they do. */
async function useModules(app: TestApp): Promise<Record<string, { status: number; body: { code?: string } | null }>> {
  const sara = await member(app);
  const { body: todo } = await sara.post('/todos', { description: 'نان بخر' });
  const admin = app.signIn(
    authorizationPermissions.manage,
    notificationPermissions.templates,
    auditPermissions.read,
    auditPermissions.manage,
  );
  const { body: role } = await admin.post('/authorization/roles', { name: 'editors' });
  const { body: template } = await admin.post('/notifications/templates', {
    name: 'offer',
    channel: 'email',
    language: 'en',
    subjectTemplate: 'An offer',
    bodyTemplate: '<p>Bread</p>',
  });
  return {
    'refresh tokens': await app.anonymous.post('/users/refresh', { refreshToken: sara.tokens.refreshToken }),
    'change a todo': await sara.patch(`/todos/${todo.id}`, { description: 'شیر بخر' }, { 'if-match': '"1"' }),
    'complete it': await sara.put(`/todos/${todo.id}/complete`),
    'search todos': await sara.get('/todos?search=شیر'),
    'delete it': await sara.delete(`/todos/${todo.id}`),
    'change a role': await admin.put(`/authorization/roles/${role.id}`, { name: 'writers', permissions: [] }),
    'delete it again': await admin.delete(`/authorization/roles/${role.id}`),
    'change a template': await admin.put(`/notifications/templates/${template.id}`, { bodyTemplate: '<p>Milk</p>' }),
    'read the inbox': await sara.get('/notifications/inbox'),
    'change preferences': await sara.put('/notifications/preferences', { timeZone: 'Asia/Tehran' }),
    'search the trail': await admin.get('/audit'),
    'verify the trail': await admin.get('/audit/integrity'),
    'archive the trail': await admin.post('/audit/archives', { before: new Date(Date.now() + DAY_MS).toISOString() }),
    'erase an account': await erase(app),
  };
}

async function erase(app: TestApp) {
  const reza = await member(app);
  await app.anonymous.post('/users/login', { email: reza.email, password: PASSWORD });
  return reza.delete('/users/me');
}

test('all modules, their jobs and the daily partitions work for a plain login', { timeout: 120_000 }, async (t) => {
  const { asOwner, asPlain, plain, remove } = await prepareLogins();
  const { code, err } = await bonyan(['migrate', '--grant-to', plain], asOwner);
  assert.equal(code, 0, err);
  const app = await testApp(t, { environment: { DATABASE_URL: asPlain.DATABASE_URL } });
  t.after(remove);
  await recordMany(app, 10);
  await app.audit.anchor();
  const answers = await useModules(app);
  await app.drain(); // rejects when a handler, a worker or a job fails
  await createPartitions(app.database.pool, eventTables, LONG_AGO);
  const dropped = await dropPartitions(app.database.pool, eventTables, new Date());

  for (const [what, { status, body }] of Object.entries(answers))
    assert.ok(status < 300, `${what}: ${status} ${body?.code}`);
  const { rows } = await app.database.pool.query<{ login: string }>('select current_user::text as login');
  assert.equal(rows[0]?.login, plain);
  const archives = await app.signIn(auditPermissions.read).get('/audit/archives');
  assert.equal(archives.body.items[0]?.status, 'archived');
  assert.ok(dropped.includes('platform.event_20200229'), dropped.join());
});
