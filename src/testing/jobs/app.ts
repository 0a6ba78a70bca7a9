import { Type } from 'typebox';
import type { Permission } from '#kernel/access.ts';
import { defineHandler, type JobHandler, type JobRun } from '#platform/jobs/port.ts';
import { schedulerPermissions } from '#modules/scheduler/contract.ts';
import { testApp, type TestApp, type TestOptions } from '#testing/app.ts';
import type { TestContext } from 'node:test';

export const jobPermissions: readonly Permission[] = Object.values(schedulerPermissions);

/** A handler that does what the test says, and remembers its runs. */
export function probeHandler(act: (run: JobRun<Record<string, unknown>>) => Promise<void> | void = () => {}) {
  const runs: JobRun<Record<string, unknown>>[] = [];
  const handler: JobHandler = defineHandler({
    type: 'probe.act',
    description: 'Does what a test says',
    payload: Type.Object({
      word: Type.Optional(Type.String()),
      token: Type.Optional(Type.String({ writeOnly: true })),
    }),
    permission: schedulerPermissions.write,
    async run(run) {
      runs.push(run);
      await act(run);
    },
  });
  return { handler, runs };
}

/** An app with such a handler, and a person who may do everything with jobs. */
export async function jobApp(
  t: TestContext,
  act: (run: JobRun<Record<string, unknown>>) => Promise<void> | void = () => {},
  options: TestOptions = {},
) {
  const { handler, runs } = probeHandler(act);
  const app = await testApp(t, { ...options, handlers: [handler, ...(options.handlers ?? [])] });
  const sara = app.signIn(...jobPermissions.filter(({ code }) => code !== schedulerPermissions.manageAll.code));
  return { app, sara, runs, ...jobTools(app, sara) };
}

type Client = Pick<TestApp['anonymous'], 'get' | 'post'>;

/** What tests do with jobs again and again. */
export function jobTools(app: TestApp, client: Client) {
  let count = 0;
  const { pool } = app.database;
  return {
    /** Creates a job without retries; answers its id. */
    async job(fields: object = {}): Promise<string> {
      const name = `job ${++count}`;
      const { status, body } = await client.post('/scheduler/jobs', {
        name,
        type: 'probe.act',
        maxRetryAttempts: 0,
        ...fields,
      });
      if (status !== 201) throw new Error(JSON.stringify(body));
      return body.id;
    },
    async schedule(jobId: string, fields: object) {
      const { status, body } = await client.post(`/scheduler/jobs/${jobId}/schedule`, fields);
      if (status !== 201) throw new Error(JSON.stringify(body));
      return body;
    },
    /** The executions of a job, oldest first. */
    async executions(jobId: string) {
      const { body } = await client.get(`/scheduler/jobs/${jobId}/logs?pageSize=100`);
      return body.items.toReversed();
    },
    /** As if time had passed for the schedule of a job: moves what is planned into the past. */
    async shift(jobId: string, ms: number): Promise<void> {
      const { rows } = await pool.query<{ at: string }>(
        `select scheduler.iso(next_run_at_utc - make_interval(secs => $2::float8 / 1000)) as at from scheduler.job where id = $1`,
        [jobId, ms],
      );
      await planAt(jobId, rows[0]?.at ?? '');
    },
    planAt,
  };

  /** Changes the next occurrence, whatever the schedule says. */
  async function planAt(jobId: string, at: string): Promise<void> {
    await pool.query(`update scheduler.job set next_run_at_utc = $2::timestamptz where id = $1`, [jobId, at]);
    await pool.query(
      `update platform.work set ref = $1 || ' ' || $2, due_at = $2::timestamptz where queue = 'scheduler.due' and ref like $1 || '%'`,
      [jobId, at],
    );
  }
}
