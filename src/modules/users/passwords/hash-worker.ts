/**
 * A thread that hashes passwords, one after another. On Linux, where a thread has its own priority, it gets the lowest:
 * on a machine that is busy with sign-ins all other work comes first.
 */
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { hashSync, type Options } from '@node-rs/argon2';
import { verifyHash } from './foreign-hashes.ts';

const LOWEST = 19;

export type HashTask =
  | { readonly kind: 'hash'; readonly password: string; readonly options: Options }
  | { readonly kind: 'verify'; readonly password: string; readonly against: string };
export type HashAnswer = { readonly value: string | boolean } | { readonly error: string };

if (process.platform === 'linux') setPriority(0, LOWEST); // 0 is the calling thread; elsewhere it would be the process

parentPort?.on('message', (task: HashTask) => {
  // oxlint-disable-next-line require-post-message-target-origin -- threads have no origin
  parentPort?.postMessage(answer(task));
});

function answer(task: HashTask): HashAnswer {
  try {
    if (task.kind === 'hash') return { value: hashSync(task.password, task.options) };
    return { value: verifyHash(task.against, task.password) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
