import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Type } from 'typebox';
import { loadConfig } from '#platform/config/load.ts';
import { defineHandler } from '#platform/jobs/port.ts';
import { createLog } from '#platform/log/pino.ts';
import { schedulerPermissions } from '#modules/scheduler/contract.ts';
import { createApp } from '../../src/app.ts';
import { EMAIL, PASSWORD } from '../servers.ts';
import { CONCURRENCY, CONNECTIONS, type Contender } from '../work/contender.ts';
import { addRuns, fillJobs } from './fill.ts';

export const BENCH_TYPE = 'bench.run';
const SECRET = 'only-for-benchmarks-only-for-benchmarks';
const WARM_UP_MS = 4000; // the duties that are due at a start

/** The whole program over a new database; runs of `bench.run` call `onBegun` with the id of their job. */
export async function openScheduler(url: string, onBegun: (jobId: string) => void) {
  const handler = defineHandler({
    type: BENCH_TYPE,
    description: 'Does nothing',
    payload: Type.Object({}),
    permission: schedulerPermissions.write,
    run: async ({ jobId }) => onBegun(jobId),
  });
  const config = loadConfig({
    DATABASE_URL: url,
    BONYAN_SECRET: SECRET,
    BONYAN_DATABASE_POOL_SIZE: String(CONNECTIONS),
    BONYAN_WORK_CONCURRENCY: String(CONCURRENCY),
    BONYAN_RATE_LIMIT_PER_MINUTE: '0',
  });
  const app = await createApp({ config, kind: 'worker', log: createLog('warn'), handlers: [handler] });
  await app.prepare();
  const person = { email: EMAIL, firstName: 'Sara', lastName: 'Amini', password: PASSWORD };
  await app.users.createAdministrator(person, { onlyFirst: true });
  const { http } = await app.createServer();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const headers = { authorization: `Bearer ${await signIn()}` };
  app.background.start();
  await sleep(WARM_UP_MS);
  await app.background.stop(5000);

  async function signIn(): Promise<string> {
    const { body } = await http.inject({
      method: 'POST',
      url: '/api/v1/users/login',
      payload: { email: EMAIL, password: PASSWORD },
    });
    return JSON.parse(body).accessToken;
  }

  return {
    app,
    client,
    /** Resolves when the request to run the job is answered. */
    async run(jobId: string): Promise<void> {
      const { statusCode, body } = await http.inject({
        method: 'POST',
        url: `/api/v1/scheduler/jobs/${jobId}/run`,
        headers,
      });
      if (statusCode !== 202) throw new Error(body);
    },
    async close(): Promise<void> {
      await client.end();
      await http.close();
      await app.close();
    },
  };
}

export type Scheduler = Awaited<ReturnType<typeof openScheduler>>;

/** Its runs against the items of queues: each has its history row, and the state of its job changes with its end. */
export async function toContender({ app, client }: Scheduler, jobs: number): Promise<Contender> {
  await fillJobs(client, 'bench', BENCH_TYPE, jobs);
  return {
    name: 'bonyan',
    tuning: 'as configured by default',
    add: (refs) => addRuns(client, 'bench', refs),
    start: async () => app.background.start(),
    stop: () => app.background.stop(5000),
    isEmpty: async () =>
      (await client.query(`select from platform.work where queue = 'scheduler.run' limit 1`)).rowCount === 0,
    close: async () => {},
  };
}
