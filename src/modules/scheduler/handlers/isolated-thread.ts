import { parentPort, workerData } from 'node:worker_threads';
import type { IsolatedRun } from '#platform/jobs/port.ts';
import type { FromThread, ThreadInput } from './isolated.ts';

// The program of the thread in which one isolated handler runs.
const { file, run } = workerData as ThreadInput;
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a thread has none
const tell = (message: FromThread) => parentPort?.postMessage(message);

try {
  const { default: handle } = (await import(file)) as { default: IsolatedRun<unknown> };
  await handle({
    ...run,
    signal: new AbortController().signal, // the thread is terminated instead
    report: (percent, note) => tell({ kind: 'report', percent, note }),
    log: (line) => tell({ kind: 'log', line }),
  });
} catch (error) {
  const isPermanent = error instanceof Error && error.name === 'PermanentFailure';
  tell({ kind: 'failed', message: error instanceof Error ? error.message : String(error), isPermanent });
}
