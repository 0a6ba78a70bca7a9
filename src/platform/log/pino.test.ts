import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp } from '#testing/app.ts';
import { createLog } from './pino.ts';

test('an error of the database is logged without the values of the row that it concerns', async (t) => {
  const { pool } = (await testApp(t)).database;
  await pool.query('create table person (email text unique check (length(email) > 3))');
  await pool.query(`insert into person values ('sara@example.com')`);
  const lines: string[] = [];
  const log = createLog('info', { write: (line) => void lines.push(line) });

  for (const email of ['sara@example.com', 'amy'])
    await pool.query('insert into person values ($1)', [email]).catch((error: unknown) => {
      assert.match(String((error as { detail?: string }).detail), new RegExp(email)); // it is there to be logged
      log.error({ err: error }, 'failed');
    });

  assert.equal(lines.length, 2);
  assert.ok(
    lines.every((line) => /"message":".+(unique|check) constraint/.test(line)),
    lines.join(),
  );
  assert.ok(!/sara@example\.com|amy/.test(lines.join()));
});
