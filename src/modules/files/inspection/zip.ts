import { buffer } from 'node:stream/consumers';
import { Worker } from 'node:worker_threads';
import type { ObjectStorage } from '#platform/storage/port.ts';
import type { ZipAnswer, ZipTask, ZipVerdict } from './zip-worker.ts';

const ENTRY = new URL('./zip-worker.ts', import.meta.url);
/** The thread itself stops after three seconds of work; this ends one that does not. */
const WHOLE_MS = 120_000;
const HEAP_MB = 64;

/**
 * Reads an archive in a thread of its own. The thread asks for the bytes that it needs, and never for more than 64 KiB at
 * once.
 */
export async function inspectZip(storage: ObjectStorage, key: string, task: ZipTask): Promise<ZipVerdict> {
  const thread = new Worker(ENTRY, { workerData: task, resourceLimits: { maxOldGenerationSizeMb: HEAP_MB } });
  const { promise, resolve, reject } = Promise.withResolvers<ZipVerdict>();
  const timer = setTimeout(() => reject(new Error('the inspection of an archive did not end')), WHOLE_MS);
  thread.on('error', (error: Error) => {
    // It needed more memory than any archive within the limits.
    if ('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY')
      resolve({ refusal: 'archive_limits', unread: null });
    else reject(error);
  });
  thread.on('exit', () => reject(new Error('the inspection of an archive ended early')));
  thread.on('message', (message: ZipAnswer) => {
    if (message.kind === 'verdict') resolve(message);
    else void answer(message.start, message.end).catch(reject);
  });

  async function answer(start: number, end: number): Promise<void> {
    const stored = await storage.get(key, { start, end: end - 1 });
    const bytes = stored ? await buffer(stored.content) : Buffer.alloc(0);
    // oxlint-disable-next-line require-post-message-target-origin -- threads have no origin
    thread.postMessage(bytes);
  }

  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    await thread.terminate();
  }
}
