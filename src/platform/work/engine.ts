import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '#kernel/problem.ts';
import type { Pool } from '#platform/database/pool.ts';
import type { Units } from '#platform/database/unit.ts';
import type { Log } from '#platform/log/port.ts';
import { claimDue, giveBack, nextDueInMs, renewLeases, type Claimed, type Found } from './claim.ts';
import { createClaimer } from './claimer.ts';
import { jobQueue } from './jobs.ts';
import { createPace } from './pace.ts';
import type { Worker } from './port.ts';
import { LeaseLost, settleFailure } from './settle.ts';
import { createSettler } from './settler.ts';

const RECORD_PAUSES_MS = [100, 500, 2000]; // a database that was only cut off is back by then; else the lease lapses
const HIGH_LANE = 0;
const LEAST_PAUSE_MS = 20; // what is due and yet not claimable is being settled by another

export interface EngineNeeds {
  readonly pool: Pool;
  readonly units: Units;
  readonly workers: readonly Worker[];
  readonly nodeId: string;
  readonly log: Log;
  /** Items under way at once in this process. */
  readonly concurrency: number;
}

/** An item from its claim to its end; waits for a free hand while `isBegun` is false. */
interface Held {
  readonly item: Claimed;
  readonly abort: AbortController;
  readonly isUrgent: boolean;
  isBegun: boolean;
}

