import { defineQueue } from '#kernel/work.ts';
import type { FilesUnit } from '../needs.ts';

/** One item for each content whose object is to be encrypted or decrypted. */
export const encryptionQueue = defineQueue('files.encryption');

/** With a key, its result is committed alone: it locks two blobs, in an order that others in one transaction would break. */
export function sendToRewriting({ enqueue }: FilesUnit, id: string): void {
  enqueue(encryptionQueue, { ref: id, key: `${encryptionQueue.name} ${id}`, lane: 'low' });
}
