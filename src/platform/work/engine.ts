import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '#kernel/problem.ts';
import type { Pool } from '#platform/database/pool.ts';
import type { Units } from '#platform/database/unit.ts';
import type { Log } from '#platform/log/port.ts';
import { claimDue, giveBack, nextDueInMs, renewLeases, type ClaimedWork } from './claim.ts';
import { createDueScan } from './due-scan.ts';
import { createWorkerSlots, type WorkerSlots, type Held } from './slots.ts';
import { jobQueue } from './jobs.ts';
import type { OnFailedAttempt, Worker } from './port.ts';
import { LeaseLost, storeFailure, type FinishedWork } from './complete.ts';
import { createCommitBatcher, isUnavailable } from './commit-batcher.ts';

const RECORD_PAUSES_MS = [100, 500, 2000]; // a database that was only cut off is back by then; else the lease lapses
const COMPLETE_PAUSE_MS = 2000; // after those; sooner than what has become due again is claimed
const COMPLETE_TRIES = 60; // two minutes: longer than a failover, and a write that itself cuts connections comes to an end
const MIN_LANES = 3; // two for what is settled together, and one for what is not
const MIN_PAUSE_MS = 20; // what is due and yet not claimable is being settled by another

export interface EngineNeeds {
  readonly pool: Pool;
  readonly units: Units;
  readonly workers: readonly Worker[];
  readonly nodeId: string;
  readonly log: Log;
  /** Items under way at once in this process, beside those of queues that have hands of their own. */
  readonly concurrency: number;
  readonly onFailedAttempt?: OnFailedAttempt | undefined;
}

