import type { Db } from '#platform/database/port.ts';
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
import type { Channel, Channels } from './providers/port.ts';
import type { Content } from './render.ts';

export const deliveryQueue = defineQueue('notifications.delivery');
export const MAX_ATTEMPTS = 5;
const BACKOFF_BASE_MS = 10_000;

export interface DeliverNeeds {
  readonly db: Db<NotificationsTables>;
  readonly channels: Channels;
  readonly openMessage: (row: MessageRow) => { to: string; content: Content };
  readonly now: () => Date;
}

type Outcome = Pick<AttemptRow, 'outcome' | 'error' | 'providerMessageId' | 'provider'>;

/** Hands one message over, and records the attempt with its end. */
export function createDeliver({ db, channels, openMessage, now }: DeliverNeeds) {
  return async ({ ref, attempt }: Work, signal: AbortSignal): Promise<Settlement<NotificationsTables>> => {
    const row = await readMessage(db.read, ref);
    if (!row || row.status !== 'pending') return { write: async () => {} }; // erased, or settled by an operator
    const startedAt = now();
    const outcome = await hand(row, signal);
    const isFinal = outcome.outcome === 'sent' || outcome.outcome === 'bounced' || attempt >= MAX_ATTEMPTS;
    const record = {
      ...outcome,
      messageId: ref,
      number: attempt,
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
  async function hand(row: MessageRow, signal: AbortSignal): Promise<Outcome> {
    const { to: recipient, content } = openMessage(row);
    const channel = row.channel as Channel; // what is in-app is never enqueued
    try {
      const message = { id: row.id, channel, recipient, ...content, headers: {}, data: {} };
      const { provider, ...result } = await channels.send(message, signal);
      if (result.outcome === 'sent')
        return { outcome: 'sent', error: null, providerMessageId: result.messageId, provider };
      return { outcome: result.outcome, error: result.error, providerMessageId: null, provider };
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      return { outcome: 'error', error: text.slice(0, 500), providerMessageId: null, provider: 'none' };
    }
  }
}
