import type { Actor } from '#kernel/access.ts';
import { UUID_PATTERN } from '#kernel/id.ts';
import { mapPage } from '#kernel/page.ts';
import type { Db } from '#platform/database/port.ts';
import type { AccessLists, Right } from '#modules/authorization/contract.ts';
import { toAddress } from '../channels/addresses.ts';
import type { Channels } from '../channels/port.ts';
import {
  notificationErrors,
  notificationEvents,
  reportReasons,
  type Category,
  type Channel,
  type NewNotification,
  type Notification,
  type NotificationQuery,
} from '../contract.ts';
import { lockMessage, requireWaiting, updateMessage, type AccessListCondition } from '../queries.ts';
import { findRecipient, findRecipientByEmail } from '../recipients/queries.ts';
import { endSchedulesOf } from '../schedules/queries.ts';
import { mask, type MessageSealing } from '../sealing.ts';
import type { NotificationsReader, NotificationsTables, NotificationsUnit, StoredMessage } from '../tables.ts';
import { requireSmall } from '../templates/liquid.ts';
import { addressOf } from './send.ts';
import type { Addressee, Compose, MessageSource } from './compose.ts';
import * as queries from './queries.ts';

const NO_USER = 'expected the id of a user who can receive messages';
const NO_ADDRESS = 'the user has no address for this channel: give the address as recipient and the user as userId';

export interface MessageRequestsNeeds {
  readonly db: Db<NotificationsTables>;
  readonly sealing: MessageSealing;
  readonly channels: Channels;
  readonly compose: Compose;
  readonly isAllowed: AccessListCondition;
  readonly accessLists: Pick<AccessLists, 'listed'>;
  readonly now: () => Date;
}

