import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWaitingLine } from './waiting-line.ts';

const MANY = 1000;

/**
 * Runs that wait for one place until `untilMs`, as the work queue calls it. `begins` says whether the place is free for one that
 * looks. Answers when each looked.
 */
function looksOf(count: number, untilMs: number, begins: (at: number) => boolean = () => false): number[][] {
  let at = 0;
  const line = createWaitingLine(() => at);
  const looks: number[][] = Array.from({ length: count }, () => []);
  const due = looks.map((_, run) => line.wait('key', String(run)));
  for (;;) {
    const next = due.indexOf(Math.min(...due));
    at = due[next] ?? Infinity;
    if (at > untilMs) return looks;
    looks[next]?.push(at);
    const isBegun = begins(at);
    if (isBegun) line.leave('key', String(next));
    due[next] = isBegun ? Infinity : at + line.wait('key', String(next));
  }
}

function mostInASecond(looks: readonly number[][]): number {
  const all = looks.flat().toSorted((a, b) => a - b);
  return Math.max(...all.map((at, from) => all.slice(from, from + 200).filter((each) => each < at + 1000).length));
}

test('a thousand runs that wait for one place look in turns, and about twenty times a second', () => {
  const looks = looksOf(MANY, 600_000);

  const counts = looks.map(({ length }) => length);
  assert.ok(mostInASecond(looks) <= 50, `${mostInASecond(looks)} in a second`);
  assert.ok(Math.min(...counts) >= 7 && Math.max(...counts) <= 13, `${Math.min(...counts)} to ${Math.max(...counts)}`);
});

test('while the place changes hands for short runs, none looks more often, and each has its turn', () => {
  let freeAt = 0;
  const looks = looksOf(MANY, 900_000, (at) => {
    if (at < freeAt) return false;
    freeAt = at + 50;
    return true;
  });

  assert.ok(mostInASecond(looks) <= 60, `${mostInASecond(looks)} in a second`);
  assert.ok(Math.max(...looks.map(({ length }) => length)) <= 20);
});

test('a run that waits alone looks after half a second, and after ten to fifteen seconds once its place is taken for long', () => {
  const [looks = []] = looksOf(1, 600_000);

  const gaps = looks.map((at, index) => at - (looks[index - 1] ?? 0));
  assert.ok(gaps.every((gap) => gap >= 500 && gap <= 15_000));
  assert.ok((gaps[0] ?? 0) <= 750 && (gaps.at(-1) ?? 0) >= 10_000);
});

test('a place that changes hands is looked for soon again, and those that wait for another one do not notice', () => {
  let at = 0;
  const line = createWaitingLine(() => at);
  for (const run of ['one', 'two']) line.wait('key', run);
  line.wait('other', 'three');
  for (; at < 300_000; at += 1000)
    for (const [place, run] of [
      ['key', 'one'],
      ['key', 'two'],
      ['other', 'three'],
    ] as const)
      line.wait(place, run);

  line.leave('key', 'one');

  assert.ok(line.wait('key', 'two') <= 750);
  assert.ok(line.wait('other', 'three') >= 10_000);
});
