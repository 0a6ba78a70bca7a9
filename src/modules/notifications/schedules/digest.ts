import { newId } from '#kernel/id.ts';
import type { Settlement, Work } from '#platform/work/port.ts';
import { copyMessage, release } from './release.ts';
import { notificationEvents } from '../contract.ts';
import { closeDigest, lockCollected } from './digest-queries.ts';
import { updateMessage } from '../queries.ts';
import type { NotificationsTables, OwnUnit, Stored } from '../tables.ts';
import type { Sealing } from '../sealing.ts';
import { renderShipped, shippedTemplate } from '../templates/service.ts';

const EXCERPT = 300;
const MOST_ITEMS = 50;

/** Ends a window: one message goes out as it is; several go out as one, and are archived as part of it. */
export function createDigest({ sealing, now }: { sealing: Sealing; now: () => Date }) {
  return async ({ ref }: Work): Promise<Settlement<NotificationsTables>> => ({
    write: async (unit) => {
      const digest = await closeDigest(unit.tx, ref);
      const messages = digest ? await lockCollected(unit.tx, ref) : [];
      for (const collected of Map.groupBy(messages, placeOf).values()) await send(unit, collected);
    },
  });

  async function send(unit: OwnUnit, [first, ...rest]: readonly Stored[]): Promise<void> {
    if (first && rest.length === 0) await release(unit, first, now);
    else if (first) await merge(unit, first, [first, ...rest]);
  }

  async function merge(unit: OwnUnit, first: Stored, messages: readonly Stored[]): Promise<void> {
    const { language, channel } = first;
    const template = await shippedTemplate(unit.tx, 'notifications.digest', channel, language);
    const contents = messages.map((row) => sealing.openContent(row));
    const items = contents.slice(0, MOST_ITEMS).map(({ subject, text }) => ({ subject, text: text.slice(0, EXCERPT) }));
    const unsubscribeUrl = contents.find((content) => content.unsubscribeUrl)?.unsubscribeUrl ?? null;
    const content = renderShipped(template, { count: messages.length, items }, { channel, language, unsubscribeUrl });
    const { id: templateId, revision: templateRevision, name } = template;
    const contentSealed = sealing.sealContent(content);
    await copyMessage(
      unit,
      { ...first, id: newId(), template: name, templateId, templateRevision, contentSealed },
      null,
      now,
    );
    for (const { id } of messages) {
      await updateMessage(unit.tx, id, { status: 'archived', statusReason: 'digested' });
      unit.publish(notificationEvents.archived, { notificationId: id });
    }
  }
}

/** A person has one address of e-mail, and may have several numbers or devices: each gets what was for it. */
function placeOf({ channel, recipientHash }: Stored): string {
  return channel === 'email' ? '' : (recipientHash?.toString('hex') ?? '');
}
