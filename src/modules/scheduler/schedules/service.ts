import type { Actor } from '#kernel/access.ts';
import type { Translated } from '#kernel/language.ts';
import { parseCron } from '#kernel/time/cron.ts';
import { isTimeZone } from '#kernel/time/zone.ts';
import { schedulerErrors, schedulerEvents } from '../contract.ts';
import { decideFollowers } from '../dependencies/follow.ts';
import { toIso } from '../executions/create.ts';
import type { HandlerRegistry } from '../handlers/registry.ts';
import type { SchedulerNeeds } from '../needs.ts';
import { databaseNow, findAllowed, lockAllowed, findSchedule } from '../queries.ts';
import type { JobSchedule } from '../schemas.ts';
import type { NewJobSchedule, JobSchedulePreview, SetSchedule } from './schemas.ts';
import type { StoredJob, StoredJobSchedule } from '../tables.ts';
import { dueSince, leaveOutDue, planAll, planNext, type Planned } from './occurrences.ts';
import * as queries from './queries.ts';
import { isHoliday, nextOccurrence } from '../executions/timing.ts';

const BATCH = 500;
const PREVIEWED = 10;
const DRAFTED = 5;
/** Version of the time zone data of this process. */
export const ZONE_DATA = process.versions.tz ?? '';

type Needs = Pick<SchedulerNeeds, 'db' | 'authorization'> & { readonly registry: HandlerRegistry };

/** When jobs run: at most one schedule each. */
export function createSchedules({ db, authorization: { accessLists }, registry }: Needs) {
  /**
   * Replaces the schedule. The next run is the first one from now on: what was due before is left out and counted.
   * @throws `scheduler.not_found`, `scheduler.access_denied`, `scheduler.job_declared`, `scheduler.cron_invalid`,
   * `scheduler.schedule_invalid`
   */
  async function set(
    actor: Actor,
    jobId: string,
    input: NewJobSchedule,
    { dryRun = false }: { dryRun?: boolean },
  ): Promise<SetSchedule> {
    if (dryRun) {
      const job = await findAllowed(db.read, actor, jobId, 'write', accessLists);
      if (!job.isDeclared) registry.forActor(actor, job.type);
      const now = await databaseNow(db.read);
      const { schedule, next } = toSchedule(job, input, now);
      const leftOut = dueSince(job, await findSchedule(db.read, jobId), now).count;
      return { ...toShown(schedule, next), leftOut, preview: nextInstants(schedule, now, DRAFTED) };
    }
    return db.write(actor, async (unit) => {
      const { tx } = unit;
      const job = await lockAllowed(tx, actor, jobId, 'write', accessLists);
      if (job.isDeclared) throw schedulerErrors.jobDeclared({ id: jobId });
      registry.forActor(actor, job.type); // a schedule runs the job
      const now = await databaseNow(tx);
      const { schedule, next } = toSchedule(job, input, now);
      const reason = job.status === 'quarantined' ? 'quarantined' : 'misfire';
      const leftOut = await leaveOutDue(unit, job, await findSchedule(tx, jobId), now, reason);
      if (job.status === 'quarantined' || job.status === 'paused') await queries.setStoppedSince(tx, jobId, toIso(now));
      await queries.putSchedule(tx, schedule);
      await planNext(unit, job, job.status === 'active' || job.status === 'paused' ? next : null);
      await decideFollowers(unit, jobId);
      unit.publish(schedulerEvents.jobUpdated, { jobId });
      unit.audit({
        action: 'scheduler.schedule_set',
        resourceType: 'job',
        resourceId: jobId,
        payload: { schedule: input },
      });
      return { ...toShown(schedule, next), leftOut, preview: nextInstants(schedule, now, DRAFTED) };
    });
  }

  /** @throws `scheduler.not_found`, `scheduler.schedule_not_found` */
  async function get(actor: Actor, jobId: string): Promise<JobSchedule> {
    await findAllowed(db.read, actor, jobId, 'read', accessLists);
    const schedule = await findSchedule(db.read, jobId);
    if (!schedule) throw schedulerErrors.scheduleNotFound({ jobId });
    return toShown(schedule, schedule.nextRunAtUtc === null ? null : Date.parse(schedule.nextRunAtUtc));
  }

  /** @throws `scheduler.not_found`, `scheduler.access_denied`, `scheduler.job_declared`, `scheduler.schedule_not_found` */
  function remove(actor: Actor, jobId: string): Promise<void> {
    return db.write(actor, async (unit) => {
      const job = await lockAllowed(unit.tx, actor, jobId, 'delete', accessLists);
      if (job.isDeclared) throw schedulerErrors.jobDeclared({ id: jobId });
      if (!(await queries.deleteSchedule(unit.tx, jobId))) throw schedulerErrors.scheduleNotFound({ jobId });
      await planNext(unit, job, null);
      await decideFollowers(unit, jobId);
      unit.publish(schedulerEvents.jobUpdated, { jobId });
      unit.audit({ action: 'scheduler.schedule_removed', resourceType: 'job', resourceId: jobId });
    });
  }

  /** The next instants, as if the job were active. @throws `scheduler.not_found`, `scheduler.schedule_not_found` */
  async function preview(
    actor: Actor,
    jobId: string,
    { count = PREVIEWED }: { count?: number },
  ): Promise<JobSchedulePreview> {
    await findAllowed(db.read, actor, jobId, 'read', accessLists);
    const schedule = await findSchedule(db.read, jobId);
    if (!schedule) throw schedulerErrors.scheduleNotFound({ jobId });
    return { items: nextInstants(schedule, await databaseNow(db.read), count) };
  }

  /**
   * Computes runs that are still to come anew where the time zone data has changed since; a batch per unit. Runs that are
   * due stay: the node that handles them decides.
   */
  async function recomputeZones(author: Actor): Promise<number> {
    for (let total = 0; ;) {
      const done = await db.write(author, async (unit) => {
        const schedules = await queries.lockOutdatedZones(unit.tx, ZONE_DATA, BATCH);
        const now = await databaseNow(unit.tx);
        const moved = schedules.flatMap((schedule) => recompute(schedule, now));
        await planAll(
          unit.tx,
          moved.map((each) => ({ unit, ...each })),
        );
        const ids = schedules.map(({ jobId }) => jobId);
        if (ids.length > 0) await queries.setZoneData(unit.tx, ids, ZONE_DATA);
        return ids.length;
      });
      total += done;
      if (done === 0) return total;
    }
  }

  return { set, get, remove, preview, recomputeZones };
}

