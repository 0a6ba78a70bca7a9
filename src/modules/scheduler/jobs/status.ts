import type { Actor } from '#kernel/access.ts';
import { defineQueue } from '#kernel/work.ts';
import type { Precondition } from '#platform/http/port.ts';
import type { Work, WorkResult } from '#platform/work/port.ts';
import { withoutTables } from '#platform/database/port.ts';
import { schedulerErrors, schedulerEvents, schedulerPermissions, type ScheduledJob } from '../contract.ts';
import { decideFollowers } from '../dependencies/follow.ts';
import { enqueueRun, toIso } from '../executions/create.ts';
import type { HandlerRegistry } from '../handlers/registry.ts';
import type { SchedulerNeeds } from '../needs.ts';
import { databaseNow, lockAllowed, lockJob } from '../queries.ts';
import { leaveOut, placeCatchUp, planNext } from '../schedules/occurrences.ts';
import { findSchedule } from '../schedules/queries.ts';
import { nextOccurrence, occurrencesBetween } from '../schedules/timing.ts';
import type { Pause, PauseMany, Quarantine, Resume, ResumedJob, ResumeMany } from '../schemas.ts';
import type { SchedulerTables, SchedulerUnit, SchedulerWriter, StoredJob } from '../tables.ts';
import { listJobIds, updateJob } from './queries.ts';
import { toShown } from './service.ts';

/** One item for each pause or quarantine that ends by itself. */
export const liftQueue = defineQueue('scheduler.lift');
/** Of a quarantine that nobody gives a length. */
export const QUARANTINE_MINUTES = 60;
const MINUTE_MS = 60_000;
const MAX_MANY = 1000; // jobs of one call

type Needs = Pick<SchedulerNeeds, 'db' | 'authorization' | 'notifications'> & { readonly registry: HandlerRegistry };

