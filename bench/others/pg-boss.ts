import { PgBoss } from 'pg-boss';
import { CONCURRENCY, CONNECTIONS, openHistory, type Contender, type ContenderNeeds } from '../work/contender.ts';

const QUEUE = 'bench';

/** Woken by NOTIFY, and fetching again while batches are full, as its documentation recommends for throughput. */
export async function openPgBoss({ url, onBegun }: ContenderNeeds): Promise<Contender> {
  const { pool, record, isNone } = openHistory(url, 'pg-boss');
  const boss = new PgBoss({ connectionString: url, max: CONNECTIONS, useListenNotify: true });
  boss.on('error', (error) => console.error(error));
  await boss.start();
  await boss.createQueue(QUEUE, { notify: true });
  return {
    name: 'pg-boss',
    tuning: `${CONCURRENCY} workers, batches of 10, burst, NOTIFY`,
    add: async (refs) =>
      void (await boss.insert(
        QUEUE,
        refs.map((ref) => ({ data: { ref } })),
      )),
    async start() {
      const options = {
        localConcurrency: CONCURRENCY,
        batchSize: 10,
        burstWhenBatchFull: true,
        pollingIntervalSeconds: 0.5,
      };
      await boss.work<{ ref: string }>(QUEUE, options, async (jobs) => {
        await Promise.all(
          jobs.map(({ data: { ref } }) => {
            onBegun(ref);
            return record(ref);
          }),
        );
      });
    },
    stop: () => boss.offWork(QUEUE, { wait: true }),
    isEmpty: () => isNone(`select from pgboss.job where name = '${QUEUE}' and state < 'completed' limit 1`),
    async close() {
      await boss.stop({ graceful: false });
      await pool.end();
    },
  };
}
