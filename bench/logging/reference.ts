/** The reference for single events: a route that validates, and copies into a table with the same indexes, in groups. */
import { setTimeout as sleep } from 'node:timers/promises';
import Fastify from 'fastify';
import pg from 'pg';
import { createKeys } from '#platform/keys/derived.ts';
import { runCopy } from '#platform/database/driver/copy.ts';
import { toSnakeCase } from '#platform/database/port.ts';
import { NewLogEvent } from '#modules/logging/schemas.ts';
import { COPIED, toReceived } from '#modules/logging/store/rows.ts';
import { normalise } from '#modules/logging/transform/normalise.ts';
import { createRedact } from '#kernel/redaction/redact.ts';

const GATHER_MS = 5;
const COPY = `copy bench.event (${COPIED.map(toSnakeCase).join(', ')}) from stdin`;
const keys = createKeys('only-for-benchmarks-only-for-benchmarks');
const redact = createRedact([]);
const app = Fastify({ logger: false });
const clients = await Promise.all(
  [1, 2].map(async () => {
    const client = new pg.Client({ connectionString: process.env['DATABASE_URL'] });
    await client.connect();
    return client;
  }),
);
let waiting: { readonly line: string; stored(): void }[] = [];

app.get('/', async () => 'ready');

app.post('/events', { schema: { body: NewLogEvent } }, async (request, reply) => {
  const judged = normalise(request.body, new Date(), redact);
  if ('fault' in judged) throw new Error(judged.fault.message);
  const { event, line } = toReceived(keys, judged.event, new Date());
  await new Promise<void>((stored) => {
    waiting.push({ line, stored });
    if (waiting.length === 1) void store();
  });
  return reply.code(201).send({ id: event.id });
});

async function store(): Promise<void> {
  await sleep(GATHER_MS);
  const client = clients.pop();
  if (!client) return;
  while (waiting.length > 0) {
    const group = waiting;
    waiting = [];
    await runCopy(client, COPY, Buffer.from(group.map(({ line }) => line).join('')));
    for (const { stored } of group) stored();
  }
  clients.push(client);
}

process.on('SIGTERM', () => {
  app
    .close()
    .then(() => Promise.all(clients.map((client) => client.end())))
    .catch((error: unknown) => console.error(error));
});
console.log(`The reference runs at ${await app.listen({ host: '127.0.0.1', port: 0 })}`);
