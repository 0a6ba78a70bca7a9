import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { valid } from './arbitrary.ts';

test('most values for a schema with an example are generated', () => {
  const example = { text: 'the example' };
  const schema = { type: 'object', properties: { text: { type: 'string' } }, examples: [example] };

  const values = fc.sample(valid(schema, []), { numRuns: 200, seed: 1 });

  const examples = values.filter((value) => JSON.stringify(value) === JSON.stringify(example));
  assert.ok(examples.length > 0 && examples.length < 50, `${examples.length} of 200 are the example`);
});
