import type { NotificationsUnit, StoredTemplate } from '../tables.ts';
import * as queries from './queries.ts';

export type TemplateTexts = Pick<StoredTemplate, 'subjectTemplate' | 'bodyTemplate' | 'allowsLogic'>;

/** Writes the next revision of a locked template. */
export async function addRevision(
  unit: NotificationsUnit,
  row: StoredTemplate,
  to: TemplateTexts & Partial<StoredTemplate>,
): Promise<StoredTemplate> {
  const changed = await queries.updateTemplate(unit.tx, row.id, { ...to, revision: row.revision + 1 });
  await recordRevision(unit, changed);
  auditTemplate(unit, 'notifications.template_changed', changed, row);
  return changed;
}

/** Keeps the texts of a revision; they are never deleted. */
export async function recordRevision({ tx, actor }: NotificationsUnit, row: StoredTemplate): Promise<void> {
  const { id: templateId, revision, subjectTemplate, bodyTemplate } = row;
  const createdBy = actor.type === 'system' ? null : actor.id;
  await queries.insertRevision(tx, { templateId, revision, subjectTemplate, bodyTemplate, createdBy });
}

/** Changes by a new version of the program are not audited: its release notes describe them. */
export function auditTemplate(
  { audit, actor }: NotificationsUnit,
  action: string,
  row: StoredTemplate,
  before: StoredTemplate | null,
): void {
  if (actor.type === 'system') return;
  audit({
    action,
    resourceType: 'notificationTemplate',
    resourceId: row.id,
    payload: { before: before && toPayload(before), after: toPayload(row) },
  });
}

export function isSame(one: TemplateTexts, other: TemplateTexts): boolean {
  const keys = ['subjectTemplate', 'bodyTemplate', 'allowsLogic'] as const;
  return keys.every((key) => one[key] === other[key]);
}

function toPayload({ name, channel, language, subjectTemplate, bodyTemplate, allowsLogic, revision }: StoredTemplate) {
  return { name, channel, language, subjectTemplate, bodyTemplate, allowsLogic, revision };
}
