import { setTimeout as sleep } from 'node:timers/promises';
import { createOrphanedEntries } from './audit/orphaned-entries.ts';
import { HAS_UNSEALED } from './audit/queries.ts';
import type { Database } from './database/open.ts';
import type { DailyTable } from './database/port.ts';
import type { Pool } from './database/pool.ts';
import { createPartitions, dropPartitions } from './database/partitions.ts';
import { deleteUnusedCursor, listUnusedCursors, pendingCursorsQuery } from './events/cursor.ts';
import type { Bus, Consumer, Delivery } from './events/delivery.ts';
import { eventTables } from './events/retention.ts';
import type { Log } from './log/port.ts';
import { nextDue } from './work/claim.ts';
import type { Telemetry } from './telemetry/port.ts';
import type { Job, Leader, OnFailedAttempt, Worker } from './work/port.ts';
import { createWorkEngine } from './work/engine.ts';

const BATCH = 1000; // rows of one unit
const POLL_MS = 2000; // finds work and events whose signal was lost
const POLL = `select (${nextDue('$1')}) as ms, array(${pendingCursorsQuery('$2')}) as cursors,
  ${HAS_UNSEALED} as has_unsealed`;

export interface BackgroundNeeds {
  readonly database: Database;
  readonly bus: Bus;
  readonly consumers: readonly Consumer[];
  readonly workers: readonly Worker[];
  /** Of the modules. */
  readonly dailyTables: readonly DailyTable[];
  /** Chains the audit entries of all units. */
  readonly sealer: Leader;
  readonly nodeId: string;
  readonly concurrency: number;
  readonly log: Log;
  readonly telemetry: Telemetry;
  readonly now: () => Date;
  readonly onFailedAttempt?: OnFailedAttempt | undefined;
}

/** Everything that runs outside of requests: delivery of events, and work. */
export function createBackground({
  database,
  bus,
  consumers,
  workers,
  dailyTables,
  sealer,
  nodeId,
  concurrency,
  log,
  telemetry,
  now,
  onFailedAttempt,
}: BackgroundNeeds) {
  const { pool, units } = database;
  const delivery = bus.createDelivery({ pool, units, consumers, nodeId, log, telemetry, onFailedAttempt });
  const daily = [...eventTables, ...dailyTables];
  const allWorkers = [...workers, ...delivery.workers];
  const work = createWorkEngine({
    pool,
    units,
    workers: allWorkers,
    nodeId,
    log,
    telemetry,
    concurrency,
    onFailedAttempt,
  });
  let poll: NodeJS.Timeout | undefined;
  let isStarted = false;
  const orphanedEntries = createOrphanedEntries(pool, sealer, log);

  database.onCommitted(({ eventTypes, queues, hasEntries }) => {
    // Events that only another version of the program consumes are found by that version's own poll.
    if (delivery.isConsumed(eventTypes)) {
      delivery.wake(eventTypes);
      database.signals.send(['events']);
    }
    if (queues.size > 0) {
      work.wake();
      database.signals.send(['work']);
    }
    if (hasEntries) {
      sealer.wake();
      // Before `start` other processes must seal the entries; later only if this process dies.
      database.signals.send([isStarted ? 'sealing' : 'audit']);
    }
  });
  database.signals.onChanged((changed) => {
    if (changed.includes('events')) delivery.wake();
    if (changed.includes('work')) work.wake();
    if (changed.includes('audit')) sealer.wake();
    if (changed.includes('sealing')) orphanedEntries.onNotify();
  });

  /** One statement for work, events and audit entries: an idle node sends almost no other query. */
  async function pollOnce(): Promise<void> {
    const { rows } = await pool.query<{ ms: number | null; cursors: string[]; hasUnsealed: boolean }>(POLL, [
      work.queues,
      delivery.cursors,
    ]);
    if (rows[0]?.hasUnsealed) sealer.wake();
    work.foundDueIn(rows[0]?.ms ?? null);
    await delivery.poll(rows[0]?.cursors ?? []);
  }

  database.node.reportState(() => ({ runsBackground: isStarted, held: work.heldByQueue() }));

  return {
    /** What the platform does by itself from time to time; the scheduler runs it. */
    jobs: platformJobs({ database, delivery, daily, log, now }),
    /** Names of all queues. */
    queues: work.queues,
    /** Once after the migrations, before anything is written. */
    async prepare(): Promise<void> {
      await createPartitions(pool, daily, now());
      await delivery.registerConsumers();
    },
    start(): void {
      isStarted = true;
      orphanedEntries.start();
      delivery.start();
      work.start();
      sealer.start();
      poll = setInterval(() => {
        pollOnce().catch((error: unknown) => log.warn({ err: error }, 'the safety poll failed'));
      }, POLL_MS);
    },
    /** Delivers events and runs work until nothing is due at `asOf` (default: now). For tests and commands. */
    async drain(asOf: string | null = null): Promise<void> {
      do {
        await sealer.drain();
        await delivery.drain();
      } while ((await work.drain(asOf)) > 0);
      await sealer.drain();
    },
    async stop(graceMs: number): Promise<void> {
      if (!isStarted) return;
      isStarted = false;
      clearInterval(poll);
      orphanedEntries.stop();
      // What is under way has as long as work items. What the broker does not have acknowledged comes again.
      const late = sleep(graceMs, undefined, { ref: false });
      await Promise.all([Promise.race([delivery.stop(), late]), work.stop(graceMs)]);
      await sealer.stop();
    },
  };
}

