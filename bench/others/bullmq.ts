import { Queue, Worker } from 'bullmq';
import { CONCURRENCY, openHistory, type Contender, type ContenderNeeds } from '../work/contender.ts';

const QUEUE = 'bench';

/** Over a Redis that syncs its log on every write; the history row is in PostgreSQL, as for the other contenders. */
export async function openBullMq({ url, onBegun }: ContenderNeeds, redisUrl: string): Promise<Contender> {
  const { pool, record } = openHistory(url, 'bullmq');
  const connection = { url: redisUrl, maxRetriesPerRequest: null };
  const queue = new Queue<{ ref: string }>(QUEUE, { connection });
  await queue.obliterate({ force: true });
  let worker: Worker<{ ref: string }> | undefined;
  return {
    name: 'bullmq',
    tuning: `concurrency ${CONCURRENCY}, Redis with appendfsync always`,
    add: async (refs) =>
      void (await queue.addBulk(refs.map((ref) => ({ name: QUEUE, data: { ref }, opts: { removeOnComplete: true } })))),
    async start() {
      worker = new Worker<{ ref: string }>(
        QUEUE,
        async ({ data: { ref } }) => {
          onBegun(ref);
          await record(ref);
        },
        { connection, concurrency: CONCURRENCY },
      );
      await worker.waitUntilReady();
    },
    stop: async () => worker?.close(),
    isEmpty: async () => (await queue.getJobCountByTypes('wait', 'active', 'delayed')) === 0,
    async close() {
      await queue.close();
      await pool.end();
    },
  };
}
