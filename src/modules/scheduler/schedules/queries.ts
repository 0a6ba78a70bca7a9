import { sql, type SqlBool } from 'kysely';
import { scheduleRows } from '../queries.ts';
import type { SchedulerReader, SchedulerWriter, StoredJobSchedule } from '../tables.ts';

/** What is needed to decide about an occurrence. */
export interface Occasion {
  readonly schedule: StoredJobSchedule;
  /** By the database's clock, in milliseconds. */
  readonly now: number;
  /** The newest run of the job that has not ended. */
  readonly unfinishedId: string | null;
  readonly hasDependencies: boolean;
}

/** By job, in one statement: frequent schedules of idle systems cost little. */
export async function findOccasions(db: SchedulerReader, jobIds: readonly string[]): Promise<Map<string, Occasion>> {
  const rows = await scheduleRows(db)
    .select([
      sql<number>`floor(extract(epoch from clock_timestamp()) * 1000)::float8`.as('now'),
      sql<string | null>`(select id from scheduler.execution e where e.job_id = scheduler.job.id
        and e.status in ('scheduled', 'running', 'failed') order by id desc limit 1)`.as('unfinishedId'),
      sql<boolean>`exists (select from scheduler.dependency d where d.job_id = scheduler.job.id)`.as('hasDependencies'),
    ])
    .where(sql<SqlBool>`scheduler.schedule.job_id = any(${jobIds}::uuid[])`)
    .execute();
  return new Map(
    rows.map(({ now, unfinishedId, hasDependencies, ...schedule }) => {
      return [schedule.jobId, { schedule, now, unfinishedId, hasDependencies }];
    }),
  );
}

export async function putSchedule(
  tx: SchedulerWriter,
  schedule: Omit<StoredJobSchedule, 'nextRunAtUtc'>,
): Promise<void> {
  await tx
    .insertInto('scheduler.schedule')
    .values(schedule)
    .onConflict((conflict) => conflict.column('jobId').doUpdateSet(schedule))
    .execute();
}

export async function deleteSchedule(tx: SchedulerWriter, jobId: string): Promise<boolean> {
  const { numDeletedRows } = await tx.deleteFrom('scheduler.schedule').where('jobId', '=', jobId).executeTakeFirst();
  return numDeletedRows === 1n;
}

/** A stopped job leaves out what its schedule says since then; a resumption makes up for nothing from before. */
export async function setStoppedSince(tx: SchedulerWriter, jobId: string, statusAt: string): Promise<void> {
  await tx.updateTable('scheduler.job').set({ statusAt }).where('id', '=', jobId).execute();
}

export interface NextRun {
  readonly jobId: string;
  readonly at: string | null;
}

export async function setNextRuns(tx: SchedulerWriter, runs: readonly NextRun[]): Promise<void> {
  await sql`
    update scheduler.job j set next_run_at_utc = n.at
    from unnest(${runs.map(({ jobId }) => jobId)}::uuid[], ${runs.map(({ at }) => at)}::timestamptz[]) n (id, at)
    where j.id = n.id`.execute(tx);
}

/** Schedules whose next runs were computed with other time zone data. Their jobs are locked, in the order of their ids. */
export async function lockOutdatedZones(tx: SchedulerWriter, zoneData: string, limit: number) {
  const { rows } = await sql<{ jobId: string }>`
    select job_id from scheduler.schedule where zone_data < ${zoneData} or zone_data > ${zoneData}
    order by job_id limit ${limit}`.execute(tx);
  if (rows.length === 0) return [];
  const ids = rows.map(({ jobId }) => jobId);
  await sql`select from scheduler.job where id = any(${ids}::uuid[]) order by id for no key update`.execute(tx);
  return scheduleRows(tx).select('scheduler.job.isDeclared').where('scheduler.schedule.jobId', 'in', ids).execute();
}

export async function setZoneData(tx: SchedulerWriter, jobIds: readonly string[], zoneData: string): Promise<void> {
  await tx.updateTable('scheduler.schedule').set({ zoneData }).where('jobId', 'in', jobIds).execute();
}
