import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { testApp } from '#testing/app.ts';
import { createLog } from './pino.ts';
import { toPrettyLine } from './pretty.ts';

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

test('a line for people has time, level, text and fields, and the stack of an error below', () => {
  const lines: string[] = [];
  const log = createLog('debug', { write: (line) => void lines.push(toPrettyLine(line, false)) });

  log.info({ queue: 'mail', count: 3, said: 'two words', inner: { a: 1 } }, 'it works');
  log.error({ err: Object.assign(new TypeError('broken'), { syscall: 'read' }) }, 'failed');

  const [info = '', error = ''] = lines;
  assert.match(info, /^\d\d:\d\d:\d\d\.\d{3} INFO {2}it works queue=mail count=3 said="two words" inner=\{"a":1\}\n$/);
  assert.match(error, /^\S+ ERROR failed\n {4}TypeError: broken\n {8}at [^]*\n {4}\{ syscall: 'read' \}\n$/);
});

test('a value cannot command the terminal, look like a line of its own, or turn the order of a line', () => {
  const lines: string[] = [];
  const log = createLog('info', { write: (line) => void lines.push(toPrettyLine(line, false)) });
  const hostile = 'a\n12:00:00.000 ERROR forged\u001b[2J\u202e\u2028\u009b1m';

  log.info({ [hostile]: hostile }, hostile);
  log.error({ err: Object.assign(new Error(hostile), { hostile }) }, 'x');

  assert.equal(lines[0]?.split('\n').length, 2);
  assert.ok(lines.join('').split('\n').every((line) => !line.startsWith('12:00'))); // prettier-ignore
  assert.doesNotMatch(lines.join(''), /(?!\n)[\p{Cc}\p{Bidi_Control}\u2028]/u);
});

test('colours are only around level, time and names', () => {
  const line = JSON.stringify({ level: 40, time: 0, a: 1, msg: 'text' });

  assert.equal(stripVTControlCharacters(toPrettyLine(line, true)), toPrettyLine(line, false));
  assert.notEqual(toPrettyLine(line, true), toPrettyLine(line, false));
});

test(
  'every line for people arrives whole, also by a pipe that is read late',
  { skip: process.platform === 'win32' },
  () => {
    const output = pathToFileURL(join(import.meta.dirname, 'output.ts')).href;
    const pino = pathToFileURL(join(import.meta.dirname, 'pino.ts')).href;
    const program = `
    const { openLogOutput } = await import('${output}');
    const { createLog } = await import('${pino}');
    const log = createLog('info', openLogOutput('pretty'));
    for (let line = 0; line < 500; line += 1) log.info({ line }, 'x'.repeat(2000));`;

    const node = `"$NODE" --input-type=module --eval "$PROGRAM" 2>&1 | (sleep 1; cat)`;
    const env = { ...process.env, NODE: process.execPath, PROGRAM: program };
    const { stdout } = spawnSync('sh', ['-c', node], { env, encoding: 'utf8', maxBuffer: 10_000_000 });

    const lines = stdout.split('\n').filter((line) => /^\S+ INFO {2}x{2000} line=\d+$/.test(line));
    assert.equal(lines.length, 500, stdout.slice(-500));
  },
);

test('each request is one line at debug, with the pattern of its route and without its query', async (t) => {
  const lines: string[] = [];
  const log = createLog('debug', { write: (line) => void lines.push(line) });
  const { http } = await testApp(t, { log });
  const headers = { 'x-request-id': 'request-1' };

  for (const url of ['/problems/http.invalid?lang=fa', '/nothing?token=hunter2', '/broken%?token=hunter2'])
    await http.inject({ url, headers });

  const asked = lines.map((line) => JSON.parse(line)).filter(({ method }) => method);
  assert.deepEqual(
    asked.map(({ level, method, route, status, requestId }) => [level, method, route, status, requestId]),
    [
      [20, 'GET', '/problems/:code', 200, 'request-1'],
      [20, 'GET', '/nothing', 404, 'request-1'],
      [20, 'GET', '/broken%', 400, 'request-1'],
    ],
  );
  assert.ok(asked.every(({ ms }) => typeof ms === 'number'));
  assert.doesNotMatch(lines.join(), /hunter2|lang=/);
});
