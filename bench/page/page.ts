/** The page of all results, in both languages: its text is written by hand, what is between two marks comes from the results. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { benchmarks } from '../benchmarks.ts';
import { isMet, type Bound, type Row } from '../report.ts';
import { boundsOfGrowth, toGrowth } from './growth.ts';
import type { Machine } from './machine.ts';
import { openResults, type Result } from './results.ts';
import { code, table } from './table.ts';
import { WORDS, type Words } from './words.ts';

const DOCS = join(import.meta.dirname, '..', '..', 'docs');
export const PAGES = { en: join(DOCS, 'performance.md'), fa: join(DOCS, 'fa', 'performance.md') } as const;
export type Language = keyof typeof PAGES;

/** Not in the page, with the reason. */
export const ELSEWHERE: Readonly<Record<string, string>> = {
  plans: 'it writes a page of its own, docs/growth-plans-*.md',
};

/** Writes the stored results into both pages. */
export function writePages(): void {
  for (const language of Object.keys(PAGES) as Language[]) {
    const text = readFileSync(PAGES[language], 'utf8');
    writeFileSync(PAGES[language], fill(text, language, openResults().all()));
  }
}

/** The page with these results. A mark is a definition of a link that nothing uses, so no reader shows it. */
export function fill(text: string, language: Language, results: ReadonlyMap<string, Result>): string {
  const words = WORDS[language];
  const nameOf = nameMachines(results);
  return text.replaceAll(/^\[begin ([\w-]+)\]: #\n[^]*?^\[end \1\]: #$/gm, (_block, name: string) => {
    const lines = toBlock(name, results, words, nameOf);
    return [`[begin ${name}]: #`, '', ...lines, '', `[end ${name}]: #`].join('\n');
  });
}

/** What a page shows, by its marks. */
export function blocksOf(text: string): string[] {
  return [...text.matchAll(/^\[begin ([\w-]+)\]: #$/gm)].map(([, name = '']) => name);
}

type NameOf = (machine: Machine) => string;

/** Capital letters, in the order of the benchmarks. */
function nameMachines(results: ReadonlyMap<string, Result>): NameOf & { readonly all: readonly Machine[] } {
  const all = new Map<string, Machine>();
  for (const { machine, grown = [] } of results.values())
    for (const each of [machine, ...grown.map((one) => one.machine)]) all.set(JSON.stringify(each), each);
  const keys = [...all.keys()];
  const nameOf = (machine: Machine) => String.fromCodePoint('A'.charCodeAt(0) + keys.indexOf(JSON.stringify(machine)));
  return Object.assign(nameOf, { all: [...all.values()] });
}

function toBlock(
  name: string,
  results: ReadonlyMap<string, Result>,
  words: Words,
  nameOf: ReturnType<typeof nameMachines>,
): string[] {
  if (name === 'summary') return toSummary(results, words);
  if (name === 'machines') return toMachines(nameOf.all, nameOf, words);
  const result = results.get(name);
  if (name === 'growth') return toGrowth(result?.grown ?? [], words, nameOf);
  if (!result) return [words.notMeasured];
  return [
    toCircumstances(result, words, nameOf),
    '',
    ...toRows(result.rows, words),
    '',
    ...toBounds(result.bounds, words),
  ];
}

function toCircumstances({ measuredOn, machine, peers, settings }: Result, words: Words, nameOf: NameOf): string {
  const versions = Object.entries(peers).map(([peer, version]) => `${peer} ${version}`);
  const set = Object.entries(settings).map(([name, value]) => `\`${name}=${value}\``);
  return [
    words.measured(words.date(measuredOn), nameOf(machine)),
    ...(versions.length > 0 ? [words.peers(versions.join(words.comma))] : []),
    ...(set.length > 0 ? [words.settings(set.join(words.comma))] : []),
  ].join(' ');
}

/** Without the columns that none of the rows has. */
function toRows(rows: readonly Row[], words: Words): string[] {
  if (rows.length === 0) return [];
  const range = (spread: Row['spread']) => (spread ? spread.map(words.number).join(' – ') : '');
  const withUnit = (value: number, unit: string) => `${words.number(value)} ${words.unit(unit)}`.trim();
  const cells = rows.map(({ measure, bonyan, spread, reference, referenceSpread, unit }) => [
    code(measure, words),
    withUnit(bonyan, unit),
    range(spread),
    reference === undefined ? '' : withUnit(reference, unit),
    range(referenceSpread),
    reference === undefined ? '' : words.number(bonyan / reference),
  ]);
  const isShown = words.rowHeads.map((_head, at) => cells.some((row) => row[at] !== ''));
  const shown = (row: readonly string[]) => row.filter((_cell, at) => isShown[at]);
  return table(shown(words.rowHeads), cells.map(shown));
}

function toBounds(bounds: readonly Bound[], words: Words): string[] {
  return bounds.length === 0
    ? []
    : table(
        words.boundHeads,
        bounds.map((bound) => toCells(bound, words)),
      );
}

function toCells(bound: Bound, words: Words): string[] {
  const { what, actual, atMost, atLeast, unit } = bound;
  const withUnit = (value: number) => `${words.number(value)} ${words.unit(unit)}`.trim();
  const allowed = atLeast === undefined ? words.atMost(withUnit(atMost ?? NaN)) : words.atLeast(withUnit(atLeast));
  return [code(what, words), allowed, withUnit(actual), isMet(bound) ? words.met : words.missed];
}

/** How many bounds are met, and each that is not. */
function toSummary(results: ReadonlyMap<string, Result>, words: Words): string[] {
  const names = Object.keys(benchmarks).filter((name) => !(name in ELSEWHERE));
  const measured = names.filter((name) => results.has(name));
  const missing = names.filter((name) => !results.has(name)).map((name) => `\`${name}\``);
  const bounds = measured.flatMap((name) => {
    const { bounds: own = [], grown = [] } = results.get(name) ?? {};
    return [...own, ...boundsOfGrowth(grown)].map((bound) => ({ name, bound }));
  });
  const missed = bounds.filter(({ bound }) => !isMet(bound));
  const count = (value: number) => words.number(value);
  const [met, all] = [count(bounds.length - missed.length), count(bounds.length)];
  return [
    measured.length === 0 ? words.nothing : words.inShort(met, all, count(measured.length), count(names.length)),
    ...(measured.length > 0 && missing.length > 0 ? ['', words.missing(missing.join(words.comma))] : []),
    ...(missed.length > 0
      ? [
          '',
          ...table(
            [words.benchmark, ...words.boundHeads.slice(0, 3)],
            missed.map(({ name, bound }) => [`\`${name}\``, ...toCells(bound, words).slice(0, 3)]),
            2,
          ),
        ]
      : []),
  ];
}

function toMachines(all: readonly Machine[], nameOf: NameOf, words: Words): string[] {
  if (all.length === 0) return [words.notMeasured];
  return table(
    words.machineHeads,
    all.map((machine) => [
      nameOf(machine),
      machine.cpu,
      words.number(machine.cores),
      words.memory(words.number(machine.memoryGib)),
      machine.system,
      machine.node,
      machine.postgres,
    ]),
    words.machineHeads.length,
  );
}
