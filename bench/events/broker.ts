import { randomBytes } from 'node:crypto';
import { Connection } from 'rabbitmq-client';

const TOGETHER = 200; // as Bonyan publishes
const QUEUES = 4; // as many as a consumer has
const BODY = Buffer.alloc(400, 'x'); // as large as a small event

/** Publishes with confirms to quorum queues that nobody reads, per second: the most that any sender can reach. */
export async function publishOnly(url: string, amount: number): Promise<number> {
  const connection = new Connection({ url, noDelay: true });
  const exchange = `bench${randomBytes(4).toString('hex')}`;
  const channel = await connection.acquire();
  const queues = Array.from({ length: QUEUES }, (_, index) => `${exchange}.${index}`);
  try {
    await channel.exchangeDeclare({ exchange, type: 'topic', durable: true });
    for (const queue of queues) {
      await channel.queueDeclare({
        queue,
        durable: true,
        arguments: { 'x-queue-type': 'quorum', 'x-single-active-consumer': true },
      });
      await channel.queueBind({ queue, exchange, routingKey: queue });
    }
    await channel.confirmSelect();
    const startedAt = performance.now();
    for (let sent = 0; sent < amount; sent += TOGETHER)
      await Promise.all(
        Array.from({ length: Math.min(TOGETHER, amount - sent) }, (_, index) =>
          channel.basicPublish({ exchange, routingKey: queues[index % QUEUES] ?? '', durable: true }, BODY),
        ),
      );
    return (amount / (performance.now() - startedAt)) * 1000;
  } finally {
    await deleteAll(connection, exchange, queues);
    await channel.close();
    await connection.close();
  }
}

/** Of an installation with this prefix and these consumers. */
export async function deleteInstallation(url: string, prefix: string, consumers: readonly string[]): Promise<void> {
  const connection = new Connection({ url });
  const shards = consumers.flatMap((consumer) =>
    Array.from({ length: QUEUES }, (_, shard) => `${prefix}.${consumer}.${shard}`),
  );
  await deleteAll(connection, `${prefix}.events`, [...shards, `${prefix}.dead`, `${prefix}.nodes`]);
  await connection.exchangeDelete({ exchange: `${prefix}.dead` });
  await connection.close();
}

async function deleteAll(connection: Connection, exchange: string, queues: readonly string[]): Promise<void> {
  for (const queue of queues) await connection.queueDelete({ queue });
  await connection.exchangeDelete({ exchange });
}
