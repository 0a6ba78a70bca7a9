import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digest, isBeyond } from './digest.ts';
import type { Cost } from './measure.ts';

const costOf = (p50Ms: number, more: Partial<Cost> = {}): Cost => ({
  p50Ms,
  databaseMs: p50Ms / 2,
  pages: 10,
  status: 200,
  dearest: undefined,
  ...more,
});
const pairOf = (name: string, before: Cost, cost: Cost) => ({ name, before, cost, isBeyond: isBeyond(before, cost) });

test('beyond the bound is what has grown in time and in the database, by more than noise, or is answered otherwise', () => {
  const found = [
    isBeyond(costOf(10), costOf(14)),
    isBeyond(costOf(0.5), costOf(1.4)), // less than a millisecond
    isBeyond(costOf(10), costOf(20, { databaseMs: 5 })), // another process took the machine
    isBeyond(costOf(10), costOf(14, { isCounted: true })), // it counts rows
    isBeyond(costOf(10), costOf(99, { longestMs: 5 })), // a job that works on what has gathered
    isBeyond(costOf(10), costOf(10, { status: 404 })),
  ];

  assert.deepEqual(found, [true, false, false, false, false, true]);
});

test('figures are told by kind, and of the kinds alone whose rows are many', () => {
  const pairs = [
    pairOf('GET /api/v1/todos', costOf(1), costOf(2)),
    pairOf('POST /api/v1/todos', costOf(1), costOf(1)),
    pairOf('job todos.tidy, the first time', costOf(1), costOf(9, { longestMs: 70 })),
    pairOf('GET /api/v1/users/sessions', costOf(10), costOf(20)),
    pairOf('GET /api/v1/users', costOf(1), costOf(1)),
  ];

  const [sessions, todos, users, ...others] = digest(100_000, pairs, ['todos', 'users']);

  assert.deepEqual(sessions?.beyond, [{ what: 'GET /api/v1/users/sessions', fromMs: 10, toMs: 20 }]);
  assert.deepEqual([todos?.kind, todos?.measured, todos?.timeRatio, todos?.longestMs], ['todos', 3, 1.5, 70]);
  assert.deepEqual([users?.kind, users?.measured, others], ['users', 1, []]);
});
