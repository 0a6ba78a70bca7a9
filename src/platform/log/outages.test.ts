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

const words = { gone: 'gone', back: 'back' };

/** A log of outages whose time passes by `pass`. */
function openOutages(quietMs: number) {
  const { log, lines, nowMs, pass: advance } = open();
  let timer: { readonly atMs: number; call(): void } | null = null;
  const after = (ms: number, call: () => void) => {
    timer = { atMs: nowMs() + ms, call };
    return () => void (timer = null);
  };
  const pass = (ms: number) => {
    advance(ms);
    const due = timer !== null && timer.atMs <= nowMs() ? timer : null;
    if (due) timer = null;
    due?.call();
  };
  return { lines, pass, outages: createOutageLog(log, words, quietMs, { nowMs, after }) };
}

const texts = (lines: readonly Record<string, unknown>[]) => lines.map(({ msg }) => msg);

test('an outage is written when it begins, hourly, and when it has ended, with the number of failures', () => {
  const { outages, lines, pass } = openOutages(3000);

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
    { msg: 'gone' },
    { msg: 'back', failures: 7200, seconds: (2 * HOUR_MS) / 1000 + 3 },
  ]);
});

test('the errors with which an outage begins are one line; a cause that lasts is another, and there are at most five', () => {
  const { outages, lines, pass } = openOutages(3000);

  for (let call = 0; call < 100; call++) outages.failed(new Error(call % 2 === 0 ? 'refused' : 'wrong password'));
  const ofBeginning = lines.length;
  pass(60_000);
  for (let call = 0; call < 100; call++) outages.failed(new Error(call % 2 === 0 ? 'refused' : 'wrong password'));
  const ofTwo = lines.length;
  for (let call = 0; call < 20; call++) {
    pass(60_000);
    outages.failed(new Error(`cause ${call}`));
  }

  assert.deepEqual([ofBeginning, ofTwo, lines.length], [1, 2, 5]);
});

for (const quietMs of [0, 3000])
  test(`a service that comes and goes for an hour is a few lines, with a quiet time of ${quietMs} ms`, () => {
    const { outages, lines, pass } = openOutages(quietMs);

    for (let round = 0; round < 600; round++) {
      outages.failed(new Error('refused'));
      outages.answered();
      pass(6000);
    }
    const whileItCame = lines.length;
    pass(HOUR_MS); // the last one ends
    pass(HOUR_MS);
    outages.failed(new Error('refused'));
    outages.answered();
    pass(quietMs);

    assert.ok(whileItCame < 12, `${whileItCame} lines`);
    assert.deepEqual(texts(lines.slice(-3)), ['back', 'gone', 'back']);
  });

for (const quietMs of [0, 3000])
  test(`a connection that answers once after a second outage is back, with a quiet time of ${quietMs} ms`, () => {
    const { outages, lines, pass } = openOutages(quietMs);

    for (let round = 0; round < 2; round++) {
      outages.failed(new Error('refused'));
      pass(100);
      outages.answered();
      pass(10_000);
    }

    assert.deepEqual(texts(lines), ['gone', 'back', 'gone', 'back']);
  });

test('a thrown value that cannot become a string is written like any other', () => {
  const { log, lines, nowMs } = open();
  const thrown = Object.create(null);

  withoutRepeats(log, () => false, nowMs).warn({ err: thrown }, 'the poll failed');
  createOutageLog(log, words).failed(thrown);

  assert.deepEqual(texts(lines), ['the poll failed', 'gone']);
});
