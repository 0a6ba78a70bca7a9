import { sql } from 'kysely';
import type { ScheduledJob } from '../contract.ts';
import type { SchedulerReader } from '../tables.ts';
import type { LaneRun } from './schemas.ts';

/** A run that runs, or is due and waits, with what decides beside which others it may run. */
export interface PlacedRun extends LaneRun {
  readonly type: string;
  readonly ownerId: string | null;
  readonly concurrency: ScheduledJob['concurrency'];
  readonly concurrencyKey: string | null;
}

/** Those that run, then those that wait, the oldest first; at most `limit` of each. */
export async function listPlaced(db: SchedulerReader, limit: number): Promise<PlacedRun[]> {
  const { rows } = await sql<PlacedRun>`
    with running as (
      select id, job_id, status, started_at_utc as since_utc, node_id, progress from scheduler.execution
      where status = 'running' limit ${limit}
    ),
    waiting as (
      select id, job_id, status, scheduled_at_utc as since_utc, null::uuid as node_id, null::int as progress
      from scheduler.execution
      where status = 'scheduled' and not is_waiting and scheduled_at_utc <= now() order by scheduled_at_utc limit ${limit}
    )
    select r.*, j.name as job_name, j.type, j.owner_id, j.concurrency, j.concurrency_key
    from (select * from running union all select * from waiting) r join scheduler.job j on j.id = r.job_id
    order by r.status, r.since_utc, r.id`.execute(db);
  return rows;
}
