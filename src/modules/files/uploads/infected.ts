import { withoutTables } from '#platform/database/port.ts';
import { fileEvents } from '../contract.ts';
import type { FilesNeeds, FilesUnit } from '../needs.ts';
import { leaveGate, reserveNotice, type GateFile } from './queries.ts';

const HOUR_MS = 3_600_000;

/**
 * The bytes stay in staging, which is served to nobody. Owner and administrators are notified: the owner by a message,
 * the administrators as the routing of incidents says, and once an hour for each owner: one person must not be able to
 * fill their mailboxes. What others can have sent, by a link or as a new content, is told to the owner once an hour.
 */
export async function quarantine(
  { notifications, now }: Pick<FilesNeeds, 'notifications' | 'now'>,
  unit: FilesUnit,
  { id, versionOf, ownerId, fileName, linkId }: GateFile,
  signature: string,
): Promise<void> {
  const at = now().toISOString();
  const hour = { ownerId, at, since: new Date(now().getTime() - HOUR_MS).toISOString() };
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
  const isByOwner = linkId === null && versionOf === null;
  if (isByOwner || (await reserveNotice(unit.tx, { ...hour, of: 'warnedAt' })))
    await notifications.send(withoutTables(unit), {
      template: 'files.infected',
      to: { userId: ownerId },
      channels: ['inApp', 'email'],
      category: 'security',
      occurrence: { at, ip: null, device: null },
      variables: { fileName, signature },
    });
  if (!(await reserveNotice(unit.tx, { ...hour, of: 'incidentAt' }))) return;
  await notifications.notifyIncident(withoutTables(unit), {
    severity: 'high',
    title: { en: 'An uploaded file is infected', fa: 'یک فایل آپلودشده آلوده است' },
    description: {
      en: `The scanner has found ${signature} in ${versionOf === null ? 'the file' : 'a new content of the file'} ${fileId}. It is in quarantine, and nobody can download it. Others of the same person within an hour are not reported.`,
      fa: `ویروس‌یاب ${signature} را در ${versionOf === null ? 'فایل' : 'محتوای جدید فایل'} ${fileId} پیدا کرد. فایل در قرنطینه است و کسی نمی‌تواند آن را دانلود کند. موارد دیگرِ همین شخص تا یک ساعت گزارش نمی‌شود.`,
    },
    path: `/files/${fileId}`,
  });
}
