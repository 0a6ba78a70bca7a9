import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Compile } from 'typebox/compile';
import { userEvents } from '#modules/users/contract.ts';
import { testApp } from '#testing/app.ts';
import { observabilityPermissions } from '../contract.ts';
import type { EventContract } from '../schemas.ts';

test('the catalogue has every event once, with an example that its schema accepts', async (t) => {
  const app = await testApp(t);
  const operator = app.signIn(observabilityPermissions.read);

  const { body } = await operator.get('/observability/events/catalog');

  const published = app.modules.flatMap(({ publishes = [] }) => publishes);
  const byType = new Map(published.map((event) => [event.type, event]));
  assert.deepEqual(
    body.items.map(({ type }: { type: string }) => type),
    [...byType.keys()].toSorted(),
  );
  for (const { type, examplePayload, key } of body.items as EventContract[]) {
    const event = byType.get(type);
    assert.ok(event && Compile(event.payload).Check(examplePayload), type);
    assert.ok(Object.hasOwn(Object(examplePayload), key), `${type}: ${key}`);
  }
});

test('the catalogue names who publishes an event and who handles it', async (t) => {
  const app = await testApp(t);
  const operator = app.signIn(observabilityPermissions.read);

  const { body } = await operator.get('/observability/events/catalog');

  const deleted = body.items.find(({ type }: { type: string }) => type === userEvents.deleted.type);
  assert.equal(deleted.producer, 'users');
  assert.ok(deleted.consumers.includes('privacy.files'), String(deleted.consumers));
});
