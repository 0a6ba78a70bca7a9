import type { Actor } from '#kernel/access.ts';
import { newId, UUID_PATTERN } from '#kernel/id.ts';
import { toPage, toPaging } from '#kernel/page.ts';
import { withTables, type AnyUnit, type Db } from '#platform/database/port.ts';
import type { Right } from '#modules/authorization/contract.ts';
import { accept, wishOf, type Draft } from '../schedules/release.ts';
import {
  notificationErrors,
  notificationEvents,
  type Category,
  type Channel,
  type NewNotification,
  type Notification,
  type NotificationQuery,
  type NotificationsApi,
} from '../contract.ts';
import * as people from '../recipients/queries.ts';
import type { Channels } from '../channels/port.ts';
import type { Allows, Listed } from '../queries.ts';
import * as queries from '../queries.ts';
import { renderRaw, renderTemplate } from '../templates/render.ts';
import type { NotificationsTables, OwnUnit, RecipientRow, Stored, Writer } from '../tables.ts';
import { endSchedulesOf, insertSchedule } from '../schedules/queries.ts';
import { mask, type Sealing } from '../sealing.ts';
import { checkVariables, chooseTemplate, renderShipped, shippedTemplate } from '../templates/service.ts';
import type { Unsubscribe } from '../recipients/unsubscribe.ts';
import { scheduleQueue, toRef } from '../schedules/service.ts';

const ORDER = 'createdAt:desc';

export interface MessagesNeeds {
  readonly db: Db<NotificationsTables>;
  readonly sealing: Sealing;
  readonly channels: Channels;
  readonly unsubscribe: Unsubscribe;
  readonly allows: Allows;
  readonly now: () => Date;
}

interface Addressee {
  readonly userId: string | null;
  readonly address: string;
  readonly language: string | null;
}

