import type { Bound, Grown } from '../report.ts';
import type { Machine } from './machine.ts';
import type { Measurement } from './results.ts';
import { table } from './table.ts';
import type { Words } from './words.ts';

/** What is measured at these sizes before a release; other kinds and sizes are shown when they were measured. */
const WANTED_KINDS = ['todos', 'event log and work', 'logs', 'audit', 'files', 'sessions'];
const WANTED_ROWS = [100_000, 10_000_000];
const LONGEST_MS = 1000;

/** By kind and size. */
export function boundsOfGrowth(grown: readonly Grown[]): Bound[] {
  return grown.flatMap(({ kind, rows, beyond, longestMs }) => [
    { what: `${kind}, ${rows} rows: beyond 1.3 ×`, actual: beyond.length, atMost: 0, unit: '' },
    { what: `${kind}, ${rows} rows: longest transaction of a job`, actual: longestMs, atMost: LONGEST_MS, unit: 'ms' },
  ]);
}

/** The ratios by kind and size, then each operation that is beyond the bound. */
export function toGrowth(
  grown: readonly (Grown & Measurement)[],
  words: Words,
  nameOf: (machine: Machine) => string,
): string[] {
  const size = (rows: number) => new Intl.NumberFormat(words.locale).format(rows);
  const kindOf = (kind: string) => words.kinds[kind] ?? kind;
  const others = grown.filter(({ kind, rows }) => !WANTED_KINDS.includes(kind) || !WANTED_ROWS.includes(rows));
  const wanted = WANTED_KINDS.flatMap((kind) =>
    WANTED_ROWS.map((rows) => grown.find((each) => each.kind === kind && each.rows === rows) ?? { kind, rows }),
  );
  const cells = [...wanted, ...others].map((each) => {
    const head = [kindOf(each.kind), size(each.rows)];
    if (!('measured' in each)) return [...head, words.notMeasured, '', '', '', ''];
    const { measured, measuredOn, machine, timeRatio, pagesRatio, longestMs, beyond } = each;
    const ratio = (value: number) => `${words.number(value)} ${words.unit('×')}`;
    return [
      ...head,
      `${words.number(measured)} (${words.date(measuredOn)}${words.comma}${nameOf(machine)})`,
      ratio(timeRatio),
      ratio(pagesRatio),
      longestMs > 0 ? `${words.number(longestMs)} ${words.unit('ms')}` : '',
      beyond.length === 0 ? words.none : words.number(beyond.length),
    ];
  });
  const beyond = grown.flatMap((each) =>
    each.beyond.map(({ what, fromMs, toMs }) =>
      words.grownBeyond(kindOf(each.kind), size(each.rows), `\`${what}\``, words.number(fromMs), words.number(toMs)),
    ),
  );
  return [...table(words.grownHeads, cells), ...(beyond.length > 0 ? ['', ...beyond] : [])];
}
