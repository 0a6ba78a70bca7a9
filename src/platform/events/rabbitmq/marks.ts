import type { DeliverBatch } from '../batch.ts';
import { pendingCursors, readEvents, type Cursor } from '../cursor.ts';
import type { Consumer, DeliveryNeeds } from '../delivery.ts';
import { createRunner } from '../runner.ts';
import { isUnderWay, noteTrouble, readLogged, type Logged } from './log-state.ts';
import { typesOf, type Shard, type Topology } from './topology.ts';

const AT_ONCE = 200; // lost events that are read and handled together

export interface MarksNeeds extends Pick<DeliveryNeeds, 'pool' | 'nodeId' | 'log'> {
  readonly consumers: readonly Consumer[];
  readonly topology: Topology;
  readonly deliverBatch: DeliverBatch;
  /** How long a queue may not move on before its events can be lost. */
  readonly lostAfterMs: number;
  /** Messages in a queue that no listener has received; 0 also when the queue does not exist. */
  countReady(queue: string): Promise<number>;
  /** Brings queues and bindings back. */
  declare(): Promise<void>;
}

/**
 * A low-water mark per consumer: before it, every event is handled or parked. It follows the relay. An event that
 * arrived at no queue, or left it unhandled, stays behind; it is then taken from the log, so that the broker may lose
 * everything.
 */
export function createMarks({
  pool,
  nodeId,
  log,
  consumers,
  topology,
  deliverBatch,
  lostAfterMs,
  countReady,
  declare,
}: MarksNeeds) {
  /** The oldest open event of each queue, and since when it is the oldest. */
  const stuck = new Map<string, { readonly pos: number; readonly sinceMs: number }>();
  /** The last event of each queue that was found lost: open ones up to there need not wait again. */
  const lostTo = new Map<string, number>();
  const runners = new Map(consumers.map((consumer) => [consumer.name, createMark(consumer)]));

  function createMark(consumer: Consumer) {
    const types = typesOf(consumer);
    return createRunner({
      pool,
      nodeId,
      name: consumer.name,
      read: (cursor) => readLogged(pool, cursor, types),
      deliver: (cursor, events) => pass(consumer, cursor, events),
    });
  }

  /** Answers how many of the events, from the first, are handled or parked. */
  async function pass(consumer: Consumer, cursor: Cursor, events: readonly Logged[]): Promise<number> {
    const firstOpen = events.findIndex(({ isDone }) => !isDone);
    if (firstOpen === -1) {
      for (const shard of shardsOf(consumer)) stuck.delete(shard.queue);
      return events.length;
    }
    const lost = await findLost(consumer, events);
    if (lost.length === 0) return firstOpen;
    log.error(
      { consumer: consumer.name, events: lost.length },
      'RabbitMQ did not deliver events: a queue, its binding or its messages are gone. They are taken from the log, and queues and bindings are declared again',
    );
    await declare().catch((error: unknown) =>
      log.warn({ err: error }, 'queues and bindings could not be declared; the next connection to RabbitMQ does it'),
    );
    await deliverBatch(consumer, await readEvents(pool, lost), cursor.token);
    await noteTrouble(pool, consumer.name, 'lost', lost.length);
    const taken = new Set(lost);
    const open = events.findIndex((event) => !event.isDone && !taken.has(event));
    return open === -1 ? events.length : open;
  }

  /**
   * A queue delivers in order. When its oldest event stays the same, events are lost if a later one is handled, or if the
   * queue is empty. An event that is only late may be taken too; the inbox lets it happen once.
   */
  async function findLost(consumer: Consumer, events: readonly Logged[]): Promise<Logged[]> {
    const lost: Logged[] = [];
    for (const shard of shardsOf(consumer)) lost.push(...(await findLostOf(shard, events)));
    return lost.toSorted((a, b) => a.pos - b.pos).slice(0, AT_ONCE);
  }

  async function findLostOf(shard: Shard, events: readonly Logged[]): Promise<Logged[]> {
    const { consumer, queue, holds } = shard;
    const ofQueue = events.filter(({ key }) => holds(key));
    const open = ofQueue.filter(({ isDone }) => !isDone);
    const left = open.filter(({ pos }) => pos <= (lostTo.get(queue) ?? 0));
    if (left.length > 0) return left;
    lostTo.delete(queue); // a transaction that commits late may still publish an event before that place
    const [oldest] = open;
    if (!isStuck(queue, oldest?.pos) || !oldest) return [];
    if (await isUnderWay(pool, consumer.name, oldest)) return [];
    const lastDone = ofQueue.findLast(({ isDone }) => isDone)?.pos ?? 0;
    const lost = (await countReady(queue)) === 0 ? open : open.filter(({ pos }) => pos < lastDone);
    const last = lost.at(-1);
    if (last) lostTo.set(queue, last.pos);
    return lost;
  }

  function isStuck(queue: string, oldest: number | undefined): boolean {
    if (oldest === undefined) stuck.delete(queue);
    else if (stuck.get(queue)?.pos !== oldest) stuck.set(queue, { pos: oldest, sinceMs: performance.now() });
    const { sinceMs } = stuck.get(queue) ?? { sinceMs: Infinity };
    return performance.now() - sinceMs >= lostAfterMs;
  }

  function shardsOf(consumer: Consumer): readonly Shard[] {
    return topology.shards.filter((shard) => shard.consumer === consumer);
  }

  return {
    names: [...runners.keys()],
    /** Moves marks; `pending` names those that have something to pass, if the caller has queried them. */
    async poll(pending?: readonly string[]): Promise<void> {
      const names = pending ?? (await pendingCursors(pool, [...runners.keys()]));
      await Promise.all(names.map((name) => runners.get(name)?.run() ?? Promise.resolve()));
    },
    async stop(): Promise<void> {
      await Promise.allSettled([...runners.values()].map(({ stop }) => stop()));
    },
  };
}
