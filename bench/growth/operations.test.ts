import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { operationsOf } from '#testing/api/operations.ts';
import { ASKING } from './operations.ts';

test('the growth suite asks every operation of openapi.json that is no stream', () => {
  const document = JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'openapi.json'), 'utf8'));
  const operations = operationsOf(document).filter(({ isStream }) => !isStream);

  const asked = Object.keys(ASKING).toSorted();

  assert.deepEqual(asked, operations.map(({ name }) => name).toSorted(), 'edit bench/growth/operations.ts');
});
