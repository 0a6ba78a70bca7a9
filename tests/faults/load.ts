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

/** How long new work and a new event of each node take to have their effect on any node, from now. */
export async function resumes(t: TestContext, nodes: readonly FaultNode[]) {
  const beganMs = performance.now();
  const times = await Promise.all(
    nodes.map(async (node, index) => {
      const ref = `after ${index} ${beganMs}`;
      await until(() => node.enqueue(ref).then(() => true), 30_000, 'enqueued');
      await until(() => node.publish(ref, 0).then(() => true), 30_000, 'published');
      const has = (kind: string, name: string) => async () =>
        (await node.database.pool.query('select 1 from effect where kind = $1 and ref = $2', [kind, name])).rowCount >
        0;
      const [workMs, eventMs] = await Promise.all([
        until(has('work', ref), 40_000, 'work').then(() => Math.round(performance.now() - beganMs)),
        until(has('event', `${ref} 0`), 40_000, 'event').then(() => Math.round(performance.now() - beganMs)),
      ]);
      return { workMs, eventMs };
    }),
  );
  t.diagnostic(`resumed: ${JSON.stringify(times)}`);
  return times;
}

export function assertResumed(times: readonly { workMs: number; eventMs: number }[]): void {
  assert.deepEqual(
    times.filter(({ workMs, eventMs }) => workMs > RESUMES_MS || eventMs > RESUMES_MS),
    [],
  );
}
