import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp } from '#testing/app.ts';

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
  assert.deepEqual(document.components.messages['todos.created.v1'].payload.required, ['todoId', 'ownerId']);
});
