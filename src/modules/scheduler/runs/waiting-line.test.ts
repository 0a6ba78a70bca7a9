import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWaitingLine } from './waiting-line.ts';

/** What waits for places that stay taken until `untilMs`, as the work queue calls it: answers when each one looked. */
function looksOf(waiting: readonly string[], untilMs: number, line = createLine()): number[][] {
  const looks: number[][] = waiting.map(() => []);
  const due = waiting.map((place) => line.wait(place));
  for (;;) {
    const next = due.indexOf(Math.min(...due));
    const at = due[next] ?? Infinity;
    if (at > untilMs) return looks;
    line.set(at);
    looks[next]?.push(at);
    due[next] = at + line.wait(waiting[next] ?? '');
  }
}

function createLine() {
  let now = 0;
  const { wait, leave } = createWaitingLine(() => now);
  return { wait, leave, set: (at: number) => (now = at) };
}

test('a thousand runs that wait for one place look in turns, and at most twenty of them in a second', () => {
  const looks = looksOf(
    Array.from({ length: 1000 }, () => 'key'),
    600_000,
  );

  const all = looks.flat().toSorted((a, b) => a - b);
  const most = Math.max(
    ...all.map((at, index) => all.slice(index, index + 100).filter((each) => each < at + 1000).length),
  );
  assert.ok(most <= 21, `${most} in a second`);
  const counts = looks.map(({ length }) => length);
  assert.ok(Math.min(...counts) >= 11 && Math.max(...counts) - Math.min(...counts) <= 1, String(counts));
});

test('a run that waits alone looks after half a second, and after ten to fifteen seconds once its place is taken for long', () => {
  const [looks = []] = looksOf(['job'], 600_000);

  const gaps = looks.map((at, index) => at - (looks[index - 1] ?? 0));
  assert.ok(gaps.every((gap) => gap >= 500 && gap <= 15_000));
  assert.ok((gaps[0] ?? 0) <= 750 && (gaps.at(-1) ?? 0) >= 10_000);
});

test('a place that becomes free is looked for soon again, and those that wait for another one do not notice', () => {
  const line = createLine();
  const other = () => line.wait('other') >= 10_000;
  looksOf(['key', 'other'], 600_000, line);

  line.leave('key');

  assert.ok(line.wait('key') <= 750);
  assert.ok(other());
});
