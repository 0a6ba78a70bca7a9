import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '#kernel/id.ts';
import { createWorkerSlots } from './slots.ts';

test('slots that hold more items than they would now ask for none', () => {
  const slots = createWorkerSlots(['a'], 1, 0);
  const items = Array.from({ length: 20 }, () => {
    return { id: newId(), queue: 'a', ref: '', key: null, token: 1, attempt: 1, place: 1, lane: 1, dueAt: '' };
  });
  const origin = { requestId: '', traceparent: null };
  for (const item of items) slots.hold({ ...item, origin });
  for (const item of items.slice(0, 10)) slots.end({ ...item, origin });
  for (const until = performance.now() + 250; performance.now() < until;); // until the ended ones count no more

  assert.deepEqual(slots.room(), { count: 0, prefetch: 0 });
});
