import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from '../servers.ts';

const SAMPLE_MS = 1000;
const MIB = 2 ** 20;

export interface Sample {
  readonly atMs: number;
  readonly mib: number;
}

/** Samples what the process of the server holds, until the answer is called. */
export function watchResident(server: Server): () => Promise<Sample[]> {
  const samples: Sample[] = [];
  const stopping = new AbortController();
  const watching = (async () => {
    while (!stopping.signal.aborted) {
      const { rssBytes } = await server.ask({ ask: 'usage' });
      samples.push({ atMs: performance.now(), mib: rssBytes / MIB });
      await sleep(SAMPLE_MS, undefined, { signal: stopping.signal }).catch(() => {});
    }
  })();
  return async () => {
    stopping.abort();
    await watching;
    return samples;
  };
}

/** By how much it grew over the samples, by linear regression, as a share of their mean. NaN for fewer than two. */
export function growthOf(samples: readonly Sample[]): number {
  const mean = (pick: (sample: Sample) => number) =>
    samples.reduce((sum, each) => sum + pick(each), 0) / samples.length;
  const [atMs, mib] = [mean((each) => each.atMs), mean((each) => each.mib)];
  const covariance = mean((each) => (each.atMs - atMs) * (each.mib - mib));
  const variance = mean((each) => (each.atMs - atMs) ** 2);
  const spanMs = (samples.at(-1)?.atMs ?? NaN) - (samples[0]?.atMs ?? NaN);
  return ((covariance / variance) * spanMs) / mib;
}
