import { Logger, makeWorkerUtils, run, runMigrations, type Runner } from 'graphile-worker';
import { CONCURRENCY, openHistory, type Contender, type ContenderNeeds } from '../work/contender.ts';

const TASK = 'bench';
const logger = new Logger(() => () => {});

/** With a local queue and completions in batches, as its performance documentation recommends. */
export async function openGraphileWorker({ url, onBegun }: ContenderNeeds): Promise<Contender> {
  const { pool, record, isNone } = openHistory(url, 'graphile-worker');
  const shared = { pgPool: pool, logger };
  await runMigrations(shared);
  const utils = await makeWorkerUtils(shared);
  let runner: Runner | undefined;
  return {
    name: 'graphile-worker',
    tuning: `concurrency ${CONCURRENCY}, local queue of 500, completions every 10 ms`,
    add: async (refs) => void (await utils.addJobs(refs.map((ref) => ({ identifier: TASK, payload: { ref } })))),
    async start() {
      const worker = {
        concurrentJobs: CONCURRENCY,
        localQueue: { size: 500 },
        completeJobBatchDelay: 10,
        failJobBatchDelay: 10,
      };
      const handle = async (payload: unknown) => {
        const { ref } = payload as { ref: string }; // what `add` wrote
        onBegun(ref);
        await record(ref);
      };
      runner = await run({ ...shared, noHandleSignals: true, preset: { worker }, taskList: { [TASK]: handle } });
    },
    stop: async () => runner?.stop(),
    isEmpty: () => isNone('select from graphile_worker._private_jobs limit 1'),
    async close() {
      await utils.release();
      await pool.end();
    },
  };
}