/** Messages over HTTP. */
export function createMessageRequests(needs: MessageRequestsNeeds) {
  const { db, sealing, channels, compose, isAllowed, accessLists, now } = needs;

  /**
   * @throws `notifications.channel_disabled`, `recipient_invalid`, `content_invalid`, `content_too_large`,
   * `schedule_in_past`, and those of a template
   */
  async function create(actor: Actor, input: NewNotification): Promise<Notification> {
    requireValid(input);
    return db.write(actor, (unit) => add(unit, actor.id, input));
  }

  /** Throws as `create`, without an effect. */
  async function check(input: NewNotification): Promise<void> {
    requireValid(input);
    await addresseeOf(db.read, input);
  }

  function requireValid({ channel, variables = {}, scheduledAtUtc, ...input }: NewNotification): void {
    if (channel !== 'inApp' && !channels.enabled.includes(channel))
      throw notificationErrors.channelDisabled({ channel });
    toSource({ channel, variables, ...input });
    requireSmall(variables);
    if (scheduledAtUtc && Date.parse(scheduledAtUtc) <= now().getTime()) throw notificationErrors.scheduleInPast();
  }

  /** Part of the caller's unit. */
  async function add(unit: NotificationsUnit, createdBy: string, input: NewNotification): Promise<Notification> {
    const { channel, category = 'general', priority = 'medium', scheduledAtUtc } = input;
    const { languages, timeZone, ...to } = await addresseeOf(unit.tx, input);
    const row = await compose(unit, {
      channel,
      category,
      priority,
      createdBy,
      to,
      languages: input.language ? [input.language] : languages,
      timeZone,
      source: toSource(input),
      scheduledAt: scheduledAtUtc ? new Date(scheduledAtUtc).toISOString() : null,
      unwanted: 'store',
    });
    if (!row) throw new Error('a message was not stored');
    return toNotification({ ...row, attempts: [] });
  }

  /** @throws `notifications.recipient_invalid` */
  async function addresseeOf(tx: NotificationsReader, { channel, recipient, userId }: NewNotification) {
    const to = await findAddressee(tx, channel, recipient);
    if (!userId || userId === to.userId) return to;
    const person = await findRecipient(tx, userId);
    if (!person) throw notificationErrors.recipientInvalid({ channel, reason: NO_USER });
    if (channel === 'inApp' || channel === 'email')
      throw notificationErrors.recipientInvalid({ channel, reason: 'the address does not belong to this user' });
    return { ...to, userId, languages: person.languages, timeZone: person.timeZone };
  }

  async function findAddressee(
    tx: NotificationsReader,
    channel: Channel,
    recipient: string,
  ): Promise<Addressee & { readonly languages: readonly string[]; readonly timeZone: string | null }> {
    const isId = UUID_PATTERN.test(recipient);
    const person = isId ? await findRecipient(tx, recipient) : undefined;
    if (channel === 'inApp') {
      if (!person) throw notificationErrors.recipientInvalid({ channel, reason: NO_USER });
      const { userId, languages, timeZone } = person;
      return { userId, address: userId, languages, timeZone };
    }
    const address = person ? addressOf(sealing, person, channel) : toAddress(channel, recipient);
    if (address === null) throw notificationErrors.recipientInvalid({ channel, reason: NO_ADDRESS });
    const reason = channels.refuses(channel, address);
    if (reason !== null) throw notificationErrors.recipientInvalid({ channel, reason });
    const known = person ?? (await findRecipientByEmail(tx, sealing.hash(address)));
    const { userId = null, languages = [], timeZone = null } = known ?? {};
    return { userId, address, languages, timeZone };
  }

  function toNotification(row: queries.ListedMessage): Notification {
    const recipient = sealing.openRecipient(row);
    const attempts = row.attempts.map((attempt) => ({ ...attempt, messageId: attempt.providerMessageId }));
    return {
      id: row.id,
      channel: row.channel,
      priority: row.priority,
      category: row.category,
      template: row.template,
      templateId: row.templateId,
      templateRevision: row.templateRevision,
      language: row.language,
      recipient: row.channel === 'inApp' ? recipient : mask(recipient),
      subject: sealing.openSubject(row),
      status: row.status,
      statusReason: row.statusReason,
      heldUntil: row.heldUntil,
      scheduledAtUtc: row.scheduledAt,
      sentAt: row.sentAt,
      deliveredAt: row.deliveredAt,
      createdAt: row.createdAt,
      attempts,
    };
  }

  async function list(actor: Actor, query: NotificationQuery) {
    return mapPage(await queries.listMessages(db.read, actor, query, accessLists), toNotification);
  }

  /** @throws `notifications.not_found`, also for somebody else's, as every method here that takes an id */
  async function get(actor: Actor, id: string): Promise<Notification> {
    const row = await queries.findMessage(db.read, actor, id, accessLists);
    if (!row) throw notificationErrors.notFound({ id });
    return toNotification(row);
  }

  /**
   * Also ends its schedule. Idempotent. @throws `notifications.already_sent`, `notifications.ended` unless it waits
   */
  async function cancel(actor: Actor, id: string): Promise<Notification> {
    await db.write(actor, async (unit) => {
      const row = await lock(unit, id, 'write');
      if (row.status === 'cancelled') return;
      requireWaiting(row);
      await updateMessage(unit.tx, id, { status: 'cancelled', statusReason: 'cancelled', heldUntil: null });
      await endSchedulesOf(unit.tx, id);
      auditChange(unit, 'notifications.message_cancelled', row);
    });
    return get(actor, id);
  }

  /** A message that waits is not sent any more. @throws `notifications.already_sent` while it is being sent */
  function archive(actor: Actor, id: string): Promise<void> {
    return db.write(actor, async (unit) => {
      const row = await lock(unit, id, 'delete');
      if (row.status === 'archived') return;
      if (row.status === 'sending') throw notificationErrors.alreadySent({ id });
      // A repeated report must still find what was reported.
      const statusReason = reportReasons.find((reason) => reason === row.statusReason) ?? row.status;
      await updateMessage(unit.tx, id, { status: 'archived', statusReason, heldUntil: null });
      await endSchedulesOf(unit.tx, id);
      unit.publish(notificationEvents.archived, { notificationId: id });
      auditChange(unit, 'notifications.message_archived', row);
    });
  }

  async function lock({ tx, actor }: NotificationsUnit, id: string, right: Right): Promise<StoredMessage> {
    const row = await lockMessage(tx, actor, id, right, isAllowed);
    if (!row) throw notificationErrors.notFound({ id });
    return row;
  }

  return { create, check, add, list, get, cancel, archive };
}

export type MessageRequests = ReturnType<typeof createMessageRequests>;

/** Either a template or a body. @throws `notifications.content_invalid` */
function toSource({ templateId, subject, body, variables = {} }: NewNotification): MessageSource {
  const [template, text] = [templateId ?? null, body ?? null];
  if (template !== null && text === null) return { templateId: template, variables };
  if (template === null && text !== null) return { subject: subject ?? '', body: text, variables };
  throw notificationErrors.contentInvalid();
}

/** Changes of other people's messages are audited. A change of your own message is recorded in the message itself. */
function auditChange(
  { audit, actor }: NotificationsUnit,
  action: string,
  { id, createdBy, status, channel, category }: StoredMessage,
): void {
  if (createdBy === actor.id) return;
  audit({
    action,
    resourceType: 'notification',
    resourceId: id,
    payload: { before: { status }, channel, category: category satisfies Category },
  });
}
