import { system } from '#kernel/access.ts';
import type { ObservabilityNeeds } from '../needs.ts';
import { objectives } from './objectives.ts';
import { addCounts } from './queries.ts';

const EVERY_MS = 60_000;

/** Adds what this process has counted to the minutes that all processes share. */
export function createRecorder({ db, requestCounts, now, log }: ObservabilityNeeds) {
  const recorded = new Map(objectives.map(({ name }) => [name, { good: 0, bad: 0 }]));
  let timer: NodeJS.Timeout | undefined;

  /** Also without requests: so it is known that the process still records. */
  async function record(): Promise<void> {
    const counts = requestCounts();
    const all = objectives.map(({ name, count }) => ({ name, now: count(counts) }));
    const added = all.map(({ name, now: { good, bad } }) => {
      const before = recorded.get(name) ?? { good: 0, bad: 0 };
      return { objective: name, good: good - before.good, bad: bad - before.bad };
    });
    const minute = new Date(Math.floor(now().getTime() / EVERY_MS) * EVERY_MS).toISOString();
    await db.write(system('observability'), ({ tx }) => addCounts(tx, minute, added));
    for (const { name, now: counted } of all) recorded.set(name, counted); // what failed is added next time
  }

  // One after the other: two at once would both add what has come since the last one.
  let last = Promise.resolve();
  const tryRecord = () =>
    (last = last
      .then(record)
      .catch((error: unknown) =>
        log.warn({ err: error }, 'the objectives could not be recorded; a minute later again'),
      ));

  return {
    record,
    start(): void {
      timer = setInterval(() => void tryRecord(), EVERY_MS).unref();
    },
    async stop(): Promise<void> {
      if (timer === undefined) return;
      clearInterval(timer);
      timer = undefined;
      await tryRecord();
    },
  };
}
