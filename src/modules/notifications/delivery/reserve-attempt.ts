import { setTimeout as sleep } from 'node:timers/promises';
import { system } from '#kernel/access.ts';
import type { Db } from '#platform/database/port.ts';
import { stillHeld, type Work } from '#platform/work/port.ts';
import { notificationEvents } from '../contract.ts';
import { updateMessage } from '../queries.ts';
import { quietUntil } from '../schedules/quiet-hours.ts';
import type { NotificationsTables, NotificationsUnit } from '../tables.ts';
import { insertAttempt, lockDueMessages, markSending, type DueMessage } from './queries.ts';
import { lockSecond, updateSecond } from './rate-limit-queries.ts';

const GATHER_MS = 10; // under load, so that more requests share a commit; a single request does not wait
const JITTER_MS = 1000; // messages that are deferred together must not all return at once

export interface DeliveryLimits {
  /** Attempts for one recipient within any minute. */
  readonly perRecipientPerMinute: number;
  /** By channel; a channel that is not in the map has no limit. */
  readonly perSecond: ReadonlyMap<string, number>;
  readonly maxAttempts: number;
}

/** What to do with a claimed message: send it now, claim it again later, or end its work item. */
export type SendDecision =
  | { readonly decision: 'send'; readonly message: DueMessage; readonly attempt: number }
  | { readonly decision: 'defer'; readonly inMs: number }
  | { readonly decision: 'drop' };

/** A claimed work item; its ref is a message and the generation of its schedule. */
type ClaimedItem = Pick<Work, 'id' | 'ref' | 'token'>;

interface Reservation {
  readonly item: ClaimedItem;
  readonly resolve: (decision: SendDecision) => void;
  readonly reject: (error: unknown) => void;
}

export interface ReserveAttemptNeeds {
  readonly db: Db<NotificationsTables>;
  readonly now: () => Date;
  readonly limits: DeliveryLimits;
  /** Of the quiet hours of people who have chosen no time zone. */
  readonly timeZone: string;
}

/**
 * Reserves attempts: marks messages as `sending` before they are sent. The count of attempts is committed first, so a
 * process that dies while it sends has used an attempt, and a message cannot be cancelled while it is being sent.
 * Reservations that are requested while a transaction runs, or just after it, share the next one. An item that another
 * worker has claimed meanwhile is dropped. The limits are counted in the database, so they hold over all nodes: per
 * second exactly; per recipient except for attempts that several nodes reserve at the same moment.
 */
