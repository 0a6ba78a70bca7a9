import type { Db } from '#platform/database/port.ts';
import type { MailPort } from '#platform/mail/port.ts';
import { defineQueue } from '#kernel/work.ts';
import type { Settlement, Work } from '#platform/work/port.ts';
import { notificationEvents } from './contract.ts';
import {
  insertAttempt,
  readMessage,
  setStatus,
  type AttemptRow,
  type MessageRow,
  type NotificationsTables,
} from './queries.ts';
import type { Content } from './render.ts';

export const deliveryQueue = defineQueue('notifications.delivery');
export const MAX_ATTEMPTS = 5;
const BACKOFF_BASE_MS = 10_000;
const PROVIDER = 'mail';

export interface DeliverNeeds {
  readonly db: Db<NotificationsTables>;
  readonly mail: MailPort;
  readonly openMessage: (row: MessageRow) => { to: string; content: Content };
  readonly now: () => Date;
}

type Outcome = Pick<AttemptRow, 'outcome' | 'error' | 'providerMessageId'>;

/** Hands one message over, and records the attempt with its end. */
export function createDeliver({ db, mail, openMessage, now }: DeliverNeeds) {
  return async ({ ref, attempt }: Work): Promise<Settlement<NotificationsTables>> => {
    const row = await readMessage(db.read, ref);
    if (!row || row.status !== 'pending') return { write: async () => {} }; // erased, or settled by an operator
    const startedAt = now();
    const outcome = await hand(row);
    const isFinal = outcome.outcome === 'sent' || outcome.outcome === 'bounced' || attempt >= MAX_ATTEMPTS;
    const record = {
      ...outcome,
      messageId: ref,
      number: attempt,
      provider: PROVIDER,
      startedAt: startedAt.toISOString(),
      durationMs: now().getTime() - startedAt.getTime(),
    };
    return {
      ...(!isFinal && { retryInMs: Math.random() * BACKOFF_BASE_MS * 2 ** attempt }),
      async write({ tx, publish }) {
        await insertAttempt(tx, record);
        if (!isFinal) return;
        await setStatus(tx, ref, outcome.outcome === 'sent' ? 'sent' : 'failed');
        publish(outcome.outcome === 'sent' ? notificationEvents.sent : notificationEvents.failed, {
          notificationId: ref,
        });
      },
    };
  };

  /** The message's id is the provider's idempotency key: a repetition after a crash can be recognised. */
  async function hand(row: MessageRow): Promise<Outcome> {
    const { to, content } = openMessage(row);
    try {
      const result = await mail.send({ id: row.id, to, ...content });
      if (result.outcome === 'sent') return { outcome: 'sent', error: null, providerMessageId: result.messageId };
      return { outcome: result.outcome, error: result.error.slice(0, 500), providerMessageId: null };
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      return { outcome: 'error', error: text.slice(0, 500), providerMessageId: null };
    }
  }
}
