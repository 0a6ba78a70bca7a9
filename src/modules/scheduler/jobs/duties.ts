import { sql } from 'kysely';
import { system } from '#kernel/access.ts';
import type { Job } from '#platform/work/port.ts';
import type { DeclaredJobs, JobStatus } from '../contract.ts';
import { policyOf, type HandlerRegistry } from '../handlers/registry.ts';
import type { SchedulerNeeds } from '../needs.ts';
import { databaseNow, lockJobs } from '../queries.ts';
import { planNext } from '../schedules/occurrences.ts';
import { putSchedule } from '../schedules/queries.ts';
import { ZONE_DATA, type JobSchedules } from '../schedules/service.ts';
import { deactivateJob } from './service.ts';
import { toIso } from '../executions/create.ts';
import type { SchedulerUnit } from '../tables.ts';

interface Needs extends Pick<SchedulerNeeds, 'db'> {
  readonly registry: HandlerRegistry;
  readonly schedules: JobSchedules;
}

/** Makes jobs of what modules and the platform do by themselves from time to time. Nobody owns them. */
export function createDuties({ db, registry, schedules }: Needs) {
  async function declare(modules: readonly DeclaredJobs[]): Promise<void> {
    for (const each of modules) registry.register(each);
    const duties = modules.flatMap(({ jobs = [] }) => jobs);
    const author = system('scheduler');
    await db.write(author, async (unit) => {
      await sql`select pg_advisory_xact_lock(hashtext('scheduler.duties'))`.execute(unit.tx);
      const now = await databaseNow(unit.tx);
      const known = await listDuties(unit);
      for (const duty of duties) await put(unit, duty, known.get(duty.name), now);
      await deactivateOthers(unit, duties);
    });
    await schedules.recomputeZones(author);
  }

  async function put(unit: SchedulerUnit, duty: Job, known: KnownDuty | undefined, now: number): Promise<void> {
    const { name, description, everySeconds } = duty;
    const handler = registry.find(name);
    if (!handler || (known?.everySeconds === everySeconds && known.status !== 'inactive')) return;
    const { rows } = await sql<{ id: string; status: JobStatus }>`
      insert into scheduler.job (id, name, description, type, is_declared, tags, payload, max_retry_attempts,
        retry_backoff_seconds, backoff, max_execution_seconds, max_consecutive_failures, concurrency, priority)
      select md5('job ' || ${name})::uuid, ${name}, ${description}, ${name}, true, array['program'], '{}', p.*, 'low'
      from (values (${policyOf(handler).maxRetryAttempts}::int, ${policyOf(handler).retryBackoffSeconds}::int,
        ${policyOf(handler).backoff}, ${policyOf(handler).maxExecutionSeconds}::int,
        ${policyOf(handler).maxConsecutiveFailures}::int, ${policyOf(handler).concurrency})) p
      on conflict (id) do update set description = excluded.description,
        status = case when job.status = 'inactive' then 'active' else job.status end
      returning id, status`.execute(unit.tx);
    const [job] = rows;
    if (!job) return;
    await putSchedule(unit.tx, toSchedule(job.id, everySeconds, now));
    // A new duty is due at once; one whose interval has changed, after the new interval.
    const next = known ? now + everySeconds * 1000 : now;
    await planNext(unit, { id: job.id, isDeclared: true }, job.status === 'quarantined' ? null : next);
  }

  return { declare };
}

interface KnownDuty {
  readonly name: string;
  readonly status: string;
  readonly everySeconds: number;
}

async function listDuties({ tx }: SchedulerUnit): Promise<Map<string, KnownDuty>> {
  const { rows } = await sql<KnownDuty>`
    select j.name, j.status, s.interval_seconds as every_seconds
    from scheduler.job j join scheduler.schedule s on s.job_id = j.id where j.is_declared`.execute(tx);
  return new Map(rows.map((row) => [row.name, row]));
}

/** Of a module that was removed. */
async function deactivateOthers(unit: SchedulerUnit, duties: readonly Job[]): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    select id from scheduler.job
    where is_declared and status <> 'inactive' and name <> all(${duties.map(({ name }) => name)}::text[])`.execute(
    unit.tx,
  );
  const jobs = await lockJobs(
    unit.tx,
    rows.map(({ id }) => id),
  );
  for (const job of jobs.values()) await deactivateJob(unit, job, 'the program does not have this duty any more');
}

function toSchedule(jobId: string, everySeconds: number, now: number) {
  return {
    jobId,
    type: 'interval' as const,
    cronExpression: null,
    timeZone: 'UTC',
    gap: null,
    fold: null,
    intervalSeconds: everySeconds,
    every: everySeconds,
    unit: 'seconds' as const,
    oneTimeAtUtc: null,
    startAtUtc: null,
    endAtUtc: null,
    misfirePolicy: 'fireNow' as const,
    maxCatchUpRuns: 1,
    jitterSeconds: 0,
    holidays: [],
    anchorAtUtc: toIso(now),
    zoneData: ZONE_DATA,
  };
}
