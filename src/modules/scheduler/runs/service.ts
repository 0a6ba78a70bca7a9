import { sql } from 'kysely';
import type { Actor } from '#kernel/access.ts';
import type { PageQuery } from '#kernel/page.ts';
import { schedulerErrors, type Execution } from '../contract.ts';
import { cancelAndFollow, followAll } from '../dependencies/follow.ts';
import { cancelUnfinished, createExecution, findUnfinished } from '../executions/create.ts';
import type { HandlerRegistry } from '../handlers/registry.ts';
import type { SchedulerNeeds } from '../needs.ts';
import { databaseNow, findAllowed, JOB_RESOURCE, lockAllowed, stateAt, visibleTo } from '../queries.ts';
import type { ExecutionDetail } from '../schemas.ts';
import type { AllExecutionsQuery, ExecutionQuery, Replayed } from './schemas.ts';
import type { SchedulerUnit, StoredJob } from '../tables.ts';
import { findExecution, listExecutions } from './queries.ts';
import type { RunWatch } from './watch.ts';

const REPLAYED = 100;

interface Needs extends Pick<SchedulerNeeds, 'db' | 'authorization'> {
  readonly registry: HandlerRegistry;
  readonly watch: RunWatch;
}

/** Runs that people start, cancel and repeat; and what has run. */
export function createRuns({ db, authorization: { accessLists }, registry, watch }: Needs) {
  /** @throws `scheduler.not_found` */
  async function list(actor: Actor, jobId: string, query: ExecutionQuery & PageQuery) {
    const { id } = await findAllowed(db.read, actor, jobId, 'read', accessLists);
    return listExecutions(db.read, { ...query, jobId: id });
  }

  const listAll = (query: AllExecutionsQuery & PageQuery) => listExecutions(db.read, query);

  /** @throws `scheduler.execution_not_found`, also for one of a job that the actor may not see */
  async function get(actor: Actor, id: string): Promise<ExecutionDetail> {
    const execution = await findExecution(db.read, id);
    if (!execution) throw schedulerErrors.executionNotFound({ id });
    const isVisible = await visibleTo(db.read, actor, accessLists)
      .select('id')
      .where('id', '=', execution.jobId)
      .executeTakeFirst();
    if (!isVisible) throw schedulerErrors.executionNotFound({ id });
    return execution;
  }

  /**
   * Runs a job now, beside its schedule. @throws `scheduler.not_found`, `scheduler.access_denied`,
   * `scheduler.handler_unknown`, `scheduler.handler_forbidden`, `scheduler.not_runnable`
   */
  function run(actor: Actor, jobId: string): Promise<{ executionId: string }> {
    return db.write(actor, async (unit) => {
      const job = await lockRunnable(unit, actor, jobId, 'write');
      const now = await databaseNow(unit.tx);
      const status = stateAt(job, now);
      if (status !== 'active') throw schedulerErrors.notRunnable({ status });
      const other = job.concurrency === 'forbid' ? await findUnfinished(unit.tx, job.id) : null;
      if (other !== null) throw schedulerErrors.notRunnable({ reason: 'overlap', executionId: other });
      if (job.concurrency === 'replace') await cancelAndFollow(unit, job.id, 'replaced by another run');
      const by = { triggeredBy: 'manual', triggeredById: actor.id } as const;
      const executionId = await createExecution(unit, job, { ...by, occurrenceAt: now, now });
      if (executionId === null) throw schedulerErrors.notRunnable({ reason: 'overlap' });
      unit.audit({
        action: 'scheduler.job_run',
        resourceType: JOB_RESOURCE,
        resourceId: job.id,
        payload: { executionId },
      });
      return { executionId };
    });
  }

  /** A duty of the program needs no permission of its handler: who manages all jobs may run it. */
  async function lockRunnable(
    unit: SchedulerUnit,
    actor: Actor,
    jobId: string,
    right: 'write' | 'manage',
  ): Promise<StoredJob> {
    const job = await lockAllowed(unit.tx, actor, jobId, right, accessLists);
    if (!job.isDeclared) registry.forActor(actor, job.type);
    return job;
  }

  /** Each dead-lettered run is repeated once. @throws as `run` */
  function replay(actor: Actor, jobId: string, { take = REPLAYED }: { take?: number }): Promise<Replayed> {
    return db.write(actor, async (unit) => {
      const job = await lockRunnable(unit, actor, jobId, 'manage');
      const now = await databaseNow(unit.tx);
      const status = stateAt(job, now);
      if (status !== 'active' && status !== 'paused') throw schedulerErrors.notRunnable({ status });
      const executionIds: string[] = [];
      for (const { id, occurrenceAtUtc } of await listDead(unit, job.id, take)) {
        const by = { triggeredBy: 'replay', triggeredById: actor.id, replayOf: id } as const;
        const created = await createExecution(unit, job, { ...by, occurrenceAt: Date.parse(occurrenceAtUtc), now });
        if (created === null) continue;
        executionIds.push(created);
        await unit.tx.updateTable('scheduler.execution').set({ replayedAs: created }).where('id', '=', id).execute();
      }
      const payload = { replayed: executionIds.length };
      unit.audit({ action: 'scheduler.executions_replayed', resourceType: JOB_RESOURCE, resourceId: job.id, payload });
      return { replayed: executionIds.length, executionIds };
    });
  }

  /**
   * A handler that runs is told within a second, and its result is not recorded.
   * @throws `scheduler.execution_not_found`, `scheduler.access_denied`, `scheduler.execution_ended`
   */
  async function cancel(actor: Actor, id: string): Promise<Execution> {
    const { jobId } = await get(actor, id);
    const canceled = await db.write(actor, async (unit) => {
      const job = await lockAllowed(unit.tx, actor, jobId, 'manage', accessLists);
      const [ended] = await cancelUnfinished(unit.tx, jobId, 'cancelled', id);
      if (!ended) throw schedulerErrors.executionEnded({ id });
      await followAll(unit, [ended]);
      unit.audit({
        action: 'scheduler.execution_canceled',
        resourceType: JOB_RESOURCE,
        resourceId: job.id,
        payload: { executionId: id },
      });
      return ended;
    });
    watch.drop(id);
    return canceled;
  }

  return { list, listAll, get, run, replay, cancel };
}

export type Runs = ReturnType<typeof createRuns>;

/** The oldest runs that have failed for good and were not repeated. */
function listDead({ tx }: SchedulerUnit, jobId: string, take: number) {
  return tx
    .selectFrom('scheduler.execution')
    .select(['id', 'occurrenceAtUtc'])
    .where('jobId', '=', jobId)
    .where(sql<boolean>`status in ('deadLettered', 'timedOut') and replayed_as is null`)
    .orderBy('id')
    .limit(take)
    .execute();
}
