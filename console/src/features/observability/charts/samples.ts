import type { KpiSnapshot } from '#client';

const KEPT = 8640; // a day of one each 10 s
const GAP_SECONDS = 45; // a few answers are missing: the tab was hidden, or the server away

/** The figures of one moment. Null: nothing was counted. */
export interface Sample {
  /** Seconds since 1970. */
  readonly at: number;
  readonly perSecond: number | null;
  readonly errorsPerSecond: number | null;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  readonly loopMs: number | null;
  readonly heapBytes: number | null;
  readonly rssBytes: number | null;
}

const FIGURES = ['perSecond', 'errorsPerSecond', 'p50Ms', 'p95Ms', 'p99Ms', 'loopMs', 'heapBytes', 'rssBytes'] as const;

/** With the figures of the newest answer, behind a gap where answers are missing. */
export function addSample(
  samples: readonly Sample[],
  { at, requests, eventLoop, memory }: KpiSnapshot,
): readonly Sample[] {
  const seconds = Date.parse(at) / 1000;
  const last = samples.at(-1);
  if (last && last.at >= seconds) return samples;
  const { windowSeconds, perSecond, errors } = requests;
  const next: Sample = {
    at: seconds,
    perSecond,
    errorsPerSecond: windowSeconds > 0 ? errors / windowSeconds : null,
    p50Ms: meanOf(requests, 'p50Ms'),
    p95Ms: meanOf(requests, 'p95Ms'),
    p99Ms: meanOf(requests, 'p99Ms'),
    loopMs: eventLoop.p95Ms,
    heapBytes: memory.heapUsedBytes,
    rssBytes: memory.rssBytes,
  };
  const hasGap = last !== undefined && seconds - last.at > GAP_SECONDS;
  return [...samples, ...(hasGap ? [gapAt(last.at + 1)] : []), next].slice(-KEPT);
}

function gapAt(at: number): Sample {
  return { at, ...(Object.fromEntries(FIGURES.map((name) => [name, null])) as Record<(typeof FIGURES)[number], null>) };
}

/** Of the routes, each as heavy as it was asked for. */
function meanOf({ routes }: KpiSnapshot['requests'], name: 'p50Ms' | 'p95Ms' | 'p99Ms'): number | null {
  const total = routes.reduce((sum, route) => sum + route.total, 0);
  return total === 0 ? null : routes.reduce((sum, route) => sum + route[name] * route.total, 0) / total;
}
