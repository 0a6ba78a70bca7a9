import { isRefusedUnsent } from '#platform/resilience/port.ts';
import { jointly, type Settlement, type Work } from '#platform/work/port.ts';
import type { Begin } from './reserve-attempt.ts';
import { notificationEvents } from '../contract.ts';
import type { Channel, Channels } from '../channels/port.ts';
import { recordAttempts, takeBackAttempt, type Due, type Ended } from '../queries.ts';
import type { AttemptRow, NotificationsTables } from '../tables.ts';
import type { Sealing } from '../sealing.ts';

const LONGEST_PAUSE_MS = 86_400_000;
const AWAY_MS = 5000; // as long as a circuit stays open
const ERROR_TEXT = 500;
const NOBODY = 'suppressed'; // stands for a provider in attempts that were not made

export interface DeliverNeeds {
  readonly begin: Begin;
  readonly channels: Channels;
  readonly sealing: Sealing;
  readonly now: () => Date;
  readonly retry: { readonly maxAttempts: number; readonly baseMs: number };
}

type Result = Pick<AttemptRow, 'outcome' | 'provider' | 'providerMessageId' | 'errorClass' | 'error'> & {
  readonly retryAfterMs: number | null;
  /** Nothing was handed over: nobody was there to take it. */
  readonly isUntried?: boolean;
};
const nothing = { write: async () => {} };

/** Most of what there is to write comes in crowds. */
const record = jointly<NotificationsTables, Ended>(async (tx, all) => {
  const moved = await recordAttempts(
    tx,
    all.map(({ part }) => part),
  );
  for (const { unit, part } of all) {
    const { messageId: notificationId } = part.attempt;
    if (!moved.has(notificationId)) continue; // the provider's own word came first, or the person was erased
    if (part.status === 'sent') unit.publish(notificationEvents.sent, { notificationId });
    if (part.status === 'failed') unit.publish(notificationEvents.failed, { notificationId });
  }
});

/** Hands one message over, and records the attempt with its end. */
export function createDeliver({ begin, channels, sealing, now, retry }: DeliverNeeds) {
  return async (work: Work, signal: AbortSignal): Promise<Settlement<NotificationsTables>> => {
    const start = await begin(work);
    if (start.is === 'over') return nothing;
    if (start.is === 'later') return { ...nothing, retryInMs: start.inMs };
    const { row, attempt } = start;
    const startedAt = now();
    const result = row.isSuppressed ? suppressed : await hand(row, signal);
    const durationMs = Math.max(0, now().getTime() - startedAt.getTime());
    const attemptRow = { number: attempt, startedAt: startedAt.toISOString(), durationMs };
    if (result.isUntried) return takeBack(row);
    const isOver = result.outcome === 'sent' || result.outcome === 'bounced' || attempt >= retry.maxAttempts;
    return isOver ? settle(row, attemptRow, result) : tryAgain(row, attemptRow, result);
  };

  /** The message's id is the provider's idempotency key: a repetition after a crash can be recognised. */
  async function hand(row: Due, signal: AbortSignal): Promise<Result> {
    const { subject, text, html, unsubscribeUrl, data = {} } = sealing.openContent(row);
    try {
      const { provider, ...outcome } = await channels.send(
        {
          id: row.id,
          channel: row.channel as Channel, // what is in-app is never enqueued
          recipient: sealing.open(row.recipientSealed),
          subject,
          text,
          html,
          headers: unsubscribeUrl ? unsubscribeHeaders(unsubscribeUrl) : {},
          data,
        },
        signal,
      );
      if (outcome.outcome === 'sent')
        return { ...fine, provider, outcome: 'sent', providerMessageId: outcome.messageId };
      const error = outcome.error.slice(0, ERROR_TEXT);
      if (outcome.outcome === 'bounced')
        return { ...fine, provider, outcome: 'bounced', errorClass: 'permanent', error };
      const { retryAfterMs } = outcome;
      return { ...fine, provider, outcome: 'deferred', errorClass: 'transient', error, retryAfterMs };
    } catch (error) {
      const isUntried = isRefusedUnsent(error);
      const reason = error instanceof Error ? error.message : String(error);
      const errorClass = error instanceof Error ? error.name : 'unknown';
      return {
        ...fine,
        provider: row.channel,
        outcome: 'error',
        errorClass,
        error: reason.slice(0, ERROR_TEXT),
        isUntried,
      };
    }
  }

  function settle({ id }: Due, attempt: Attempted, result: Result): Settlement<NotificationsTables> {
    const isSent = result.outcome === 'sent';
    const sentAt = isSent ? now().toISOString() : null;
    return record({ attempt: toRow(id, attempt, result), status: isSent ? 'sent' : 'failed', sentAt });
  }

  function tryAgain({ id }: Due, attempt: Attempted, result: Result): Settlement<NotificationsTables> {
    const jittered = Math.random() * retry.baseMs * 2 ** (attempt.number - 1);
    const retryInMs = Math.min(Math.max(jittered, result.retryAfterMs ?? 0), LONGEST_PAUSE_MS);
    return { ...record({ attempt: toRow(id, attempt, result), status: 'pending', sentAt: null }), retryInMs };
  }

  /** A provider that is known to be away costs no attempt. */
  function takeBack({ id, attemptCount }: Due): Settlement<NotificationsTables> {
    return {
      retryInMs: AWAY_MS * (0.5 + Math.random()),
      write: async ({ tx }) => takeBackAttempt(tx, id, attemptCount),
    };
  }
}

type Attempted = Pick<AttemptRow, 'number' | 'startedAt' | 'durationMs'>;

const fine = { providerMessageId: null, errorClass: null, error: null, retryAfterMs: null };
const suppressed: Result = {
  ...fine,
  provider: NOBODY,
  outcome: 'bounced',
  errorClass: 'permanent',
  error: 'the address is suppressed',
};

function toRow(messageId: string, attempt: Attempted, result: Result): AttemptRow {
  const { outcome, provider, providerMessageId, errorClass, error } = result;
  return { messageId, ...attempt, outcome, provider, providerMessageId, errorClass, error };
}

/** RFC 8058: mail programs show a button of their own for it. */
function unsubscribeHeaders(url: string): Record<string, string> {
  return { 'List-Unsubscribe': `<${url}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' };
}
