import { explainEverything, toLines } from '#testing/growth/plans.ts';
import { measureAll } from './growth/costs.ts';
import { digest, isBeyond, type Pair } from './growth/digest.ts';
import type { Cost } from './growth/measure.ts';
import { openGrowthStage, openKept, openServer } from './growth/stage.ts';
import type { Report } from './report.ts';

/** Rows of each kind: the size that counts as small, and those that are compared with it. */
const SIZES = (process.env['BONYAN_BENCH_ROWS'] ?? '1000,100000').split(',').map(Number);
const GROWN = process.env['BONYAN_BENCH_GROWN']?.split(',');
const SHOWN_LINES = 12; // of a plan

/**
 * What every operation, the slow questions to lists and each recurring job cost with few rows and with many, and the plan
 * of what costs more. `TEST_DATABASE_URL` names a server to measure instead of the bundled one. `BONYAN_BENCH_KEPT` is a
 * folder for filled databases: a run that was interrupted goes on where its fill was.
 */
export async function growth(): Promise<Report> {
  await using cleanup = new AsyncDisposableStack();
  await openServer(cleanup, { autovacuum: 'off', max_wal_size: '8GB', checkpoint_timeout: '30min' }); // for the fill
  const watch = explainEverything();
  const bySize: Map<string, Cost>[] = [];
  for (const [at, rows] of SIZES.entries()) {
    const tell = (name: string, tookMs: number) =>
      console.error(`${rows} rows, ${name}: ${(tookMs / 1000).toFixed(0)} s`);
    const stage = await openGrowthStage(rows, tell, at === 0 ? undefined : await openKept(rows));
    try {
      bySize.push(await measureAll(stage, watch));
    } finally {
      await stage.close();
    }
  }
  const [small = new Map<string, Cost>(), ...larger] = bySize;
  const grown = larger.flatMap((costs, at) => printSize(SIZES[at + 1] ?? NaN, small, costs));
  const jobs = [...(larger.at(-1) ?? small)].filter(([, { longestMs }]) => longestMs !== undefined);
  const rows = jobs.map(([name, { longestMs = NaN }]) => ({
    measure: `${name}: longest transaction`,
    bonyan: longestMs,
    unit: 'ms',
  }));
  const longest = Math.max(...rows.map(({ bonyan }) => bonyan));
  const unlike = bySize.flatMap((costs, at) => listUnlike(costs).map((name) => `${SIZES[at]} rows: ${name}`));
  if (unlike.length > 0) console.log(`\nnot answered as bench/growth says:\n\n${unlike.join('\n')}`);
  return {
    rows,
    grown: larger.flatMap((costs, at) => digest(SIZES[at + 1] ?? NaN, toPairs(small, costs), GROWN)),
    bounds: [
      { what: 'operations and jobs beyond 1.3 ×', actual: grown.length, atMost: 0, unit: '' },
      { what: 'operations that answer another status', actual: unlike.length, atMost: 0, unit: '' },
      { what: 'longest transaction of a job', actual: longest, atMost: 1000, unit: 'ms' },
    ],
  };
}

function toPairs(small: ReadonlyMap<string, Cost>, large: ReadonlyMap<string, Cost>): Pair[] {
  return [...large].flatMap(([name, cost]) => {
    const before = small.get(name);
    return before ? [{ name, before, cost, isBeyond: isBeyond(before, cost) }] : [];
  });
}

/** Operations that were to succeed and did not, or were to be refused and were not. */
function listUnlike(costs: ReadonlyMap<string, Cost>): string[] {
  const asked = [...costs].filter(([, { status }]) => status !== null);
  const isUnlike = ({ status, refused }: Cost) => (refused === undefined ? (status ?? 0) >= 400 : status !== refused);
  return asked.filter(([, cost]) => isUnlike(cost)).map(([name, { status }]) => `${name}: ${status}`);
}

/** Prints the table, and the plans of what grows; answers the names of those beyond the bound. */
function printSize(rows: number, small: ReadonlyMap<string, Cost>, large: ReadonlyMap<string, Cost>): string[] {
  console.log(`\n## growth: ${SIZES[0]} to ${rows} rows of each kind\n`);
  console.log('| what | status | p50, ms | ratio | database, ms | ratio | pages | ratio |');
  console.log('| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |');
  const grown: string[] = [];
  for (const [name, cost] of large) {
    const before = small.get(name);
    if (!before) throw new Error(`${name} was measured at ${rows} rows alone`);
    const isGrown = isBeyond(before, cost);
    if (isGrown) grown.push(name);
    const pair = (from: number, to: number) => `${from.toFixed(1)} → ${to.toFixed(1)} | ${(to / from).toFixed(1)}`;
    const pages = `${before.pages} → ${cost.pages} | ${(cost.pages / before.pages).toFixed(1)}`;
    const status = cost.status === before.status ? (cost.status ?? '') : `${before.status} → ${cost.status}`;
    const figures = `${pair(before.p50Ms, cost.p50Ms)} | ${pair(before.databaseMs, cost.databaseMs)} | ${pages}`;
    console.log(`| ${isGrown ? `**${name}**` : name} | ${status} | ${figures} |`);
  }
  for (const name of grown) {
    const { dearest } = large.get(name) ?? {};
    if (!dearest) continue;
    console.log(`\n${name}\n\n\`\`\`\n${dearest.text.replaceAll(/\s+/g, ' ').slice(0, 300)}`);
    console.log(`${toLines(dearest.plan).slice(0, SHOWN_LINES).join('\n')}\n\`\`\``);
  }
  return grown;
}
