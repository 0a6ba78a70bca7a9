import { setTimeout as sleep } from 'node:timers/promises';
import type { AsyncMessage, Channel, Connection } from 'rabbitmq-client';
import type { Log } from '#platform/log/port.ts';

const PREFETCH = 20; // enough to hide the round trip to the broker
const RETRY_MS = 500;

/**
 * `done`: acknowledge. `dead`: to the dead-letter queue. `left`: back to its place in the queue when the channel
 * closes.
 */
export type ConsumeOutcome = 'done' | 'dead' | 'left';

export interface ListenerNeeds {
  readonly connection: () => Connection;
  readonly queue: string;
  readonly log: Log;
  declare(channel: Channel): Promise<void>;
  /** One message at a time, in the order of the queue. `isOurs` turns false when another node may have the message. */
  handle(message: AsyncMessage, isOurs: () => boolean): Promise<ConsumeOutcome>;
}

/**
 * Consumes one queue, and reconnects when the channel is lost. It stops only by closing the channel: then the broker
 * puts back all unacknowledged messages, in order, before the next listener gets any. (A listener that only cancels
 * keeps its messages, and later messages of the same key would overtake them.)
 */
export function createListener({ connection, queue, log, declare, handle }: ListenerNeeds) {
  let isWanted = false;
  let isActive = false;
  let waiting = 0;
  let running: Promise<void> | null = null;
  let leaveNow: () => Promise<void> = async () => {};
  let woken = new AbortController();

  async function run(): Promise<void> {
    while (isWanted) {
      try {
        await listenOnce();
      } catch (error) {
        if (isWanted) log.debug({ err: error, queue }, 'could not consume the queue; trying again');
      }
      if (isWanted) await sleep(RETRY_MS, undefined, { signal: woken.signal }).catch(() => {});
    }
  }

  async function listenOnce(): Promise<void> {
    const channel = await connection().acquire({ emitErrorsFromChannel: true });
    const closed = new Promise<void>((resolve) => {
      channel.once('close', resolve);
    });
    let isLeaving = !isWanted;
    let chain = Promise.resolve();
    const isOurs = () => channel.active && !isLeaving;
    leaveNow = async () => {
      isLeaving = true;
      await chain;
      await channel.close();
    };
    channel.on('error', (error: unknown) =>
      log.warn({ err: error, queue }, 'the channel of a queue was lost; reconnecting'),
    );
    channel.once('basic.cancel', () => void leaveNow()); // the queue was deleted
    try {
      if (isLeaving) return;
      await declare(channel);
      await channel.basicQos({ prefetchCount: PREFETCH });
      isActive = false;
      await channel.basicConsume({ queue }, (message) => {
        isActive = true;
        waiting++;
        chain = chain.then(() => take(channel, message, isOurs)).finally(() => waiting--);
      });
      if (isLeaving) await leaveNow();
      await closed;
      await chain; // handlers under way end before the same messages are delivered again
    } finally {
      if (channel.active) await channel.close();
    }
  }

  async function take(channel: Channel, message: AsyncMessage, isOurs: () => boolean): Promise<void> {
    if (!isOurs()) return;
    try {
      const outcome = await handle(message, isOurs);
      const { deliveryTag } = message;
      if (!channel.active || outcome === 'left') return;
      if (outcome === 'done') channel.basicAck({ deliveryTag });
      else channel.basicNack({ deliveryTag, requeue: false });
    } catch (error) {
      log.warn({ err: error, queue }, 'a message could not be acknowledged; it is delivered again');
      await leaveNow().catch(() => {});
    }
  }

  return {
    queue,
    /** Whether it has received messages since it began to consume. */
    isActive: () => isActive,
    isIdle: () => waiting === 0,
    start(): void {
      isWanted = true;
      woken = new AbortController();
      running ??= run().finally(() => {
        running = null;
      });
    },
    /** Gives the queue to the next waiting node, and waits behind it. */
    yield: () => leaveNow(),
    async stop(): Promise<void> {
      isWanted = false;
      woken.abort();
      await leaveNow();
      await running;
    },
  };
}

export type Listener = ReturnType<typeof createListener>;
