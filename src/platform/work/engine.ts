import { setImmediate as immediate, setTimeout as sleep } from 'node:timers/promises';
import { causeOf, nowhere, startTrace, traceIdOf } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { Problem } from '#kernel/problem.ts';
import type { Pool } from '#platform/database/pool.ts';
import type { Units } from '#platform/database/unit.ts';
import type { Log } from '#platform/log/port.ts';
import type { SpanDef, Telemetry } from '#platform/telemetry/port.ts';
import { claimDue, giveBack, nextDueInMs, renewLeases, type ClaimedWork } from './claim.ts';
import { createDueScan } from './due-scan.ts';
import { createWorkerSlots, type WorkerSlots, type Held } from './slots.ts';
import { dutyQueue, type OnFailedAttempt, type Worker } from './port.ts';
import { LeaseLost, storeFailure, type FinishedWork } from './complete.ts';
import { createCommitBatcher, isUnavailable } from './commit-batcher.ts';

// After a short disconnection the database is back by then; else the lease lapses.
const RECORD_PAUSES_MS = [100, 500, 2000];
const COMPLETE_PAUSE_MS = 2000; // after those; short enough to retry before the item is due again and claimed
// Two minutes: longer than a failover, and an end for a write that itself cuts its connection.
const COMPLETE_TRIES = 60;
const MIN_LANES = 3; // two for shared commits, one for single ones
const MIN_PAUSE_MS = 20; // an item that is due and cannot be claimed is being completed by another node

/** What there may be to claim after an item has ended. */
type Left = 'nothing' | 'other work' | 'itself';

export interface EngineNeeds {
  readonly pool: Pool;
  readonly units: Units;
  readonly workers: readonly Worker[];
  readonly nodeId: string;
  readonly log: Log;
  readonly telemetry: Telemetry;
  /** Worker slots of this process, beside those of queues that have their own. */
  readonly concurrency: number;
  readonly onFailedAttempt?: OnFailedAttempt | undefined;
}