/** Messages from their acceptance on: as part of whoever sends them, or asked for over HTTP. */
export function createMessages(needs: MessagesNeeds) {
  const { db, sealing, channels, unsubscribe, allows, now } = needs;

  /**
   * @throws `notifications.channel_disabled`, `recipient_invalid`, `content_invalid`, `content_too_large`,
   * `schedule_in_past`, and those of a template
   */
  async function create(actor: Actor, input: NewNotification): Promise<Notification> {
    const { channel, templateId = null, body = null, variables = {}, scheduledAtUtc = null } = input;
    if (channel !== 'inApp' && !channels.enabled.includes(channel))
      throw notificationErrors.channelDisabled({ channel });
    if ((templateId === null) === (body === null)) throw notificationErrors.contentInvalid();
    checkVariables(variables);
    if (scheduledAtUtc !== null && Date.parse(scheduledAtUtc) <= now().getTime())
      throw notificationErrors.scheduleInPast();
    return db.write(actor, async (unit) => {
      const to = await addresseeOf(unit, input);
      const draft = await write(unit, input, to);
      const row = await accept(unit, draft, await wish(unit, draft), needs);
      if (draft.schedule && row.status === 'scheduled') await plan(unit, row, draft.schedule);
      return toNotification({ ...row, attempts: [] });
    });
  }

  /** @throws `notifications.recipient_invalid` */
  async function addresseeOf({ tx }: OwnUnit, { channel, recipient, userId }: NewNotification): Promise<Addressee> {
    const to = await personOf(tx, channel, recipient);
    if (!userId || userId === to.userId) return to;
    const person = await people.findRecipient(tx, userId);
    if (!person) throw notificationErrors.recipientInvalid({ reason: 'there is no such person' });
    if (channel === 'inApp' || channel === 'email')
      throw notificationErrors.recipientInvalid({ reason: 'the address is not that of the person' });
    return { ...to, userId, language: person.language };
  }

  async function personOf(tx: Writer, channel: Channel, recipient: string): Promise<Addressee> {
    const isId = UUID_PATTERN.test(recipient);
    const person = isId ? await people.findRecipient(tx, recipient) : undefined;
    if (channel === 'inApp') {
      if (!person) throw notificationErrors.recipientInvalid({ reason: 'there is no such person' });
      return { userId: person.userId, address: person.userId, language: person.language };
    }
    const address = person && channel === 'email' ? sealing.open(person.emailSealed) : recipient.trim();
    const reason =
      person && channel !== 'email'
        ? 'the person has no such address: give it, and the person as userId'
        : channels.refuses(channel, address);
    if (reason !== null) throw notificationErrors.recipientInvalid({ reason });
    const known = person ?? (await people.findRecipientByEmail(tx, sealing.hash(address)));
    return { userId: known?.userId ?? null, address, language: known?.language ?? null };
  }

  async function write({ tx, actor }: OwnUnit, input: NewNotification, to: Addressee): Promise<Draft> {
    const { channel, category = 'general', priority = 'medium', subject, body, templateId, variables = {} } = input;
    const wanted = input.language ?? to.language;
    const template = templateId ? await chooseTemplate(tx, templateId, channel, wanted) : null;
    const language = template?.language ?? wanted ?? 'en';
    const hash = sealing.hash(to.address);
    const words = { channel, language, unsubscribeUrl: unsubscribe.link({ ...to, hash, category, channel }) };
    const content = template
      ? renderTemplate(template, variables, words)
      : renderRaw(subject ?? '', body ?? '', words, variables);
    return {
      channel,
      category,
      priority,
      userId: to.userId,
      createdBy: actor.id,
      address: to.address,
      language,
      template,
      content,
      schedule: input.scheduledAtUtc ? { id: newId(), at: new Date(input.scheduledAtUtc).toISOString() } : null,
    };
  }

  function wish({ tx }: OwnUnit, { userId, category, channel, address }: Draft) {
    return wishOf(tx, { userId, category, channel, hash: sealing.hash(address) });
  }

  async function plan(unit: OwnUnit, { id, createdBy }: Stored, { id: scheduleId, at }: { id: string; at: string }) {
    await insertSchedule(unit.tx, {
      id: scheduleId,
      notificationId: id,
      createdBy,
      rule: null,
      ruleName: null,
      timeZone: 'UTC',
      nextRunAt: at,
    });
    unit.enqueue(scheduleQueue, { ref: toRef(scheduleId, at), dueAt: at });
  }

  const send: NotificationsApi['send'] = async (anyUnit: AnyUnit, message) => {
    const unit = withTables<NotificationsTables>(anyUnit);
    const { to, channels: wanted = ['email'], category } = message;
    const priority = message.priority ?? (category === 'security' ? 'high' : 'medium');
    const recipient = 'userId' in to ? await people.findRecipient(unit.tx, to.userId) : undefined;
    if ('userId' in to && !recipient) return;
    for (const channel of 'userId' in to ? wanted : (['email'] as const)) {
      const address = 'email' in to ? to.email : addressOf(recipient, channel);
      const userId = 'userId' in to ? to.userId : null;
      const hash = sealing.hash(address);
      const will = await wishOf(unit.tx, { userId, category, channel, hash });
      if (!will.isWanted) continue;
      const language = 'email' in to ? to.language : (recipient?.language ?? 'en');
      const template = await shippedTemplate(unit.tx, message.template, channel, language);
      const words = { channel, language, unsubscribeUrl: unsubscribe.link({ userId, hash, category, channel }) };
      const content = renderShipped(template, message.variables, words);
      const draft = { channel, category, priority, userId, createdBy: null, address, language, template, content };
      await accept(unit, { ...draft, schedule: null }, will, needs);
    }
  };

  function addressOf(recipient: RecipientRow | undefined, channel: Channel): string {
    if (!recipient) throw new Error('a message is addressed to nobody');
    return channel === 'email' ? sealing.open(recipient.emailSealed) : recipient.userId;
  }

  function toNotification(row: Listed): Notification {
    const { category, template } = row;
    const attempts = row.attempts.map((attempt) => ({ ...attempt, messageId: attempt.providerMessageId }));
    return {
      id: row.id,
      channel: row.channel,
      priority: row.priority,
      category,
      template,
      templateId: row.templateId,
      templateRevision: row.templateRevision,
      language: row.language,
      recipient: row.channel === 'inApp' ? sealing.open(row.recipientSealed) : mask(sealing.open(row.recipientSealed)),
      // A subject can hold a code; what the person reads in the mail is not shown to whoever looks at lists.
      subject: category === 'security' && template !== null ? template : sealing.openContent(row).subject,
      status: row.status,
      statusReason: row.statusReason,
      scheduledAtUtc: row.scheduledAt,
      sentAt: row.sentAt,
      deliveredAt: row.deliveredAt,
      createdAt: row.createdAt,
      attempts,
    };
  }

  async function list(actor: Actor, query: NotificationQuery) {
    const paging = toPaging(query, ORDER, (text) => UUID_PATTERN.test(text));
    const { rows, total } = await queries.listMessages(db.read, actor, query, paging, allows);
    return toPage({ rows: rows.map(toNotification), total }, paging, ORDER, ({ id }) => id);
  }

  /** @throws `notifications.not_found`, also for somebody else's; as every method here that takes an id. */
  async function get(actor: Actor, id: string): Promise<Notification> {
    const row = await queries.findMessage(db.read, actor, id, allows);
    if (!row) throw notificationErrors.notFound({ id });
    return toNotification(row);
  }

  /** Its plan ends with it. Cancelling twice is one cancelling. @throws `notifications.already_sent` for what is under way or over */
  async function cancel(actor: Actor, id: string): Promise<Notification> {
    await db.write(actor, async (unit) => {
      const row = await lock(unit, id, 'write');
      if (row.status === 'cancelled') return;
      if (row.status !== 'pending' && row.status !== 'scheduled') throw notificationErrors.alreadySent({ id });
      await queries.updateMessage(unit.tx, id, { status: 'cancelled', statusReason: 'cancelled' });
      await endSchedulesOf(unit.tx, id);
      tell(unit, 'notifications.message_cancelled', row);
    });
    return get(actor, id);
  }

  /** What still waits is not sent any more. @throws `notifications.already_sent` for what is on its way this moment */
  function archive(actor: Actor, id: string): Promise<void> {
    return db.write(actor, async (unit) => {
      const row = await lock(unit, id, 'delete');
      if (row.status === 'archived') return;
      if (row.status === 'sending') throw notificationErrors.alreadySent({ id });
      await queries.updateMessage(unit.tx, id, { status: 'archived', statusReason: row.status });
      await endSchedulesOf(unit.tx, id);
      unit.publish(notificationEvents.archived, { notificationId: id });
      tell(unit, 'notifications.message_archived', row);
    });
  }

  async function lock({ tx, actor }: OwnUnit, id: string, right: Right): Promise<Stored> {
    const row = await queries.lockMessage(tx, actor, id, right, allows);
    if (!row) throw notificationErrors.notFound({ id });
    return row;
  }

  return { create, send, list, get, cancel, archive };
}

export type Messages = ReturnType<typeof createMessages>;

/** What people do to messages of others leaves a trace; to their own, the message itself is that. */
function tell({ audit, actor }: OwnUnit, action: string, { id, createdBy, status, channel, category }: Stored): void {
  if (createdBy === actor.id) return;
  audit({
    action,
    resourceType: 'notification',
    resourceId: id,
    payload: { before: { status }, channel, category: category satisfies Category },
  });
}
