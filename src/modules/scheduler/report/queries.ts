import { columnsOf } from '#platform/database/port.ts';
import { Execution } from '../contract.ts';
import { isInState, matching } from '../runs/queries.ts';
import type { ExecutionReportQuery } from './schemas.ts';
import type { SchedulerReader } from '../tables.ts';

const COLUMNS = columnsOf(Execution);

export type ReportedExecution = Execution & { readonly jobName: string };

/** Some of the executions, newest first, after the one with that id. An index has those of a job, and those that did not succeed. */
export async function readExecutions(
  db: SchedulerReader,
  query: ExecutionReportQuery,
  after: string | null,
  limit: number,
): Promise<ReportedExecution[]> {
  const { jobId, status } = query;
  let rows = matching(db, query).select(COLUMNS);
  if (status !== undefined) rows = rows.where(isInState(status));
  if (after !== null) rows = rows.where('id', '<', after);
  if (jobId !== undefined) rows = rows.orderBy('jobId', 'desc');
  const found = await rows.orderBy('id', 'desc').limit(limit).execute();
  const names = await namesOf(db, found);
  return found.map((row) => ({ ...row, jobName: names.get(row.jobId) ?? '' }));
}

async function namesOf(db: SchedulerReader, rows: readonly Execution[]): Promise<Map<string, string>> {
  if (rows.length === 0) return new Map();
  const ids = [...new Set(rows.map(({ jobId }) => jobId))];
  const jobs = await db.selectFrom('scheduler.job').select(['id', 'name']).where('id', 'in', ids).execute();
  return new Map(jobs.map(({ id, name }) => [id, name]));
}
