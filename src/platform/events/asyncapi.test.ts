import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { Connection, type AsyncMessage } from 'rabbitmq-client';
import { todoPermissions } from '#modules/todos/contract.ts';
import { testApp } from '#testing/app.ts';
import { resolveRefs, type Schema } from '#testing/operations.ts';

const url = process.env['TEST_AMQP_URL'] ?? '';

test('the AsyncAPI document has every event with its publisher and consumers, and every reference resolves', async (t) => {
  const app = await testApp(t);

  const document = (await app.http.inject('/asyncapi.json')).json();

  const published = app.modules.flatMap(({ publishes = [] }) => publishes.map(({ type }) => type));
  assert.equal(document.asyncapi, '3.0.0');
  assert.deepEqual(Object.keys(document.channels).toSorted(), published.toSorted());
  assert.equal(document.operations['users.send.users.deleted.v1'].action, 'send');
  assert.equal(document.operations['privacy.todos.receive.users.deleted.v1'].action, 'receive');
  const references: string[] = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(
    ([, path = '']) => path,
  );
  const lost = references.filter((path) => path.split('/').reduce((node, key) => node?.[key], document) === undefined);
  assert.deepEqual(lost, []);
  assert.deepEqual(document.components.schemas['todos.created.v1'].required, ['todoId', 'ownerId']);
});

test('the document is valid AsyncAPI 3', async (t) => {
  const app = await testApp(t);
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats.default(ajv);
  ajv.addFormat('uri-reference', true);
  const validate = ajv.compile(readSchema('@asyncapi/specs/schemas/3.0.0-without-$id.json'));

  validate((await app.http.inject('/asyncapi.json')).json());

  assert.deepEqual(validate.errors, null);
});

test(
  'a consumer that knows only the document receives the events of RabbitMQ, as their schemas say',
  { skip: url === '' && 'TEST_AMQP_URL is not set' },
  async (t) => {
    const prefix = `t${randomBytes(5).toString('hex')}`;
    const app = await testApp(t, { environment: { AMQP_URL: url, BONYAN_AMQP_PREFIX: prefix } });
    const document = (await app.http.inject('/asyncapi.json')).json();
    t.after(() => removeQueues(document, prefix)); // after the app has closed
    const sara = app.signIn(...Object.values(todoPermissions));
    const received = await consume(t, document, ['todos.created.v1', 'todos.completed.v1']);

    const { body: todo } = await sara.post('/todos', { description: 'نان بخر' });
    await sara.put(`/todos/${todo.id}/complete`);
    await app.drain();
    while (received.length < 2) await new Promise((resolve) => setImmediate(resolve));

    const facts = received.map(({ type, body }) => [type, body['subject'], body['data']['todoId']]);
    assert.deepEqual(facts, [
      ['todos.created.v1', todo.id, todo.id],
      ['todos.completed.v1', todo.id, todo.id],
    ]);
  },
);

interface Received {
  readonly type: string;
  readonly body: Schema;
}

/** What a generated consumer does: declares, binds, and checks each message by the document alone. */
async function consume(t: TestContext, document: Schema, types: readonly string[]): Promise<Received[]> {
  const { channels, operations } = resolveRefs(document);
  const connection = new Connection(url);
  const channel = await connection.acquire();
  t.after(async () => {
    await channel.close();
    await connection.close();
  });
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats.default(ajv);
  const received: Received[] = [];
  const { queue } = await channel.queueDeclare({ exclusive: true });
  const byType = new Map<string, Schema>();
  for (const type of types) {
    const sending = Object.values<Schema>(operations).find(
      (operation) => operation['action'] === 'send' && operation['messages'].some(({ name }: Schema) => name === type),
    );
    const { address, bindings } = sending?.['channel'] ?? {};
    const { name, type: kind, durable, autoDelete } = bindings.amqp.exchange;
    await channel.exchangeDeclare({ exchange: name, type: kind, durable, autoDelete });
    await channel.queueBind({ queue, exchange: name, routingKey: address.replaceAll(/\{\w+\}/g, '*') });
    byType.set(type, channels[type].messages[type]);
  }
  await channel.basicConsume({ queue, noAck: true }, (message: AsyncMessage) => {
    const body = JSON.parse(String(message.body)) as Schema;
    const described = byType.get(body['type']);
    assert.equal(message.contentType, described?.['contentType']);
    assert.ok(ajv.validate(described?.['payload'] ?? false, body), ajv.errorsText());
    received.push({ type: body['type'], body });
  });
  return received;
}

/** An app that closes leaves its queues: other nodes may need them. */
async function removeQueues(document: Schema, prefix: string): Promise<void> {
  const receiving = Object.keys(document['operations']).filter((name) => name.includes('.receive.'));
  const consumers = new Set(receiving.map((name) => name.split('.receive.')[0]));
  const operator = new Connection(url);
  for (const consumer of consumers)
    for (const shard of [0, 1, 2, 3]) await operator.queueDelete({ queue: `${prefix}.${consumer}.${shard}` });
  for (const queue of [`${prefix}.dead`, `${prefix}.nodes`]) await operator.queueDelete({ queue });
  for (const exchange of [`${prefix}.dead`, `${prefix}.events`]) await operator.exchangeDelete({ exchange });
  await operator.close();
}

function readSchema(name: string): Schema {
  return JSON.parse(readFileSync(new URL(import.meta.resolve(name)), 'utf8'));
}
