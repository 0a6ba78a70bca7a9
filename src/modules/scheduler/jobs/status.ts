import type { Actor } from '#kernel/access.ts';
import type { Precondition } from '#platform/http/port.ts';
import type { Work, WorkResult } from '#platform/work/port.ts';
import { schedulerErrors, schedulerEvents, type ScheduledJob } from '../contract.ts';
import { decideFollowers } from '../dependencies/follow.ts';
import { toIso } from '../executions/create.ts';
import type { HandlerRegistry } from '../handlers/registry.ts';
import type { SchedulerNeeds } from '../needs.ts';
import { databaseNow, lockAllowed, lockJob, stateAt, findSchedule } from '../queries.ts';
import { leaveOutDue, planNext } from '../schedules/occurrences.ts';
import type { Pause, PauseMany, Quarantine, Resume, ResumedJob, ResumeMany } from './schemas.ts';
import type { SchedulerTables, SchedulerUnit, StoredJob } from '../tables.ts';
import { listJobIds } from './queries.ts';
import { tellQueue } from './tell.ts';
import { previewResume, resumeOne, setStatus } from './resume.ts';
import { toShown } from './service.ts';

/** Of a quarantine that nobody gives a length. */
export const QUARANTINE_MINUTES = 60;
const MINUTE_MS = 60_000;
const MAX_MANY = 1000; // jobs of one call
const MAX_CAUGHT_UP = 2000; // runs of one call: when they are so many, the other jobs wait for another call

type Needs = Pick<SchedulerNeeds, 'db' | 'authorization'> & { readonly registry: HandlerRegistry };

/** When jobs do not run: pauses, quarantines, and what becomes of the runs that they leave out. */
export function createJobStatus({ db, authorization: { accessLists }, registry }: Needs) {
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
    locked: StoredJob,
    { until = null, reason = null }: Pause,
  ): Promise<ScheduledJob> {
    const job = await liftIfOver(unit, locked);
    if (job.status !== 'active' && job.status !== 'paused') throw schedulerErrors.notRunnable({ status: job.status });
    const paused = await setStatus(unit, job, 'paused', until, reason);
    unit.audit({ action: 'scheduler.job_paused', resourceType: 'job', resourceId: job.id, payload: { until, reason } });
    return paused;
  }

  /** Jobs in another state stay as they are. @throws `scheduler.schedule_invalid` without a type and a tag */
  function pauseMany(actor: Actor, input: PauseMany): Promise<{ changed: number }> {
    return forMany(actor, input, 'active', async (unit, job) => {
      await pauseOne(unit, job, input);
      return true;
    });
  }

  /** With `catchUp`, jobs that the actor may not run stay paused: they would run at once. @throws as `pauseMany` */
  function resumeMany(actor: Actor, input: ResumeMany): Promise<{ changed: number }> {
    let caughtUp = 0;
    return forMany(actor, input, 'paused', async (unit, job) => {
      if (caughtUp >= MAX_CAUGHT_UP) return false;
      if (input.catchUp === true && !job.isDeclared && !registry.allows(actor, job.type)) return false;
      // Also those that are then left out, since each is decided about.
      if (input.catchUp === true) caughtUp += (await previewResume(unit.tx, job, input)).caughtUp;
      await resumeOne(unit, job, input);
      return true;
    });
  }

  function forMany(
    actor: Actor,
    which: Pick<PauseMany, 'type' | 'tag'>,
    status: ScheduledJob['status'],
    change: (unit: SchedulerUnit, job: StoredJob) => Promise<boolean>,
  ): Promise<{ changed: number }> {
    if (which.type === undefined && which.tag === undefined)
      throw schedulerErrors.scheduleInvalid({
        errors: [
          {
            path: '/type',
            code: 'required',
            message: { en: 'a type or a tag is needed', fa: 'نوع کار یا یک برچسب لازم است' },
          },
        ],
      });
    // In one unit, whose result is the answer to a repetition of the request.
    return db.write(actor, async (unit) => {
      let changed = 0;
      for (const id of await listJobIds(unit.tx, actor, { ...which, status }, accessLists, MAX_MANY)) {
        const job = await lockJob(unit.tx, id);
        if (job?.status === status && (await change(unit, job))) changed++;
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
      return { ...toShown(job), ...(await previewResume(unit.tx, job, input)) };
    });
  }

  /** @throws `scheduler.not_found`, `scheduler.access_denied`, `scheduler.not_runnable` for an inactive job */
  function quarantine(
    actor: Actor,
    id: string,
    { quarantineMinutes = QUARANTINE_MINUTES, reason = null }: Quarantine,
    precondition: Precondition,
  ): Promise<ScheduledJob> {
    return db.write(actor, async (unit) => {
      const locked = await lockAllowed(unit.tx, actor, id, 'manage', accessLists);
      precondition.require(locked.version);
      const job = await liftIfOver(unit, locked);
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
    if (job.status !== 'quarantined')
      await leaveOutDue(unit, job, await findSchedule(unit.tx, job.id), now, 'quarantined');
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
    unit.enqueue(tellQueue, { ref: `${job.id} ${quarantined.statusUntil}` });
    return { ...quarantined, nextRunAtUtc: null };
  }

  /** A pause or quarantine has come to its end, unless it was changed meanwhile. */
  async function lift({ ref }: Work): Promise<WorkResult<SchedulerTables>> {
    const [id = '', until = ''] = ref.split(' ');
    return {
      write: async (unit) => {
        const job = await lockJob(unit.tx, id);
        if (job?.statusUntil === until) await resumeOne(unit, job, {}, Date.parse(until));
      },
    };
  }

  /** What was due between its end and now is not part of another pause. */
  async function liftIfOver(unit: SchedulerUnit, job: StoredJob): Promise<StoredJob> {
    if (stateAt(job, await databaseNow(unit.tx)) === job.status) return job;
    await resumeOne(unit, job, {});
    return (await lockJob(unit.tx, job.id)) ?? job;
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
