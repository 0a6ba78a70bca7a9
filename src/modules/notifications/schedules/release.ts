import { newId } from '#kernel/id.ts';
import { defineQueue } from '#kernel/work.ts';
import { channels, notificationEvents, type Channel } from '../contract.ts';
import { takeInboxPlace } from '../inbox/queries.ts';
import { insertMessage, updateMessage } from '../queries.ts';
import { findRecipient } from '../recipients/queries.ts';
import type { MessageContent, MessageSealing } from '../sealing.ts';
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
  heldUntil: null,
  expiresAt: null,
  inboxSeq: null,
  begunAt: null,
  sentAt: null,
  deliveredAt: null,
  provider: null,
  readAt: null,
};

/** Of a message that nothing holds any more. */
const freed = { statusReason: null, heldUntil: null };

export interface ReleaseNeeds {
  readonly sealing: MessageSealing;
  readonly now: () => Date;
}

/**
 * Ends the waiting of a message: it goes to the inbox, or to the workers and to the address that its person has now.
 */
export async function release(
  unit: NotificationsUnit,
  message: StoredMessage,
  { sealing, now }: ReleaseNeeds,
): Promise<StoredMessage> {
  const { id, channel, userId } = message;
  if (channel !== 'inApp') {
    enqueueDelivery(unit, message);
    return updateMessage(unit.tx, id, {
      ...freed,
      status: 'pending',
      ...(await currentAddress(unit.tx, message, sealing)),
    });
  }
  if (userId === null) throw new Error(`the in-app message ${id} has no user`);
  const inboxSeq = await takeInboxPlace(unit.tx, userId);
  const at = now().toISOString();
  unit.publish(notificationEvents.sent, { notificationId: id });
  unit.publish(notificationEvents.arrived, { userId, notificationId: id });
  return updateMessage(unit.tx, id, {
    ...freed,
    status: 'delivered',
    inboxSeq,
    sentAt: at,
    deliveredAt: at,
    provider: 'inbox',
  });
}

/** Releases a copy of the message, with its content or with other content; the original stays as it is. */
export async function releaseCopy(
  unit: NotificationsUnit,
  original: StoredMessage,
  scheduledAt: string | null,
  needs: ReleaseNeeds,
  content?: MessageContent,
): Promise<StoredMessage> {
  const { sealing } = needs;
  const id = newId();
  const row = await insertMessage(unit.tx, {
    ...initialState,
    ...toCopy(original),
    id,
    scheduledAt,
    recipientSealed: sealing.sealRecipient(id, sealing.openRecipient(original)),
    contentSealed: sealing.sealContent(id, content ?? sealing.openContent(original)),
  });
  unit.publish(notificationEvents.created, { notificationId: id });
  return release(unit, row, needs);
}

function toCopy({ userId, createdBy, channel, category, priority, template, ...rest }: StoredMessage) {
  const { templateId, templateRevision, language, recipientHash } = rest;
  const content = { template, templateId, templateRevision, language };
  return { userId, createdBy, channel, category, priority, ...content, recipientHash };
}

/** Every message but an e-mail keeps the address that it was composed with: it need not be one that the account has. */
async function currentAddress(
  db: NotificationsReader,
  { id, channel, userId }: StoredMessage,
  sealing: MessageSealing,
) {
  const person = channel === 'email' && userId !== null ? await findRecipient(db, userId) : undefined;
  const email = person ? sealing.openEmail(person) : null;
  if (email === null) return undefined;
  return { recipientSealed: sealing.sealRecipient(id, email), recipientHash: sealing.hash(email) };
}

export function enqueueDelivery(
  { enqueue }: NotificationsUnit,
  { id, channel, generation, priority }: Pick<StoredMessage, 'id' | 'channel' | 'generation' | 'priority'>,
): void {
  const queue = deliveryQueues.get(channel);
  if (!queue) throw new Error(`the channel ${channel} has no delivery queue`);
  enqueue(queue, { ref: `${id} ${generation}`, lane: priority });
}
