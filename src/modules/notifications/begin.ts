import { setTimeout as sleep } from 'node:timers/promises';
import { system } from '#kernel/access.ts';
import type { Db } from '#platform/database/port.ts';
import { quietUntil } from './quiet.ts';
import { countInSecond, insertAttempt, lockDue, markBegun, updateMessage, type Due } from './queries.ts';
import { notificationEvents } from './contract.ts';
import type { NotificationsTables, OwnUnit } from './rows.ts';

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

interface Asking {
  readonly id: string;
  readonly generation: number;
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
 * just after it, goes together into the next. The limits are counted here, in the database, so they hold over all nodes: per second
 * exactly, per recipient to within what several nodes begin in the same moment.
 */
export function createBegin({ db, now, limits }: BeginNeeds) {
  let asking: Asking[] = [];
  let isBusy = false;

  function begin(ref: string): Promise<Start> {
    const [id = '', generation = ''] = ref.split(' ');
    const { promise, resolve, reject } = Promise.withResolvers<Start>();
    asking.push({ id, generation: Number(generation), resolve, reject });
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
        for (const { id, resolve } of batch) resolve(starts.get(id) ?? { is: 'over' });
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
      if (batch.length > 1) await sleep(GATHER_MS);
    }
    isBusy = false;
  }

  async function decide(unit: OwnUnit, batch: readonly Asking[]): Promise<Map<string, Start>> {
    const ids = batch.map(({ id }) => id);
    const due = await lockDue(unit.tx, ids, limits.perRecipientPerMinute);
    const starts = new Map<string, Start>();
    const meant = new Map(batch.map(({ id, generation }) => [id, generation]));
    for (const row of due) if (meant.get(row.id) === row.generation) starts.set(row.id, await judge(unit, row, due));
    await holdChannels(unit, due, starts);
    const going = [...starts].filter(([, { is }]) => is === 'go').map(([id]) => id);
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

  /** What is over the limit of this second goes in one of the next. */
  async function holdChannels(unit: OwnUnit, due: readonly Due[], starts: Map<string, Start>): Promise<void> {
    for (const [channel, most] of limits.perSecond) {
      const going = due.filter((row) => row.channel === channel && starts.get(row.id)?.is === 'go');
      if (going.length === 0) continue;
      const excess = (await countInSecond(unit.tx, channel, going.length)) - most;
      // A flood spreads over as many seconds as it needs, instead of asking anew in each.
      for (const row of excess > 0 ? going.slice(-excess) : [])
        starts.set(row.id, await later(unit, row, 1000 * Math.ceil(excess / most)));
    }
  }

  return begin;
}

export type Begin = ReturnType<typeof createBegin>;

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
