import type { Actor } from '#kernel/access.ts';
import { toPage, toPaging, type PageQuery } from '#kernel/page.ts';
import type { Db } from '#platform/database/port.ts';
import type { StreamEvent } from '#platform/http/port.ts';
import { notificationErrors } from '../contract.ts';
import * as queries from './queries.ts';
import { createInboxWatch, type InboxSignal } from './watch.ts';
import type { NotificationsTables, Stored } from '../tables.ts';
import type { Sealing } from '../sealing.ts';
import type { InboxItem } from '../schemas.ts';

const ORDER = 'inbox:desc';
export interface InboxNeeds {
  readonly db: Db<NotificationsTables>;
  readonly sealing: Sealing;
  readonly signal: InboxSignal;
}

/** Each person's own messages in the program, and the stream that shows them as they come. */
export function createInbox({ db, sealing, signal }: InboxNeeds) {
  const { watch } = createInboxWatch({ db, signal });

  async function list(actor: Actor, query: PageQuery) {
    const paging = toPaging(query, ORDER, (text) => /^\d{1,15}$/.test(text));
    const { rows, total } = await queries.listInbox(db.read, actor.id, paging);
    const places = new Map(rows.map(({ id, inboxSeq }) => [id, String(inboxSeq)]));
    return toPage({ rows: rows.map(toInboxItem), total }, paging, ORDER, ({ id }) => places.get(id) ?? '0');
  }

  async function unread(actor: Actor): Promise<{ unreadCount: number }> {
    const { unreadCount } = await queries.inboxState(db.read, actor.id);
    return { unreadCount };
  }

  /** Reading twice is reading once. @throws `notifications.not_found`, also for somebody else's */
  async function read(actor: Actor, id: string): Promise<void> {
    await db.write(actor, async ({ tx }) => {
      if ((await queries.markRead(tx, actor.id, id)) === 0) throw notificationErrors.notFound({ id });
    });
    signal.send();
  }

  async function readAll(actor: Actor): Promise<void> {
    await db.write(actor, async ({ tx }) => void (await queries.markRead(tx, actor.id, null)));
    signal.send();
  }

  /**
   * `message` for each that comes (its id is the place in the inbox), `unread` with the count at first and whenever it
   * changes. Begins after `lastEventId`, or now. Ends when `gone` says so.
   */
  async function* stream(actor: Actor, lastEventId: string | null, gone: AbortSignal): AsyncGenerator<StreamEvent> {
    let { promise: changed, resolve: wake } = Promise.withResolvers<void>();
    let state = await queries.inboxState(db.read, actor.id);
    let seq = lastEventId !== null && /^\d{1,15}$/.test(lastEventId) ? Number(lastEventId) : state.seq;
    let shown = -1;
    const stop = watch(actor.id, (latest) => {
      state = latest;
      wake();
    });
    gone.addEventListener('abort', () => wake());
    try {
      while (!gone.aborted) {
        ({ promise: changed, resolve: wake } = Promise.withResolvers<void>());
        const { seq: newest, unreadCount } = state;
        const rows = newest > seq ? await queries.listAfter(db.read, actor.id, seq) : [];
        for (const row of rows) {
          seq = row.inboxSeq ?? seq;
          yield { event: 'message', id: String(seq), data: toInboxItem(row) };
        }
        if (rows.length === queries.MOST_AT_ONCE) continue; // there may be more
        seq = Math.max(seq, newest); // past what was put away meanwhile
        if (unreadCount !== shown) yield { event: 'unread', id: null, data: { unreadCount } };
        shown = unreadCount;
        if (!gone.aborted) await changed;
      }
    } finally {
      stop();
    }
  }

  function toInboxItem(row: Stored): InboxItem {
    const { subject, text } = sealing.openContent(row);
    return { id: row.id, category: row.category, subject, text, createdAt: row.createdAt, readAt: row.readAt };
  }

  return { list, unread, read, readAll, stream };
}

export type Inbox = ReturnType<typeof createInbox>;