export type JobSchedules = ReturnType<typeof createSchedules>;

const reasons = {
  needed: { en: 'is needed', fa: 'لازم است' },
  interval: { en: 'is needed, or `every` and `unit`', fa: 'لازم است، یا `every` و `unit`' },
  timeZone: { en: 'is not an IANA time zone', fa: 'نام یک منطقهٔ زمانی IANA نیست' },
  noRun: { en: 'leaves no run from now on', fa: 'از این پس هیچ اجرایی باقی نمی‌گذارد' },
} satisfies Record<string, Translated>;

function nextInstants(
  schedule: Omit<StoredJobSchedule, 'nextRunAtUtc'>,
  now: number,
  count: number,
): JobSchedulePreview['items'] {
  const items: JobSchedulePreview['items'] = [];
  let at = nextOccurrence(schedule, now);
  while (at !== null && items.length < count) {
    const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(schedule.timeZone);
    items.push({
      atUtc: toIso(at),
      local: local.toString({ timeZoneName: 'never', smallestUnit: 'second' }),
      isHoliday: isHoliday(schedule, at),
    });
    at = nextOccurrence(schedule, at);
  }
  return items;
}

/** When the job runs next, if that is another instant now. */
function recompute(
  { isDeclared, ...schedule }: StoredJobSchedule & Pick<StoredJob, 'isDeclared'>,
  now: number,
): Omit<Planned, 'unit'>[] {
  const planned = schedule.nextRunAtUtc === null ? null : Date.parse(schedule.nextRunAtUtc);
  if (planned === null || planned <= now) return [];
  const next = nextOccurrence(schedule, now);
  return next === planned ? [] : [{ job: { id: schedule.jobId, isDeclared }, next }];
}

/** @throws `scheduler.cron_invalid`, `scheduler.schedule_invalid` */
function toSchedule({ id: jobId }: Pick<StoredJob, 'id'>, input: NewJobSchedule, now: number) {
  const {
    type,
    timeZone = 'UTC',
    cronExpression = null,
    oneTimeAtUtc = null,
    startAtUtc = null,
    endAtUtc = null,
  } = input;
  if (!isTimeZone(timeZone)) invalid('timeZone', reasons.timeZone);
  const interval = toInterval(input);
  if (type === 'cron') requireCron(cronExpression);
  if (type === 'interval' && interval.every === null) invalid('intervalSeconds', reasons.interval);
  if (type === 'oneTime' && oneTimeAtUtc === null) invalid('oneTimeAtUtc', reasons.needed);
  const schedule: Omit<StoredJobSchedule, 'nextRunAtUtc'> = {
    jobId,
    type,
    timeZone,
    cronExpression: type === 'cron' ? cronExpression : null,
    gap: input.gap ?? null,
    fold: input.fold ?? null,
    ...(type === 'interval' ? interval : { every: null, unit: null, intervalSeconds: null }),
    oneTimeAtUtc: type === 'oneTime' ? oneTimeAtUtc : null,
    startAtUtc,
    endAtUtc,
    misfirePolicy: input.misfirePolicy ?? 'fireNow',
    maxCatchUpRuns: input.maxCatchUpRuns ?? 10,
    jitterSeconds: input.jitterSeconds ?? 0,
    holidays: input.holidays ?? [],
    // Without a start the first run of an interval is one interval from now.
    anchorAtUtc: startAtUtc ?? toIso(now),
    zoneData: ZONE_DATA,
  };
  const next = nextOccurrence(schedule, now);
  if (next === null) invalid(type === 'oneTime' ? 'oneTimeAtUtc' : 'endAtUtc', reasons.noRun);
  return { schedule, next };
}

function toInterval({ intervalSeconds = null, every = null, unit = null }: NewJobSchedule) {
  if (intervalSeconds !== null) return { every: intervalSeconds, unit: 'seconds' as const, intervalSeconds };
  const isSeconds = every !== null && (unit ?? 'seconds') === 'seconds';
  return {
    every,
    unit: every === null ? null : (unit ?? ('seconds' as const)),
    intervalSeconds: isSeconds ? every : null,
  };
}

function requireCron(expression: string | null): void {
  if (expression === null) invalid('cronExpression', reasons.needed);
  const parsed = parseCron(expression);
  if ('fault' in parsed) throw schedulerErrors.cronInvalid({ ...parsed.fault });
}

function invalid(field: string, message: Translated): never {
  throw schedulerErrors.scheduleInvalid({ errors: [{ path: `/${field}`, code: 'invalid', message }] });
}

function toShown(
  { jobId: _, anchorAtUtc: _a, zoneData: _z, ...shown }: Omit<StoredJobSchedule, 'nextRunAtUtc'>,
  next: number | null,
): JobSchedule {
  return { ...shown, nextRunAtUtc: next === null ? null : toIso(next) };
}
