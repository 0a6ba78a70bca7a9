import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainEverything, toLines } from '#testing/growth/plans.ts';
import { measureOperations } from './costs.ts';
import type { Cost } from './measure.ts';
import { openGrowthStage } from './stage.ts';

const SIZES = [1000, 20_000] as const;
const TIMEOUT_MS = 900_000;
const AT_MOST = 1.3;
const SPARE_PAGES = 400; // of 8 kB: a few more levels of indexes, and batches that are full
const LONGEST_MS = 1000;
const SHOWN_LINES = 20; // of a plan

/** The short form of the suite. What reads without changing is asked of 50,000 rows in `tests/growth/reads.test.ts`. */
test(
  'each operation and recurring job ends as the suite says, and what changes rows reads no more of 20,000 than of 1,000',
  { timeout: TIMEOUT_MS },
  async () => {
    const watch = explainEverything();
    const findings: string[] = [];
    const bySize: Map<string, Cost>[] = [];
    for (const rows of SIZES) {
      const stage = await openGrowthStage(rows, () => {});
      try {
        const costs = await measureOperations(stage, watch, { repeats: 1, warmUps: 0 });
        bySize.push(costs);
        for (const [name, cost] of costs) {
          if (!isAsSaid(cost)) findings.push(`${name} answers ${cost.status} with ${rows} rows`);
          if ((cost.longestMs ?? 0) > LONGEST_MS) findings.push(`${name} has a transaction of ${cost.longestMs} ms`);
        }
      } finally {
        await stage.close();
      }
    }
    const [small = new Map<string, Cost>(), large = new Map<string, Cost>()] = bySize;
    for (const [name, { pages, longestMs, dearest }] of large) {
      const before = small.get(name);
      if (!before || name.startsWith('GET ') || longestMs !== undefined) continue;
      if (pages <= AT_MOST * before.pages + SPARE_PAGES) continue;
      const plan = dearest ? toLines(dearest.plan).slice(0, SHOWN_LINES).join('\n') : '';
      findings.push(`${name} reads ${before.pages} pages of ${SIZES[0]} rows, ${pages} of ${SIZES[1]}\n${plan}`);
    }
    assert.deepEqual([...large.keys()].toSorted(), [...small.keys()].toSorted());
    assert.deepEqual(findings, []);
  },
);

/** What is not asked to be refused succeeds. */
function isAsSaid({ status, refused }: Cost): boolean {
  return refused === undefined ? (status ?? 0) < 400 : status === refused;
}
