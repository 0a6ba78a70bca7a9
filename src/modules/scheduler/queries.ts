import { sql, type QueryExecutorProvider, type SqlBool } from 'kysely';
import type { Actor } from '#kernel/access.ts';
import { columnsOf } from '#platform/database/port.ts';
import type { AccessLists } from '#modules/authorization/contract.ts';
import { Execution, ScheduledJob, schedulerErrors, type JobStatus, schedulerPermissions } from './contract.ts';
import { JobSchedule } from './schemas.ts';
import type { SchedulerReader, SchedulerWriter, StoredJob, StoredJobSchedule } from './tables.ts';

export const JOB_COLUMNS = columnsOf(ScheduledJob);
export const EXECUTION_COLUMNS = columnsOf(Execution);
const SCHEDULE_COLUMNS = Object.keys(JobSchedule.properties).filter(
  (name): name is Exclude<keyof JobSchedule, 'nextRunAtUtc'> => name !== 'nextRunAtUtc',
);
const STORED = ['secret', 'isDeclared', 'statusAt'] as const;
/** Type of jobs in access lists. */
export const JOB_RESOURCE = 'job';

export type JobViewer = Pick<Actor, 'id' | 'permissions'>;
/** What an entry can give beside reading; `own`: nothing but what owner and administrators may do. */
export type JobRight = 'read' | 'write' | 'delete' | 'manage' | 'own';
export type JobLists = Pick<AccessLists, 'allows' | 'listed'>;

export function seesAll({ permissions }: JobViewer): boolean {
  return permissions.has(schedulerPermissions.manageAll.code);
}

/**
 * The access rule for rows that are known by their ids: people see their own jobs and those that a list lets them read,
 * administrators all. Nobody else sees the duties of the program.
 */
export function visibleTo(db: SchedulerReader, viewer: JobViewer, lists: JobLists) {
  const rows = db.selectFrom('scheduler.job');
  if (seesAll(viewer)) return rows;
  const isListed = lists.allows(viewer, JOB_RESOURCE, 'scheduler.job.id', 'read');
  return rows.where(sql<SqlBool>`(owner_id = ${viewer.id} or ${isListed})`);
}

/** @throws `scheduler.not_found`, `scheduler.access_denied` */
export async function findAllowed(
  db: SchedulerReader,
  viewer: JobViewer,
  id: string,
  right: JobRight,
  lists: JobLists,
): Promise<StoredJob> {
  const job = await visibleTo(db, viewer, lists)
    .select(JOB_COLUMNS)
    .select(STORED)
    .where('id', '=', id)
    .executeTakeFirst();
  if (!job) throw schedulerErrors.notFound({ id });
  await requireRight(db, viewer, job, right, lists);
  return job;
}

/** Also locks the row: all that is decided about one job is decided one after the other. */
export async function lockAllowed(
  tx: SchedulerWriter,
  viewer: JobViewer,
  id: string,
  right: JobRight,
  lists: JobLists,
): Promise<StoredJob> {
  await findAllowed(tx, viewer, id, right, lists);
  const job = await lockJob(tx, id);
  if (!job) throw schedulerErrors.notFound({ id });
  return job;
}

export async function lockJob(tx: SchedulerWriter, id: string): Promise<StoredJob | undefined> {
  return (await lockJobs(tx, [id])).get(id);
}

/**
 * The status of a job at an instant, in milliseconds. A pause or a quarantine ends at its instant, also before that is
 * recorded.
 */
export function stateAt({ status, statusUntil }: Pick<ScheduledJob, 'status' | 'statusUntil'>, at: number): JobStatus {
  return statusUntil !== null && Date.parse(statusUntil) <= at ? 'active' : status;
}

/** By their ids, in whose order they are locked. */
export async function lockJobs(tx: SchedulerWriter, ids: readonly string[]): Promise<Map<string, StoredJob>> {
  const rows = await tx
    .selectFrom('scheduler.job')
    .select(JOB_COLUMNS)
    .select(STORED)
    .where(sql<SqlBool>`id = any(${ids}::uuid[])`)
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** For a job that the viewer may read. @throws `scheduler.access_denied` */
export async function requireRight(
  db: SchedulerReader,
  viewer: JobViewer,
  { id, ownerId }: Pick<ScheduledJob, 'id' | 'ownerId'>,
  right: JobRight,
  lists: JobLists,
): Promise<void> {
  if (right === 'read' || ownerId === viewer.id || seesAll(viewer)) return;
  if (right !== 'own') {
    const rows = db.selectFrom('scheduler.job').select('id').where('id', '=', id);
    const isListed = lists.allows(viewer, JOB_RESOURCE, 'scheduler.job.id', right);
    if (await rows.where(sql<SqlBool>`${isListed}`).executeTakeFirst()) return;
  }
  throw schedulerErrors.accessDenied({ id });
}

/**
 * The database's clock, in milliseconds. It alone decides what is due: the clocks of the nodes may differ.
 */
export async function databaseNow(db: QueryExecutorProvider): Promise<number> {
  const { rows } = await sql<{ ms: number }>`
    select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`.execute(db);
  return Math.floor(rows[0]?.ms ?? 0);
}

/** With the next run, which is in the row of the job. */
export function findSchedule(db: SchedulerReader, jobId: string): Promise<StoredJobSchedule | undefined> {
  return scheduleRows(db).where('scheduler.schedule.jobId', '=', jobId).executeTakeFirst();
}

/** Of all schedules. */
export function scheduleRows(db: SchedulerReader) {
  return db
    .selectFrom('scheduler.schedule')
    .innerJoin('scheduler.job', 'scheduler.job.id', 'scheduler.schedule.jobId')
    .select(SCHEDULE_COLUMNS.map((name) => `scheduler.schedule.${name}` as const))
    .select(['scheduler.schedule.jobId', 'anchorAtUtc', 'zoneData', 'nextRunAtUtc']);
}
