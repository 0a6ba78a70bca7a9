import { newId } from '#kernel/id.ts';
import { defineQueue } from '#kernel/work.ts';
import { channels, notificationEvents, type Category, type Channel, type Priority } from '../contract.ts';
import { openDigest } from './digest-queries.ts';
import { findPreference, findRecipient, hasOptedOut, takeInboxPlace } from '../recipients/queries.ts';
import { insertMessage, updateMessage } from '../queries.ts';
import type { OwnUnit, PreferenceRow, Reader, Stored, StoredTemplate } from '../tables.ts';
import type { Content, Sealing } from '../sealing.ts';

/** One for each channel, so that a slow one holds no other up; the inbox needs none, and has none. */
export const deliveryQueues = new Map(
  channels
    .filter((channel) => channel !== 'inApp')
    .map((channel) => [channel as Channel, defineQueue(`notifications.${channel}`)]),
);
export const digestQueue = defineQueue('notifications.digest');

/** A message that is written and addressed, and not yet accepted. */
export interface Draft {
  readonly channel: Channel;
  readonly category: Category;
  readonly priority: Priority;
  readonly userId: string | null;
  readonly createdBy: string | null;
  readonly address: string;
  readonly language: string;
  readonly template: StoredTemplate | null;
  readonly content: Content;
  /** Released by its schedule; null: now. */
  readonly schedule: { readonly id: string; readonly at: string } | null;
}

/** How somebody wants to get messages of a kind. */
export interface Wish {
  readonly isWanted: boolean;
  readonly digestMinutes: number | null;
}

/** What holds where somebody has said nothing. */
function defaultWish(category: Category, channel: Channel): Wish {
  return { isWanted: category !== 'reminders' || channel !== 'email', digestMinutes: null };
}

export function toWish(row: PreferenceRow | undefined, category: Category, channel: Channel): Wish {
  return row ? { isWanted: row.wanted, digestMinutes: row.digestMinutes } : defaultWish(category, channel);
}

/** Security messages and the inbox cannot be declined. */
export async function wishOf(
  db: Reader,
  { userId, category, channel, hash }: { userId: string | null; category: Category; channel: Channel; hash: Buffer },
): Promise<Wish> {
  if (category === 'security' || channel === 'inApp') return { isWanted: true, digestMinutes: null };
  if (userId === null) return { isWanted: !(await hasOptedOut(db, hash, category)), digestMinutes: null };
  return toWish(await findPreference(db, userId, category, channel), category, channel);
}

/** Stores the message as part of the unit, and sees to its delivery; one that is not wanted is stored as cancelled. */
export async function accept(
  unit: OwnUnit,
  draft: Draft,
  wish: Wish,
  { sealing, now }: { sealing: Sealing; now: () => Date },
): Promise<Stored> {
  const id = newId();
  const { template, content, address, schedule, ...fields } = draft;
  const digestId = await joinDigest(unit, draft, wish, now);
  const isDue = wish.isWanted && schedule === null && digestId === null;
  const isHandedOver = isDue && draft.channel !== 'inApp';
  const row = await insertMessage(unit.tx, {
    ...nothingYet,
    ...fields,
    id,
    template: template?.name ?? null,
    templateId: template?.id ?? null,
    templateRevision: template?.revision ?? null,
    recipientSealed: sealing.seal(address),
    recipientHash: sealing.hash(address),
    contentSealed: sealing.sealContent(content),
    status: isHandedOver ? 'pending' : wish.isWanted ? 'scheduled' : 'cancelled',
    statusReason: wish.isWanted ? null : 'optedOut',
    scheduleId: schedule?.id ?? null,
    scheduledAt: schedule?.at ?? null,
    digestId,
  });
  unit.publish(notificationEvents.created, { notificationId: id });
  if (!isHandedOver) return isDue ? release(unit, row, now) : row;
  hand(unit, row);
  return row;
}

/** Another message of the same content; the one it repeats stays as it is. */
export async function copyMessage(
  unit: OwnUnit,
  original: Stored,
  scheduledAt: string | null,
  now: () => Date,
): Promise<Stored> {
  const id = newId();
  const same = withoutProgress(original);
  const row = await insertMessage(unit.tx, { ...same, ...nothingYet, id, status: 'scheduled', scheduledAt });
  unit.publish(notificationEvents.created, { notificationId: id });
  return release(unit, row, now);
}

function withoutProgress({ userId, createdBy, channel, category, priority, template, ...rest }: Stored) {
  const { templateId, templateRevision, language, recipientSealed, recipientHash, contentSealed } = rest;
  const written = { template, templateId, templateRevision, language, contentSealed };
  return { userId, createdBy, channel, category, priority, ...written, recipientSealed, recipientHash };
}

/** Lets a message that waited go: to its inbox, or to the workers, and to the address that its person has now. */
export async function release(unit: OwnUnit, message: Stored, now: () => Date): Promise<Stored> {
  const { id, channel, userId } = message;
  if (channel !== 'inApp') {
    hand(unit, message);
    return updateMessage(unit.tx, id, { status: 'pending', ...(await addressNow(unit.tx, message)) });
  }
  if (userId === null) throw new Error('a message for an inbox names nobody');
  const inboxSeq = await takeInboxPlace(unit.tx, userId);
  const at = now().toISOString();
  unit.publish(notificationEvents.sent, { notificationId: id });
  unit.publish(notificationEvents.arrived, { userId, notificationId: id });
  return updateMessage(unit.tx, id, { status: 'delivered', inboxSeq, sentAt: at, deliveredAt: at, provider: 'inbox' });
}

/** Of a person's e-mail, the one address there is to be looked up; everything else stays as it was written. */
async function addressNow(db: Reader, { channel, userId }: Stored) {
  const person = channel === 'email' && userId !== null ? await findRecipient(db, userId) : undefined;
  return person && { recipientSealed: person.emailSealed, recipientHash: person.emailHash };
}

function hand(
  { enqueue }: OwnUnit,
  { id, channel, generation, priority }: Pick<Stored, 'id' | 'channel' | 'generation' | 'priority'>,
): void {
  const queue = deliveryQueues.get(channel);
  if (!queue) throw new Error(`nothing is handed over through ${channel}`);
  enqueue(queue, { ref: `${id} ${generation}`, lane: priority });
}

/** The window that collects this message; null when it goes out by itself. */
async function joinDigest(
  unit: OwnUnit,
  { userId, category, channel, schedule }: Draft,
  { isWanted, digestMinutes }: Wish,
  now: () => Date,
): Promise<string | null> {
  if (userId === null || digestMinutes === null || !isWanted || schedule !== null) return null;
  const dueAt = new Date(now().getTime() + digestMinutes * 60_000).toISOString();
  const { id, isFresh } = await openDigest(unit.tx, { id: newId(), userId, category, channel, dueAt });
  if (isFresh) unit.enqueue(digestQueue, { ref: id, dueAt });
  return id;
}

const nothingYet = {
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
