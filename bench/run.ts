/**
 * `npm run bench [name…]`: measures, prints Markdown, keeps the results and writes the page of them. Exits with 1 when a bound
 * is missed, and with 3 when something could not be measured. Each benchmark runs in a process of its own.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { benchmarks, together } from './benchmarks.ts';
import { describeMachine, versionsOf } from './page/machine.ts';
import { writePages } from './page/page.ts';
import { openResults, settingsOf, type Result } from './page/results.ts';
import { isMet, print, type Report } from './report.ts';

const MISSED = 1;
const MISUSED = 2;
const NOT_MEASURED = 3;

const { positionals, values } = parseArgs({ allowPositionals: true, options: { try: { type: 'boolean' } } });
const isKept = values.try !== true; // `--try`: a short run, or one beside other work, is no result
const results = openResults();
const named = positionals.flatMap((name) => together[name] ?? [name]);
const unknown = named.filter((name) => !(name in benchmarks));
const [only] = named;
if (unknown.length > 0) {
  const all = [...new Set([...Object.keys(benchmarks), ...Object.keys(together)])];
  console.error(`There is no ${unknown.join(', ')}; there are ${all.join(', ')}.`);
  process.exitCode = MISUSED;
} else if (named.length === 1 && only !== undefined) process.exitCode = await measure(only);
else if (named.length > 1) process.exitCode = measureEach(named, () => {});
else process.exitCode = measureAll();

/** Goes on with an earlier run that was interrupted. What could not be measured stays for the next one. */
function measureAll(): number {
  const everything = Object.keys(benchmarks);
  const left = isKept ? (results.left() ?? everything) : everything;
  if (left.length < everything.length) console.error(`The run goes on: ${left.join(', ')} are left of it.`);
  const open = new Set(left);
  return measureEach(left, (name) => {
    open.delete(name);
    if (isKept) results.setLeft([...open]);
  });
}

function measureEach(names: readonly string[], onMeasured: (name: string) => void): number {
  const codes = names.map((name) => {
    const args = [...process.execArgv, import.meta.filename, name, ...(isKept ? [] : ['--try'])];
    const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
    if (status === 0 || status === MISSED) onMeasured(name);
    return status ?? NOT_MEASURED;
  });
  return Math.max(0, ...codes);
}

async function measure(name: string): Promise<number> {
  const { run, peers = [], isOnGivenServer } = benchmarks[name] ?? {};
  if (!run) throw new Error(`there is no ${name}`);
  const given = process.env['TEST_DATABASE_URL']; // `growth` sets it to its own server
  const machine = await describeMachine(isOnGivenServer ? given : undefined);
  const beganMs = performance.now();
  try {
    const report = await run();
    print(name, report);
    if (isKept) {
      const measurement = { measuredOn: today(), machine, settings: settingsOf(process.env) };
      const tookSeconds = Math.round((performance.now() - beganMs) / 1000);
      results.store(name, toResult(report, { ...measurement, tookSeconds, peers: versionsOf(peers) }));
      writePages();
    }
    return report.bounds.every(isMet) ? 0 : MISSED;
  } catch (error) {
    console.error(`${name} could not be measured:`, error);
    return NOT_MEASURED;
  }
}

type Circumstances = Omit<Result, 'rows' | 'bounds' | 'grown'>;

/** Of `growth` what it found by kind is kept alone, since its runs are of some kinds and sizes each. */
function toResult({ rows, bounds, grown }: Report, circumstances: Circumstances): Result {
  if (!grown) return { ...circumstances, rows, bounds };
  const { measuredOn, machine, settings } = circumstances;
  return {
    ...circumstances,
    rows: [],
    bounds: [],
    grown: grown.map((each) => ({ ...each, measuredOn, machine, settings })),
  };
}

function today(): string {
  return new Date().toISOString().slice(0, 'yyyy-mm-dd'.length);
}
