import { withoutTables } from '#platform/database/port.ts';
import { fileEvents } from '../contract.ts';
import type { FilesNeeds, FilesUnit } from '../needs.ts';
import { hasInfectedSince, leaveGate, type GateFile } from './queries.ts';

const HOUR_MS = 3_600_000;

/**
 * The bytes stay in staging, which is served to nobody. Owner and administrators are notified: the owner by a message,
 * the administrators as the routing of incidents says, and once an hour for each owner: one person must not be able to
 * fill their mailboxes.
 */
export async function quarantine(
  { notifications, now }: Pick<FilesNeeds, 'notifications' | 'now'>,
  unit: FilesUnit,
  { id, versionOf, ownerId, fileName }: GateFile,
  signature: string,
): Promise<void> {
  const isKnown = await hasInfectedSince(unit.tx, ownerId, new Date(now().getTime() - HOUR_MS).toISOString());
  await leaveGate(unit.tx, id, { storageStatus: 'infected', scanStatus: 'infected', reason: signature });
  const fileId = versionOf ?? id;
  const version = versionOf === null ? {} : { versionId: id };
  unit.publish(fileEvents.infected, { fileId, ownerId, signature, ...version });
  unit.audit({
    action: 'files.infected',
    resourceType: 'file',
    resourceId: fileId,
    subjectId: ownerId,
    outcome: 'denied',
    payload: { fileName, signature, ...version },
  });
  await notifications.send(withoutTables(unit), {
    template: 'files.infected',
    to: { userId: ownerId },
    channels: ['inApp', 'email'],
    category: 'security',
    occurrence: { at: now().toISOString(), ip: null, device: null },
    variables: { fileName, signature },
  });
  if (isKnown) return;
  await notifications.notifyIncident(withoutTables(unit), {
    severity: 'high',
    title: 'An uploaded file is infected',
    description: `The scanner has found ${signature} in ${versionOf === null ? 'the file' : 'a new content of the file'} ${fileId}. It is in quarantine, and nobody can download it. Others of the same person within an hour are not reported.`,
    path: `/files/${fileId}`,
  });
}