/** One claimer per process feeds the handlers of all queues, and claims ahead as far as they are quick. */
export function createWorkEngine({ pool, units, workers, nodeId, log, concurrency }: EngineNeeds) {
  const byQueue = new Map(workers.map((worker) => [worker.queue.name, worker]));
  const terms = new Map(workers.map(({ queue, leaseMs, maxAttempts }) => [queue.name, { leaseMs, maxAttempts }]));
  const renewEveryMs = Math.min(...workers.map(({ leaseMs }) => leaseMs), 30_000) / 3;
  const settler = createSettler(units, Math.max(1, Math.ceil(concurrency / 2)));
  const queues = [...terms.keys()];
  const claimer = createClaimer(pool, terms, nodeId);
  const pace = createPace();
  const held = new Map<string, Held>();
  const underWay = new Set<Promise<void>>();
  let waiting: Held[] = [];
  let busyHands = 0;
  let isStarted = false;
  let isClaiming = false;
  let isWanted = false;
  let timer: NodeJS.Timeout | undefined;
  let renewal: NodeJS.Timeout | undefined;

  /** Something may be due: claims until enough is held or nothing is. Calls while it runs are folded into one. */
  function wake(): void {
    isWanted = true;
    if (!isStarted || isClaiming || !hasRoom()) return;
    isClaiming = true;
    void claimAll().finally(() => {
      isClaiming = false;
      if (isWanted) wake(); // for what came between the last look and now
    });
  }

  /** A claim is worth its while for a free hand, or for half of what may be held ahead. */
  function hasRoom(): boolean {
    const ahead = pace.ahead();
    return held.size < concurrency + ahead && (held.size < concurrency || waiting.length <= ahead / 2);
  }

  async function claimAll(): Promise<void> {
    try {
      while (isWanted && isStarted && hasRoom()) {
        isWanted = false;
        const room = concurrency + pace.ahead() - held.size;
        const free = concurrency - busyHands - waiting.length;
        const count = Math.min(room, Math.max(1, free)); // one at least, or a flood would starve second attempts
        const { items, isAll } = await claimer.claim(count, room - count);
        if (!isStarted) return await giveBack(pool, items);
        for (const item of items) hold(item);
        beginWaiting();
        if (isAll) await sleepUntilDue();
        else isWanted = true;
      }
    } catch (error) {
      isWanted = false;
      log.warn({ err: error }, 'could not claim work; the next poll tries again');
    }
  }

  async function sleepUntilDue(): Promise<void> {
    wakeIn(await nextDueInMs(pool, queues));
  }

  function wakeIn(ms: number | null): void {
    clearTimeout(timer);
    if (!isStarted) return;
    if (ms !== null && ms < 2 ** 31) timer = setTimeout(wake, Math.max(ms, LEAST_PAUSE_MS)); // later than that, the polls see it
  }

  /** What is urgent begins before all that was claimed ahead, however early. */
  function hold(item: Found): void {
    const isUrgent = item.attempt > 1 || item.lane === HIGH_LANE;
    const one = { item, abort: new AbortController(), isUrgent, isBegun: false };
    held.set(item.id, one);
    const place = isUrgent ? waiting.findIndex((other) => !other.isUrgent) : -1;
    if (place < 0) waiting.push(one);
    else waiting.splice(place, 0, one);
  }

  function beginWaiting(): void {
    while (busyHands < concurrency) {
      const next = waiting.shift();
      if (!next) return;
      busyHands++;
      next.isBegun = true;
      begin(next);
    }
  }

  function begin({ item, abort }: Held): void {
    const freeHand = () => {
      busyHands--;
      beginWaiting();
    };
    const ending = run(item, abort.signal, freeHand).then((leftWork) => {
      held.delete(item.id);
      underWay.delete(ending);
      pace.count();
      if (leftWork || isWanted) wake();
    });
    underWay.add(ending);
  }

  /**
   * Never rejects: an item ends settled, postponed, failed, or lost to another holder. Answers whether that may have
   * left something to claim, now or later.
   */
  async function run(item: Claimed, signal: AbortSignal, onHandled: () => void): Promise<boolean> {
    const worker = byQueue.get(item.queue);
    try {
      const settlement = await handle(worker, item, signal).finally(onHandled);
      await settler.settle({ item, settlement });
      return item.key !== null || item.attempt > 1 || settlement.retryInMs !== undefined;
    } catch (error) {
      const { id, queue, attempt } = item;
      if (error instanceof LeaseLost) log.warn({ queue, id }, error.message);
      else await fail(item, error, worker?.giveUp ? Infinity : (worker?.maxAttempts ?? attempt));
      return true;
    }
  }

  async function fail(item: Claimed, error: unknown, maxAttempts: number): Promise<void> {
    const { id, queue, attempt } = item;
    log.warn({ err: error, queue, id, attempt }, 'an attempt at work failed');
    await recordFailure(item, error, maxAttempts).catch((again: unknown) => {
      log.warn({ err: again, id }, 'the failure could not be recorded; the lease will lapse');
    });
  }

  /** What cut the attempt's connection has mostly cut others of the pool: one refusal is no reason to wait out the lease. */
  async function recordFailure(item: Claimed, error: unknown, maxAttempts: number): Promise<void> {
    for (const pauseMs of RECORD_PAUSES_MS) {
      try {
        return await settleFailure(pool, item, error, maxAttempts);
      } catch (again) {
        if (!(again instanceof Problem)) throw again;
        await sleep(pauseMs);
      }
    }
    await settleFailure(pool, item, error, maxAttempts);
  }

  async function handle(worker: Worker | undefined, { id, ref, attempt, origin }: Claimed, signal: AbortSignal) {
    if (!worker) throw new Error('no worker of this process knows the queue'); // it claims from those it knows alone
    const { maxAttempts } = worker;
    const work = { id, ref, attempt, origin, maxAttempts };
    if (attempt <= maxAttempts) return await worker.handle(work, signal);
    if (!worker.giveUp) throw new Error('the process died in every attempt');
    return await worker.giveUp(work, signal);
  }

  /** What has waited so long for a hand goes back, for a process that has one free. */
  async function renew(): Promise<void> {
    if (held.size === 0) return;
    const begun = [...held.values()].filter(({ isBegun }) => isBegun);
    const kept = await renewLeases(
      pool,
      begun.map(({ item }) => item),
      terms,
    );
    for (const { item, abort } of begun) if (!kept.has(item.id) && held.has(item.id)) abort.abort();
    await giveBackWaiting();
    wake();
  }

  async function giveBackWaiting(): Promise<void> {
    const unbegun = waiting.map(({ item }) => item);
    waiting = [];
    for (const { id } of unbegun) held.delete(id);
    await giveBack(pool, unbegun);
  }

  return {
    wake,
    queues,
    /** What a look at the table has found: the next is due in so many ms, or nothing is. */
    foundDueIn(ms: number | null): void {
      if (!isClaiming && hasRoom()) wakeIn(ms);
    },
    runningCount: () => underWay.size,
    start() {
      isStarted = true;
      renewal = setInterval(() => {
        renew().catch((error: unknown) => log.warn({ err: error }, 'could not renew leases'));
      }, renewEveryMs);
      wake();
    },
    /**
     * Runs what is due at `asOf` (default: now) until nothing is; answers how many attempts that took. Jobs are left
     * out: they are due again and again.
     */
    async drain(asOf: string | null = null): Promise<number> {
      const ending = new Map([...terms].filter(([queue]) => queue !== jobQueue.name));
      for (let total = 0; ;) {
        const items = await claimDue(pool, { terms: ending, nodeId, count: concurrency, asOf });
        if (items.length === 0) return total;
        total += items.length;
        await Promise.all(items.map((item) => run(item, new AbortController().signal, () => {})));
      }
    },
    /** Takes nothing new and waits for what runs; after `graceMs` the handlers are told to stop and left to their leases. */
    async stop(graceMs: number): Promise<void> {
      isStarted = false;
      clearTimeout(timer);
      const givenBack = giveBackWaiting().catch((error: unknown) =>
        log.warn({ err: error }, 'work that was not begun stays until its lease lapses'),
      );
      const late = setTimeout(() => held.forEach(({ abort }) => abort.abort()), graceMs);
      await Promise.race([
        Promise.all([givenBack, ...underWay]),
        new Promise((resolve) => setTimeout(resolve, graceMs + 500).unref()),
      ]);
      clearTimeout(late);
      clearInterval(renewal);
    },
  };
}

export type WorkEngine = ReturnType<typeof createWorkEngine>;
