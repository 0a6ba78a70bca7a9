import type { Actor } from '#kernel/access.ts';
import { newId, UUID_PATTERN } from '#kernel/id.ts';
import { toPage, toPaging, type PageQuery } from '#kernel/page.ts';
import { withTables, type AnyUnit, type Db, type Unit } from '#platform/database/port.ts';
import type { Keys } from '#platform/keys/port.ts';
import {
  notificationErrors,
  notificationEvents,
  type Channel,
  type InboxItem,
  type Message,
  type Notification,
  type NotificationQuery,
  type NotificationsApi,
  type Preferences,
  type Recipient,
} from './contract.ts';
import { deliveryQueue } from './deliver.ts';
import type { Listed, MessageRow, NotificationsTables } from './queries.ts';
import * as queries from './queries.ts';
import { render, type Content } from './render.ts';

const PURPOSE = 'notifications';
const ORDER = 'createdAt:desc';

export interface NotificationsNeeds {
  readonly db: Db<NotificationsTables>;
  readonly keys: Keys;
}

type OwnUnit = Unit<NotificationsTables>;

/** Accepts messages as part of whoever sends them, and shows people theirs. */
export function createNotificationService({ db, keys }: NotificationsNeeds) {
  const seal = (clear: string) => keys.seal(PURPOSE, clear);
  const open = (sealed: Buffer) => keys.open(PURPOSE, sealed).toString();
  const contentOf = ({ contentSealed }: MessageRow) => JSON.parse(open(contentSealed)) as Content;

  async function accept(
    unit: OwnUnit,
    message: Message,
    channel: Channel,
    to: Pick<Recipient, 'email' | 'language'>,
  ): Promise<void> {
    const id = newId();
    const { template, category, priority = 'medium' } = message;
    const content = render(template, to.language, message.variables);
    await queries.insertMessage(unit.tx, {
      id,
      userId: 'userId' in message.to ? message.to.userId : null,
      channel,
      category,
      priority,
      template,
      language: to.language,
      recipientSealed: seal(to.email),
      contentSealed: seal(JSON.stringify(content)),
      status: channel === 'inApp' ? 'delivered' : 'pending', // in the inbox is where it was to go
    });
    unit.publish(notificationEvents.created, { notificationId: id });
    if (channel === 'email') unit.enqueue(deliveryQueue, { ref: id, lane: priority });
  }

  async function isWanted(
    unit: OwnUnit,
    userId: string,
    category: Message['category'],
    channel: Channel,
  ): Promise<boolean> {
    if (category === 'security' || channel === 'inApp') return true;
    return (await queries.findPreference(unit.tx, userId, category, channel)) ?? false;
  }

  const api: NotificationsApi = {
    putRecipient: (unit, { userId, email, language, timeZone }) =>
      queries.upsertRecipient(withTables<NotificationsTables>(unit).tx, {
        userId,
        emailSealed: seal(email),
        language,
        timeZone,
      }),
    async send(anyUnit, message) {
      const unit = withTables<NotificationsTables>(anyUnit);
      const { to, channels = ['email'], category } = message;
      if ('email' in to) return accept(unit, message, 'email', to);
      const recipient = await queries.findRecipient(unit.tx, to.userId);
      if (!recipient) return;
      const address = { email: open(recipient.emailSealed), language: recipient.language };
      for (const channel of channels) {
        if (await isWanted(unit, to.userId, category, channel)) await accept(unit, message, channel, address);
      }
    },
  };

  function toNotification(row: Listed): Notification {
    const { id, channel, priority, category, template, status, createdAt, attempts } = row;
    const recipient = mask(open(row.recipientSealed));
    // A subject can hold a code; what the person reads in the mail is not shown to whoever looks at lists.
    const subject = category === 'security' ? template : contentOf(row).subject;
    return { id, channel, priority, category, template, recipient, subject, status, createdAt, attempts };
  }

  async function list(actor: Actor, query: NotificationQuery) {
    const paging = toPaging(query, ORDER, (text) => UUID_PATTERN.test(text));
    const { rows, total } = await queries.listMessages(db.read, actor, query, paging);
    return toPage({ rows: rows.map(toNotification), total }, paging, ORDER, ({ id }) => id);
  }

  async function get(actor: Actor, id: string): Promise<Notification> {
    const row = await queries.findMessage(db.read, actor, id);
    if (!row) throw notificationErrors.notFound({ id });
    return toNotification(row);
  }

  function toInboxItem(row: MessageRow): InboxItem {
    const { subject, text } = contentOf(row);
    return { id: row.id, category: row.category, subject, text, createdAt: row.createdAt, readAt: row.readAt };
  }

  async function inbox(actor: Actor, query: PageQuery) {
    const paging = toPaging(query, ORDER, (text) => UUID_PATTERN.test(text));
    const { rows, total } = await queries.listInbox(db.read, actor.id, paging);
    return toPage({ rows: rows.map(toInboxItem), total }, paging, ORDER, ({ id }) => id);
  }

  function read(actor: Actor, id: string): Promise<void> {
    return db.write(actor, async ({ tx }) => {
      if ((await queries.markRead(tx, actor.id, id)) === 0) throw notificationErrors.notFound({ id });
    });
  }

  function readAll(actor: Actor): Promise<void> {
    return db.write(actor, async ({ tx }) => void (await queries.markRead(tx, actor.id, null)));
  }

  async function preferences({ id }: Pick<Actor, 'id'>): Promise<Preferences> {
    return { reminders: { email: (await queries.findPreference(db.read, id, 'reminders', 'email')) ?? false } };
  }

  async function setPreferences(actor: Actor, { reminders }: Preferences): Promise<Preferences> {
    await db.write(actor, ({ tx }) =>
      queries.upsertPreference(tx, {
        userId: actor.id,
        category: 'reminders',
        channel: 'email',
        wanted: reminders.email,
      }),
    );
    return preferences(actor);
  }

  async function exportFor(userId: string) {
    const recipient = await queries.findRecipient(db.read, userId);
    const messages = await queries.listMessagesOf(db.read, userId);
    return {
      recipient: recipient && {
        email: open(recipient.emailSealed),
        language: recipient.language,
        timeZone: recipient.timeZone,
      },
      preferences: await preferences({ id: userId }),
      messages: messages.map((row) => ({
        id: row.id,
        channel: row.channel,
        status: row.status,
        createdAt: row.createdAt,
        ...contentOf(row),
      })),
    };
  }

  return {
    api,
    list,
    get,
    inbox,
    read,
    readAll,
    preferences,
    setPreferences,
    exportFor,
    erase: (unit: AnyUnit, userId: string) => queries.deletePerson(withTables<NotificationsTables>(unit).tx, userId),
    /** For the worker: where a message goes and what it says. */
    openMessage: (row: MessageRow) => ({ to: open(row.recipientSealed), content: contentOf(row) }),
  };
}

export type NotificationService = ReturnType<typeof createNotificationService>;

/** `sara@example.com` as `s***@example.com`. */
function mask(email: string): string {
  return email.replace(/^(.).*(?=@)/u, '$1***');
}