/** When jobs do not run: pauses, quarantines, and what becomes of the runs that they leave out. */
export function createJobStatus({ db, authorization, notifications, registry }: Needs) {
  const { accessLists } = authorization;

  /** @throws `scheduler.not_found`, `scheduler.access_denied`, `scheduler.not_runnable` for one that is not active */
  function pause(actor: Actor, id: string, input: Pause, precondition: Precondition): Promise<ScheduledJob> {
    return db.write(actor, async (unit) => {
      const job = await lockAllowed(unit.tx, actor, id, 'manage', accessLists);
      precondition.require(job.version);
      return pauseOne(unit, job, input);
    });
  }

  async function pauseOne(
    unit: SchedulerUnit,
    job: StoredJob,
    { until = null, reason = null }: Pause,
  ): Promise<ScheduledJob> {
    if (job.status !== 'active' && job.status !== 'paused') throw schedulerErrors.notRunnable({ status: job.status });
    const paused = await setStatus(unit, job, 'paused', until, reason);
    unit.audit({ action: 'scheduler.job_paused', resourceType: 'job', resourceId: job.id, payload: { until, reason } });
    return paused;
  }

  /** Jobs in another state stay as they are. @throws `scheduler.schedule_invalid` without a type and a tag */
  function pauseMany(actor: Actor, input: PauseMany): Promise<{ changed: number }> {
    return forMany(actor, input, 'active', async (unit, job) => void (await pauseOne(unit, job, input)));
  }

  function resumeMany(actor: Actor, input: ResumeMany): Promise<{ changed: number }> {
    return forMany(actor, input, 'paused', async (unit, job) => void (await resumeOne(unit, job, input)));
  }

  function forMany(
    actor: Actor,
    which: Pick<PauseMany, 'type' | 'tag'>,
    status: ScheduledJob['status'],
    change: (unit: SchedulerUnit, job: StoredJob) => Promise<void>,
  ): Promise<{ changed: number }> {
    if (which.type === undefined && which.tag === undefined)
      throw schedulerErrors.scheduleInvalid({
        errors: [{ path: '/type', code: 'required', message: 'a type or a tag is needed' }],
      });
    return db.write(actor, async (unit) => {
      let changed = 0;
      for (const id of await listJobIds(unit.tx, actor, { ...which, status }, accessLists, MAX_MANY)) {
        const job = await lockJob(unit.tx, id);
        if (job?.status !== status) continue;
        await change(unit, job);
        changed++;
      }
      return { changed };
    });
  }

  /**
   * Ends a pause or a quarantine, and activates an inactive job. The schedule goes on from now; what was left out runs only
   * with `catchUp`. @throws `scheduler.not_found`, `scheduler.access_denied`
   */
  async function resume(
    actor: Actor,
    id: string,
    { dryRun = false, ...input }: Resume & { readonly dryRun?: boolean },
    precondition: Precondition,
  ): Promise<ResumedJob> {
    return db.write(actor, async (unit) => {
      const job = await lockAllowed(unit.tx, actor, id, 'manage', accessLists);
      precondition.require(job.version);
      if (input.catchUp === true && !job.isDeclared) registry.forActor(actor, job.type); // it runs at once
      if (!dryRun) return resumeOne(unit, job, input);
      const { leftOut, caughtUp } = await findLeftOut(unit.tx, job, input);
      return { ...toShown(job), leftOut, caughtUp: caughtUp.length };
    });
  }

  async function resumeOne(unit: SchedulerUnit, job: StoredJob, input: Resume): Promise<ResumedJob> {
    if (job.status === 'active') return { ...toShown(job), leftOut: 0, caughtUp: 0 };
    const { leftOut, caughtUp, skipped, now } = await findLeftOut(unit.tx, job, input);
    const active = await setStatus(unit, job, 'active', null, null);
    const schedule = await findSchedule(unit.tx, job.id);
    if (schedule && job.status !== 'paused') {
      await leaveOut(unit, job, skipped, leftOut - skipped.length - caughtUp.length, 'quarantined');
      for (const at of caughtUp)
        if (typeof at === 'number') await placeCatchUp(unit, { ...job, status: 'active' }, schedule, at, now);
      await planNext(unit, job, nextOccurrence(schedule, now));
    }
    for (const id of caughtUp) if (typeof id === 'string') await runSkipped(unit, job, id, now);
    unit.audit({
      action: 'scheduler.job_resumed',
      resourceType: 'job',
      resourceId: job.id,
      payload: { from: job.status, leftOut, caughtUp: caughtUp.length },
    });
    const [nextRunAtUtc] = schedule ? [nextRunOf(await lockJob(unit.tx, job.id))] : [null];
    return { ...active, nextRunAtUtc: nextRunAtUtc ?? null, leftOut, caughtUp: caughtUp.length };
  }

  /**
   * What was due since the job stopped. A paused job has a skipped run for each, which is answered by its id; the schedule of
   * a quarantined one stood still.
   */
  async function findLeftOut(tx: SchedulerWriter, job: StoredJob, { catchUp = false }: Resume) {
    const now = await databaseNow(tx);
    const schedule = await findSchedule(tx, job.id);
    const most = catchUp && job.status !== 'inactive' ? (schedule?.maxCatchUpRuns ?? 0) : 0;
    if (job.status === 'paused') {
      const ids = await listPausedRuns(tx, job, most);
      return { leftOut: await countPausedRuns(tx, job), caughtUp: ids, skipped: [], now };
    }
    if (!schedule || job.status !== 'quarantined') return { leftOut: 0, caughtUp: [], skipped: [], now };
    const { newest, count } = occurrencesBetween(schedule, Date.parse(job.statusAt), now, most + 100);
    const kept = newest.length - Math.min(most, newest.length);
    return { leftOut: count, caughtUp: newest.slice(kept), skipped: newest.slice(0, kept), now };
  }

  /** @throws `scheduler.not_found`, `scheduler.access_denied`, `scheduler.not_runnable` for an inactive job */
  function quarantine(
    actor: Actor,
    id: string,
    { quarantineMinutes = QUARANTINE_MINUTES, reason = null }: Quarantine,
    precondition: Precondition,
  ): Promise<ScheduledJob> {
    return db.write(actor, async (unit) => {
      const job = await lockAllowed(unit.tx, actor, id, 'manage', accessLists);
      precondition.require(job.version);
      if (job.status === 'inactive') throw schedulerErrors.notRunnable({ status: job.status });
      return quarantineOne(unit, job, quarantineMinutes, reason);
    });
  }

  /** The schedule stops until then, and administrators and the owner are told. */
  async function quarantineOne(
    unit: SchedulerUnit,
    job: StoredJob,
    minutes: number,
    reason: string | null,
  ): Promise<ScheduledJob> {
    const now = await databaseNow(unit.tx);
    const until = toIso(now + minutes * MINUTE_MS);
    const quarantined = await setStatus(unit, job, 'quarantined', until, reason);
    await planNext(unit, job, null);
    await decideFollowers(unit, job.id);
    unit.publish(schedulerEvents.jobQuarantined, { jobId: job.id });
    unit.audit({
      action: 'scheduler.job_quarantined',
      resourceType: 'job',
      resourceId: job.id,
      payload: { until, reason },
    });
    const administrators = await authorization.holdersOf(schedulerPermissions.manageAll);
    const told = new Set([...administrators, ...(job.ownerId === null ? [] : [job.ownerId])]);
    for (const userId of told)
      await notifications.send(withoutTables(unit), {
        template: 'scheduler.quarantined',
        to: { userId },
        channels: ['inApp', 'email'],
        category: 'general',
        variables: { name: job.name, until, reason: reason ?? '' },
      });
    return { ...quarantined, nextRunAtUtc: null };
  }

  async function setStatus(
    unit: SchedulerUnit,
    { id, status: before, statusAt }: StoredJob,
    status: ScheduledJob['status'],
    until: string | null,
    reason: string | null,
  ): Promise<ScheduledJob> {
    const changed = await updateJob(unit.tx, id, {
      status,
      // A pause that is changed goes on: what it has left out so far still counts.
      statusAt: status === before ? statusAt : toIso(await databaseNow(unit.tx)),
      statusUntil: until,
      statusReason: reason,
      ...(status === 'active' && { consecutiveFailures: 0 }),
    });
    if (until !== null) unit.enqueue(liftQueue, { ref: `${id} ${changed.statusUntil}`, dueAt: until });
    unit.publish(schedulerEvents.jobUpdated, { jobId: id });
    return changed;
  }

  /** A pause or quarantine has come to its end, unless it was changed meanwhile. */
  async function lift({ ref }: Work): Promise<WorkResult<SchedulerTables>> {
    const [id = '', until = ''] = ref.split(' ');
    return {
      write: async (unit) => {
        const job = await lockJob(unit.tx, id);
        if (job?.statusUntil === until) await resumeOne(unit, job, {});
      },
    };
  }

  /** The owner may not run it any more: their account is disabled, or they lack the permission of the handler. */
  async function pauseForOwner(unit: SchedulerUnit, jobId: string): Promise<void> {
    const job = await lockJob(unit.tx, jobId);
    if (job?.status === 'active')
      await pauseOne(unit, job, { reason: 'The owner may not run this type of job any more' });
  }

  return { pause, pauseMany, resume, resumeMany, quarantine, quarantineOne, pauseForOwner, lift };
}

