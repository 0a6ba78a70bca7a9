import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { AsyncMessage, Channel, Connection } from 'rabbitmq-client';
import type { Log } from '#platform/log/port.ts';
import { closeSoon, within } from './connections.ts';

const BATCH = 200; // messages that are handled together
const PREFETCH = 2 * BATCH; // the next batch is here when the one before ends
const RETRY_MS = 500;
const ANSWER_MS = 10_000;

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
  /**
   * All messages that have arrived, at most 200, in the order of the queue. `isOurs` turns false when another node may
   * have them. Answers an outcome for each.
   */
  handle(messages: readonly AsyncMessage[], isOurs: () => boolean): Promise<ConsumeOutcome[]>;
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
    const gone = Promise.withResolvers<void>();
    channel.once('close', gone.resolve);
    let isLeaving = !isWanted;
    const arrived: AsyncMessage[] = [];
    let isTaking = false;
    let taken = Promise.resolve();
    const isOurs = () => channel.active && !isLeaving;
    leaveNow = async () => {
      isLeaving = true;
      await taken;
      await closeSoon(channel);
      gone.resolve(); // also when the broker does not answer
    };
    channel.on('error', (error: unknown) =>
      log.warn({ err: error, queue }, 'the channel of a queue was lost; reconnecting'),
    );
    channel.once('basic.cancel', () => void leaveNow()); // the queue was deleted
    try {
      if (isLeaving) return;
      await within(ANSWER_MS, declare(channel));
      await channel.basicQos({ prefetchCount: PREFETCH });
      isActive = false;
      await channel.basicConsume({ queue }, (message) => {
        isActive = true;
        waiting++;
        arrived.push(message);
        if (isTaking) return;
        isTaking = true;
        taken = takeAll(channel, arrived, isOurs).finally(() => {
          isTaking = false;
        });
      });
      if (isLeaving) await leaveNow();
      await gone.promise;
      await taken; // handlers under way end before the same messages are delivered again
    } finally {
      if (channel.active) await closeSoon(channel);
    }
  }

  async function takeAll(channel: Channel, arrived: AsyncMessage[], isOurs: () => boolean): Promise<void> {
    while (arrived.length > 0) {
      await nextTurn(); // what the broker has sent together is handled together
      const batch = arrived.splice(0, BATCH);
      await take(channel, batch, isOurs);
      waiting -= batch.length;
    }
  }

  async function take(channel: Channel, batch: readonly AsyncMessage[], isOurs: () => boolean): Promise<void> {
    if (!isOurs()) return;
    try {
      const outcomes = await handle(batch, isOurs);
      if (channel.active) settle(channel, batch, outcomes);
    } catch (error) {
      log.warn({ err: error, queue }, 'messages could not be acknowledged; they are delivered again');
      void leaveNow().catch(() => {}); // not awaited: it waits for this function
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

/** One acknowledgement covers all messages before it; so it goes no further than the first message that is left. */
function settle(channel: Channel, batch: readonly AsyncMessage[], outcomes: readonly ConsumeOutcome[]): void {
  let upTo: number | null = null;
  const acknowledge = () => {
    if (upTo !== null) channel.basicAck({ deliveryTag: upTo, multiple: true });
    upTo = null;
  };
  for (const [index, { deliveryTag }] of batch.entries()) {
    if (outcomes[index] === 'left') break;
    if (outcomes[index] === 'done') upTo = deliveryTag;
    else {
      acknowledge();
      channel.basicNack({ deliveryTag, requeue: false });
    }
  }
  acknowledge();
}

export type Listener = ReturnType<typeof createListener>;
