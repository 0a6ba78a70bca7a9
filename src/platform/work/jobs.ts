import type { Pool } from '#platform/database/pool.ts';
import { causeOf, nowhere } from '#kernel/access.ts';
import { defineQueue } from '#kernel/work.ts';
import type { Job, Worker } from './port.ts';

export const jobQueue = defineQueue('platform.job');
const LEASE_MS = 30_000;
const UNLIMITED = 2 ** 31 - 1; // a job that fails today is still due tomorrow

/** Creates the one work item of each job, if it is missing; the first run is due at once. */
export async function registerJobs(pool: Pool, jobs: readonly Job[]): Promise<void> {
  await pool.query(
    `insert into platform.work (id, queue, ref, lane, origin)
     select md5('job ' || j.name)::uuid, $1, j.name, 2, $2::jsonb from unnest($3::text[]) j (name)
     on conflict (id) do nothing`,
    [jobQueue.name, JSON.stringify(causeOf(nowhere)), jobs.map(({ name }) => name)],
  );
}

/** Runs each job when its item is due, and makes the same item due again after the job's interval. */
export function createJobWorker(jobs: readonly Job[]): Worker {
  const byName = new Map(jobs.map((job) => [job.name, job]));
  return {
    queue: jobQueue,
    maxAttempts: UNLIMITED,
    leaseMs: LEASE_MS,
    async handle({ ref }, signal) {
      const job = byName.get(ref);
      if (!job) return { write: async () => {} }; // the job of a removed module or of another version
      const { write } = await job.run(signal);
      return { write, retryInMs: job.everySeconds * 1000 };
    },
  };
}
