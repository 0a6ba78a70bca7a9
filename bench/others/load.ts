/** Sends load from a separate process, so that its CPU time is not counted as that of the server. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';

const TIMEOUT_MS = 120_000;

export interface Load {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  /** Sent in turn. */
  readonly bodies?: readonly string[];
  readonly connections: number;
  readonly amount: number;
}

export interface Outcome {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** @throws when an answer is not a success: refusals are quick, and would look like speed. */
export async function send(load: Load): Promise<Outcome> {
  const child = fork(fileURLToPath(import.meta.url), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  child.send(load);
  const [outcome] = await once(child, 'message', { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (outcome.error) throw new Error(`${load.method} ${load.url}: ${outcome.error}`);
  return outcome;
}

async function fire({ url, method, headers, bodies, connections, amount }: Load): Promise<Outcome> {
  const requests = bodies?.map((body) => ({ method, body, headers: { ...headers } }));
  const options = { url, method, headers: { ...headers }, connections, amount, timeout: TIMEOUT_MS / 1000 };
  // autocannon reports latencies in whole milliseconds, and the duration in whole seconds.
  const latencies: number[] = [];
  const startedAt = performance.now();
  let endedAt = startedAt;
  const run = autocannon({ ...options, ...(requests && { requests }) });
  run.on('response', (_client, _status, _bytes, tookMs) => {
    latencies.push(tookMs);
    endedAt = performance.now();
  });
  const { non2xx, errors, statusCodeStats } = await run;
  const statuses = Object.entries(statusCodeStats ?? {}).map(([status, { count }]) => `${count} × ${status}`);
  if (non2xx + errors > 0)
    throw new Error(`${non2xx} answers were not a success, ${errors} failed: ${statuses.join(', ')}`);
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  return {
    perSecond: (amount / (endedAt - startedAt)) * 1000,
    p50Ms: at(0.5),
    p95Ms: at(0.95),
    p99Ms: at(0.99),
    maxMs: at(1),
  };
}

async function obey(load: Load): Promise<void> {
  const outcome = await fire(load).catch((error: unknown) => ({ error: String(error) }));
  process.send?.(outcome);
  process.disconnect?.();
}

if (process.send && process.argv[1] === fileURLToPath(import.meta.url)) {
  process.once('message', (load: Load) => void obey(load));
}
