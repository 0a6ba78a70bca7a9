import { setTimeout as sleep } from 'node:timers/promises';
import type { AsyncMessage } from 'rabbitmq-client';
import { Value } from 'typebox/value';
import type { Origin } from '#kernel/access.ts';
import { toKey } from '../parking.ts';
import type { StoredEvent } from '../cursor.ts';
import type { Consumer, DeliveryNeeds } from '../delivery.ts';
import type { Handling } from '../handle.ts';
import { parseCloudEvent } from './cloud-event.ts';
import type { ConsumeOutcome } from './listen.ts';

const RETRY_MS = 500;
const DELIVERIES = 10; // a message that comes back more often may be what kills the process; work counts its attempts

/** What the database knows of an event that a message has brought. */
interface Known {
  readonly isDone: boolean;
  readonly isKeyParked: boolean;
  /** Null when the log no longer has it. */
  readonly origin: Origin | null;
}

/** Handles one message as in-process delivery handles an event. Acknowledged is what the database has. */
export function createConsume({ pool, log }: DeliveryNeeds, handling: Handling) {
  async function consume(consumer: Consumer, message: AsyncMessage, isOurs: () => boolean): Promise<ConsumeOutcome> {
    const event = parseCloudEvent(String(message.body));
    if (!event || !isAsPublished(consumer, event)) {
      log.error({ consumer: consumer.name, message: message.messageId }, 'a message is none of ours, or broken');
      return 'dead';
    }
    const isSuspect = Number(message.headers?.['x-delivery-count'] ?? 0) >= DELIVERIES;
    while (isOurs()) {
      try {
        await deliver(consumer, event, isSuspect);
        return 'done';
      } catch (error) {
        log.warn({ err: error, event: event.id }, 'the database is away; the message waits');
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

/** Payloads were checked when they were published; on the way others may have spoken. */
function isAsPublished({ subscriptions }: Consumer, event: StoredEvent): boolean {
  return subscriptions.every(({ event: { type, payload } }) => type !== event.type || Value.Check(payload, event.body));
}
