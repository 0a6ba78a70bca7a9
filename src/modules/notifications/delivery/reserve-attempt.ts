import { setTimeout as sleep } from 'node:timers/promises';
import { system } from '#kernel/access.ts';
import type { Db } from '#platform/database/port.ts';
import { stillHeld, type Work } from '#platform/work/port.ts';
import { quietUntil } from '../schedules/quiet-hours.ts';
import { insertAttempt, lockDue, markBegun, updateMessage, type Due } from '../queries.ts';
import { notificationEvents } from '../contract.ts';
import { countInSecond, lockSecond } from './rate-limit-queries.ts';
import type { NotificationsTables, OwnUnit } from '../tables.ts';

const GATHER_MS = 10; // under load, so that more share a commit; who comes alone waits for nobody
const JITTER_MS = 1000; // what is put off together must not come back all at once

export interface Limits {
  /** Attempts for one recipient within any minute. */
  readonly perRecipientPerMinute: number;
  /** By channel; a channel that is not named has no limit. */
  readonly perSecond: ReadonlyMap<string, number>;
  readonly maxAttempts: number;
}

/** What is to become of a claimed message. */
export type Start =
  | { readonly is: 'go'; readonly row: Due; readonly attempt: number }
  | { readonly is: 'later'; readonly inMs: number }
  | { readonly is: 'over' };

/** A claimed item of work whose ref is a message and the generation of its plan. */
type Handed = Pick<Work, 'id' | 'ref' | 'token'>;
type Going = Extract<Start, { is: 'go' }>;

interface Asking {
  readonly item: Handed;
  readonly resolve: (start: Start) => void;
  readonly reject: (error: unknown) => void;
}

export interface BeginNeeds {
  readonly db: Db<NotificationsTables>;
  readonly now: () => Date;
  readonly limits: Limits;
}

/**
 * Marks messages as being sent before they are: the count of attempts is committed first, so that a process that dies
 * in the middle has used one, and nobody can cancel what is on its way. What is asked for while a transaction runs, and
 * just after it, goes together into the next. What another worker has claimed meanwhile is not begun. The limits are
 * counted here, in the database, so they hold over all nodes: per second exactly, per recipient to within what several
 * nodes begin in the same moment.
 */
