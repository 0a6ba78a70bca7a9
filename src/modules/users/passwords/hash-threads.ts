import { Worker } from 'node:worker_threads';
import type { HashAnswer, HashTask } from './hash-worker.ts';

const ENTRY = new URL('./hash-worker.ts', import.meta.url);

/**
 * Threads for hashing, made when they are first needed, and as many as tasks are given at once. They keep no process
 * alive. One that dies fails its task, and another takes its place.
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
    const settle = (answer: HashAnswer) => {
      thread.off('exit', die);
      thread.unref();
      idle.add(thread);
      if ('error' in answer) reject(new Error(answer.error));
      else resolve(answer.value);
    };
    thread.once('message', settle);
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
