import { Worker } from 'node:worker_threads';
import type { HashAnswer, HashTask } from './hash-worker.ts';

const ENTRY = new URL('./hash-worker.ts', import.meta.url);

/**
 * Threads for hashing, started on demand: as many as there are concurrent tasks. Idle ones do not keep the process
 * alive. When a thread dies its task fails, and the next task starts another thread.
 */
export function createHashThreads(entry = ENTRY) {
  const idle = new Set<Worker>();

  function create(): Worker {
    const thread = new Worker(entry);
    thread.on('error', () => {}); // its exit follows; without a listener it would end the process
    thread.on('exit', () => idle.delete(thread));
    return thread;
  }

  function run(task: HashTask): Promise<string | boolean> {
    const [thread = create()] = idle;
    idle.delete(thread);
    const { promise, resolve, reject } = Promise.withResolvers<string | boolean>();
    const die = (code: number) => reject(new Error(`a hashing thread ended with ${code}`));
    const finish = (answer: HashAnswer) => {
      thread.off('exit', die);
      thread.unref();
      idle.add(thread);
      if ('error' in answer) reject(new Error(answer.error));
      else resolve(answer.value);
    };
    thread.once('message', finish);
    thread.once('exit', die);
    thread.ref(); // while it works
    // oxlint-disable-next-line require-post-message-target-origin -- threads have no origin
    thread.postMessage(task);
    return promise;
  }

  return {
    hash: async (password: string, options: Extract<HashTask, { kind: 'hash' }>['options']) =>
      String(await run({ kind: 'hash', password, options })),
    verify: async (against: string, password: string) => (await run({ kind: 'verify', password, against })) === true,
  };
}
