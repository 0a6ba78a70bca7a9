import { createHash } from 'node:crypto';
import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import type { Branding } from '#platform/branding/port.ts';
import type { Db } from '#platform/database/port.ts';
import type { NotificationsTables, NotificationsUnit, StoredTemplate } from '../tables.ts';
import { requireSendable, type BuiltInTemplate } from './catalogue.ts';
import { insertTemplate, isChecked, listBuiltIns, lockTemplate, recordCheck, updateTemplate } from './queries.ts';
import { addRevision, isSame, recordRevision } from './revisions.ts';

const RULES = 1; // of the check: raise it when filters, tags or the layout become stricter

/**
 * Stores the templates of this version of the program: new templates, and new texts of those that nobody has edited. An
 * edit stays in force, and the new text is kept beside it. Two nodes that start together store it once.
 * @throws as `requireSendable`
 */
export async function installBuiltIns(
  db: Db<NotificationsTables>,
  builtIns: readonly BuiltInTemplate[],
  branding: Branding,
): Promise<void> {
  await requireAllSendable(db, builtIns, branding);
  const stored = new Map((await listBuiltIns(db.read)).map((row) => [keyOf(row), row]));
  const changed = builtIns.filter((one) => {
    const row = stored.get(keyOf(one));
    return !row || !isInstalled(row, one);
  });
  if (changed.length === 0) return;
  await db.write(system('notifications'), async (unit) => {
    for (const one of changed) await install(unit, one, stored.get(keyOf(one)));
  });
}

/** Rendering all takes a tenth of a start, so the start of a version that was checked with the same settings does not. */
async function requireAllSendable(
  db: Db<NotificationsTables>,
  builtIns: readonly BuiltInTemplate[],
  branding: Branding,
): Promise<void> {
  const hash = createHash('sha256')
    .update(JSON.stringify([RULES, { ...branding, logo: null }, builtIns]))
    .digest('hex');
  if (await isChecked(db.read, hash)) return;
  for (const one of builtIns) requireSendable(one, branding);
  await db.write(system('notifications'), ({ tx }) => recordCheck(tx, hash));
}

async function install(unit: NotificationsUnit, one: BuiltInTemplate, stored?: StoredTemplate): Promise<void> {
  const { name, channel, language, subjectTemplate, bodyTemplate, allowsLogic } = one;
  const texts = { subjectTemplate, bodyTemplate, allowsLogic };
  const shipped = { shippedSubject: subjectTemplate, shippedBody: bodyTemplate };
  if (!stored) {
    const key = { id: newId(), name, channel, language };
    const state = { revision: 1, isShipped: true, isEdited: false };
    const row = await insertTemplate(unit.tx, { ...key, ...texts, ...shipped, ...state });
    if (row) await recordRevision(unit, row); // null: another node or a user has created it; it stays
    return;
  }
  const row = await lockTemplate(unit.tx, stored.id);
  if (!row || isInstalled(row, one)) return;
  if (row.isEdited || isSame(row, one)) await updateTemplate(unit.tx, row.id, shipped);
  else await addRevision(unit, row, { ...texts, ...shipped });
}

function isInstalled({ shippedSubject, shippedBody }: StoredTemplate, one: BuiltInTemplate): boolean {
  return shippedSubject === one.subjectTemplate && shippedBody === one.bodyTemplate;
}

function keyOf({ name, channel, language }: Pick<BuiltInTemplate, 'name' | 'channel' | 'language'>): string {
  return `${name} ${channel} ${language}`;
}
