import { randomBytes } from 'node:crypto';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection, type Envelope } from 'rabbitmq-client';
import type { Component } from '#platform/health/port.ts';
import { createLog } from '#platform/log/pino.ts';
import type { Bus } from '#platform/events/delivery.ts';
import { happened } from './event-probe.ts';
import { closeConnection, closeSoon, within } from '#platform/events/rabbitmq/connections.ts';
import { openRabbit, type RabbitOptions } from '#platform/events/rabbitmq/open.ts';

/** Of the broker for tests; empty when there is none. */
export const url = process.env['TEST_AMQP_URL'] ?? '';
const SHARDS = [0, 1, 2, 3];
const DELETE_MS = 30_000;
const CONFIRM_MS = 5000;
const ATTEMPTS = 5;
const RETRY_MS = 500;
const log = createLog('silent');

/** Deletes the objects of an installation on the broker; what does not exist is passed over. */
export async function deleteObjects(operator: Connection, prefix: string, consumers: readonly string[]): Promise<void> {
  const shards = consumers.flatMap((consumer) => SHARDS.map((shard) => `${consumer}.${shard}`));
  for (const name of [...shards, 'dead', 'nodes']) await operator.queueDelete({ queue: `${prefix}.${name}` });
  for (const name of ['dead', 'events']) await operator.exchangeDelete({ exchange: `${prefix}.${name}` });
}

/**
 * Publishes a message of another program until the broker confirms it. A busy broker refuses one now and then, or does not
 * answer; so the message may arrive more than once.
 */
export async function publishForeign(operator: Connection, envelope: Envelope, body: object): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await publishOnce(operator, { durable: true, ...envelope }, Buffer.from(JSON.stringify(body)));
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await sleep(attempt * RETRY_MS); // a refusal comes at once, and a queue without a leader refuses
    }
  }
}

async function publishOnce(operator: Connection, envelope: Envelope, body: Buffer): Promise<void> {
  const channel = await operator.acquire();
  try {
    await channel.confirmSelect();
    await within(CONFIRM_MS, channel.basicPublish(envelope, body));
  } finally {
    await closeSoon(channel);
  }
}

interface InstallationOptions extends Pick<RabbitOptions, 'lostAfterMs'> {
  /** Address of the broker; default: the one for tests. */
  readonly broker?: string;
  /** Address of a proxy in front of it, for the nodes. */
  readonly through?: string;
}

/** Nodes of one installation with its own names on the broker, which are deleted when `t` ends. */
export function installation(t: TestContext, { broker = url, through = broker, ...options }: InstallationOptions = {}) {
  const prefix = `t${randomBytes(5).toString('hex')}`;
  const buses: Bus[] = [];
  const components: Component[] = [];
  const operator = new Connection({ url: broker });
  operator.on('error', () => {}); // it reconnects; a call that fails rejects with it
  t.after(async () => {
    await Promise.all(buses.map((bus) => bus.close()));
    // A queue of the broker that does not answer must not hold the whole file.
    await within(DELETE_MS, deleteObjects(operator, prefix, ['one', 'two'])).catch(() => {});
    await closeConnection(operator);
  });
  const newBus = () => {
    const bus = openRabbit({ url: through, prefix, shards: SHARDS.length, components, log, ...options });
    buses.push(bus);
    return bus;
  };
  /** As an operator may do by mistake: the queues of these consumers get no events any more. */
  const unbind = async (consumers: readonly string[]) => {
    for (const consumer of consumers)
      for (const shard of SHARDS)
        await operator.queueUnbind({
          queue: `${prefix}.${consumer}.${shard}`,
          exchange: `${prefix}.events`,
          routingKey: `${happened.type}.${shard}`,
        });
  };
  return { prefix, components, operator, newBus, unbind };
}

/** A proxy to the broker that can be cut and restored. */
export async function openProxy(t: TestContext) {
  const { hostname, port, username, password } = new URL(url);
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((client) => {
    if (isCut) return void client.destroy();
    const broker = connect(Number(port || 5672), hostname);
    for (const [from, to] of [
      [client, broker],
      [broker, client],
    ] as const) {
      sockets.add(from);
      from.pipe(to);
      from.on('error', () => {});
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const drop = () => sockets.forEach((socket) => socket.destroy());
  t.after(() => {
    server.close();
    drop();
  });
  return {
    url: `amqp://${username}:${password}@127.0.0.1:${(server.address() as AddressInfo).port}`,
    drop,
    /** Connections stay open, and no byte passes any more. */
    stall() {
      for (const socket of sockets) socket.unpipe().pause();
    },
    cut() {
      isCut = true;
      drop();
    },
    mend() {
      isCut = false;
    },
  };
}
