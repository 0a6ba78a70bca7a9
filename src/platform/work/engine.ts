import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '#kernel/problem.ts';
import type { Pool } from '#platform/database/pool.ts';
import type { Units } from '#platform/database/unit.ts';
import type { Log } from '#platform/log/port.ts';
import { claimDue, giveBack, nextDueInMs, renewLeases, type Claimed } from './claim.ts';
import { jobQueue } from './jobs.ts';
import type { Worker } from './port.ts';
import { LeaseLost, settle, settleFailure } from './settle.ts';

const RECORD_PAUSES_MS = [100, 500, 2000]; // a database that was only cut off is back by then; else the lease lapses
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

interface Running {
  readonly item: Claimed;
  readonly abort: AbortController;
  readonly done: Promise<void>;
}

/** One claimer per process feeds the handlers of all queues. */
export function createWorkEngine({ pool, units, workers, nodeId, log, concurrency }: EngineNeeds) {
  const byQueue = new Map(workers.map((worker) => [worker.queue.name, worker]));
  const leases = new Map(workers.map(({ queue, leaseMs }) => [queue.name, leaseMs]));
  const renewEveryMs = Math.min(...leases.values(), 30_000) / 3;
  const running = new Map<string, Running>();
  let isStarted = false;
  let isClaiming = false;
  let isWanted = false;
  let timer: NodeJS.Timeout | undefined;
  let renewal: NodeJS.Timeout | undefined;

  /** Something may be due: claims until all hands are busy or nothing is. Calls while it runs are folded into one. */
  function wake(): void {
    isWanted = true;
    if (!isStarted || isClaiming) return;
    isClaiming = true;
    void claimAll().finally(() => {
      isClaiming = false;
    });
  }

  async function claimAll(): Promise<void> {
    try {
      while (isWanted && isStarted && running.size < concurrency) {
        isWanted = false;
        const count = concurrency - running.size;
        const items = await claimDue(pool, { leases, nodeId, count, asOf: null });
        if (!isStarted) return await giveBack(pool, items);
        for (const item of items) begin(item);
        if (items.length > 0) isWanted = true;
        else await sleepUntilDue();
      }
    } catch (error) {
      log.warn({ err: error }, 'could not claim work; the next poll tries again');
    }
  }

  async function sleepUntilDue(): Promise<void> {
    const ms = await nextDueInMs(pool, [...leases.keys()]);
    clearTimeout(timer);
    if (!isStarted) return;
    if (ms !== null && ms < 2 ** 31) timer = setTimeout(wake, Math.max(ms, LEAST_PAUSE_MS)); // later than that, the polls see it
  }

  function begin(item: Claimed): void {
    const abort = new AbortController();
    const done = run(item, abort.signal).finally(() => {
      running.delete(item.id);
      wake();
    });
    running.set(item.id, { item, abort, done });
  }

  /** Never rejects: an item ends settled, postponed, failed, or lost to another holder. */
  async function run(item: Claimed, signal: AbortSignal): Promise<void> {
    const worker = byQueue.get(item.queue);
    if (!worker) return;
    const { id, ref, attempt, origin } = item;
    try {
      if (attempt > worker.maxAttempts) throw new Error('the process died in every attempt');
      const settlement = await worker.handle({ id, ref, attempt, origin, maxAttempts: worker.maxAttempts }, signal);
      await settle(units, item, settlement);
    } catch (error) {
      if (error instanceof LeaseLost) return log.warn({ queue: item.queue, id }, error.message);
      log.warn({ err: error, queue: item.queue, id, attempt }, 'an attempt at work failed');
      await recordFailure(item, error, worker.maxAttempts).catch((again: unknown) => {
        log.warn({ err: again, id }, 'the failure could not be recorded; the lease will lapse');
      });
    }
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

  async function renew(): Promise<void> {
    if (running.size === 0) return;
    const held = [...running.values()];
    const kept = await renewLeases(
      pool,
      held.map(({ item }) => item),
      leases,
    );
    for (const { item, abort } of held) if (!kept.has(item.id) && running.has(item.id)) abort.abort();
  }

  return {
    wake,
    /** Looks for what nobody has been told of; one query while there is none. */
    poll: async () => {
      if (!isClaiming && running.size < concurrency) await sleepUntilDue();
    },
    runningCount: () => running.size,
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
      const ending = new Map([...leases].filter(([queue]) => queue !== jobQueue.name));
      for (let total = 0; ;) {
        const items = await claimDue(pool, { leases: ending, nodeId, count: concurrency, asOf });
        if (items.length === 0) return total;
        total += items.length;
        await Promise.all(items.map((item) => run(item, new AbortController().signal)));
      }
    },
    /** Takes nothing new and waits for what runs; after `graceMs` the handlers are told to stop and left to their leases. */
    async stop(graceMs: number): Promise<void> {
      isStarted = false;
      clearTimeout(timer);
      const late = setTimeout(() => running.forEach(({ abort }) => abort.abort()), graceMs);
      await Promise.race([
        Promise.all([...running.values()].map(({ done }) => done)),
        new Promise((resolve) => setTimeout(resolve, graceMs + 500).unref()),
      ]);
      clearTimeout(late);
      clearInterval(renewal);
    },
  };
}

export type WorkEngine = ReturnType<typeof createWorkEngine>;
