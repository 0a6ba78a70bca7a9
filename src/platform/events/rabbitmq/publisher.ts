import { toFailureText } from '#kernel/redaction/failure-text.ts';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AMQPChannelError, type Channel, type Envelope } from 'rabbitmq-client';
import type { Driver } from '#platform/resilience/port.ts';
import type { StoredEvent } from '../cursor.ts';
import { CONTENT_TYPE, toCloudEvent } from './cloud-event.ts';
import { closeSoon, within, type Connections } from './connections.ts';
import type { Topology } from './topology.ts';

const MAX_BYTES = 16 * 1024 * 1024; // the default limit of RabbitMQ 4
const PROBE_MS = 1500;
const OPEN_MS = 4000; // as long as a call may take; a queue that does not answer must not hold the others for ever

/** `refused` is final: the same message would be refused again. For temporary failures `publish` rejects. */
export type PublishVerdict =
  | { readonly verdict: 'confirmed' }
  | { readonly verdict: 'refused'; readonly reason: string };

export interface Publisher {
  /**
   * Sends events at once, in their order, and adds each to `confirmed` when every bound queue has it and the earlier ones
   * of its key on disk; also if it then rejects. What `confirmed` lacks was refused, or is behind a refused one of its key.
   */
  publishAll(events: readonly StoredEvent[], topology: Topology, confirmed: Set<StoredEvent>): Promise<void>;
  /** Resolves when every bound queue has the event on disk. */
  publish(event: StoredEvent, topology: Topology): Promise<PublishVerdict>;
  /** Brings exchange, queues and bindings to what this version of the program needs. */
  declare(topology: Topology): Promise<void>;
}

/** Call `close` when nothing is being published any more. */
export function createPublisher(connections: Connections, prefix: string) {
  const returned = new Set<string>();
  let shared: Channel | null = null;
  let opening: Promise<Channel> | null = null;

  async function channel(topology: Topology): Promise<Channel> {
    if (shared?.active) return shared;
    opening ??= within(OPEN_MS, openChannel(topology)).finally(() => {
      opening = null;
    });
    return await opening;
  }

  async function openChannel(topology: Topology): Promise<Channel> {
    const fresh = await connections.publishing().acquire({ emitErrorsFromChannel: true });
    fresh.on('error', () => {}); // `basicPublish` rejects with it
    fresh.on('basic.return', ({ messageId }) => returned.add(messageId ?? ''));
    await topology.declareAll(fresh);
    await fresh.confirmSelect();
    shared = fresh;
    return fresh;
  }

  async function send(on: Channel, envelope: Envelope, body: Buffer): Promise<PublishVerdict> {
    const id = envelope.messageId ?? '';
    returned.delete(id);
    await on.basicPublish(envelope, body);
    await nextTurn(); // the broker sends a return before its confirm, but the client emits it one turn later
    if (!returned.delete(id)) return { verdict: 'confirmed' };
    return { verdict: 'refused', reason: 'no queue on the broker takes it' };
  }

  /**
   * A refusal closes the channel and fails everything on it. On a separate channel only this event can be the cause.
   */
  async function sendAlone(envelope: Envelope, body: Buffer): Promise<PublishVerdict> {
    const own = await connections.publishing().acquire({ emitErrorsFromChannel: true });
    own.on('error', () => {});
    own.on('basic.return', ({ messageId }) => returned.add(messageId ?? ''));
    try {
      await own.confirmSelect();
      return await send(own, envelope, body);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return { verdict: 'refused', reason: `the broker refuses it: ${toFailureText(error)}` };
    } finally {
      await closeSoon(own);
    }
  }

  /** Whether only the channel, and not the connection, was lost: a refused message closes it. */
  function isOfChannel(error: unknown): boolean {
    return error instanceof AMQPChannelError && connections.publishing().ready;
  }

  const port: Publisher = {
    async publishAll(events, topology, confirmed) {
      const messages = events.map((event) => ({ event, body: toCloudEvent(event, prefix) }));
      const refused = new Set(messages.flatMap(({ event, body }) => (body.length > MAX_BYTES ? [event.key] : [])));
      const open = await channel(topology);
      const arrived = new Set<StoredEvent>();
      const waiting = Map.groupBy(events, ({ key }) => key);
      const ends = await Promise.allSettled(
        messages
          .filter(({ event }) => !refused.has(event.key))
          .map(async ({ event, body }) => {
            const { verdict } = await send(open, toEnvelope(event, topology), body);
            if (verdict !== 'confirmed') return;
            arrived.add(event);
            const ofKey = waiting.get(event.key) ?? [];
            for (let [first] = ofKey; first && arrived.has(first); [first] = ofKey) {
              confirmed.add(first);
              ofKey.shift();
            }
          }),
      );
      const failed = ends.find((end) => end.status === 'rejected' && !isOfChannel(end.reason));
      if (failed?.status === 'rejected') throw failed.reason;
    },
    async publish(event, topology) {
      const body = toCloudEvent(event, prefix);
      if (body.length > MAX_BYTES)
        return { verdict: 'refused', reason: `it is too large: ${body.length} bytes, at most ${MAX_BYTES}` };
      const envelope = toEnvelope(event, topology);
      const open = await channel(topology);
      try {
        return await send(open, envelope, body);
      } catch (error) {
        if (!isOfChannel(error)) throw error;
        return await sendAlone(envelope, body);
      }
    },
    async declare(topology) {
      await topology.declareAll(await channel(topology));
    },
  };

  const driver: Driver<Publisher> = {
    name: 'bus',
    port,
    idempotent: [],
    probe: () => connections.publishing().onConnect(PROBE_MS, true),
  };
  return { driver, close: async () => void (shared && (await closeSoon(shared))) };
}

function toEnvelope(event: StoredEvent, topology: Topology): Envelope {
  return {
    exchange: topology.exchange,
    routingKey: topology.routingKeyOf(event),
    mandatory: topology.isConsumed(event),
    durable: true,
    contentType: CONTENT_TYPE,
    messageId: event.id,
  };
}

function isRefusal(error: unknown): error is AMQPChannelError {
  return error instanceof AMQPChannelError && error.code === 'PRECONDITION_FAILED';
}
