import { sql } from 'kysely';
import { visibleTo, type JobLists, type JobViewer } from '../queries.ts';
import type { Dependency } from './schemas.ts';
import type { SchedulerReader, SchedulerWriter } from '../tables.ts';

/** At most so many: each is looked up at every run. */
export const MAX_DEPENDENCIES = 50;
/** Jobs that depend on one: each end of its runs decides about all of them. */
export const MAX_FOLLOWERS = 100;
/** Jobs that depend on each other, at any depth and in either direction: a decision may look at all of them. */
export const MAX_CONNECTED = 1000;
/** Runs of a job that wait for others; further ones are left out, and run after all when those succeed. */
export const MAX_WAITING = 100;

/** With the names of those that the viewer may see. */
export async function listDependencies(
  db: SchedulerReader,
  viewer: JobViewer,
  jobId: string,
  lists: JobLists,
): Promise<Dependency[]> {
  const ids = await listDependencyIds(db, jobId);
  if (ids.length === 0) return [];
  const visible = await visibleTo(db, viewer, lists).select(['id', 'name']).where('id', 'in', ids).execute();
  const names = new Map(visible.map(({ id, name }) => [id, name]));
  return ids.map((dependsOnJobId) => ({ dependsOnJobId, name: names.get(dependsOnJobId) ?? null }));
}

export async function listDependencyIds(db: SchedulerReader, jobId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('scheduler.dependency')
    .select('dependsOnJobId')
    .where('jobId', '=', jobId)
    .orderBy('dependsOnJobId')
    .limit(MAX_DEPENDENCIES)
    .execute();
  return rows.map(({ dependsOnJobId }) => dependsOnJobId);
}

