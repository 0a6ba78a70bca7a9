import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toPattern } from './pattern.ts';

test('messages of one kind have one pattern', () => {
  assert.equal(toPattern('order 12 of "Sara" took 3.5 ms'), toPattern('order ۷۷ of "Reza" took 0.1 ms'));
  assert.equal(toPattern('id 01900000-0000-7000-8000-000000000001'), 'id <id>');
});
