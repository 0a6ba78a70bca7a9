import { setTimeout as sleep } from 'node:timers/promises';
import { printPlans } from './plans.ts';
import type { Bound, Report, Row } from '../report.ts';
import type { Stage } from '../servers.ts';
import { fillEvents, percentile, QUESTIONS } from './events.ts';

const STORED = Number(process.env['BONYAN_BENCH_LOGS'] ?? 10_000_000);
const SEARCHES = 40;
const RANGES = [
  ['the last hour', 1, 100],
  ['the last 24 h', 24, 300],
  ['everything', 24 * 365, 2000],
] as const;

/** The questions of the manual over many events, and their plans; `BONYAN_BENCH_LOGS` is their number. */
export async function search(stage: Stage): Promise<Report> {
  const headers = { authorization: `Bearer ${stage.accessToken}` };
  await fillEvents(stage, STORED);
  const rows: Row[] = [];
  const bounds: Bound[] = [];
  for (const [range, hours, atMost] of RANGES)
    for (const [name, path] of Object.entries(QUESTIONS)) {
      const from = new Date(Date.now() - hours * 3_600_000).toISOString();
      const { p95Ms, found } = await askPath(`${stage.bonyan.url}/api/v1/logging${path}&from=${from}`, headers);
      rows.push({ measure: `${range}: ${name}, p95 (${found})`, bonyan: p95Ms, unit: 'ms' });
      bounds.push({ what: `${range}: ${name}`, actual: p95Ms, atMost, unit: 'ms' });
    }
  const from = new Date(Date.now() - 24 * 365 * 3_600_000).toISOString();
  const urls = Object.entries(QUESTIONS).map(([name, path]) => [name, `/api/v1/logging${path}&from=${from}`] as const);
  await printPlans(stage, urls);
  return { rows, bounds };
}

async function askPath(url: string, headers: Readonly<Record<string, string>>) {
  const took: number[] = [];
  let found = '';
  for (let call = 0; call < SEARCHES; call++) {
    const begunMs = performance.now();
    const answer = await fetch(url, { headers });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
    took.push(performance.now() - begunMs);
    found = toFound(JSON.parse(text));
    await sleep(5);
  }
  return { p95Ms: percentile(took, 0.95), found };
}

interface Found {
  readonly items?: readonly unknown[];
  readonly values?: readonly unknown[];
  readonly buckets?: readonly { readonly count: number }[];
  readonly complete?: boolean;
}

/** How much an answer has, so that a search that finds nothing or gives up does not look fast. */
function toFound({ items, values, buckets, complete }: Found): string {
  const count = buckets ? buckets.reduce((sum, each) => sum + each.count, 0) : (items ?? values)?.length;
  return `${count} ${buckets ? 'events' : 'rows'}${complete === false ? ', not complete' : ''}`;
}