/** One claimer per process feeds the handlers of all queues, and claims ahead as far as they are quick. */
export function createWorkEngine({ pool, units, workers, nodeId, log, concurrency, onFailedAttempt }: EngineNeeds) {
  const byQueue = new Map(workers.map((worker) => [worker.queue.name, worker]));
  const terms = new Map(workers.map(({ queue, leaseMs, maxAttempts }) => [queue.name, { leaseMs, maxAttempts }]));
  const renewEveryMs = Math.min(...workers.map(({ leaseMs }) => leaseMs), 30_000) / 3;
  const commitBatcher = createCommitBatcher(units, Math.max(MIN_LANES, Math.ceil(concurrency / 2)));
  const queues = [...terms.keys()];
  const dueScan = createDueScan(pool, terms, nodeId);
  const shared = workers.filter(({ slots }) => !slots).map(({ queue }) => queue.name);
  const all: readonly WorkerSlots[] = [
    createWorkerSlots(shared, concurrency, 0),
    ...workers.flatMap(({ queue, slots }) => (slots ? [createWorkerSlots([queue.name], concurrency, slots.burst)] : [])),
  ];
  const underWay = new Set<Promise<void>>();
  const wanted = new Set<WorkerSlots>(); // for whom something may be due
  let isStarted = false;
  let isClaiming = false;
  let timer: NodeJS.Timeout | undefined;
  let renewal: NodeJS.Timeout | undefined;

  /** Something may be due: claims until enough is held or nothing is. Calls while it runs are folded into one. */
  function wake(): void {
    for (const slots of all) wanted.add(slots);
    claimWanted();
  }

  function claimWanted(): void {
    if (!isStarted || isClaiming || wantedWithRoom().length === 0) return;
    isClaiming = true;
    void claimAll().finally(() => {
      isClaiming = false;
      claimWanted(); // for what came between the last look and now
    });
  }

  const wantedWithRoom = () => [...wanted].filter((slots) => slots.hasRoom());

  async function claimAll(): Promise<void> {
    try {
      for (let open = wantedWithRoom(); open.length > 0 && isStarted; open = wantedWithRoom()) {
        for (const slots of open) wanted.delete(slots);
        const shares = open.map((slots) => ({ slots, queues: slots.queues, ...slots.room() }));
        const { items, exhausted } = await dueScan.claim(shares);
        if (!isStarted) return await giveBack(pool, items);
        for (const item of items) slotsOf(item).hold(item);
        for (const slots of open) beginWaiting(slots);
        const done = new Set(exhausted.map(({ slots }) => slots));
        for (const slots of open) if (!done.has(slots)) wanted.add(slots);
        if (done.size > 0 && wantedWithRoom().length === 0) await sleepUntilDue();
      }
    } catch (error) {
      wanted.clear();
      log.warn({ err: error }, 'could not claim work; the next poll tries again');
    }
  }

  /** Queues whose hands are all full claim when one of those is free. */
  async function sleepUntilDue(): Promise<void> {
    const claimable = all.filter((slots) => !wanted.has(slots)).flatMap((slots) => slots.queues);
    wakeIn(await nextDueInMs(pool, claimable));
  }

  function slotsOf({ queue }: ClaimedWork): WorkerSlots {
    return all.find(({ queues: own }) => own.includes(queue)) ?? (all[0] as WorkerSlots); // the shared ones are always there
  }

  function wakeIn(ms: number | null): void {
    clearTimeout(timer);
    if (!isStarted) return;
    if (ms !== null && ms < 2 ** 31) timer = setTimeout(wake, Math.max(ms, MIN_PAUSE_MS)); // later than that, the polls see it
  }

  function beginWaiting(slots: WorkerSlots): void {
    for (let next = slots.take(); next; next = slots.take()) begin(slots, next);
  }

  function begin(slots: WorkerSlots, { item, abort }: Held): void {
    const freeSlot = () => {
      slots.free();
      beginWaiting(slots);
    };
    const ending = run(item, abort.signal, freeSlot).then((leftWork) => {
      slots.end(item);
      underWay.delete(ending);
      if (leftWork) wake();
      else claimWanted();
    });
    underWay.add(ending);
  }

  /**
   * Never rejects: an item ends settled, postponed, failed, or lost to another holder. Answers whether that may have
   * left something to claim, now or later.
   */
  async function run(item: ClaimedWork, signal: AbortSignal, onHandled: () => void): Promise<boolean> {
    const worker = byQueue.get(item.queue);
    try {
      const result = await handle(worker, item, signal).finally(onHandled);
      await completeWithRetries({ item, result }, signal);
      return item.key !== null || item.attempt > 1 || result.retryInMs !== undefined;
    } catch (error) {
      const { id, queue, attempt } = item;
      if (error instanceof LeaseLost) log.warn({ queue, id }, error.message);
      else await fail(item, error, worker?.giveUp ? Infinity : (worker?.maxAttempts ?? attempt));
      return true;
    }
  }

  /**
   * What a handler has done outside cannot be undone: while the item is held, its end is kept until the database takes it.
   * A try that was committed without a word loses the lease in the next.
   */
  async function completeWithRetries(finished: FinishedWork, signal: AbortSignal): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        return await commitBatcher.complete(finished);
      } catch (error) {
        const most = isStarted ? COMPLETE_TRIES : RECORD_PAUSES_MS.length + 1;
        if (!isUnavailable(error) || signal.aborted || tries >= most) throw error;
        await sleep(RECORD_PAUSES_MS[tries - 1] ?? COMPLETE_PAUSE_MS);
      }
    }
  }

  async function fail(item: ClaimedWork, error: unknown, maxAttempts: number): Promise<void> {
    const { id, queue, ref, attempt } = item;
    log.warn({ err: error, queue, id, attempt }, 'an attempt at work failed');
    onFailedAttempt?.({ at: `queue ${queue}, item ${ref}, attempt ${attempt}`, error });
    await recordFailure(item, error, maxAttempts).catch((again: unknown) => {
      log.warn({ err: again, id }, 'the failure could not be recorded; the lease will lapse');
    });
  }

  /** What cut the attempt's connection has mostly cut others of the pool: one refusal is no reason to wait out the lease. */
  async function recordFailure(item: ClaimedWork, error: unknown, maxAttempts: number): Promise<void> {
    for (const pauseMs of RECORD_PAUSES_MS) {
      try {
        return await storeFailure(pool, item, error, maxAttempts);
      } catch (again) {
        if (!(again instanceof Problem)) throw again;
        await sleep(pauseMs);
      }
    }
    await storeFailure(pool, item, error, maxAttempts);
  }

  async function handle(worker: Worker | undefined, { id, ref, token, attempt, origin }: ClaimedWork, signal: AbortSignal) {
    if (!worker) throw new Error('no worker of this process knows the queue'); // it claims from those it knows alone
    const { maxAttempts } = worker;
    const work = { id, ref, token, attempt, origin, maxAttempts };
    if (attempt <= maxAttempts) return await worker.handle(work, signal);
    if (!worker.giveUp) throw new Error('the process died in every attempt');
    return await worker.giveUp(work, signal);
  }

  /** What has waited so long for a hand goes back, for a process that has one free. */
  async function renew(): Promise<void> {
    if (all.every(({ held }) => held.size === 0)) return;
    const begun = all.flatMap(({ held }) => [...held.values()]).filter(({ isBegun }) => isBegun);
    const kept = await renewLeases(
      pool,
      begun.map(({ item }) => item),
      terms,
    );
    for (const { item, abort } of begun) if (!kept.has(item.id) && slotsOf(item).held.has(item.id)) abort.abort();
    await giveBackWaiting();
    wake();
  }

  async function giveBackWaiting(): Promise<void> {
    const unbegun = all.flatMap((slots) => slots.dropWaiting());
    await giveBack(pool, unbegun);
  }

  return {
    wake,
    queues,
    /** What a look at the table has found: the next is due in so many ms, or nothing is. */
    foundDueIn(ms: number | null): void {
      if (!isClaiming && all.some((slots) => slots.hasRoom())) wakeIn(ms);
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
        const share = { queues: [...ending.keys()], count: concurrency, prefetch: 0 };
        const items = await claimDue(pool, { terms: ending, nodeId, shares: [share], asOf });
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
      const late = setTimeout(() => all.forEach(({ held }) => held.forEach(({ abort }) => abort.abort())), graceMs);
      await Promise.race([
        Promise.all([givenBack, ...underWay]),
        new Promise((resolve) => setTimeout(resolve, graceMs + 500).unref()),
      ]);
      clearTimeout(late);
      clearInterval(renewal);
    },
  };
}
