import { Worker } from 'node:worker_threads';
import type { HashAnswer, HashTask } from './hash-thread.ts';

const ENTRY = new URL('./hash-thread.ts', import.meta.url);

/**
 * Threads for hashing, made when they are first needed, and as many as tasks are given at once. They keep no process
 * alive. One that dies fails its task, and is replaced by the next.
 */
export function createHashThreads() {
  const idle: Worker[] = [];

  function create(): Worker {
    const thread = new Worker(ENTRY);
    thread.on('error', () => {}); // unheard it would end the process; 'exit' follows
    return thread;
  }

  function run(task: HashTask): Promise<string | boolean> {
    const thread = idle.pop() ?? create();
    const { promise, resolve, reject } = Promise.withResolvers<string | boolean>();
    const settle = (answer: HashAnswer) => {
      thread.off('exit', die);
      thread.unref();
      idle.push(thread);
      if ('error' in answer) reject(new Error(answer.error));
      else resolve(answer.value);
    };
    const die = (code: number) => reject(new Error(`a hashing thread ended with ${code}`));
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
