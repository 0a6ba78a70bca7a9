import { charge, type UsageBounds } from '../content/usage.ts';
import { fileEvents, type StoredFile } from '../contract.ts';
import type { FilesUnit } from '../needs.ts';
import { sendToGate } from './gate.ts';

type ReceivedFile = Pick<StoredFile, 'id' | 'ownerId' | 'fileName' | 'contentType' | 'sizeBytes' | 'sha256'>;

/**
 * All bytes are there: the file counts, and goes to the gate. The caller has locked the usage of its owner.
 * @throws `files.quota_exceeded`, `files.too_many_files`
 */
export async function countFile(
  unit: FilesUnit,
  { id, ownerId, contentId, fileName, contentType, sizeBytes, sha256 }: ReceivedFile & { readonly contentId: string },
  bounds: UsageBounds,
): Promise<void> {
  await charge(unit.tx, { ownerId, sizeBytes, versionOf: null }, bounds);
  unit.publish(fileEvents.uploaded, { fileId: id, ownerId });
  unit.audit({
    action: 'files.uploaded',
    resourceType: 'file',
    resourceId: id,
    subjectId: ownerId,
    payload: { fileName, contentType, sizeBytes, sha256 },
  });
  sendToGate(unit, { id, contentId, versionOf: null });
}
