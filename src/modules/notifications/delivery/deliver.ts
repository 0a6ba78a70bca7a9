import { toFailureText } from '#kernel/redaction/failure-text.ts';
import type { Cause } from '#kernel/access.ts';
import { isLocal } from '#kernel/links.ts';
import { isRefusedUnsent } from '#platform/resilience/port.ts';
import type { Tracer } from '#platform/telemetry/port.ts';
import { jointly, type WorkResult, type Work } from '#platform/work/port.ts';
import { notificationEvents } from '../contract.ts';
import type { ProviderChannel, Channels } from '../channels/port.ts';
import type { AttemptRow, NotificationsTables } from '../tables.ts';
import type { MessageSealing } from '../sealing.ts';
import { recordAttempts, undoAttempt, type DueMessage, type EndedAttempt } from './queries.ts';
import type { ReserveAttempt } from './reserve-attempt.ts';

const MAX_PAUSE_MS = 86_400_000;
const OUTAGE_MS = { min: 5000, max: 300_000 }; // between attempts while the way to the provider is broken
const GIVE_UP_MS = 4 * 86_400_000; // RFC 5321, 4.5.4.1: four to five days
const EXPIRING_MS = 15_000; // or a tenth of what remains: between attempts at a message that expires
const ERROR_TEXT = 500;
const NO_PROVIDER = 'suppressed'; // the provider name of an attempt that asks no provider

export interface DeliverNeeds {
  readonly reserveAttempt: ReserveAttempt;
  readonly channels: Channels;
  readonly sealing: MessageSealing;
  readonly tracer: Tracer;
  readonly now: () => Date;
  readonly retry: { readonly maxAttempts: number; readonly baseMs: number };
  readonly isDevelopment: boolean;
}

type Result = Pick<AttemptRow, 'outcome' | 'provider' | 'providerMessageId' | 'errorClass' | 'error'> & {
  readonly retryAfterMs: number | null;
  /** No provider was asked, because every circuit is open. */
  readonly isUntried?: boolean;
  /** The message has certainly not arrived, and not because of itself. */
  readonly isUnreached?: boolean;
};
const nothing = { write: async () => {} };

/** Under load many attempts end at once: they are recorded by one statement. */
const record = jointly<NotificationsTables, EndedAttempt>(async (tx, all) => {
  const moved = await recordAttempts(
    tx,
    all.map(({ part }) => part),
  );
  for (const { unit, part } of all) {
    const { messageId: notificationId } = part.attempt;
    if (!moved.has(notificationId)) continue; // the provider's report came first, or the person was erased
    if (part.status === 'sent') unit.publish(notificationEvents.sent, { notificationId });
    if (part.status === 'failed') unit.publish(notificationEvents.failed, { notificationId });
  }
});