/** One claiming loop per process serves the handlers of all queues; it prefetches more the faster they are. */
export function createWorkEngine({
  pool,
  units,
  workers,
  nodeId,
  log,
  telemetry: { registry, tracer },
  concurrency,
  onFailedAttempt,
}: EngineNeeds) {
  const count = registry.counter({
    name: 'bonyan_work_attempts_total',
    help: 'Attempts of work items: completed, postponed, failed, or lost to another process',
    labels: ['queue', 'outcome'],
  });
  const byQueue = new Map(workers.map((worker) => [worker.queue.name, worker]));
  const terms = new Map(workers.map(({ queue, leaseMs, maxAttempts }) => [queue.name, { leaseMs, maxAttempts }]));
  const renewEveryMs = Math.min(...workers.map(({ leaseMs }) => leaseMs), 30_000) / 3;
  const commitBatcher = createCommitBatcher(units, Math.max(MIN_LANES, Math.ceil(concurrency / 2)));
  const queues = [...terms.keys()];
  const dueScan = createDueScan(pool, terms, nodeId);
  const shared = workers.filter(({ slots }) => !slots).map(({ queue }) => queue.name);
  const all: readonly WorkerSlots[] = [
    createWorkerSlots(shared, concurrency, 0),
    ...workers.flatMap(({ queue, slots }) =>
      slots ? [createWorkerSlots([queue.name], concurrency, slots.burst)] : [],
    ),
  ];
  const underWay = new Set<Promise<void>>();
  const wanted = new Set<WorkerSlots>(); // those that may have due items
  let isStarted = false;
  let isClaiming = false;
  let timer: NodeJS.Timeout | undefined;
  let renewal: NodeJS.Timeout | undefined;

  /** Items may be due: claims until the slots are full or none is due. Calls during a run cause one more run. */
  function wake(): void {
    for (const slots of all) wanted.add(slots);
    claimWanted();
  }

  function claimWanted(): void {
    if (!isStarted || isClaiming || wantedWithRoom().length === 0) return;
    isClaiming = true;
    void claimAll().finally(() => {
      isClaiming = false;
      claimWanted(); // for items that came after the last scan
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
      log.warn({ err: error }, 'could not claim work items; the next poll (every 2 s) tries again');
    }
  }

  /** Queues whose slots are all busy claim when one becomes free. */
  async function sleepUntilDue(): Promise<void> {
    await immediate(); // behind the first statements of the items that have just begun
    const claimable = all.filter((slots) => !wanted.has(slots)).flatMap((slots) => slots.queues);
    wakeIn(await nextDueInMs(pool, claimable));
  }

  function slotsOf({ queue }: ClaimedWork): WorkerSlots {
    // The shared slots always exist.
    return all.find(({ queues: own }) => own.includes(queue)) ?? (all[0] as WorkerSlots);
  }

  function wakeIn(ms: number | null): void {
    clearTimeout(timer);
    if (!isStarted) return;
    // Beyond the range of a timer the polls find it.
    // A timer may fire a millisecond early, and the item would wait for the next pause.
    if (ms !== null && ms < 2 ** 31) timer = setTimeout(wake, Math.max(Math.ceil(ms) + 1, MIN_PAUSE_MS));
  }

  function beginWaiting(slots: WorkerSlots): void {
    for (let next = slots.take(); next; next = slots.take()) begin(slots, next);
  }

  function begin(slots: WorkerSlots, { item, abort }: Held): void {
    const freeSlot = () => {
      slots.free();
      beginWaiting(slots);
    };
    const ending = run(item, abort.signal, freeSlot).then((left) => {
      slots.end(item);
      underWay.delete(ending);
      if (left === 'nothing') claimWanted();
      else wake();
    });
    underWay.add(ending);
  }

  /**
   * Never rejects: an item ends completed, postponed, failed, or lost to another holder. Answers whether there may now
   * be something to claim, at once or later.
   */
  async function run(claimed: ClaimedWork, signal: AbortSignal, onHandled: () => void): Promise<Left> {
    const { queue: name } = claimed;
    const worker = byQueue.get(name);
    const attributes = { queue: name, attempt: claimed.attempt };
    const def: SpanDef = { name: `work ${name}`, kind: 'consumer', attributes };
    const span = worker?.beginsTrace
      ? tracer.beginTrace(def, startTrace(newId()), null)
      : tracer.begin(def, claimed.origin.traceparent);
    const cause = worker?.beginsTrace ? nowhere : claimed.origin;
    const item = { ...claimed, origin: { ...causeOf(cause), traceparent: span.traceparent } };
    try {
      const result = await handle(worker, item, signal).finally(onHandled);
      await completeWithRetries({ item, result }, signal);
      count(name, result.retryInMs === undefined ? 'completed' : 'postponed');
      span.end();
      if (result.retryInMs !== undefined) return 'itself';
      return item.key !== null || item.attempt > 1 ? 'other work' : 'nothing';
    } catch (error) {
      const { id, queue, attempt } = item;
      count(queue, error instanceof LeaseLost ? 'lost' : 'failed');
      span.end(error);
      if (error instanceof LeaseLost) log.warn({ queue, id }, error.message);
      else await fail(item, error, worker?.giveUp ? Infinity : (worker?.maxAttempts ?? attempt));
      return 'other work';
    }
  }

  /**
   * What a handler has done outside cannot be undone, so its result is retried for the time that the lease is held,
   * until the database stores it. If a try was committed but its answer was lost, the next try finds the lease lost.
   */
  async function completeWithRetries(finished: FinishedWork, signal: AbortSignal): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        return await commitBatcher.complete(finished);
      } catch (error) {
        const maxTries = isStarted ? COMPLETE_TRIES : RECORD_PAUSES_MS.length + 1;
        if (!isUnavailable(error) || signal.aborted || tries >= maxTries) throw error;
        await sleep(RECORD_PAUSES_MS[tries - 1] ?? COMPLETE_PAUSE_MS);
      }
    }
  }

  async function fail(item: ClaimedWork, error: unknown, maxAttempts: number): Promise<void> {
    const { id, queue, ref, attempt, origin } = item;
    log.warn(
      { err: error, queue, id, attempt, traceId: traceIdOf(origin) },
      'an attempt of a work item failed; it is tried again until its attempts are used',
    );
    onFailedAttempt?.({ at: `queue ${queue}, item ${ref}, attempt ${attempt}`, error });
    await recordFailure(item, error, maxAttempts).catch((again: unknown) => {
      log.warn(
        { err: again, queue, id },
        'the failed attempt could not be recorded; the item is due again when its lease lapses',
      );
    });
  }

  /** The cause that cut the attempt's connection has mostly cut others of the pool too, so one error is retried. */
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

  async function handle(
    worker: Worker | undefined,
    { id, ref, token, attempt, origin }: ClaimedWork,
    signal: AbortSignal,
  ) {
    // Never: it claims only from queues of its workers.
    if (!worker) throw new Error('this process has no worker for the queue');
    const { maxAttempts } = worker;
    const work = { id, ref, token, attempt, origin, maxAttempts };
    if (attempt <= maxAttempts) return await worker.handle(work, signal);
    if (!worker.giveUp) throw new Error('the process ended during every attempt');
    return await worker.giveUp(work, signal);
  }

  /** Also releases prefetched items: they have waited so long for a slot that another process may be sooner. */
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
    /** A poll has found that the next item is due in `ms`; null: no item waits. */
    foundDueIn(ms: number | null): void {
      if (!isClaiming && all.some((slots) => slots.hasRoom())) wakeIn(ms);
    },
    runningCount: () => underWay.size,
    /** Items that this process has claimed. */
    heldByQueue: () =>
      Object.fromEntries(
        [
          ...Map.groupBy(
            all.flatMap(({ held }) => [...held.values()]),
            ({ item }) => item.queue,
          ),
        ].map(([queue, items]) => [queue, items.length]),
      ),
    start() {
      isStarted = true;
      renewal = setInterval(() => {
        renew().catch((error: unknown) =>
          log.warn(
            { err: error },
            'could not renew the leases of running work items; they lapse unless a later renewal succeeds',
          ),
        );
      }, renewEveryMs);
      wake();
    },
    /**
     * Runs all items that are due at `asOf` (default: now); answers the number of attempts. Recurring jobs are left out: they
     * always become due again. An item that begins a trace and postpones itself is run once, and is not counted.
     */
    async drain(asOf: string | null = null): Promise<number> {
      const ending = new Map([...terms].filter(([queue]) => queue !== dutyQueue.name));
      for (let total = 0; ;) {
        const share = { queues: [...ending.keys()], count: concurrency, prefetch: 0 };
        const items = await claimDue(pool, { terms: ending, nodeId, shares: [share], asOf });
        if (items.length === 0) return total;
        const left = await Promise.all(items.map((item) => run(item, new AbortController().signal, () => {})));
        const isLasting = ({ queue }: ClaimedWork, index: number) =>
          left[index] === 'itself' && byQueue.get(queue)?.beginsTrace;
        const lasting = items.filter(isLasting);
        for (const { queue } of lasting) ending.delete(queue);
        total += items.length - lasting.length;
      }
    },
    /**
     * Claims nothing more and waits for running handlers; after `graceMs` their signals abort and their leases lapse.
     */
    async stop(graceMs: number): Promise<void> {
      isStarted = false;
      clearTimeout(timer);
      const givenBack = giveBackWaiting().catch((error: unknown) =>
        log.warn(
          { err: error },
          'prefetched work items could not be released; they are due again when their leases lapse',
        ),
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
