import assert from 'node:assert/strict';
import { test } from 'node:test';
import { todoPermissions } from '#modules/todos/contract.ts';
import { testApp } from '#testing/app.ts';

test('a full disk of the database is a 503 with its own code, health names the disk, and reading goes on', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(todoPermissions.read, todoPermissions.write);
  await app.database.pool.query(`
    create function todos.refuse() returns trigger language plpgsql as $$
    begin raise exception 'could not extend file "base/5/1": No space left on device' using errcode = '53100'; end $$`);
  await app.database.pool.query(
    'create trigger disk_is_full before insert on todos.todo for each row execute function todos.refuse()',
  );

  const before = await app.anonymous.get('http://localhost/health');
  const written = await sara.post('/todos', { description: 'نان بخر' });
  const read = await sara.get('/todos');
  await new Promise((resolve) => setTimeout(resolve, 600)); // a report of health is kept for half a second
  const after = await app.anonymous.get('http://localhost/health');

  const disk = (body: { components: { name: string; status: string }[] }) =>
    body.components.find(({ name }) => name === 'database.disk')?.status;
  assert.deepEqual(
    [written.status, written.body.code, Number(written.headers['retry-after']) > 0, read.status],
    [503, 'database.disk_full', true, 200],
  );
  assert.deepEqual([disk(before.body), disk(after.body), after.body.status], ['healthy', 'unhealthy', 'degraded']);
});
