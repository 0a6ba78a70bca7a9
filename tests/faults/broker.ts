import { randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import { Connection } from 'rabbitmq-client';
import { openRabbit } from '#platform/events/rabbitmq/open.ts';
import type { Component } from '#platform/health/port.ts';
import { createLog } from '#platform/log/pino.ts';

/**
 * The part of a broker that one installation uses, with unique names that are deleted when `t` ends. `through` is the
 * address of a proxy for the nodes; default: no proxy.
 */
export function createBroker(t: TestContext, amqpUrl: string, through = amqpUrl) {
  const prefix = `t${randomBytes(5).toString('hex')}`;
  const components: Component[] = [];
  t.after(async () => {
    const operator = new Connection({ url: amqpUrl });
    operator.on('error', () => {}); // the call that fails rejects with it
    const queues = [0, 1, 2, 3].map((shard) => `probe.${shard}`);
    for (const name of [...queues, 'dead', 'nodes']) await operator.queueDelete({ queue: `${prefix}.${name}` });
    for (const name of ['dead', 'events']) await operator.exchangeDelete({ exchange: `${prefix}.${name}` });
    await operator.close();
  });
  return {
    url: through,
    prefix,
    components,
    newBus: () => openRabbit({ url: through, prefix, shards: 4, components, log: createLog('silent') }),
  };
}

export type Broker = ReturnType<typeof createBroker>;
