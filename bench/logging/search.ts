import { setTimeout as sleep } from 'node:timers/promises';
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

/** The questions of the manual over many events; `BONYAN_BENCH_LOGS` is their number. */
export async function search(stage: Stage): Promise<Report> {
  const headers = { authorization: `Bearer ${stage.accessToken}` };
  await fillEvents(stage, STORED);
  const rows: Row[] = [];
  const bounds: Bound[] = [];
  for (const [range, hours, atMost] of RANGES)
    for (const [name, path] of Object.entries(QUESTIONS)) {
      const from = new Date(Date.now() - hours * 3_600_000).toISOString();
      const p95Ms = await askPath(`${stage.bonyan.url}/api/v1/logging${path}&from=${from}`, headers);
      rows.push({ measure: `${range}: ${name}, p95`, bonyan: p95Ms, unit: 'ms' });
      bounds.push({ what: `${range}: ${name}`, actual: p95Ms, atMost, unit: 'ms' });
    }
  return { rows, bounds };
}

async function askPath(url: string, headers: Readonly<Record<string, string>>): Promise<number> {
  const took: number[] = [];
  for (let call = 0; call < SEARCHES; call++) {
    const begunMs = performance.now();
    const answer = await fetch(url, { headers });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
    took.push(performance.now() - begunMs);
    await sleep(5);
  }
  return percentile(took, 0.95);
}
