import { setTimeout as sleep } from 'node:timers/promises';
import type { AsyncMessage, Channel, Connection } from 'rabbitmq-client';
import type { Log } from '#platform/log/port.ts';

const PREFETCH = 20; // enough to hide the way to the broker and back
const RETRY_MS = 500;

/** What becomes of a message; `left` is returned to its place in the queue when the channel closes. */
export type ConsumeOutcome = 'done' | 'dead' | 'left';

export interface ListenerNeeds {
  readonly connection: () => Connection;
  readonly queue: string;
  readonly log: Log;
  declare(channel: Channel): Promise<void>;
  /** One message at a time, in the order of the queue. `isOurs` turns false when another node may have it by now. */
  handle(message: AsyncMessage, isOurs: () => boolean): Promise<ConsumeOutcome>;
}

/**
 * Listens on one queue and comes back whenever the channel was lost. It leaves only by closing the channel: then the
 * broker puts back all that is not acknowledged, in order, before the next listener gets anything. (A cancelled
 * listener keeps what it has, and later messages of the same key would overtake it.)
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
        if (isWanted) log.debug({ err: error, queue }, 'cannot listen yet');
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
    channel.on('error', (error: unknown) => log.warn({ err: error, queue }, 'a queue was lost; listening again'));
    channel.once('basic.cancel', () => void leaveNow()); // somebody deleted the queue
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
      await chain; // what is under way ends before the same messages come again
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
      log.warn({ err: error, queue }, 'a message could not be settled and comes again');
      await leaveNow().catch(() => {});
    }
  }

  return {
    queue,
    /** Has been given messages since it joined the line. */
    isActive: () => isActive,
    isIdle: () => waiting === 0,
    start(): void {
      isWanted = true;
      woken = new AbortController();
      running ??= run().finally(() => {
        running = null;
      });
    },
    /** To the end of the line, when another node waits for its turn. */
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
