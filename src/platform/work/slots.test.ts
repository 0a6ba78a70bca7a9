import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '#kernel/id.ts';
import { createWorkerSlots } from './slots.ts';

const origin = { requestId: '', traceparent: null };
const itemOf = ({ ref = '', lane = 1 }) => {
  return { id: newId(), queue: 'a', ref, key: null, token: 1, attempt: 1, place: 1, lane, dueAt: '', origin };
};

test('slots that hold more items than they would now ask for none', () => {
  const slots = createWorkerSlots(['a'], 1, 0);
  const items = Array.from({ length: 20 }, () => itemOf({}));
  for (const item of items) slots.hold(item);
  for (const item of items.slice(0, 10)) slots.end(item);
  for (const until = performance.now() + 250; performance.now() < until;); // until the ended ones count no more

  assert.deepEqual(slots.room(), { count: 0, prefetch: 0 });
});

test('urgent items overtake a prefetched one for a second, and then no more', () => {
  let nowMs = 0;
  const slots = createWorkerSlots(['a'], 3, 0, () => nowMs);
  slots.hold(itemOf({ ref: 'low', lane: 2 }));
  slots.hold(itemOf({ ref: 'soon', lane: 0 }));
  nowMs = 1000;
  slots.hold(itemOf({ ref: 'late', lane: 0 }));

  const order = [slots.take(), slots.take(), slots.take()].map((held) => held?.item.ref);

  assert.deepEqual(order, ['soon', 'low', 'late']);
});
