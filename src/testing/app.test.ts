import assert from 'node:assert/strict';
import { test } from 'node:test';
import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { userEvents } from '#modules/users/contract.ts';
import { testApp } from './app.ts';

test('drain rejects when an event handler or a work item fails, and names each with its error', async (t) => {
  const app = await testApp(t);
  const { pool, units } = app.database;
  await pool.query(
    `create function public.refuse() returns trigger language plpgsql as $$ begin raise exception 'not now'; end $$`,
  );
  await pool.query('create trigger refuse before delete on todos.todo execute function public.refuse()');
  await units.write(system('users'), async ({ publish }: AnyUnit) => publish(userEvents.deleted, { userId: newId() }));

  await assert.rejects(app.drain(), {
    message: /consumer \S+, event users\.deleted\.v1 .*: not now.*queue \S+, item .*: not now/s,
  });
  await pool.query('drop trigger refuse on todos.todo');
  await app.drain(600_000);
});