export function createReserveAttempt({ db, now, limits, timeZone }: ReserveAttemptNeeds) {
  let requested: Reservation[] = [];
  let isBusy = false;

  function reserveAttempt(item: ClaimedItem): Promise<SendDecision> {
    const { promise, resolve, reject } = Promise.withResolvers<SendDecision>();
    requested.push({ item, resolve, reject });
    if (!isBusy) {
      isBusy = true;
      setImmediate(() => void decideRequested());
    }
    return promise;
  }

  async function decideRequested(): Promise<void> {
    while (requested.length > 0) {
      const batch = requested;
      requested = [];
      try {
        const decisions = await db.write(system('notifications'), (unit) => decideBatch(unit, batch));
        for (const { item, resolve } of batch) resolve(decisions.get(item) ?? { decision: 'drop' });
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
      if (batch.length > 1) await sleep(GATHER_MS);
    }
    isBusy = false;
  }

  async function decideBatch(unit: NotificationsUnit, batch: readonly Reservation[]) {
    const items = batch.map(({ item }) => item);
    const due = await lockDueMessages(unit.tx, items.map(messageIdOf), limits.perRecipientPerMinute);
    // Checked after the messages are locked: a worker that claims an item from now on sees its attempt reserved. A message
    // may also have an item of a former schedule: each item gets its own decision.
    const byRef = new Map((await stillHeld(unit.tx, items)).map((item) => [item.ref, item]));
    const decisions = new Map<ClaimedItem, SendDecision>();
    for (const message of due) {
      const item = byRef.get(`${message.id} ${message.generation}`);
      if (item) decisions.set(item, await decide(unit, message, due));
    }
    await applyChannelLimits(unit, decisions);
    const ids = [...decisions.values()].flatMap((one) => (one.decision === 'send' ? [one.message.id] : []));
    await markSending(unit.tx, ids);
    return decisions;
  }

  /** Until the quiet hours end. */
  function hold(unit: NotificationsUnit, message: DueMessage, until: Date): Promise<SendDecision> {
    const held = { statusReason: 'quietHours', heldUntil: until.toISOString() };
    return defer(unit, message, until.getTime() - now().getTime(), held);
  }

  async function decide(
    unit: NotificationsUnit,
    message: DueMessage,
    batch: readonly DueMessage[],
  ): Promise<SendDecision> {
    const { status, category, attemptCount, sparedCount, recentCount } = message;
    if (status !== 'pending' && status !== 'sending') return { decision: 'drop' }; // cancelled, archived, or done
    if (status === 'sending') await recordLost(unit, message);
    if (message.expiresAt !== null && new Date(message.expiresAt) <= now())
      return end(unit, message, 'failed', 'expired');
    if (attemptCount - sparedCount >= limits.maxAttempts) return end(unit, message, 'failed', 'attemptsUsedUp');
    if (message.wanted === false && category !== 'security') return end(unit, message, 'cancelled', 'optedOut');
    const quietEnd = category === 'security' ? null : quietEndOf(message, now(), timeZone);
    if (quietEnd) return hold(unit, message, quietEnd);
    const before = batch.filter(({ id, recipientHash }) => {
      return id < message.id && isSame(recipientHash, message.recipientHash);
    });
    if (recentCount + before.length >= limits.perRecipientPerMinute)
      return defer(unit, message, Math.max(0, message.recentEndsInMs ?? 60_000));
    return { decision: 'send', message, attempt: attemptCount + 1 };
  }

  /**
   * Messages over the limit of this second are sent in one of the next seconds. Urgent messages come first and have the
   * whole limit for themselves: what they take beyond the common limit is missing in the next second.
   */
  async function applyChannelLimits(unit: NotificationsUnit, decisions: Map<ClaimedItem, SendDecision>) {
    for (const [channel, limit] of limits.perSecond) {
      const sends = [...decisions].flatMap(([item, one]) =>
        one.decision === 'send' && one.message.channel === channel ? [{ item, message: one.message }] : [],
      );
      if (sends.length === 0) continue;
      const second = await lockSecond(unit.tx, channel, limit);
      for (const { item, message } of sends.toSorted((one, other) => rankOf(one.message) - rankOf(other.message))) {
        const isUrgent = rankOf(message) === 0;
        if (isUrgent ? second.urgent < limit : second.count + second.overdrawn < limit) {
          second.count++;
          if (isUrgent) second.urgent++;
        } else {
          // Many messages spread over as many seconds as they need, instead of trying again in each second.
          second.putOff++;
          decisions.set(item, await defer(unit, message, 1000 * Math.ceil(second.putOff / limit)));
        }
      }
      await updateSecond(unit.tx, second);
    }
  }

  return reserveAttempt;
}

export type ReserveAttempt = ReturnType<typeof createReserveAttempt>;

function messageIdOf({ ref }: ClaimedItem): string {
  return ref.split(' ', 1)[0] ?? '';
}

/** 0 is urgent, such as a code. */
function rankOf({ priority, category }: DueMessage): number {
  if (priority === 'high' || category === 'security') return 0;
  return priority === 'medium' ? 1 : 2;
}

async function defer(
  { tx }: NotificationsUnit,
  { id, status, heldUntil }: DueMessage,
  inMs: number,
  held: { statusReason: string; heldUntil: string } | null = null,
): Promise<SendDecision> {
  const wasHeld = heldUntil !== null && { statusReason: null, heldUntil: null };
  if (held || wasHeld || status === 'sending') await updateMessage(tx, id, { ...wasHeld, ...held, status: 'pending' });
  return { decision: 'defer', inMs: inMs + Math.random() * JITTER_MS };
}

async function end(
  { tx, publish }: NotificationsUnit,
  { id }: DueMessage,
  status: 'failed' | 'cancelled',
  statusReason: string,
): Promise<SendDecision> {
  await updateMessage(tx, id, { status, statusReason, heldUntil: null });
  if (status === 'failed') publish(notificationEvents.failed, { notificationId: id });
  return { decision: 'drop' };
}

/** The worker that reserved the attempt ended while it was sending: the provider may have taken the message or not. */
function recordLost({ tx }: NotificationsUnit, { id, attemptCount, begunAt, provider }: DueMessage): Promise<void> {
  return insertAttempt(tx, {
    messageId: id,
    number: attemptCount,
    provider: provider ?? 'unknown',
    startedAt: begunAt ?? new Date().toISOString(),
    durationMs: 0,
    outcome: 'lost',
    providerMessageId: null,
    errorClass: 'lost',
    error: 'the worker ended during the attempt',
  });
}

function quietEndOf({ timeZone, quietFrom, quietTo }: DueMessage, now: Date, usual: string): Date | null {
  if (quietFrom === null || quietTo === null) return null;
  return quietUntil({ timeZone: timeZone ?? usual, from: quietFrom, to: quietTo }, now);
}

function isSame(one: Buffer | null, other: Buffer | null): boolean {
  return one !== null && other !== null && one.equals(other);
}
