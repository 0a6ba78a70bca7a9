import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

test('what is no benchmark is refused with the names that there are, and nothing is measured', () => {
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'run.ts'), 'list', 'lists'],
    {
      encoding: 'utf8',
    },
  );

  assert.match(stderr, /^There is no lists; there are list, create, .*files/);
  assert.deepEqual([status, stdout], [2, '']);
});
