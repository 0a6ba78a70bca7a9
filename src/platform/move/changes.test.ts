import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import pg from 'pg';
import { member } from '#testing/accounts.ts';
import { testApp } from '#testing/app.ts';
import { count, effects, probeApp, temporaryFolder } from '#testing/backup/probe.ts';
import { openPool } from '#platform/database/pool.ts';
import { allowChanges, refuseChanges, WRITING } from './changes.ts';

test('while changes are refused, reads go on, a change is a 503 with a code of its own, and work waits for the end', async (t) => {
  const app = await probeApp(t, temporaryFolder(t));
  const { tokens } = await member(app);
  const sara = app.withToken(tokens.accessToken);
  const { body: todo } = await sara.post('/todos', { description: 'نان بخر' });
  await count(app, 'k', 1, 3);
  const client = await writer(t, app.databaseUrl);

  await refuseChanges(client, async () => {});
  const read = await sara.get('/todos');
  const me = await sara.get('/users/me');
  const written = await sara.post('/todos', { description: 'شیر بخر' });
  const signedIn = await app.anonymous.post('/users/login', { email: 'nobody@example.com', password: 'not the one' });
  await assert.rejects(app.drain(), /Nothing can be changed for now/);
  const handled = await effects(app, 'k');
  await allowChanges(client, async () => {});
  const later = await sara.post('/todos', { description: 'شیر بخر' });
  await app.drain();

  assert.deepEqual([read.status, me.status, read.body.items[0].id], [200, 200, todo.id]);
  assert.deepEqual(
    [written.status, written.body.code, written.headers['retry-after']],
    [503, 'database.read_only', '5'],
  );
  assert.deepEqual([signedIn.status, signedIn.body.code], [503, 'database.read_only']);
  assert.deepEqual([handled, later.status, await effects(app, 'k')], [[], 201, [1, 2, 3]]);
});

test('a transaction that was open when changes were refused commits nothing', async (t) => {
  const app = await testApp(t);
  const open = await writer(t, app.databaseUrl);
  const client = await writer(t, app.databaseUrl);
  await open.query(`begin; create table late (id int)`);

  await refuseChanges(client, async () => {});

  await assert.rejects(open.query('commit'));
  const { rows } = await client.query(`select to_regclass('public.late') is null as "isGone"`);
  assert.deepEqual(rows, [{ isGone: true }]);
});

test('only a change that succeeds says that changes are taken again', async (t) => {
  const { databaseUrl: url } = await testApp(t);
  const told: string[] = [];
  const pauses = { failed: () => void told.push('gone'), answered: () => void told.push('back') };
  const pool = openPool({ url, size: 1, isPrepared: true, pauses });
  t.after(() => pool.close());
  const change = () => pool.query(`delete from platform.node where id = gen_random_uuid()`);

  await pool.query('set default_transaction_read_only = on');
  await assert.rejects(change(), { code: 'database.read_only' });
  await pool.query('select 1');
  await pool.query('set default_transaction_read_only = off');
  const before = [...told];
  await change();

  assert.deepEqual([before, told], [['gone'], ['gone', 'back']]);
});

/** A connection that a move writes by. */
async function writer(t: TestContext, url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  t.after(() => client.end().catch(() => {}));
  await client.query(WRITING);
  return client;
}
