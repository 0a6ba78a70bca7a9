import { newId } from '#kernel/id.ts';
import { defineQueue } from '#kernel/work.ts';
import { channels, notificationEvents, type Channel } from '../contract.ts';
import { takeInboxPlace } from '../inbox/queries.ts';
import { insertMessage, updateMessage } from '../queries.ts';
import { findRecipient } from '../recipients/queries.ts';
import type { NotificationsReader, NotificationsUnit, StoredMessage } from '../tables.ts';

/**
 * One queue for each channel, so that a slow channel delays no other. The inbox needs none: its messages arrive at
 * once.
 */
export const deliveryQueues = new Map(
  channels
    .filter((channel) => channel !== 'inApp')
    .map((channel) => [channel as Channel, defineQueue(`notifications.${channel}`)]),
);

/** The columns of a new message. */
export const initialState = {
  status: 'scheduled' as const,
  statusReason: null,
  scheduleId: null,
  scheduledAt: null,
  digestId: null,
  inboxSeq: null,
  begunAt: null,
  sentAt: null,
  deliveredAt: null,
  provider: null,
  readAt: null,
};

/**
 * Ends the waiting of a message: it goes to the inbox, or to the workers and to the address that its person has now.
 */
export async function release(
  unit: NotificationsUnit,
  message: StoredMessage,
  now: () => Date,
): Promise<StoredMessage> {
  const { id, channel, userId } = message;
  if (channel !== 'inApp') {
    enqueueDelivery(unit, message);
    return updateMessage(unit.tx, id, { status: 'pending', ...(await currentAddress(unit.tx, message)) });
  }
  if (userId === null) throw new Error(`the in-app message ${id} has no user`);
  const inboxSeq = await takeInboxPlace(unit.tx, userId);
  const at = now().toISOString();
  unit.publish(notificationEvents.sent, { notificationId: id });
  unit.publish(notificationEvents.arrived, { userId, notificationId: id });
  return updateMessage(unit.tx, id, { status: 'delivered', inboxSeq, sentAt: at, deliveredAt: at, provider: 'inbox' });
}

/** Releases a copy of the message; the original stays as it is. */
export async function releaseCopy(
  unit: NotificationsUnit,
  original: StoredMessage,
  scheduledAt: string | null,
  now: () => Date,
): Promise<StoredMessage> {
  const id = newId();
  const row = await insertMessage(unit.tx, { ...initialState, ...toCopy(original), id, scheduledAt });
  unit.publish(notificationEvents.created, { notificationId: id });
  return release(unit, row, now);
}

function toCopy({ userId, createdBy, channel, category, priority, template, ...rest }: StoredMessage) {
  const { templateId, templateRevision, language, recipientSealed, recipientHash, contentSealed } = rest;
  const content = { template, templateId, templateRevision, language, contentSealed };
  return { userId, createdBy, channel, category, priority, ...content, recipientSealed, recipientHash };
}

/** Only e-mail addresses of people are known here; every other message keeps the address that it was composed with. */
async function currentAddress(db: NotificationsReader, { channel, userId }: StoredMessage) {
  const person = channel === 'email' && userId !== null ? await findRecipient(db, userId) : undefined;
  return person && { recipientSealed: person.emailSealed, recipientHash: person.emailHash };
}

export function enqueueDelivery(
  { enqueue }: NotificationsUnit,
  { id, channel, generation, priority }: Pick<StoredMessage, 'id' | 'channel' | 'generation' | 'priority'>,
): void {
  const queue = deliveryQueues.get(channel);
  if (!queue) throw new Error(`the channel ${channel} has no delivery queue`);
  enqueue(queue, { ref: `${id} ${generation}`, lane: priority });
}
