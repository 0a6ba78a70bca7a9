import { newId } from '#kernel/id.ts';
import { defineQueue } from '#kernel/work.ts';
import { clip } from '#kernel/text.ts';
import type { Branding } from '#platform/branding/port.ts';
import type { WorkResult, Work } from '#platform/work/port.ts';
import { notificationEvents, type Category, type Channel } from '../contract.ts';
import { updateMessage } from '../queries.ts';
import type { Preference } from '../recipients/preferences.ts';
import { findRecipient } from '../recipients/queries.ts';
import type { NotificationsTables, NotificationsUnit, StoredMessage } from '../tables.ts';
import { builtInTemplate, renderBuiltIn } from '../templates/choose.ts';
import { languageOf } from '../templates/render.ts';
import { closeDigest, lockCollected, openDigest } from './digest-queries.ts';
import { release, releaseCopy, type ReleaseNeeds } from './release.ts';

export const digestQueue = defineQueue('notifications.digest');
const MAX_EXCERPT = 300;
const MAX_ITEMS = 50;

interface Collectable {
  readonly userId: string | null;
  readonly category: Category;
  readonly channel: Channel;
}

/** The digest that collects this message until `dueAt`, opened if there is none; null when the person wants none. */
export async function joinDigest(
  unit: NotificationsUnit,
  { userId, category, channel }: Collectable,
  { isWanted, digestMinutes }: Preference,
  now: () => Date,
): Promise<{ id: string; dueAt: string } | null> {
  if (userId === null || digestMinutes === null || !isWanted) return null;
  const dueAt = new Date(now().getTime() + digestMinutes * 60_000).toISOString();
  const { isNew, ...digest } = await openDigest(unit.tx, { id: newId(), userId, category, channel, dueAt });
  if (isNew) unit.enqueue(digestQueue, { ref: digest.id, dueAt });
  return digest;
}

/** Closes a digest: a single message is sent as it is; several are sent as one message, and archived. */
export function createDigestCloser(needs: ReleaseNeeds & { readonly branding: Branding }) {
  const { sealing, branding } = needs;

  return async ({ ref }: Work): Promise<WorkResult<NotificationsTables>> => ({
    write: async (unit) => {
      const digest = await closeDigest(unit.tx, ref);
      const messages = digest ? await lockCollected(unit.tx, ref) : [];
      for (const collected of Map.groupBy(messages, addressKeyOf).values()) await send(unit, collected);
    },
  });

  async function send(unit: NotificationsUnit, [first, ...rest]: readonly StoredMessage[]): Promise<void> {
    if (first && rest.length === 0) await release(unit, first, needs);
    else if (first) await merge(unit, first, [first, ...rest]);
  }

  async function merge(unit: NotificationsUnit, first: StoredMessage, messages: readonly StoredMessage[]) {
    const { channel } = first;
    const language = languageOf(first, branding);
    const template = await builtInTemplate(unit.tx, 'notifications.digest', channel, [language], branding);
    const contents = messages.map((row) => sealing.openContent(row));
    const items = contents.slice(0, MAX_ITEMS).map(({ subject, text }) => ({ subject, text: clip(text, MAX_EXCERPT) }));
    const unsubscribeUrl = contents.find((content) => content.unsubscribeUrl)?.unsubscribeUrl ?? null;
    const reader = first.userId === null ? undefined : await findRecipient(unit.tx, first.userId);
    const timeZone = reader?.timeZone ?? branding.timeZone;
    const options = { channel, language, timeZone, branding, unsubscribeUrl };
    const content = renderBuiltIn(template, { count: messages.length, items }, options);
    const { id: templateId, revision: templateRevision, name } = template;
    const original = { ...first, template: name, templateId, templateRevision };
    await releaseCopy(unit, original, null, needs, content);
    for (const { id } of messages) {
      await updateMessage(unit.tx, id, { status: 'archived', statusReason: 'digested', heldUntil: null });
      unit.publish(notificationEvents.archived, { notificationId: id });
    }
  }
}

/**
 * A person has one e-mail address, and may have several phone numbers or devices: each of these gets its own messages.
 */
function addressKeyOf({ channel, recipientHash }: StoredMessage): string {
  return channel === 'email' ? '' : (recipientHash?.toString('hex') ?? '');
}
