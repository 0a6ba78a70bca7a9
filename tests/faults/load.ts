import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '#kernel/problem.ts';
import { notOnce, RESUMES_MS, until, type FaultNode } from './stage.ts';

const KEYS_EACH = 4; // of a client
const EVENT_LEASE_MS = 30_000; // of one that has stepped aside and was claimed when it was cut

type Effects = (kind: 'work' | 'event') => Promise<Map<string, number>>;

/** Writes work and events until it is stopped, and remembers what was accepted. */
export function createLoad(node: FaultNode) {
  const accepted = new Set<string>();
  const published = new Set<string>();
  const refused: unknown[] = [];
  let isStopped = false;
  let next = 0;

  /** Each client has keys of its own: it publishes one event after the other, so what comes later is later. */
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
     * What was accepted had its effect, a second after the lease of what was claimed in the moment of a fault at the
     * latest; nothing had it twice; what was refused said that the database is away.
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
