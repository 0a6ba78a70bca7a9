import { ingest } from './logging/ingest.ts';
import { overload } from './logging/overload.ts';
import { search } from './logging/search.ts';
import { single } from './logging/single.ts';
import type { Report } from './report.ts';
import { onStage, type Stage } from './servers.ts';

const parts: Record<string, (stage: Stage) => Promise<Report>> = { ingest, single, overload, search };
const wanted = process.env['BONYAN_BENCH_LOGGING']?.split(',') ?? Object.keys(parts);

/** Batches against bare COPY, single events, too much load, and searches; `BONYAN_BENCH_LOGGING` names some of them. */
export async function logging(): Promise<Report> {
  const reports: Report[] = [];
  for (const [name, measure] of Object.entries(parts)) {
    if (!wanted.includes(name)) continue;
    const beganMs = performance.now();
    reports.push(await onStage(measure));
    console.error(`${name}: ${((performance.now() - beganMs) / 1000).toFixed(0)} s`);
  }
  return { rows: reports.flatMap(({ rows }) => rows), bounds: reports.flatMap(({ bounds }) => bounds) };
}
