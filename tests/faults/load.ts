import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '#kernel/problem.ts';
import { notOnce, RESUMES_MS, until, type FaultNode } from './stage.ts';

const KEYS_EACH = 4; // keys of one client
const EVENT_LEASE_MS = 30_000; // of a parked event that was claimed when the connection was cut

type Effects = (kind: 'work' | 'event') => Promise<Map<string, number>>;

/** Writes work items and events until it is stopped, and records what was accepted. */
export function createLoad(node: FaultNode) {
  const accepted = new Set<string>();
  const published = new Set<string>();
  const refused: unknown[] = [];
  let isStopped = false;
  let next = 0;

  /**
   * Each client has its own keys and publishes one event after another, so the numbers of a key are in commit order.
   */
  async function writeNext(client: number): Promise<void> {
    const seq = next++;
    const key = `k${client}/${seq % KEYS_EACH}`;
    try {
      await node.enqueue(`item ${seq}`);
      accepted.add(`item ${seq}`);
      await node.publish(key, seq);
      published.add(`${key} ${seq}`);
    } catch (error) {
      refused.push(error);
      await sleep(5);
    }
  }

  return {
    accepted,
    refused,
    async run(clients: number, beside: () => Promise<void> = async () => {}): Promise<void> {
      const run = async (client: number) => {
        while (!isStopped) {
          await Promise.all([writeNext(client), beside()]);
          await sleep(2);
        }
      };
      await Promise.all(Array.from({ length: clients }, (_, client) => run(client)));
    },
    stop: () => void (isStopped = true),
    /**
     * Asserts that everything accepted had its effect exactly once, at the latest a second after the lease of items
     * that were claimed at the moment of the fault, and that every refusal was 503.
     */
    async assertKept(t: TestContext, leaseMs: number, effects: Effects): Promise<void> {
      const allOf = (kind: 'work' | 'event', refs: ReadonlySet<string>) =>
        until(async () => notOnce(refs, await effects(kind)).length === 0, 40_000, `all of ${kind}`);
      const [workMs, eventsMs] = await Promise.all([allOf('work', accepted), allOf('event', published)]);
      t.diagnostic(`the last item ${workMs} ms later, the last event ${eventsMs} ms`);
      assert.ok(workMs <= leaseMs + 1000, `${workMs} ms`);
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
 * Measures, from now, the time until new work has its effect, and until events have effects again. A new event waits
 * behind older ones, so its time depends on their number; it is only reported.
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
      const haveContinued = async () =>
        (await query(`select 1 from effect where kind = 'event' and at > $1 limit 1`, [rows[0]?.now])).rowCount > 0;
      const [workMs, eventsMs, newEventMs] = await Promise.all([
        until(has('work', ref), 40_000, 'work').then(since),
        until(haveContinued, 40_000, 'events').then(since),
        until(has('event', `${ref} 0`), 90_000, 'a new event').then(since),
      ]);
      return { workMs, eventsMs, newEventMs };
    }),
  );
  t.diagnostic(`resumed: ${JSON.stringify(times)}`);
  return times;
}

/** Repeats `what` until it succeeds: at the moment of the fault it may fail. */
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