/** Sends one message, and records the attempt. */
export function createDeliver({ reserveAttempt, channels, sealing, tracer, now, retry, isDevelopment }: DeliverNeeds) {
  return async (work: Work, signal: AbortSignal): Promise<WorkResult<NotificationsTables>> => {
    const decided = await reserveAttempt(work);
    if (decided.decision === 'drop') return nothing;
    if (decided.decision === 'defer') return { ...nothing, retryInMs: decided.inMs, isUntried: true };
    const { message, attempt } = decided;
    const startedAt = now();
    const result = message.isSuppressed ? suppressed : await submit(message, work.origin, signal);
    const durationMs = Math.max(0, now().getTime() - startedAt.getTime());
    const attemptRow = { number: attempt, startedAt: startedAt.toISOString(), durationMs };
    const isWaiting = result.isUntried || result.isUnreached;
    // Without an attempt on record nobody would know how long it has waited.
    if (result.isUntried && message.firstTriedAt !== null && triedFor(message) <= GIVE_UP_MS) return undo(message);
    if (isWaiting && triedFor(message) <= GIVE_UP_MS) return wait(message, attemptRow, result);
    const counted = attempt - message.sparedCount;
    const isFinal = ['sent', 'bounced'].includes(result.outcome) || counted >= retry.maxAttempts || isWaiting;
    return isFinal ? finish(message, attemptRow, result) : tryAgain(message, attemptRow, result);
  };

  /** The message's id is the provider's idempotency key: the provider can recognise a repetition after a crash. */
  async function submit(row: DueMessage, cause: Cause, stop: AbortSignal): Promise<Result> {
    // It may wait for a place, or for a slow server, until after it has expired.
    const expiry = new AbortController();
    const timer = row.expiresAt === null ? undefined : setTimeout(() => expiry.abort(), msUntil(row.expiresAt));
    const signal = row.expiresAt === null ? stop : AbortSignal.any([stop, expiry.signal]);
    const { subject, text, html, unsubscribeUrl, data = {} } = sealing.openContent(row);
    try {
      const message = {
        id: row.id,
        channel: row.channel as ProviderChannel, // in-app messages are never enqueued
        recipient: sealing.openRecipient(row),
        subject,
        text,
        html,
        headers: unsubscribeUrl ? unsubscribeHeaders(unsubscribeUrl, isDevelopment) : {},
        data,
      };
      const span = { name: `send ${row.channel}`, kind: 'client', attributes: { messageId: row.id } } as const;
      const { provider, ...outcome } = await tracer.during(span, cause, () => channels.send(message, signal));
      if (outcome.outcome === 'sent')
        return { ...fine, provider, outcome: 'sent', providerMessageId: outcome.messageId };
      const error = outcome.error.slice(0, ERROR_TEXT);
      if (outcome.outcome === 'bounced')
        return { ...fine, provider, outcome: 'bounced', errorClass: 'permanent', error };
      const { retryAfterMs, isUnreached = false } = outcome;
      const errorClass = isUnreached ? 'outage' : 'transient';
      return { ...fine, provider, outcome: 'deferred', errorClass, error, retryAfterMs, isUnreached };
    } catch (error) {
      const isUntried = isRefusedUnsent(error);
      const errorClass = error instanceof Error ? error.name : 'unknown';
      return {
        ...fine,
        provider: row.channel,
        outcome: 'error',
        errorClass,
        error: toFailureText(error).slice(0, ERROR_TEXT),
        isUntried,
      };
    } finally {
      clearTimeout(timer);
    }
  }

  function msUntil(at: string): number {
    return Math.min(Math.max(0, Date.parse(at) - now().getTime()), MAX_PAUSE_MS);
  }

  function finish({ id }: DueMessage, attempt: Attempted, result: Result): WorkResult<NotificationsTables> {
    const isSent = result.outcome === 'sent';
    const sentAt = isSent ? now().toISOString() : null;
    return record({ attempt: toRow(id, attempt, result), status: isSent ? 'sent' : 'failed', sentAt, isSpared: false });
  }

  function tryAgain(message: DueMessage, attempt: Attempted, result: Result): WorkResult<NotificationsTables> {
    const counted = attempt.number - message.sparedCount;
    const jittered = Math.random() * retry.baseMs * 2 ** (counted - 1);
    return again(message, attempt, result, jittered, false);
  }

  /** Since its first attempt, in ms: it may have waited for a worker before that, which says nothing about the way. */
  function triedFor({ firstTriedAt }: DueMessage): number {
    return firstTriedAt === null ? 0 : now().getTime() - Date.parse(firstTriedAt);
  }

  /** Until the way is mended, the message has expired, or it is too old. */
  function wait(message: DueMessage, attempt: Attempted, result: Result): WorkResult<NotificationsTables> {
    return again(message, attempt, result, outagePause(message), true);
  }

  /** Grows with the time that it has waited: many waiting messages must not be claimed again and again for nothing. */
  function outagePause(message: DueMessage): number {
    const mostMs = Math.min(Math.max(2 * OUTAGE_MS.min, triedFor(message)), OUTAGE_MS.max);
    return (mostMs / 2) * (1 + Math.random());
  }

  function again(
    message: DueMessage,
    attempt: Attempted,
    result: Result,
    pauseMs: number,
    isSpared: boolean,
  ): WorkResult<NotificationsTables> {
    const retryInMs = inTime(message, Math.min(Math.max(pauseMs, result.retryAfterMs ?? 0), MAX_PAUSE_MS));
    const ended = { attempt: toRow(message.id, attempt, result), status: 'pending', sentAt: null, isSpared } as const;
    return { ...record(ended), retryInMs };
  }

  /** A code that waits for as long as others, or as the provider asks, would expire first. */
  function inTime({ expiresAt }: DueMessage, pauseMs: number): number {
    if (expiresAt === null) return pauseMs;
    return Math.min(pauseMs, Math.max(EXPIRING_MS, (Date.parse(expiresAt) - now().getTime()) / 10));
  }

  /** A provider whose circuit is open costs no attempt, and after the first time no record. */
  function undo(message: DueMessage): WorkResult<NotificationsTables> {
    return {
      retryInMs: inTime(message, outagePause(message)),
      write: async ({ tx }) => undoAttempt(tx, message.id, message.attemptCount),
    };
  }
}

type Attempted = Pick<AttemptRow, 'number' | 'startedAt' | 'durationMs'>;

const fine = { providerMessageId: null, errorClass: null, error: null, retryAfterMs: null };
const suppressed: Result = {
  ...fine,
  provider: NO_PROVIDER,
  outcome: 'bounced',
  errorClass: 'permanent',
  error: 'the address is suppressed',
};

function toRow(messageId: string, attempt: Attempted, result: Result): AttemptRow {
  const { outcome, provider, providerMessageId, errorClass, error } = result;
  return { messageId, ...attempt, outcome, provider, providerMessageId, errorClass, error };
}

/** RFC 8058: mail programs show an unsubscribe button for these headers, if the URL is https; development needs none. */
function unsubscribeHeaders(url: string, isDevelopment: boolean): Record<string, string> {
  if (!url.startsWith('https:') && !(isDevelopment && isLocal(url))) return {};
  return { 'List-Unsubscribe': `<${url}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' };
}
