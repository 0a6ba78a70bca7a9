/** Sends load from a process of its own, so that what it costs is not mistaken for the server's. */
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
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** @throws when an answer is no success: a refusal is quick, and would look like speed. */
export async function send(load: Load): Promise<Outcome> {
  const child = fork(fileURLToPath(import.meta.url), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  child.send(load);
  const [outcome] = await once(child, 'message', { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (outcome.error) throw new Error(`${load.method} ${load.url}: ${outcome.error}`);
  return outcome;
}

async function fire({ url, method, headers, bodies, connections, amount }: Load): Promise<Outcome> {
  const requests = bodies?.map((body) => ({ method, body, headers: { ...headers } }));
  const startedAt = performance.now();
  const { latency, non2xx, errors } = await autocannon({
    url,
    method,
    headers: { ...headers },
    connections,
    amount,
    ...(requests && { requests }),
  });
  const seconds = (performance.now() - startedAt) / 1000;
  if (non2xx + errors > 0) throw new Error(`${non2xx} answers were no success, ${errors} failed`);
  return { perSecond: amount / seconds, p50Ms: latency.p50, p99Ms: latency.p99, maxMs: latency.max };
}

async function obey(load: Load): Promise<void> {
  const outcome = await fire(load).catch((error: unknown) => ({ error: String(error) }));
  process.send?.(outcome);
  process.disconnect?.();
}

if (process.send && process.argv[1] === fileURLToPath(import.meta.url)) {
  process.once('message', (load: Load) => void obey(load));
}
