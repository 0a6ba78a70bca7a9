import { randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import { Connection } from 'rabbitmq-client';
import { openRabbit } from '#platform/events/rabbitmq/open.ts';
import type { Component } from '#platform/health/port.ts';
import { createLog } from '#platform/log/pino.ts';
import { deleteObjects } from '#testing/rabbitmq.ts';

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
    await deleteObjects(operator, prefix, ['probe']);
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
