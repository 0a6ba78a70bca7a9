import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { temporaryFolder } from '../servers.ts';
import { CIRCUMSTANCES, resultOf } from './example.ts';
import { openResults } from './results.ts';

function open(t: TestContext) {
  const folder = temporaryFolder();
  t.after(() => folder.remove());
  return openResults(folder.path);
}

test('a result is read as it was stored, rounded to four digits, and what could not be measured is no number', (t) => {
  const results = open(t);
  const rows = [
    { measure: 'a', bonyan: 123.456_78, unit: 'ms' },
    { measure: 'b', bonyan: NaN, unit: 'ms' },
  ];

  results.store('list', resultOf({ rows }));

  assert.deepEqual(
    results
      .all()
      .get('list')
      ?.rows.map(({ bonyan }) => bonyan),
    [123.5, NaN],
  );
});

test('figures of a kind and a size take the place of their own alone', (t) => {
  const results = open(t);
  const figures = { pagesRatio: 1, measured: 3, longestMs: 0, beyond: [], ...CIRCUMSTANCES };
  const grownOf = (kind: string, rows: number, timeRatio: number) => ({ kind, rows, timeRatio, ...figures });
  results.store('growth', resultOf({ grown: [grownOf('todos', 100_000, 1), grownOf('files', 100_000, 1)] }));

  results.store('growth', resultOf({ grown: [grownOf('todos', 100_000, 2), grownOf('todos', 1000, 3)] }));

  assert.deepEqual(
    results
      .all()
      .get('growth')
      ?.grown?.map(({ kind, rows, timeRatio }) => [kind, rows, timeRatio]),
    [
      ['files', 100_000, 1],
      ['todos', 1000, 3],
      ['todos', 100_000, 2],
    ],
  );
});

test('a run that was interrupted knows what is left of it until it has ended, and that is no result', (t) => {
  const results = open(t);
  const before = results.left();

  results.setLeft(['list', 'login']);
  const [interrupted, all] = [results.left(), results.all()];
  results.setLeft([]);

  assert.deepEqual([before, interrupted, all.size, results.left()], [null, ['list', 'login'], 0, null]);
});
