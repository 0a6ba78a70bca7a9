import { Worker } from 'node:worker_threads';
import type { JobRun } from '#platform/jobs/port.ts';

/** What the thread of an isolated handler tells. */
export type FromThread =
  | { readonly kind: 'report'; readonly percent: number; readonly note: string | undefined }
  | { readonly kind: 'log'; readonly line: string }
  | { readonly kind: 'failed'; readonly message: string; readonly isPermanent: boolean };

/** What the thread gets. */
export interface ThreadInput {
  readonly file: string;
  readonly run: Pick<JobRun<unknown>, 'jobId' | 'executionId' | 'attempt' | 'fencingToken' | 'payload'>;
}

/** Runs the default export of a file in a thread of its own. When the signal aborts, the thread is terminated. */
export async function runIsolated(
  file: URL,
  { jobId, executionId, attempt, fencingToken, payload, signal, report, log }: JobRun<unknown>,
  toFailure: (failed: Extract<FromThread, { kind: 'failed' }>) => Error,
): Promise<void> {
  const run = { jobId, executionId, attempt, fencingToken, payload };
  const workerData: ThreadInput = { file: file.href, run };
  const thread = new Worker(new URL('./isolated-thread.ts', import.meta.url), { workerData });
  const ended = Promise.withResolvers<void>();
  thread.on('message', (message: FromThread) => {
    if (message.kind === 'report') report(message.percent, message.note);
    else if (message.kind === 'log') log(message.line);
    else ended.reject(toFailure(message));
  });
  thread.on('error', ended.reject);
  thread.on('exit', (code) => {
    if (code === 0) ended.resolve();
    else ended.reject(new Error(`the thread ended with code ${code}`));
  });
  const terminate = () => void thread.terminate();
  signal.addEventListener('abort', terminate, { once: true });
  if (signal.aborted) terminate();
  try {
    await ended.promise;
  } finally {
    signal.removeEventListener('abort', terminate);
    await thread.terminate();
  }
}
