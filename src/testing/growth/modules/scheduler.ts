import type { Filling } from '../filling.ts';

/**
 * Each job has a schedule that comes in a year; one in fifty is paused. Half of the executions are of one job of the owner,
 * and all but five of them succeeded. Every second job depends on the one before.
 */
export async function fillScheduler({ sql, each, rows }: Filling): Promise<void> {
  await sql(
    `insert into scheduler.job (id, name, description, type, owner_id, tags, payload, max_retry_attempts,
       retry_backoff_seconds, backoff, max_execution_seconds, max_consecutive_failures, concurrency, priority, status,
       next_run_at_utc, created_at)
     select pg_temp.growth_id('job', n), w[1 + n % 4] || ' ' || n, 'the job number ' || n, 'platform.noop',
            pg_temp.growth_owner(n), case when n in (2, 4, 6) then array['rare'] when n % 4 > 0 then array['work'] else '{}' end,
            '{}', 3, 10, 'exponential', 300, 5, 'forbid', 'medium', case when n % 50 = 0 then 'paused' else 'active' end,
            now() + interval '1 year', pg_temp.growth_at(n)
     from (select array['گزارش', 'پشتیبان', 'prices', 'report'] as w) words, ${each}`,
  );
  await sql(
    `insert into scheduler.schedule (job_id, type, cron_expression, time_zone, misfire_policy, max_catch_up_runs,
       jitter_seconds, anchor_at_utc, zone_data)
     select id, 'cron', '0 0 1 1 *', 'UTC', 'fireNow', 10, 0, created_at, $1 from scheduler.job where not is_declared`,
    [process.versions.tz],
  );
  await sql(
    `insert into scheduler.execution (id, job_id, type, status, triggered_by, triggered_by_id, occurrence_at_utc,
       scheduled_at_utc, started_at_utc, finished_at_utc, node_id, fencing_token, attempt, max_attempts, error)
     select pg_temp.growth_id('execution', n), pg_temp.growth_id('job', pg_temp.growth_within(n)), 'platform.noop',
            case when n <= 5 then 'deadLettered' else 'succeeded' end, 'schedule', null, at, at, at, at + interval '1 s',
            gen_random_uuid(), n, 1, 4, case when n <= 5 then 'no answer' end
     from (select n, pg_temp.growth_at(n) as at from ${each}) e`,
  );
  await sql(
    `insert into scheduler.dependency (job_id, depends_on_job_id)
     select pg_temp.growth_id('job', n), pg_temp.growth_id('job', n - 1) from generate_series(2, ${rows}, 2) n`,
  );
}
