import { sql } from 'kysely';
import { system } from '#kernel/access.ts';
import type { Pool } from '#platform/database/pool.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import type { Units } from '#platform/database/unit.ts';
import type { Log } from '#platform/log/port.ts';
import { defineQueue } from '#kernel/work.ts';
import type { Worker } from '#platform/work/port.ts';
import {
  advance,
  claimCursor,
  consumersWithNews,
  plantCursors,
  readEvent,
  readWindow,
  releaseCursor,
  type Cursor,
  type Stored,
} from './cursor.ts';
import type { Subscription } from './port.ts';

const inboxQueue = defineQueue('platform.inbox');
const MAX_ATTEMPTS = 10; // with backoff: about half an hour of trying
const LEASE_MS = 30_000;
const KEYS_AT_ONCE = 4;

/** Whoever hears events under one name: each event reaches it once. A module is one consumer. */
export interface Consumer {
  readonly name: string;
  readonly subscriptions: readonly Subscription[];
}

export interface DeliveryNeeds {
  readonly pool: Pool;
  readonly units: Units;
  readonly consumers: readonly Consumer[];
  readonly nodeId: string;
  readonly log: Log;
}

/** Delivers the event log in process. An event that fails steps aside with the later ones of its key. */
export function createDelivery({ pool, units, consumers, nodeId, log }: DeliveryNeeds) {
  const hearing = consumers.filter(({ subscriptions }) => subscriptions.length > 0);
  const runners = new Map(hearing.map((consumer) => [consumer.name, createRunner(consumer)]));
  let isStarted = false;

  function createRunner(consumer: Consumer) {
    const types = [...new Set(consumer.subscriptions.map(({ event }) => event.type))];
    let isWanted = false;
    let running: Promise<void> | null = null;

    /** Delivers all there is; whoever calls while it runs makes it look once more. */
    function run(): Promise<void> {
      isWanted = true;
      running ??= loop().finally(() => {
        running = null;
      });
      return running;
    }

    async function loop(): Promise<void> {
      while (isWanted) {
        isWanted = false;
        const cursor = await claimCursor(pool, consumer.name, nodeId);
        if (cursor) await deliverAll(cursor);
      }
    }

    async function deliverAll(claimed: Cursor): Promise<void> {
      let cursor = claimed;
      for (;;) {
        const { head, events, isLast } = await readWindow(pool, cursor, types);
        await deliverBatch(consumer, cursor, events);
        const last = events.at(-1);
        const isNews = events.length > 0 || !isLast;
        cursor = isLast || !last ? { ...cursor, seen: head, head: null, pos: 0 } : { ...cursor, head, pos: last.pos };
        if (!(await advance(pool, cursor))) return;
        if (!isNews) return await releaseCursor(pool, cursor);
      }
    }

    return { run, idle: () => running, hears: (heard: ReadonlySet<string>) => types.some((type) => heard.has(type)) };
  }

  async function deliverBatch(consumer: Consumer, cursor: Cursor, events: readonly Stored[]): Promise<void> {
    const byKey = Map.groupBy(events, ({ key }) => key);
    const waiting = await heldUpKeys(consumer.name, [...byKey.keys()]);
    const queue = [...byKey.entries()];
    const hand = async () => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const [key, ofKey] = next;
        await deliverInOrder(consumer, cursor, ofKey, waiting.has(key));
      }
    };
    await Promise.all(Array.from({ length: Math.min(KEYS_AT_ONCE, queue.length) }, hand));
  }

  async function deliverInOrder(
    consumer: Consumer,
    cursor: Cursor,
    events: readonly Stored[],
    isHeldUp: boolean,
  ): Promise<void> {
    let mustWait = isHeldUp;
    for (const event of events) {
      if (!mustWait) mustWait = !(await deliver(consumer, cursor, event));
      if (mustWait) await putAside(consumer.name, cursor, event);
    }
  }

  /** False when the handler failed and nothing of it was written. */
  async function deliver(consumer: Consumer, cursor: Cursor, event: Stored): Promise<boolean> {
    try {
      await units.write(system(consumer.name, event.origin), async (unit: AnyUnit) => {
        if (await isFirstTime(unit, consumer.name, event, cursor.token)) await handle(consumer, unit, event);
      });
      return true;
    } catch (error) {
      log.warn(
        { err: error, consumer: consumer.name, event: event.id, type: event.type },
        'an event could not be handled and is tried again',
      );
      return false;
    }
  }

  async function handle(consumer: Consumer, unit: AnyUnit, event: Stored): Promise<void> {
    for (const subscription of consumer.subscriptions) {
      if (subscription.event.type === event.type) await subscription.handle(unit, event.body);
    }
  }

  /** Keyed work keeps the order: followers of a failed event wait behind it. */
  async function putAside(consumer: string, cursor: Cursor, event: Stored): Promise<void> {
    await units.write(system('events', event.origin), async (unit: AnyUnit) => {
      const { rows } =
        await sql`select 1 from platform.cursor where consumer = ${consumer} and token = ${cursor.token} for key share`.execute(
          unit.tx,
        );
      if (rows.length === 0) return; // the next holder sees the event itself
      unit.enqueue(inboxQueue, { ref: toRef(consumer, event), key: toKey(consumer, event.key) });
    });
  }

  async function heldUpKeys(consumer: string, keys: readonly string[]): Promise<Set<string>> {
    if (keys.length === 0) return new Set();
    const { rows } = await pool.query<{ key: string }>(
      'select key from platform.work where key = any ($1) and not parked',
      [keys.map((key) => toKey(consumer, key))],
    );
    return new Set(rows.map(({ key }) => key.slice(consumer.length + 1)));
  }

  const inboxWorker: Worker = {
    queue: inboxQueue,
    maxAttempts: MAX_ATTEMPTS,
    leaseMs: LEASE_MS,
    async handle({ ref }) {
      const { consumer: name, xid, pos } = fromRef(ref);
      const consumer = consumers.find((known) => known.name === name);
      const event = await readEvent(pool, xid, pos);
      if (!event) throw new Error('the event is older than the log keeps');
      return {
        write: async (unit) => {
          if (consumer && (await isFirstTime(unit, name, event, null))) await handle(consumer, unit, event);
        },
      };
    },
  };

  /** Those who hear one of `types`, or all. The cursors of the others move with the next poll. */
  function wake(types?: ReadonlySet<string>): void {
    if (!isStarted) return;
    for (const { run, hears } of runners.values()) {
      if (types && !hears(types)) continue;
      run().catch((error: unknown) => log.warn({ err: error }, 'delivery of events paused; the next poll goes on'));
    }
  }

  async function deliverTo(names: readonly string[]): Promise<void> {
    await Promise.all(names.map((name) => runners.get(name)?.run() ?? Promise.resolve()));
  }

  return {
    wake,
    isHeard: (types: ReadonlySet<string>) => [...runners.values()].some(({ hears }) => hears(types)),
    inboxWorker,
    plant: () => plantCursors(pool, [...runners.keys()]),
    consumers: [...runners.keys()],
    /** Delivers what there is for these. */
    deliverTo,
    /** Delivers to those for whom a missed signal has left something. */
    poll: async () => await deliverTo(await consumersWithNews(pool, [...runners.keys()])),
    start() {
      isStarted = true;
      wake();
    },
    async stop(): Promise<void> {
      isStarted = false;
      await Promise.allSettled([...runners.values()].map(async ({ idle }) => idle()));
    },
  };
}

export type Delivery = ReturnType<typeof createDelivery>;

/**
 * Takes the inbox row, which commits with the handler's effects. `token` is the holder's: the row is
 * locked against the next claim, so that nobody delivers the same key behind this one's back.
 */
async function isFirstTime({ tx }: AnyUnit, consumer: string, event: Stored, token: number | null): Promise<boolean> {
  const { numAffectedRows } = await sql`
    with held as (
      select 1 from platform.cursor where consumer = ${consumer} and (${token}::bigint is null or token = ${token}) for key share
    )
    insert into platform.inbox (consumer, event_id, event_at)
    select ${consumer}, ${event.id}, ${event.at}::timestamptz from held on conflict do nothing`.execute(tx);
  return numAffectedRows === 1n;
}

const toKey = (consumer: string, key: string) => `${consumer}:${key}`;
const toRef = (consumer: string, { xid, pos }: Stored) => `${consumer} ${xid} ${pos}`;

function fromRef(ref: string) {
  const [consumer = '', xid = '', pos = ''] = ref.split(' ');
  return { consumer, xid, pos: Number(pos) };
}
