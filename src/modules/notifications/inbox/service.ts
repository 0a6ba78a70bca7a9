import type { Actor } from '#kernel/access.ts';
import { COUNT_LIMIT, mapPage, type PageQuery } from '#kernel/page.ts';
import type { Db } from '#platform/database/port.ts';
import type { StreamEvent } from '#platform/http/port.ts';
import { notificationErrors } from '../contract.ts';
import type { InboxSignal } from '../needs.ts';
import * as queries from './queries.ts';
import { createInboxWatch } from './watch.ts';
import type { NotificationsTables, StoredMessage } from '../tables.ts';
import type { MessageSealing } from '../sealing.ts';
import type { InboxItem, UnreadCount } from './schemas.ts';

const READ_AT_ONCE = 5000; // in one transaction: less than a second

export interface InboxNeeds {
  readonly db: Db<NotificationsTables>;
  readonly sealing: MessageSealing;
  readonly signal: InboxSignal;
}

/** Each person's in-app messages, and the stream of new ones. */
export function createInbox({ db, sealing, signal }: InboxNeeds) {
  const { watch } = createInboxWatch({ db, signal });

  async function list(actor: Actor, query: PageQuery) {
    return mapPage(await queries.listInbox(db.read, actor.id, query), toInboxItem);
  }

  async function unread(actor: Actor): Promise<UnreadCount> {
    return toUnreadCount(await queries.inboxState(db.read, actor.id));
  }

  /** Marks as read. Idempotent. @throws `notifications.not_found`, also for somebody else's */
  async function read(actor: Actor, id: string): Promise<void> {
    await db.write(actor, async ({ tx }) => {
      if (!(await queries.markRead(tx, actor.id, id))) throw notificationErrors.notFound({ id });
    });
    signal.send();
  }

  async function readAll(actor: Actor): Promise<void> {
    const readSome = () => db.write(actor, ({ tx }) => queries.markSomeRead(tx, actor.id, READ_AT_ONCE));
    for (let count = READ_AT_ONCE; count === READ_AT_ONCE;) count = await readSome();
    signal.send();
  }

  /**
   * `message` for each new message (its id is the place in the inbox); `unread` with the count, at first and after each
   * change. Starts after `lastEventId`, or now. Ends when `disconnected` is aborted.
   */
  async function* stream(
    actor: Actor,
    lastEventId: string | null,
    disconnected: AbortSignal,
  ): AsyncGenerator<StreamEvent> {
    let { promise: changed, resolve: wake } = Promise.withResolvers<void>();
    let state = await queries.inboxState(db.read, actor.id);
    // After a restore a client may have seen a later place than there is.
    const isPlace = lastEventId !== null && /^\d{1,15}$/.test(lastEventId);
    let seq = isPlace ? Math.min(Number(lastEventId), state.seq) : state.seq;
    let shownCount = -1;
    const stop = watch(actor.id, (latest) => {
      state = latest;
      wake();
    });
    disconnected.addEventListener('abort', () => wake());
    try {
      while (!disconnected.aborted) {
        ({ promise: changed, resolve: wake } = Promise.withResolvers<void>());
        const { seq: newest } = state;
        const rows = newest > seq ? await queries.listAfter(db.read, actor.id, seq) : [];
        for (const row of rows) {
          seq = row.inboxSeq ?? seq;
          yield { event: 'message', id: String(seq), data: toInboxItem(row) };
        }
        if (rows.length === queries.MAX_AT_ONCE) continue; // there may be more
        seq = Math.max(seq, newest); // skips messages that were archived meanwhile
        const { unreadCount } = state;
        if (unreadCount !== shownCount) yield { event: 'unread', id: null, data: toUnreadCount(state) };
        shownCount = unreadCount;
        if (!disconnected.aborted) await changed;
      }
    } finally {
      stop();
    }
  }

  function toInboxItem(row: StoredMessage): InboxItem {
    const { subject, text } = sealing.openContent(row);
    return { id: row.id, category: row.category, subject, text, createdAt: row.createdAt, readAt: row.readAt };
  }

  return { list, unread, read, readAll, stream };
}

function toUnreadCount({ unreadCount }: queries.InboxState): UnreadCount {
  const isCapped = unreadCount === COUNT_LIMIT;
  return { unreadCount: isCapped ? COUNT_LIMIT - 1 : unreadCount, ...(isCapped && { unreadCountCapped: true }) };
}

export type Inbox = ReturnType<typeof createInbox>;
