import { charge } from '../content/usage.ts';
import { fileEvents, type StoredFile } from '../contract.ts';
import type { FilesUnit } from '../needs.ts';
import { sendToGate } from './gate.ts';

type ReceivedFile = Pick<StoredFile, 'id' | 'ownerId' | 'fileName' | 'contentType' | 'sizeBytes' | 'sha256'>;

/** All bytes are there: the file counts, and goes to the gate. @throws `files.quota_exceeded` */
export async function countFile(
  unit: FilesUnit,
  { id, ownerId, contentId, fileName, contentType, sizeBytes, sha256 }: ReceivedFile & { readonly contentId: string },
  quotaBytes: number,
): Promise<void> {
  await charge(unit.tx, { ownerId, sizeBytes, versionOf: null }, quotaBytes);
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
