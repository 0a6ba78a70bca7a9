import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { languages } from '#kernel/language.ts';
import type { Db } from '#platform/database/port.ts';
import type { Channel } from '../contract.ts';
import { definitionOf } from './catalogue.ts';
import { toPlainText } from './layout.ts';
import type { NotificationsTables, OwnUnit, StoredTemplate } from '../tables.ts';
import { insertTemplate, listShipped, lockTemplate, updateTemplate } from './queries.ts';
import { change, isSame, record } from './service.ts';
import written from '../templates.json' with { type: 'json' };

interface Shipped {
  readonly name: string;
  readonly channel: Channel;
  readonly language: string;
  readonly subjectTemplate: string;
  readonly bodyTemplate: string;
  readonly allowsLogic: boolean;
}

/** Every template of `templates.json`: HTML for e-mail, and its words for the inbox. */
export function shippedTemplates(): Shipped[] {
  return Object.entries(written).flatMap(([name, byLanguage]) =>
    byLanguage.channels.flatMap((channel) =>
      languages.map((language) => {
        const { subject: subjectTemplate, body } = byLanguage[language];
        const bodyTemplate = channel === 'email' ? body : toPlainText(body);
        const allowsLogic = definitionOf(name)?.allowsLogic ?? false;
        return { name, channel: channel as Channel, language, subjectTemplate, bodyTemplate, allowsLogic };
      }),
    ),
  );
}

/**
 * Brings what this version of the program says into the database: new templates, and new texts of those that nobody has
 * edited; an edit stays, and what is new waits behind it. Two nodes that start together do it once.
 */
export async function shipTemplates(db: Db<NotificationsTables>): Promise<void> {
  const known = new Map((await listShipped(db.read)).map((row) => [keyOf(row), row]));
  const news = shippedTemplates().filter((one) => {
    const row = known.get(keyOf(one));
    return !row || row.shippedSubject !== one.subjectTemplate || row.shippedBody !== one.bodyTemplate;
  });
  if (news.length === 0) return;
  await db.write(system('notifications'), async (unit) => {
    for (const one of news) await ship(unit, one, known.get(keyOf(one)));
  });
}

async function ship(unit: OwnUnit, one: Shipped, known: StoredTemplate | undefined): Promise<void> {
  const shipped = { shippedSubject: one.subjectTemplate, shippedBody: one.bodyTemplate };
  if (!known) {
    const row = await insertTemplate(unit.tx, {
      id: newId(),
      ...one,
      ...shipped,
      revision: 1,
      isShipped: true,
      isEdited: false,
    });
    if (row) await record(unit, row); // else another node, or somebody had made one of that name: theirs stays
    return;
  }
  const row = await lockTemplate(unit.tx, known.id);
  if (!row || (row.shippedSubject === one.subjectTemplate && row.shippedBody === one.bodyTemplate)) return;
  const { subjectTemplate, bodyTemplate, allowsLogic } = one;
  if (row.isEdited || isSame(row, one)) await updateTemplate(unit.tx, row.id, shipped);
  else await change(unit, row, { subjectTemplate, bodyTemplate, allowsLogic, ...shipped });
}

function keyOf({ name, channel, language }: Pick<Shipped, 'name' | 'channel' | 'language'>): string {
  return `${name} ${channel} ${language}`;
}
