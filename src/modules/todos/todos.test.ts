import assert from 'node:assert/strict';
import { test } from 'node:test';
import { system } from '#kernel/access.ts';
import { userEvents } from '#modules/users/contract.ts';
import { testApp } from '#testing/app.ts';
import { todoPermissions } from './contract.ts';

const { read, write } = todoPermissions;
const HOUR_MS = 3_600_000;
const inOneHour = () => new Date(Date.now() + HOUR_MS).toISOString();

test('completing a todo twice is one completion', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write);
  const { body: todo } = await sara.post('/todos', { description: 'نان بخر' });

  const first = await sara.put(`/todos/${todo.id}/complete`);
  const second = await sara.put(`/todos/${todo.id}/complete`);

  assert.equal(first.status, 200);
  assert.equal(first.body.isCompleted, true);
  assert.match(first.body.completedAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.deepEqual(second.body, first.body);
});