interface PlatformJobsNeeds extends Pick<BackgroundNeeds, 'database' | 'log' | 'now'> {
  readonly delivery: Pick<Delivery, 'cursors' | 'removeConsumer'>;
  readonly daily: readonly DailyTable[];
}

/** What the platform does by itself, beside the jobs of the modules. */
export function platformJobs({ database: { pool }, delivery, daily, log, now }: PlatformJobsNeeds): Job[] {
  const nothing = { write: async () => {} };
  return [
    {
      name: 'platform.partitions',
      description: 'Creates the daily partitions of the coming two weeks, and drops those that nothing needs',
      everySeconds: 6 * 3600,
      run: async () => {
        await createPartitions(pool, daily, now());
        for (const consumer of await listUnusedCursors(pool, delivery.cursors)) {
          log.warn(
            { consumer },
            'no node has used this consumer of events for 30 days; its cursor, queues and parked events are deleted',
          );
          try {
            await delivery.removeConsumer(consumer);
            await deleteUnusedCursor(pool, consumer);
          } catch (error) {
            log.warn({ consumer, err: error }, 'the consumer could not be removed; the next run tries again');
          }
        }
        await dropPartitions(pool, daily, now());
        return nothing;
      },
    },
    {
      name: 'platform.forget',
      description: 'Deletes idempotency keys after a day, invalidations and stopped nodes after an hour',
      everySeconds: 600,
      async run(signal) {
        await deleteInBatches(
          pool,
          'platform.idempotency',
          `claimed_at < now() - interval '24 hours' order by claimed_at`,
          signal,
        );
        await deleteInBatches(pool, 'platform.invalidation', `at < now() - interval '1 hour' order by at`, signal);
        await deleteInBatches(pool, 'platform.stopped_node', FORGOTTEN_NODE, signal);
        return nothing;
      },
    },
  ];
}

// Without another one of its kind it stays shown, since what it did is done by nobody.
const FORGOTTEN_NODE = `heartbeat_at < now() - interval '1 hour' and (heartbeat_at < now() - interval '30 days'
  or exists (select from platform.node n where n.kind = stopped_node.kind and n.heartbeat_at > now() - interval '20 s'))
  order by heartbeat_at`;

/**
 * `old`: a condition and the order of an index. Each batch is a transaction of its own; rows that are locked, and what is left
 * when `signal` aborts, wait for the next run.
 */
async function deleteInBatches(pool: Pool, table: string, old: string, signal: AbortSignal): Promise<void> {
  for (let deleted = BATCH; deleted === BATCH && !signal.aborted;) {
    const { rowCount } = await pool.query(`delete from ${table} where ctid = any (array(
      select ctid from ${table} where ${old} limit ${BATCH} for update skip locked))`);
    deleted = rowCount;
  }
}