export type JobStatuses = ReturnType<typeof createJobStatus>;

function nextRunOf(job: StoredJob | undefined): string | null {
  return job?.nextRunAtUtc ?? null;
}

function pausedRuns(tx: SchedulerWriter, { id, statusAt }: StoredJob) {
  return tx
    .selectFrom('scheduler.execution')
    .where('jobId', '=', id)
    .where('skipReason', '=', 'paused')
    .where('finishedAtUtc', '>=', statusAt);
}

async function countPausedRuns(tx: SchedulerWriter, job: StoredJob): Promise<number> {
  const { count } = await pausedRuns(tx, job)
    .select((of) => of.fn.sum<number>('leftOutCount').as('count'))
    .executeTakeFirstOrThrow();
  return count ?? 0;
}

/** The newest of them, oldest first. */
async function listPausedRuns(tx: SchedulerWriter, job: StoredJob, most: number): Promise<string[]> {
  const rows = await pausedRuns(tx, job).select('id').orderBy('id', 'desc').limit(most).execute();
  return rows.map(({ id }) => id).toReversed();
}

/** A run that the pause has left out runs after all. */
async function runSkipped(unit: SchedulerUnit, job: StoredJob, id: string, now: number): Promise<void> {
  await unit.tx
    .updateTable('scheduler.execution')
    .set({
      status: 'scheduled',
      triggeredBy: 'catchUp',
      skipReason: null,
      finishedAtUtc: null,
      scheduledAtUtc: toIso(now),
    })
    .where('id', '=', id)
    .execute();
  enqueueRun(unit, job, { id, triggeredBy: 'catchUp', dueAt: null });
}
