import { setTimeout as sleep } from 'node:timers/promises';
import type { AsyncMessage } from 'rabbitmq-client';
import { Value } from 'typebox/value';
import type { Cause } from '#kernel/access.ts';
import { toKey } from '../parking.ts';
import type { StoredEvent } from '../cursor.ts';
import type { Consumer, DeliveryNeeds } from '../delivery.ts';
import type { Handling } from '../handle.ts';
import { parseCloudEvent } from './cloud-event.ts';
import type { ConsumeOutcome } from './listen.ts';

const RETRY_MS = 500;
// A message that is redelivered more often may crash the process: parked, its attempts are counted.
const MAX_DELIVERIES = 10;

interface Received {
  readonly event: StoredEvent;
  readonly redeliveries: number;
}

/** The state of a received event in the database. */
interface Known {
  readonly isDone: boolean;
  readonly isKeyParked: boolean;
  /** Null when the log no longer has it. */
  readonly origin: Cause | null;
}

/**
 * Handles messages like in-process delivery handles events. A message is acknowledged when the database has its
 * effects.
 */
export function createConsume({ pool, log }: DeliveryNeeds, handling: Handling) {
  /** The outcomes of the messages, in their order. */
  async function consume(
    consumer: Consumer,
    messages: readonly AsyncMessage[],
    isOurs: () => boolean,
  ): Promise<ConsumeOutcome[]> {
    const received = messages.map((message) => parse(consumer, message));
    const valid = received.filter((each) => each !== null);
    while (isOurs()) {
      try {
        await deliver(consumer, valid);
        return received.map((each) => (each ? 'done' : 'dead'));
      } catch (error) {
        log.warn({ err: error, consumer: consumer.name }, 'the database does not answer; messages are tried again');
        await sleep(RETRY_MS);
      }
    }
    return messages.map(() => 'left');
  }

  /** Null for a message that is not a valid event of this installation. */
  function parse(consumer: Consumer, message: AsyncMessage): Received | null {
    const event = parseCloudEvent(String(message.body));
    if (event && isAsPublished(consumer, event))
      return { event, redeliveries: Number(message.headers?.['x-delivery-count'] ?? 0) };
    log.error(
      { consumer: consumer.name, message: message.messageId },
      'a message is not a valid event of this installation; it goes to the dead-letter queue',
    );
    return null;
  }

  /** Redelivered messages, and all others of their keys, are handled one by one: one of them may crash the process. */
  async function deliver(consumer: Consumer, received: readonly Received[]): Promise<void> {
    const known = await look(
      consumer.name,
      received.map(({ event }) => event),
    );
    const pending = received
      .map(({ event, redeliveries }, index) => ({ event, redeliveries, ...(known[index] ?? UNKNOWN) }))
      .filter(({ isDone }) => !isDone)
      .map((each) => ({ ...each, event: { ...each.event, origin: each.origin ?? each.event.origin } }));
    const apart = new Set(
      pending.filter((each) => each.isKeyParked || each.redeliveries > 0).map(({ event }) => event.key),
    );
    const together = pending.map(({ event }) => event).filter(({ key }) => !apart.has(key));
    const left = new Set(await handling.handleAll(consumer, together, null));
    const parked = new Set(pending.filter((each) => each.isKeyParked).map(({ event }) => event.key));
    for (const { event, redeliveries } of pending) {
      if (!apart.has(event.key) && !left.has(event)) continue;
      const mustPark = parked.has(event.key) || redeliveries >= MAX_DELIVERIES;
      if (!mustPark && (await handling.handle(consumer, event, null))) continue;
      parked.add(event.key);
      await handling.parkEvent(consumer.name, event, null);
    }
  }

  async function look(consumer: string, events: readonly StoredEvent[]): Promise<Known[]> {
    if (events.length === 0) return [];
    const { rows } = await pool.query<Known>(
      `select exists (select 1 from platform.inbox where consumer = $1 and event_id = e.id and event_at = e.at) as "isDone",
              exists (select 1 from platform.work where key = e.work_key and not parked) as "isKeyParked",
              (select origin from platform.event where xid = e.xid and pos = e.pos and at = e.at) as origin
       from unnest($2::uuid[], $3::timestamptz[], $4::text[], $5::xid8[], $6::bigint[])
         with ordinality e (id, at, work_key, xid, pos, ord)
       order by e.ord`,
      [
        consumer,
        events.map(({ id }) => id),
        events.map(({ at }) => at),
        events.map(({ key }) => toKey(consumer, key)),
        events.map(({ xid }) => xid),
        events.map(({ pos }) => pos),
      ],
    );
    return rows;
  }

  return consume;
}

const UNKNOWN: Known = { isDone: false, isKeyParked: false, origin: null };

/** Payloads are checked when published; here again, since other programs may write to the broker. */
function isAsPublished({ subscriptions }: Consumer, event: StoredEvent): boolean {
  return subscriptions.every(({ event: { type, payload } }) => type !== event.type || Value.Check(payload, event.body));
}
