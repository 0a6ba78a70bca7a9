import type pg from 'pg';

/**
 * Jobs named after `prefix`, each with its number: `count` of them, without a schedule. Jobs may overlap with themselves.
 */
export async function fillJobs(client: pg.Client, prefix: string, type: string, count: number): Promise<void> {
  await client.query(
    `insert into scheduler.job (id, name, description, type, owner_id, payload, max_retry_attempts, retry_backoff_seconds,
       backoff, max_execution_seconds, max_consecutive_failures, concurrency, priority)
     select gen_random_uuid(), $1 || ' ' || n, '', $2, (select id from users."user" limit 1), '{}', 3, 10, 'fixed', 60, 0,
       'allow', 'medium'
     from generate_series(0, $3::int - 1) n`,
    [prefix, type, count],
  );
}

/** Gives each of these jobs a schedule that comes once: the first one after `seconds`, each further one `stepMs` later. */
export async function scheduleOnce(
  client: pg.Client,
  prefix: string,
  { seconds, stepMs }: { readonly seconds: number; readonly stepMs: number },
): Promise<void> {
  await client.query(
    `update scheduler.job set next_run_at_utc = date_trunc('milliseconds', now()) + make_interval(secs =>
       $2 + substring(name from '\\d+$')::int * $3::float8 / 1000) where name like $1 || ' %'`,
    [prefix, seconds, stepMs],
  );
  await client.query(
    `insert into scheduler.schedule (job_id, type, one_time_at_utc, time_zone, misfire_policy, max_catch_up_runs,
       jitter_seconds, anchor_at_utc, zone_data)
     select id, 'oneTime', next_run_at_utc, 'UTC', 'fireNow', 1, 0, now(), $2 from scheduler.job where name like $1 || ' %'`,
    [prefix, process.versions.tz],
  );
  await client.query(
    `insert into platform.work (id, queue, lane, ref, due_at, origin)
     select gen_random_uuid(), 'scheduler.due', 0, id || ' ' || scheduler.iso(next_run_at_utc), next_run_at_utc,
       '{"requestId":"","traceparent":null}'
     from scheduler.job where name like $1 || ' %'`,
    [prefix],
  );
}

/** A run of each of these jobs, by its number, as somebody starts it. */
export async function addRuns(client: pg.Client, prefix: string, numbers: readonly string[]): Promise<void> {
  await client.query(
    `with run as (
       insert into scheduler.execution (id, job_id, type, status, triggered_by, occurrence_at_utc, scheduled_at_utc, max_attempts)
       select uuidv7(), id, type, 'scheduled', 'manual', now(), now(), 4
       from scheduler.job where name = any (array(select $1 || ' ' || n from unnest($2::text[]) n)) returning id)
     insert into platform.work (id, queue, lane, ref, due_at, origin)
     select gen_random_uuid(), 'scheduler.run', 1, id, now(), '{"requestId":"","traceparent":null}' from run`,
    [prefix, numbers],
  );
}
