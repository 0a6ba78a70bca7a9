import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOutageLog } from './outages.ts';
import { createLog } from './pino.ts';
import { withoutRepeats } from './repeats.ts';

const HOUR_MS = 3_600_000;

function open() {
  const lines: Record<string, unknown>[] = [];
  let atMs = 0;
  const nowMs = () => atMs;
  const log = createLog('info', { write: (line) => void lines.push(JSON.parse(line)) });
  return { log, lines, nowMs, pass: (ms: number) => void (atMs += ms) };
}

const shown = (lines: readonly Record<string, unknown>[], ...names: string[]) =>
  lines.map((line) => Object.fromEntries(names.flatMap((name) => (name in line ? [[name, line[name]]] : []))));

test('a failure that repeats is written once an hour, with the number of those that were left out', () => {
  const { log, lines, nowMs, pass } = open();
  const quiet = withoutRepeats(log, () => false, nowMs);

  for (let second = 0; second <= 3600; second += 2) {
    quiet.warn({ err: new Error('no such table') }, 'the poll failed');
    pass(2000);
  }

  assert.deepEqual(shown(lines, 'msg', 'repeated'), [
    { msg: 'the poll failed' },
    { msg: 'the poll failed', repeated: 1799 },
  ]);
});

test('failures with another error, of another thing, or after a quiet minute are written', () => {
  const { log, lines, nowMs, pass } = open();
  const quiet = withoutRepeats(log, () => false, nowMs);
  const fail = (item: string, error: string) => quiet.error({ item, err: new Error(error) }, 'an attempt failed');

  fail('1', 'x');
  fail('2', 'x');
  fail('1', 'y');
  pass(61_000);
  fail('1', 'x');

  assert.equal(lines.length, 4);
});

test('an error that is told elsewhere is written only for those who debug', () => {
  const { log, lines } = open();
  const known = new Error('away');
  const quiet = withoutRepeats(log, (error) => error === known);

  quiet.error({ err: known }, 'the poll failed');
  quiet.error({ err: new Error('other') }, 'the poll failed');

  assert.equal(lines.length, 1);
});

test('an outage is written once when it begins and once when it has ended, with the number of failures', () => {
  const { log, lines, nowMs, pass } = open();
  const outages = createOutageLog(log, { gone: 'gone', back: 'back' }, 3000, nowMs);

  outages.answered();
  for (let second = 0; second < 2 * 3600; second++) {
    outages.failed(new Error('refused'));
    pass(1000);
    outages.answered(); // another connection still has its place
  }
  pass(3000);
  outages.answered();
  outages.answered();

  assert.deepEqual(shown(lines, 'msg', 'failures', 'seconds'), [
    { msg: 'gone' },
    { msg: 'back', failures: 7200, seconds: (2 * HOUR_MS) / 1000 + 3 },
  ]);
});

test('each cause of an outage is written once, and no more than five', () => {
  const { log, lines, nowMs } = open();
  const outages = createOutageLog(log, { gone: 'gone', back: 'back' }, 3000, nowMs);

  for (let call = 0; call < 100; call++) outages.failed(new Error(call % 2 === 0 ? 'refused' : 'wrong password'));
  const ofTwo = lines.length;
  for (let call = 0; call < 100; call++) outages.failed(new Error(`cause ${call}`));

  assert.deepEqual([ofTwo, lines.length], [2, 5]);
});

for (const quietMs of [0, 3000])
  test(`a service that comes and goes for an hour is a few lines, with a quiet time of ${quietMs} ms`, () => {
    const { log, lines, nowMs, pass } = open();
    const outages = createOutageLog(log, { gone: 'gone', back: 'back' }, quietMs, nowMs);

    for (let round = 0; round < 600; round++) {
      outages.failed(new Error('refused'));
      pass(6000);
      outages.answered();
    }
    const whileItCame = lines.length;
    pass(HOUR_MS);
    outages.answered();
    pass(HOUR_MS);
    outages.failed(new Error('refused'));
    pass(quietMs);
    outages.answered();

    assert.ok(whileItCame < 12, `${whileItCame} lines`);
    assert.deepEqual(
      lines.slice(-3).map(({ msg }) => msg),
      ['back', 'gone', 'back'],
    );
  });

test('a thrown value that cannot become a string is written like any other', () => {
  const { log, lines, nowMs } = open();
  const thrown = Object.create(null);

  withoutRepeats(log, () => false, nowMs).warn({ err: thrown }, 'the poll failed');
  createOutageLog(log, { gone: 'gone', back: 'back' }, 0, nowMs).failed(thrown);

  assert.deepEqual(
    lines.map(({ msg }) => msg),
    ['the poll failed', 'gone'],
  );
});