/** Changes of the graph run one after the other: two that are harmless alone could make a cycle together. */
export async function lockGraph(tx: SchedulerWriter): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('scheduler.dependency'))`.execute(tx);
}

/** Whether `from` depends on `to`, at any depth. */
export async function reaches(tx: SchedulerWriter, from: string, to: string): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`
    with recursive reached (id) as (
      values (${from}::uuid)
      union select d.depends_on_job_id from scheduler.dependency d join reached on reached.id = d.job_id
    ) select exists (select from reached where id = ${to}::uuid) as found`.execute(tx);
  return rows[0]?.found ?? false;
}

/** Whether two jobs and all that are connected with them are more than `MAX_CONNECTED`. */
export async function areTooMany(tx: SchedulerWriter, jobId: string, otherId: string): Promise<boolean> {
  const { rows } = await sql`
    with recursive connected (id) as (
      select unnest(array[${jobId}, ${otherId}]::uuid[])
      union
      select n.id from connected c cross join lateral (
        select depends_on_job_id from scheduler.dependency where job_id = c.id
        union all select job_id from scheduler.dependency where depends_on_job_id = c.id) n (id)
    ) select from connected limit ${MAX_CONNECTED + 1}`.execute(tx);
  return rows.length > MAX_CONNECTED;
}

export async function insertDependency(tx: SchedulerWriter, jobId: string, dependsOnJobId: string): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('scheduler.dependency')
    .values({ jobId, dependsOnJobId })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

export async function deleteDependency(tx: SchedulerWriter, jobId: string, dependsOnJobId: string): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('scheduler.dependency')
    .where('jobId', '=', jobId)
    .where('dependsOnJobId', '=', dependsOnJobId)
    .executeTakeFirst();
  return numDeletedRows === 1n;
}

/** Those of the jobs on which others depend. */
export async function findFollowed(tx: SchedulerWriter, jobIds: readonly string[]): Promise<Set<string>> {
  const rows = await tx
    .selectFrom('scheduler.dependency')
    .select('dependsOnJobId')
    .distinct()
    .where('dependsOnJobId', 'in', [...new Set(jobIds)])
    .execute();
  return new Set(rows.map(({ dependsOnJobId }) => dependsOnJobId));
}

/** The jobs that depend on one. */
export async function listFollowers(tx: SchedulerWriter, jobId: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('scheduler.dependency')
    .select('jobId')
    .where('dependsOnJobId', '=', jobId)
    .orderBy('jobId')
    .execute();
  return rows.map((row) => row.jobId);
}

/** A job that depends on another one, directly or through jobs without schedules. */
export interface JobBehind {
  readonly id: string;
  readonly isScheduled: boolean;
  readonly isDirect: boolean;
}

export async function listBehind(db: SchedulerReader, jobId: string): Promise<JobBehind[]> {
  const { rows } = await sql<JobBehind>`
    with recursive behind (id, is_scheduled) as (
      select d.job_id, exists (select from scheduler.schedule s where s.job_id = d.job_id)
      from scheduler.dependency d where d.depends_on_job_id = ${jobId}::uuid
      union
      select d.job_id, exists (select from scheduler.schedule s where s.job_id = d.job_id)
      from behind join scheduler.dependency d on d.depends_on_job_id = behind.id where not behind.is_scheduled
    )
    select id, is_scheduled, exists (select from scheduler.dependency d
      where d.job_id = behind.id and d.depends_on_job_id = ${jobId}::uuid) as is_direct
    from behind order by id`.execute(db);
  return rows;
}

export function findEnded(db: SchedulerReader, id: string) {
  return db
    .selectFrom('scheduler.endedRun')
    .select(['jobId', 'occurrenceAtUtc'])
    .where('id', '=', id)
    .executeTakeFirst();
}

/** Nothing more comes of it but runs of jobs with schedules. */
export async function closeEnded(tx: SchedulerWriter, id: string): Promise<void> {
  await tx.updateTable('scheduler.endedRun').set({ isOpen: false }).where('id', '=', id).execute();
}

export async function deleteEnded(tx: SchedulerWriter, id: string): Promise<void> {
  await tx.deleteFrom('scheduler.endedRun').where('id', '=', id).execute();
}

export async function isScheduled(tx: SchedulerWriter, jobId: string): Promise<boolean> {
  const { rows } = await sql`select from scheduler.schedule where job_id = ${jobId}::uuid`.execute(tx);
  return rows.length > 0;
}

/** A run that waits for those that its job depends on. */
export interface WaitingRun {
  readonly id: string;
  readonly occurrenceAtUtc: string;
}

/** From an occurrence on, or after one; the earliest first. */
export function listWaiting(
  tx: SchedulerWriter,
  jobId: string,
  { from = null, after = null, limit }: { from?: string | null; after?: string | null; limit: number },
): Promise<WaitingRun[]> {
  let rows = tx.selectFrom('scheduler.execution').select(['id', 'occurrenceAtUtc']);
  rows = rows.where('jobId', '=', jobId).where('isWaiting', '=', sql<true>`true`); // as in the index
  if (from !== null) rows = rows.where('occurrenceAtUtc', '>=', from);
  if (after !== null) rows = rows.where('occurrenceAtUtc', '>', after);
  return rows.orderBy('occurrenceAtUtc').limit(limit).execute();
}

/** Whether as many runs of a job wait as may. */
export async function isWaitingFull(tx: SchedulerWriter, jobId: string): Promise<boolean> {
  return (await listWaiting(tx, jobId, { limit: MAX_WAITING })).length === MAX_WAITING;
}

/** What became of one dependency within a window of occurrences. */
export interface DependencyState {
  readonly jobId: string;
  readonly dependsOnJobId: string;
  readonly isSucceeded: boolean;
  /** A run has not ended, or is due in the window and not yet created. */
  readonly isPending: boolean;
  /** The newest run that ended without success. */
  readonly failedId: string | null;
  /** It has no schedule, and runs after those that it depends on. */
  readonly isFollower: boolean;
  /** What follows from a run that has ended is not decided about yet. */
  readonly isOpen: boolean;
}

/**
 * Of a job, and of those without schedules that it depends on at any depth. The window is after `after` and up to `to`, in
 * ISO form.
 */
export async function readDependencies(
  tx: SchedulerWriter,
  jobId: string,
  after: string,
  to: string,
): Promise<DependencyState[]> {
  const { rows } = await sql<DependencyState>`
    with recursive before (job_id, id, is_follower) as (
      select d.job_id, d.depends_on_job_id, not exists (select from scheduler.schedule s where s.job_id = d.depends_on_job_id)
      from scheduler.dependency d where d.job_id = ${jobId}::uuid
      union
      select d.job_id, d.depends_on_job_id, not exists (select from scheduler.schedule s where s.job_id = d.depends_on_job_id)
      from before join scheduler.dependency d on d.job_id = before.id where before.is_follower
    )
    select b.job_id, b.id as depends_on_job_id, b.is_follower and j.status <> 'inactive' as is_follower,
      coalesce(bool_or(e.status = 'succeeded'), false) as is_succeeded,
      coalesce(bool_or(e.status in ('scheduled', 'running', 'failed')), false)
        or coalesce(bool_or(j.next_run_at_utc > ${after} and j.next_run_at_utc <= ${to}), false) as is_pending,
      (array_agg(e.id order by e.id desc) filter (where e.status in ('canceled', 'timedOut', 'skipped', 'deadLettered')))[1]
        as failed_id,
      exists (select from scheduler.ended_run r where r.job_id = b.id and r.is_open
        and r.occurrence_at_utc > ${after} and r.occurrence_at_utc <= ${to}) as is_open
    from before b
    join scheduler.job j on j.id = b.id
    left join scheduler.execution e on e.job_id = b.id
      and e.occurrence_at_utc > ${after} and e.occurrence_at_utc <= ${to}
    group by b.job_id, b.id, b.is_follower, j.status`.execute(tx);
  return rows;
}
