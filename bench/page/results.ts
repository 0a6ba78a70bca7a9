import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Grown, Report } from '../report.ts';
import type { Machine } from './machine.ts';

/** Where and when something was measured. */
export interface Measurement {
  readonly measuredOn: string;
  readonly machine: Machine;
  /** What was set for it: sizes and durations that are not the usual ones. */
  readonly settings: Readonly<Record<string, string>>;
}

/** The last report of one benchmark. */
export interface Result extends Measurement, Omit<Report, 'grown'> {
  readonly tookSeconds: number;
  readonly peers: Readonly<Record<string, string>>;
  /** By kind and size, as several runs may have measured them. */
  readonly grown?: readonly (Grown & Measurement)[];
}

const FOLDER = join(import.meta.dirname, '..', 'results');
const LEFT = 'left.json';
const DIGITS = 4;
/** No figures depend on where a fill is kept, and a path has no place in a result. */
const UNTOLD = new Set(['BONYAN_BENCH_KEPT']);

/** Of this process. */
export function settingsOf(env: NodeJS.ProcessEnv): Record<string, string> {
  const told = Object.entries(env).filter(([name]) => name.startsWith('BONYAN_BENCH_') && !UNTOLD.has(name));
  return Object.fromEntries(
    told.map(([name, value = '']) => [name, value] as const).toSorted(([one], [other]) => one.localeCompare(other)),
  );
}

/** What was measured, one file for each benchmark. */
export function openResults(folder = FOLDER) {
  const pathOf = (name: string) => join(folder, `${name}.json`);
  const left = join(folder, LEFT);

  /** By the name of the benchmark. */
  function all(): Map<string, Result> {
    if (!existsSync(folder)) return new Map();
    const files = readdirSync(folder).filter((name) => name.endsWith('.json') && name !== LEFT);
    const names = files.map((name) => basename(name, '.json')).toSorted((one, other) => one.localeCompare(other));
    return new Map(names.map((name) => [name, read(pathOf(name)) as Result]));
  }

  return {
    all,
    /** Takes the place of the last report; of `growth` only that of the kinds and sizes that were measured again. */
    store(name: string, result: Result): void {
      mkdirSync(folder, { recursive: true });
      write(pathOf(name), result.grown ? merge(all().get(name), result) : result);
    },
    /** The benchmarks that a run of all has still to measure; null when none was interrupted. */
    left: (): readonly string[] | null => (existsSync(left) ? (read(left) as string[]) : null),
    /** None: the run has ended. */
    setLeft(names: readonly string[]): void {
      mkdirSync(folder, { recursive: true });
      if (names.length === 0) rmSync(left, { force: true });
      else write(left, names);
    },
  };
}

/** The results of both, the newer one where both have the same kind and size. */
function merge(before: Result | undefined, result: Result): Result {
  const byKind = new Map([...(before?.grown ?? []), ...(result.grown ?? [])].map((each) => [keyOf(each), each]));
  const grown = [...byKind.values()].toSorted(
    (one, other) => one.kind.localeCompare(other.kind) || one.rows - other.rows,
  );
  return { ...result, grown };
}

const keyOf = ({ kind, rows }: Grown) => `${kind} ${rows}`;

/** What was not measured is null in the file. */
const read = (path: string): unknown =>
  JSON.parse(readFileSync(path, 'utf8'), (_key, value: unknown) => (value === null ? NaN : value));

function write(path: string, value: unknown): void {
  const shorten = (_key: string, each: unknown) =>
    typeof each === 'number' && !Number.isInteger(each) ? Number(each.toPrecision(DIGITS)) : each;
  writeFileSync(path, `${JSON.stringify(value, shorten, 1)}\n`);
}
