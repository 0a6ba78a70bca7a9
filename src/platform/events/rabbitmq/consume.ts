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

/** The state of a received event in the database. */
interface Known {
  readonly isDone: boolean;
  readonly isKeyParked: boolean;
  /** Null when the log no longer has it. */
  readonly origin: Cause | null;
}

/**
 * Handles a message like in-process delivery handles an event. It is acknowledged when the database has its effects.
 */
export function createConsume({ pool, log }: DeliveryNeeds, handling: Handling) {
  async function consume(consumer: Consumer, message: AsyncMessage, isOurs: () => boolean): Promise<ConsumeOutcome> {
    const event = parseCloudEvent(String(message.body));
    if (!event || !isAsPublished(consumer, event)) {
      log.error(
        { consumer: consumer.name, message: message.messageId },
        'a message is not a valid event of this installation; it goes to the dead-letter queue',
      );
      return 'dead';
    }
    const isSuspect = Number(message.headers?.['x-delivery-count'] ?? 0) >= MAX_DELIVERIES;
    while (isOurs()) {
      try {
        await deliver(consumer, event, isSuspect);
        return 'done';
      } catch (error) {
        log.warn({ err: error, event: event.id }, 'the database does not answer; the message is tried again');
        await sleep(RETRY_MS);
      }
    }
    return 'left';
  }

  async function deliver(consumer: Consumer, event: StoredEvent, isSuspect: boolean): Promise<void> {
    const { isDone, isKeyParked, origin } = await look(consumer.name, event);
    if (isDone) return;
    const whole = { ...event, origin: origin ?? event.origin };
    if (isKeyParked || isSuspect || !(await handling.handle(consumer, whole, null)))
      await handling.parkEvent(consumer.name, whole, null);
  }

  async function look(consumer: string, { id, at, key, xid, pos }: StoredEvent): Promise<Known> {
    const { rows } = await pool.query<Known>(
      `select exists (select 1 from platform.inbox where consumer = $1 and event_id = $2 and event_at = $3) as "isDone",
              exists (select 1 from platform.work where key = $4 and not parked) as "isKeyParked",
              (select origin from platform.event where xid = $5::xid8 and pos = $6 and at = $3) as origin`,
      [consumer, id, at, toKey(consumer, key), xid, pos],
    );
    return rows[0] ?? { isDone: false, isKeyParked: false, origin: null };
  }

  return consume;
}

/** Payloads are checked when published; here again, since other programs may write to the broker. */
function isAsPublished({ subscriptions }: Consumer, event: StoredEvent): boolean {
  return subscriptions.every(({ event: { type, payload } }) => type !== event.type || Value.Check(payload, event.body));
}
