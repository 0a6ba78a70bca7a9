import { smallestIdAt } from '#kernel/id.ts';
import { columnsOf } from '#platform/database/port.ts';
import { Execution } from '../contract.ts';
import type { ExecutionReportQuery } from './schemas.ts';
import type { SchedulerReader } from '../tables.ts';

const COLUMNS = columnsOf(Execution);

export type ReportedExecution = Execution & { readonly jobName: string };

/** Some of the executions, newest first, after the one with that id. They are looked up by the index of the ids. */
export async function readExecutions(
  db: SchedulerReader,
  { jobId, status, from, to }: ExecutionReportQuery,
  after: string | null,
  limit: number,
): Promise<ReportedExecution[]> {
  let rows = db.selectFrom('scheduler.execution').select(COLUMNS).orderBy('id', 'desc').limit(limit);
  if (jobId !== undefined) rows = rows.where('jobId', '=', jobId);
  if (status !== undefined) rows = rows.where('status', '=', status);
  if (from !== undefined) rows = rows.where('id', '>=', smallestIdAt(Date.parse(from)));
  if (to !== undefined) rows = rows.where('id', '<', smallestIdAt(Date.parse(to)));
  if (after !== null) rows = rows.where('id', '<', after);
  const found = await rows.execute();
  const names = await namesOf(db, found);
  return found.map((row) => ({ ...row, jobName: names.get(row.jobId) ?? '' }));
}

async function namesOf(db: SchedulerReader, rows: readonly Execution[]): Promise<Map<string, string>> {
  if (rows.length === 0) return new Map();
  const ids = [...new Set(rows.map(({ jobId }) => jobId))];
  const jobs = await db.selectFrom('scheduler.job').select(['id', 'name']).where('id', 'in', ids).execute();
  return new Map(jobs.map(({ id, name }) => [id, name]));
}