export function createBegin({ db, now, limits }: BeginNeeds) {
  let asking: Asking[] = [];
  let isBusy = false;

  function begin(item: Handed): Promise<Start> {
    const { promise, resolve, reject } = Promise.withResolvers<Start>();
    asking.push({ item, resolve, reject });
    if (!isBusy) {
      isBusy = true;
      setImmediate(() => void work());
    }
    return promise;
  }

  async function work(): Promise<void> {
    while (asking.length > 0) {
      const batch = asking;
      asking = [];
      try {
        const starts = await db.write(system('notifications'), (unit) => decide(unit, batch));
        for (const { item, resolve } of batch) resolve(starts.get(item) ?? { is: 'over' });
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
      if (batch.length > 1) await sleep(GATHER_MS);
    }
    isBusy = false;
  }

  async function decide(unit: OwnUnit, batch: readonly Asking[]): Promise<Map<Handed, Start>> {
    const items = batch.map(({ item }) => item);
    const due = await lockDue(unit.tx, items.map(messageOf), limits.perRecipientPerMinute);
    // Looked up once the messages are locked: who claims an item from now on finds its attempt begun. A message may
    // have an item of an earlier plan beside the one that is meant: each answers for itself.
    const byRef = new Map((await stillHeld(unit.tx, items)).map((item) => [item.ref, item]));
    const starts = new Map<Handed, Start>();
    for (const row of due) {
      const item = byRef.get(`${row.id} ${row.generation}`);
      if (item) starts.set(item, await judge(unit, row, due));
    }
    await holdChannels(unit, starts);
    const going = [...starts.values()].filter((start) => start.is === 'go').map(({ row }) => row.id);
    await markBegun(unit.tx, going);
    return starts;
  }

  async function judge(unit: OwnUnit, row: Due, batch: readonly Due[]): Promise<Start> {
    if (row.status !== 'pending' && row.status !== 'sending') return { is: 'over' }; // cancelled, archived, or done
    if (row.status === 'sending') await recordLost(unit, row);
    if (row.attemptCount >= limits.maxAttempts) return end(unit, row, 'failed', 'attemptsUsedUp');
    if (row.wanted === false && row.category !== 'security') return end(unit, row, 'cancelled', 'optedOut');
    const quiet = row.category === 'security' ? null : quietOf(row, now());
    if (quiet) return later(unit, row, quiet.getTime() - now().getTime());
    const beside = batch.filter(({ id, recipientHash }) => id < row.id && same(recipientHash, row.recipientHash));
    if (row.recentCount + beside.length >= limits.perRecipientPerMinute)
      return later(unit, row, Math.max(0, row.recentEndsInMs ?? 60_000));
    return { is: 'go', row, attempt: row.attemptCount + 1 };
  }

  /**
   * What is over the limit of this second goes in one of the next. What is urgent goes first, and has the whole limit
   * for itself: what it takes beyond the limit of all, the next second lacks.
   */
  async function holdChannels(unit: OwnUnit, starts: Map<Handed, Start>): Promise<void> {
    for (const [channel, most] of limits.perSecond) {
      const going = [...starts].flatMap(([item, start]) => (isGoing(start, channel) ? [{ item, ...start }] : []));
      if (going.length === 0) continue;
      const second = await lockSecond(unit.tx, channel, most);
      for (const { item, row } of going.toSorted((one, other) => rankOf(one.row) - rankOf(other.row))) {
        const isUrgent = rankOf(row) === 0;
        if (isUrgent ? second.urgent < most : second.count + second.overdrawn < most) {
          second.count++;
          if (isUrgent) second.urgent++;
        } else {
          // A flood spreads over as many seconds as it needs, instead of asking anew in each.
          second.putOff++;
          starts.set(item, await later(unit, row, 1000 * Math.ceil(second.putOff / most)));
        }
      }
      await countInSecond(unit.tx, second);
    }
  }

  return begin;
}

export type Begin = ReturnType<typeof createBegin>;

function messageOf({ ref }: Handed): string {
  return ref.split(' ', 1)[0] ?? '';
}

function isGoing(start: Start, channel: string): start is Going {
  return start.is === 'go' && start.row.channel === channel;
}

/** 0 is urgent: a code, or what has to be known at once. */
function rankOf({ priority, category }: Due): number {
  if (priority === 'high' || category === 'security') return 0;
  return priority === 'medium' ? 1 : 2;
}

async function later({ tx }: OwnUnit, { id, status }: Due, inMs: number): Promise<Start> {
  if (status === 'sending') await updateMessage(tx, id, { status: 'pending' });
  return { is: 'later', inMs: inMs + Math.random() * JITTER_MS };
}

async function end(
  { tx, publish }: OwnUnit,
  { id }: Due,
  status: 'failed' | 'cancelled',
  statusReason: string,
): Promise<Start> {
  await updateMessage(tx, id, { status, statusReason });
  if (status === 'failed') publish(notificationEvents.failed, { notificationId: id });
  return { is: 'over' };
}

/** Whoever had it has ended in the middle: nobody knows whether the provider took it, and the attempt is used. */
function recordLost({ tx }: OwnUnit, { id, attemptCount, begunAt, provider }: Due): Promise<void> {
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

function quietOf({ timeZone, quietFrom, quietTo }: Due, now: Date): Date | null {
  if (timeZone === null || quietFrom === null || quietTo === null) return null;
  return quietUntil({ timeZone, from: quietFrom, to: quietTo }, now);
}

function same(one: Buffer | null, other: Buffer | null): boolean {
  return one !== null && other !== null && one.equals(other);
}
