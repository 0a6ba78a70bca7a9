import { setTimeout as sleep } from 'node:timers/promises';
import type { AsyncMessage } from 'rabbitmq-client';
import { Compile, type Validator } from 'typebox/compile';
import type { DeliverBatch } from '../batch.ts';
import type { StoredEvent } from '../cursor.ts';
import type { Consumer, DeliveryNeeds } from '../delivery.ts';
import type { Handling } from '../handle.ts';
import type { ConsumeOutcome } from './listen.ts';
import { noteTrouble, readMissing, readReceived, UNKNOWN, type Received } from './log-state.ts';
import { parseCloudEvent } from './parse-event.ts';
import { typesOf } from './topology.ts';

const RETRY_MS = 500;
// A message that is redelivered more often may crash the process: parked, its attempts are counted.
const MAX_DELIVERIES = 10;

interface Message {
  readonly event: StoredEvent;
  readonly redeliveries: number;
}

type Pending = Message & Received;

/**
 * Handles the messages of one consumer like in-process delivery handles events. A message is acknowledged when the
 * database has its effects.
 */
export function createConsume(
  consumer: Consumer,
  { pool, log }: DeliveryNeeds,
  handling: Handling,
  deliverBatch: DeliverBatch,
) {
  const types = typesOf(consumer);
  const isAsPublished = createPayloadCheck(consumer);

  /** The outcomes of the messages, in their order. */
  async function consume(messages: readonly AsyncMessage[], isOurs: () => boolean): Promise<ConsumeOutcome[]> {
    const parsed = messages.map(parse);
    const valid = parsed.filter((each) => each !== null);
    while (isOurs()) {
      try {
        const refused = await deliver(valid);
        const outcomes = parsed.map((each) => (each && !refused.has(each.event) ? 'done' : 'dead'));
        const dead = outcomes.filter((outcome) => outcome === 'dead').length;
        if (dead > 0) await noteTrouble(pool, consumer.name, 'refused', dead);
        return outcomes;
      } catch (error) {
        log.warn({ err: error, consumer: consumer.name }, 'the database does not answer; messages are tried again');
        await sleep(RETRY_MS);
      }
    }
    return messages.map(() => 'left');
  }

  /** Null for a message that is not a valid event of this installation. */
  function parse(message: AsyncMessage): Message | null {
    const event = parseCloudEvent(String(message.body));
    if (event && isAsPublished(event))
      return { event, redeliveries: Number(message.headers?.['x-delivery-count'] ?? 0) };
    log.error(
      { consumer: consumer.name, message: message.messageId },
      'a message is not a valid event of this installation; it goes to the dead-letter queue',
    );
    return null;
  }

  /** Answers the events that cannot be handled. */
  async function deliver(messages: readonly Message[]): Promise<Set<StoredEvent>> {
    const states = await readReceived(
      pool,
      consumer.name,
      types,
      messages.map(({ event }) => event),
    );
    const known = messages.map((message, index) => ({ ...message, ...(states[index] ?? UNKNOWN) }));
    const open = known.filter(({ isDone }) => !isDone);
    const accepted = open.filter((each) => !isRefused(each));
    const arrived = new Set(accepted.map(({ event }) => event.id));
    const gaps = accepted.filter(({ missing }) => missing !== null && !arrived.has(missing));
    if (gaps.length > 0) {
      await catchUp(gaps);
      return await deliver(messages);
    }
    const refused = open.filter((each) => isRefused(each)).map(({ event }) => event);
    for (const { id, at } of refused)
      log.error(
        { consumer: consumer.name, event: id, at },
        'an event is not in the log, or older than what the inbox remembers; it goes to the dead-letter queue',
      );
    await handleOpen(accepted);
    return new Set(refused);
  }

  /** Events before these, of their keys, did not arrive: the broker has lost them. The log has them. */
  async function catchUp(gaps: readonly Message[]): Promise<void> {
    const missing = await readMissing(
      pool,
      consumer.name,
      types,
      gaps.map(({ event }) => event),
    );
    if (missing.length === 0) return; // handled meanwhile
    log.error(
      { consumer: consumer.name, events: missing.length },
      'RabbitMQ did not deliver events before these, of the same keys; they are taken from the log first',
    );
    await deliverBatch(consumer, missing, null);
    await noteTrouble(pool, consumer.name, 'lost', missing.length);
  }

  /** Redelivered messages, and all others of their keys, are handled one by one: one of them may crash the process. */
  async function handleOpen(open: readonly Pending[]): Promise<void> {
    // What happened is what the log says: other programs may write to the broker.
    const pending = open
      .map((each) => ({
        ...each,
        event: { ...each.event, origin: each.origin ?? each.event.origin, body: each.body },
      }))
      // After a window was sent again, a later event of a key may precede an earlier one.
      .toSorted((a, b) => a.event.pos - b.event.pos);
    const apart = new Set(
      pending.filter((each) => each.isKeyParked || each.redeliveries > 0).map(({ event }) => event.key),
    );
    const together = pending.map(({ event }) => event).filter(({ key }) => !apart.has(key));
    const left = new Set(await handling.handleAll(consumer, together, null));
    const parked = new Set(pending.filter((each) => each.isKeyParked).map(({ event }) => event.key));
    for (const { event, redeliveries } of pending) {
      if (!apart.has(event.key) && !left.has(event)) continue;
      const isBehind = parked.has(event.key);
      const error = isBehind ? null : await tryOrGiveUp(event, redeliveries);
      if (!isBehind && error === null) continue;
      parked.add(event.key);
      await handling.parkEvent(consumer.name, event, null, error);
    }
  }

  /** Null when it is handled. */
  async function tryOrGiveUp(event: StoredEvent, redeliveries: number): Promise<string | null> {
    if (redeliveries < MAX_DELIVERIES) return handling.handle(consumer, event, null);
    return `the broker delivered the event ${redeliveries + 1} times, and it was not acknowledged`;
  }

  return consume;
}

function isRefused({ isOutOfDays, origin }: Received): boolean {
  return isOutOfDays || origin === null;
}

/**
 * Whether an event of this type has the payload that `consumer` expects. Payloads are checked when published, and here
 * again, since other programs may write to the broker.
 */
function createPayloadCheck({ subscriptions }: Consumer) {
  const validators = new Map<string, Validator>();
  for (const { event } of subscriptions) validators.set(event.type, Compile(event.payload));
  return ({ type, body }: StoredEvent): boolean => validators.get(type)?.Check(body) ?? true;
}
