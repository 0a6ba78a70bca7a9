import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '#kernel/problem.ts';
import { notOnce, RESUMES_MS, until, type FaultNode } from './stage.ts';

const EVENT_LEASE_MS = 30_000; // of one that has stepped aside and was claimed when it was cut

/** Writes work and events until it is stopped, and remembers what was accepted. */
export function createLoad(node: FaultNode) {
  const accepted = new Set<string>();
  const published = new Set<string>();
  const refused: unknown[] = [];
  let isStopped = false;
  let next = 0;

  async function writeNext(): Promise<void> {
    const seq = next++;
    try {
      await node.enqueue(`item ${seq}`);
      accepted.add(`item ${seq}`);
      await node.publish(`k${seq % 8}`, seq);
      published.add(`k${seq % 8} ${seq}`);
    } catch (error) {
      refused.push(error);
      await sleep(5);
    }
  }

  return {
    accepted,
    refused,
    async run(clients: number, beside: () => Promise<void> = async () => {}): Promise<void> {
      const client = async () => {
        while (!isStopped) {
          await Promise.all([writeNext(), beside()]);
          await sleep(2);
        }
      };
      await Promise.all(Array.from({ length: clients }, client));
    },
    stop: () => void (isStopped = true),
    /** What was accepted had its effect; nothing had it twice; what was refused said that the database is away. */
    async assertKept(t: TestContext, effects: (kind: 'work' | 'event') => Promise<Map<string, number>>): Promise<void> {
      const eventsMs = await until(
        async () => notOnce(published, await effects('event')).length === 0,
        40_000,
        'all events',
      );
      t.diagnostic(`the last event ${eventsMs} ms later`);
      assert.ok(eventsMs <= EVENT_LEASE_MS + 1000, `${eventsMs} ms`);
      const [work, events] = [await effects('work'), await effects('event')];
      assert.deepEqual(notOnce(accepted, work), []);
      assert.deepEqual(notOnce(published, events), []);
      assert.deepEqual(notOnce(work.keys(), work), []);
      assert.deepEqual(notOnce(events.keys(), events), []);
      assert.deepEqual(refused.filter((error) => !isUnavailable(error)).map(String), []);
    },
  };
}

function isUnavailable(error: unknown): boolean {
  return error instanceof Problem && error.status === 503;
}

/**
 * From now: how long new work takes to have its effect, and how long it is until events have theirs again. A new event
 * has its turn behind those that wait: how long that takes depends on how many they are, and is told.
 */
export async function resumes(t: TestContext, nodes: readonly FaultNode[]) {
  const beganMs = performance.now();
  const since = () => Math.round(performance.now() - beganMs);
  const times = await Promise.all(
    nodes.map(async (node, index) => {
      const { query } = node.database.pool;
      const { rows } = await retried(() => query<{ now: string }>('select clock_timestamp() as now'));
      const ref = `after ${index} ${beganMs}`;
      await retried(() => node.enqueue(ref));
      await retried(() => node.publish(ref, 0));
      const has = (kind: string, name: string) => async () =>
        (await query('select 1 from effect where kind = $1 and ref = $2', [kind, name])).rowCount > 0;
      const goOn = async () =>
        (await query(`select 1 from effect where kind = 'event' and at > $1 limit 1`, [rows[0]?.now])).rowCount > 0;
      const [workMs, eventsMs, newEventMs] = await Promise.all([
        until(has('work', ref), 40_000, 'work').then(since),
        until(goOn, 40_000, 'events').then(since),
        until(has('event', `${ref} 0`), 90_000, 'a new event').then(since),
      ]);
      return { workMs, eventsMs, newEventMs };
    }),
  );
  t.diagnostic(`resumed: ${JSON.stringify(times)}`);
  return times;
}

/** Until it does not fail: what was asked in the moment of the fault may. */
async function retried<T>(what: () => Promise<T>): Promise<T> {
  let outcome: { value: T } | null = null;
  await until(async () => ((outcome = { value: await what() }), true), 30_000, 'an answer');
  return (outcome as unknown as { value: T }).value; // set when `until` returns
}

export function assertResumed(times: readonly { workMs: number; eventsMs: number }[]): void {
  assert.deepEqual(
    times.filter(({ workMs, eventsMs }) => workMs > RESUMES_MS || eventsMs > RESUMES_MS),
    [],
  );
}
