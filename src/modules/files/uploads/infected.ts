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
  { id, ownerId, fileName }: GateFile,
  signature: string,
): Promise<void> {
  const isKnown = await hasInfectedSince(unit.tx, ownerId, new Date(now().getTime() - HOUR_MS).toISOString());
  await leaveGate(unit.tx, id, { storageStatus: 'infected', scanStatus: 'infected', reason: signature });
  unit.publish(fileEvents.infected, { fileId: id, ownerId, signature });
  unit.audit({
    action: 'files.infected',
    resourceType: 'file',
    resourceId: id,
    subjectId: ownerId,
    outcome: 'denied',
    payload: { fileName, signature },
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
    description: `The scanner has found ${signature} in the file ${id}. It is in quarantine, and nobody can download it. Others of the same person within an hour are not reported.`,
    path: `/files/${id}`,
  });
}
