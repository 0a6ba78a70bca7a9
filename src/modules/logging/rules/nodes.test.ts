import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { runJob } from '#testing/accounts.ts';
import { testApp } from '#testing/app.ts';
import { openNode } from '#testing/servers/node.ts';
import { loggingPermissions } from '../contract.ts';

const { write, alerts, read } = loggingPermissions;
const RULE = { name: 'Payments fail', service: 'shop', windowSeconds: 600, thresholdCount: 40 };
const MATCH = { message: 'payment failed', level: 'error', sourceService: 'shop' };

async function open(t: TestContext) {
  const app = await testApp(t);
  const client = app.signIn(write, alerts, read);
  const other = await openNode(t, app, [write, alerts, read]);
  const incidents = async () => {
    const { body } = await client.get('/logging/alerts/incidents');
    return body.items.filter(({ title }: { title: string }) => title === RULE.name);
  };
  return { app, client, other, incidents };
}

const batch = (size: number) => ({ events: Array.from({ length: size }, () => MATCH) });

test('two nodes that count one rule open one incident, at n matches of both together', async (t) => {
  const { app, client, other, incidents } = await open(t);
  await client.post('/logging/alerts/rules', RULE);
  const ask = async () => {
    await Promise.all([app, other.app].map((node) => runJob(node, 'logging.alerts')));
    return (await incidents()).map(({ status }: { status: string }) => status);
  };

  await Promise.all(
    [1, 2, 3].flatMap(() => [client, other].map((node) => node.post('/logging/events/bulk', batch(6)))),
  );
  await other.post('/logging/events/bulk', batch(3));
  const below = await ask();
  await Promise.all([client, other].map((node) => node.post('/logging/events/bulk', batch(1))));
  const reached = await ask();
  await Promise.all([client, other].map((node) => node.post('/logging/events/bulk', batch(30))));

  assert.deepEqual([below, reached], [[], ['open']]);
  assert.deepEqual(
    (await incidents()).map(({ count }: { count: number }) => count >= 100),
    [true],
  );
});

test('10,000 matches on two nodes make one incident and one notification', async (t) => {
  const { app, client, other, incidents } = await open(t);
  const [userId, email] = [newId(), app.randomEmail()];
  await app.database.units.write(system('users'), async (unit: AnyUnit) => {
    await app.authorization.admit(unit, userId);
    await app.authorization.makeAdministrator(unit, userId);
    await app.notifications.putRecipient(unit, { userId, email, language: 'en', timeZone: 'UTC' });
  });
  await client.post('/logging/alerts/rules', { ...RULE, thresholdCount: 1 });

  await Promise.all(
    [client, other].flatMap((node) => [1, 2, 3, 4, 5].map(() => node.post('/logging/events/bulk', batch(1000)))),
  );
  await app.drain();
  await app.drain(60_000);

  const [incident, ...others] = await incidents();
  assert.deepEqual([incident.count, others], [10_000, []]);
  const mails = await app.mailbox(email);
  assert.equal(mails.filter(({ text }: { text: string }) => text.includes('Payments fail')).length, 1);
});

test('a source that was never seen is absent for a node that started later, and one seen by the old node is not', async (t) => {
  const app = await testApp(t);
  const client = app.signIn(write, alerts, read);
  const rule = { kind: 'absence', windowSeconds: 60 };
  await client.post('/logging/alerts/rules', { ...rule, name: 'Never', service: 'never' });
  await client.post('/logging/alerts/rules', { ...rule, name: 'Seen', service: 'shop' });
  app.pass(50_000);
  await client.post('/logging/events', MATCH);
  app.pass(20_000);

  const restarted = await openNode(t, app, [write, alerts, read]);
  await runJob(restarted.app, 'logging.alerts');
  const early = (await client.get('/logging/alerts/incidents')).body.items;
  app.pass(50_000);
  await runJob(restarted.app, 'logging.alerts');
  const late = (await client.get('/logging/alerts/incidents')).body.items;

  const titles = (items: { title: string }[]) => items.map(({ title }) => title).toSorted();
  assert.deepEqual([titles(early), titles(late)], [['Never'], ['Never', 'Seen']]);
});
