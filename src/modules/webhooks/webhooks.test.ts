import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { testApp } from '#testing/app.ts';
import { runJob } from '#testing/trail/trail.ts';
import { startServer, type Heard, type Reply } from '#testing/servers/message-providers.ts';
import { observabilityPermissions } from '#modules/observability/contract.ts';
import { todoEvents, todoPermissions } from '#modules/todos/contract.ts';
import { webhookPermissions } from './contract.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** An app that may call this machine, with a receiver and a webhook for one type. */
async function stage(t: TestContext, answer: Reply = { status: 204 }) {
  let reply = answer;
  const { url: host, heard: received } = await startServer(t, () => reply);
  const url = `${host}/hook?token=s3cret`;
  const app = await testApp(t, { environment: { BONYAN_OUTBOUND_ALLOW: '127.0.0.1' } });
  const admin = app.signIn(...Object.values(webhookPermissions));
  const sara = app.signIn(todoPermissions.write);
  const created = await admin.post('/webhooks', { url, eventTypes: [todoEvents.created.type] });
  assert.equal(created.status, 201);
  const path = `/webhooks/${created.body.id}`;
  return {
    app,
    admin,
    sara,
    received,
    url,
    path,
    secret: created.body.secret as string,
    answerWith: (next: Reply) => void (reply = next),
    addTodo: () => sara.post('/todos', { description: 'نان' }),
    deliveries: async (query = '') => (await admin.get(`${path}/deliveries${query}`)).body.items,
    webhook: async () => (await admin.get(path)).body,
    change: (body: object) => admin.patch(path, body, { 'if-match': '*' }),
    /** Looks at all that waits, by a clock that shows this later time. */
    async later(ms: number) {
      app.pass(ms);
      await app.drain(); // the events
      await app.database.pool.query(`update platform.work set due_at = now() where queue = 'webhooks.delivery'`);
      await app.drain();
    },
  };
}

const fail = (status: number, headers = {}): Reply => ({ status, headers });

test('an event arrives once, signed so that the standard library verifies it, and other types do not', async (t) => {
  const { app, received, secret, sara, addTodo, deliveries } = await stage(t);
  const { body: todo } = await addTodo();
  await sara.put(`/todos/${todo.id}/complete`, undefined, { 'if-match': '*' });

  await app.drain();
  await app.drain();

  const [{ headers, body } = assert.fail('nothing arrived'), ...others] = received;
  const [delivery] = await deliveries();
  assert.deepEqual(others, []);
  new Webhook(secret).verify(body.toString(), headers as Record<string, string>);
  assert.throws(() => new Webhook(secret).verify(`${body.toString()} `, headers as Record<string, string>));
  const { type, timestamp, data } = JSON.parse(body.toString());
  assert.deepEqual([type, data], [todoEvents.created.type, { todoId: todo.id, ownerId: sara.userId }]);
  assert.equal(timestamp, delivery.occurredAt);
  assert.deepEqual([delivery.id, delivery.status, delivery.responseStatus], [headers['webhook-id'], 'succeeded', 204]);
});

test('a receiver that is away for an hour gets every event afterwards, under the id of the first attempt', async (t) => {
  const { app, received, answerWith, addTodo, deliveries, webhook, later } = await stage(t, fail(503));
  await addTodo();
  await addTodo();
  await app.drain();
  for (let minutes = 0; minutes < 60; minutes += 10) await later(10 * 60_000);
  const failing = await webhook();
  const failed = received.splice(0);
  answerWith({ status: 204 });

  await later(4 * HOUR_MS);

  const idsOf = (all: readonly Heard[]) => new Set(all.map(({ headers }) => headers['webhook-id']));
  assert.notEqual(failing.failingSince, null);
  assert.ok(failed.length >= 4 && failed.length <= 20, `${failed.length} attempts in an hour`);
  assert.deepEqual([received.length, idsOf(received)], [2, idsOf(failed)]);
  assert.deepEqual(
    (await deliveries()).map(({ status }: { status: string }) => status),
    ['succeeded', 'succeeded'],
  );
  assert.deepEqual([(await webhook()).failingSince, (await webhook()).isEnabled], [null, true]);
});

test('a delivery that is refused for a day has failed, and can be sent again', async (t) => {
  const { app, admin, path, received, answerWith, addTodo, deliveries, later } = await stage(t, fail(500));
  await addTodo();
  await app.drain();
  for (let hours = 0; hours < 30; hours += 5) await later(5 * HOUR_MS);
  const [{ id, status, error, nextAttemptAt, lastAttemptAt }] = await deliveries('?status=failed');
  assert.ok(Date.parse(lastAttemptAt) > Date.now() + DAY_MS, 'by the clock of the program');
  received.splice(0);
  answerWith({ status: 200, body: 'thanks' });

  const replayed = await admin.post(`${path}/deliveries/${id}/replay`);
  await later(5 * HOUR_MS);

  assert.deepEqual([status, error, nextAttemptAt], ['failed', 'the answer was 500', null]);
  assert.deepEqual([replayed.status, replayed.body.status], [202, 'pending']);
  assert.deepEqual(
    received.map(({ headers }) => headers['webhook-id']),
    [id],
  );
  const { body } = await admin.get(`${path}/deliveries/${id}`);
  assert.deepEqual([body.status, body.responseBody, body.error], ['succeeded', 'thanks', null]);
});

test('all failed deliveries are sent again by one call', async (t) => {
  const { app, admin, path, received, answerWith, addTodo, later } = await stage(t, fail(500));
  for (let n = 0; n < 3; n++) await addTodo();
  await app.drain();
  for (let hours = 0; hours < 30; hours += 5) await later(5 * HOUR_MS);
  received.splice(0);
  answerWith({ status: 204 });

  const first = await admin.post(`${path}/deliveries/replay-failed`);
  const second = await admin.post(`${path}/deliveries/replay-failed`);
  await later(5 * HOUR_MS);

  assert.deepEqual([first.body, second.body], [{ replayed: 3 }, { replayed: 0 }]);
  assert.equal(received.length, 3);
});

for (const { name, answer, waits } of [
  { name: '410 disables it at once', answer: fail(410), waits: [0] },
  { name: 'three days without a success disable it', answer: fail(500), waits: Array<number>(20).fill(4 * HOUR_MS) },
])
  test(`${name}: the creator is told, the log says why, and nothing more is sent`, async (t) => {
    const { app, admin, path, received, addTodo, deliveries, webhook, later } = await stage(t, answer);
    for (const ms of waits) {
      await addTodo();
      await later(ms);
    }
    await later(5 * HOUR_MS);
    const { isEnabled, disabledReason } = await webhook();
    received.splice(0);

    await addTodo();
    await later(DAY_MS);

    assert.deepEqual([isEnabled, disabledReason], [false, waits.length === 1 ? 'gone' : 'failing']);
    assert.deepEqual([received.length, await deliveries('?status=pending')], [0, []]);
    const test409 = await admin.post(`${path}/test`);
    assert.deepEqual([test409.status, test409.body.code], [409, 'webhooks.disabled']);
    const { rows } = await app.database.pool.query<{ action: string }>(
      `select action from audit.entry where action = 'webhooks.disabled'`,
    );
    assert.equal(rows.length, 1);
  });

test('a webhook that was disabled gets events again when it is enabled', async (t) => {
  const { app, received, answerWith, addTodo, change, later } = await stage(t, fail(410));
  await addTodo();
  await app.drain();
  answerWith({ status: 204 });
  received.splice(0);

  const { body } = await change({ isEnabled: true });
  await addTodo();
  await later(0);

  assert.deepEqual([body.isEnabled, body.disabledReason, body.failingSince], [true, null, null]);
  assert.equal(received.length, 1);
});

test('a redirect is not followed, and counts as a failure', async (t) => {
  const { app, received, addTodo, deliveries, answerWith, url } = await stage(t);
  answerWith(fail(302, { location: url }));
  await addTodo();

  await app.drain();

  const [delivery] = await deliveries();
  assert.deepEqual([received.length, delivery.responseStatus, delivery.status], [1, 302, 'pending']);
});

test('Retry-After of the receiver is kept', async (t) => {
  const { app, received, addTodo, later } = await stage(t, fail(429, { 'retry-after': '7200' }));
  await addTodo();
  await app.drain();

  await later(HOUR_MS);
  const before = received.length;
  await later(1.1 * HOUR_MS);

  assert.deepEqual([before, received.length], [1, 2]);
});

test('while a secret is replaced, both sign; afterwards only the new one', async (t) => {
  const { app, admin, path, secret, received, addTodo, later } = await stage(t);
  const { body } = await admin.post(`${path}/rotate-secret`, { overlapHours: 2 }, { 'if-match': '*' });
  await addTodo();
  await app.drain();
  await later(2 * HOUR_MS);
  await addTodo();
  await later(0);

  const isSignedBy = (by: string, { headers, body: sent }: Heard) => {
    const signature = headers['webhook-signature'] as string;
    const at = new Date(Number(headers['webhook-timestamp']) * 1000);
    return signature.split(' ').includes(new Webhook(by).sign(headers['webhook-id'] as string, at, sent.toString()));
  };
  assert.deepEqual(
    received.map((each) => [isSignedBy(body.secret, each), isSignedBy(secret, each)]),
    [
      [true, true],
      [true, false],
    ],
  );
});

test('a webhook for * gets every type, the test event only the one that was asked', async (t) => {
  const { app, admin, path, url, received, addTodo, sara } = await stage(t);
  const all = await admin.post('/webhooks', { url, eventTypes: ['*'] });
  const { body: todo } = await addTodo();
  await sara.delete(`/todos/${todo.id}`, { 'if-match': '*' });
  await app.drain();
  const { body } = await admin.get(`/webhooks/${all.body.id}/deliveries`);
  received.splice(0);

  const tested = await admin.post(`${path}/test`);
  await app.drain();

  const types = body.items.map(({ eventType }: { eventType: string }) => eventType);
  assert.deepEqual(types, [todoEvents.deleted.type, todoEvents.created.type]);
  assert.deepEqual([tested.status, received.length], [202, 1]);
  assert.equal(JSON.parse(String(received[0]?.body)).type, 'webhooks.test.v1');
});

test('every type of the event catalogue can be chosen, and a wrong address or type is refused by name', async (t) => {
  const { app, admin, url } = await stage(t);
  const reader = app.signIn(observabilityPermissions.read);
  const types: string[] = [];
  for (let cursor = ''; ;) {
    const { body } = await reader.get(`/observability/events/catalog?pageSize=100${cursor}`);
    types.push(...body.items.map(({ type }: { type: string }) => type));
    if (body.nextCursor === undefined || body.nextCursor === null) break;
    cursor = `&cursor=${body.nextCursor}`;
  }
  const others = types.filter((type) => !type.startsWith('webhooks.'));
  for (let from = 0; from < others.length; from += 100) {
    const chosen = await admin.post('/webhooks', { url, eventTypes: others.slice(from, from + 100) });
    assert.equal(chosen.status, 201, JSON.stringify(chosen.body));
  }
  for (const [body, code, field] of [
    [{ url: 'http://10.0.0.1/', eventTypes: ['*'] }, 'webhooks.url_refused', 'url'],
    [{ url: 'http://[::1]/', eventTypes: ['*'] }, 'webhooks.url_refused', 'url'],
    [{ url: 'https://user:pass@example.com/', eventTypes: ['*'] }, 'webhooks.url_refused', 'url'],
    [{ url: 'ftp://example.com/', eventTypes: ['*'] }, 'webhooks.url_refused', 'url'],
    [{ url: 'no address', eventTypes: ['*'] }, 'webhooks.url_refused', 'url'],
    [{ url, eventTypes: ['no.such_event.v1'] }, 'webhooks.event_unknown', 'eventTypes'],
  ] as const)
    for (const refused of [
      await admin.post('/webhooks', body),
      await admin.patch(`/webhooks/${(await admin.get('/webhooks')).body.items[0].id}`, body, { 'if-match': '*' }),
    ])
      assert.deepEqual([refused.status, refused.body.code, refused.body.field], [400, code, field], body.url);
});

test('the address and the secrets are sealed, and no answer after the first shows a secret', async (t) => {
  const { app, admin, secret, path } = await stage(t);
  const { rows } = await app.database.pool.query<{ row: string }>(`select e::text as row from webhooks.endpoint e`);
  const answers = [
    await admin.get('/webhooks'),
    await admin.get(path),
    await admin.patch(path, { description: 'x' }, { 'if-match': '*' }),
  ];
  assert.ok(!rows.some(({ row }) => row.includes('s3cret') || row.includes(secret)));
  assert.ok(!JSON.stringify(answers.map(({ body }) => body)).includes('whsec_'));
});

test('deliveries are deleted after 30 days', async (t) => {
  const { app, addTodo, deliveries } = await stage(t);
  await addTodo();
  await app.drain();

  app.pass(29 * DAY_MS);
  await runJob(app, 'webhooks.tidy');
  const before = await deliveries();
  app.pass(2 * DAY_MS);
  await runJob(app, 'webhooks.tidy');

  assert.deepEqual([before.length, await deliveries()], [1, []]);
});

test('one run deletes more old deliveries than one of its units, and no others', async (t) => {
  const { app, addTodo, deliveries } = await stage(t);
  await addTodo();
  await app.drain();
  await app.database.pool.query(
    `insert into webhooks.delivery (id, endpoint_id, event_type, data, occurred_at)
     select ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, endpoint_id, event_type, data, occurred_at
     from webhooks.delivery, generate_series(1, 2500) n`,
  );

  await runJob(app, 'webhooks.tidy');

  assert.equal((await deliveries()).length, 1);
});

test('a name that means an internal address is refused when it is called, without another attempt', async (t) => {
  const app = await testApp(t);
  const admin = app.signIn(...Object.values(webhookPermissions));
  const { body } = await admin.post('/webhooks', { url: 'http://localhost/', eventTypes: ['*'] });
  await admin.post(`/webhooks/${body.id}/test`);

  await app.drain();

  const [delivery] = (await admin.get(`/webhooks/${body.id}/deliveries`)).body.items;
  assert.deepEqual([delivery.status, delivery.attempts, delivery.responseStatus], ['failed', 1, null]);
  assert.match(delivery.error, /internal address/);
});

test('an installation has at most 100 webhooks, also when two are created at once', async (t) => {
  const app = await testApp(t);
  const admin = app.signIn(...Object.values(webhookPermissions));
  const webhook = { url: 'https://example.com/hook', eventTypes: [todoEvents.created.type] };
  const make = () => admin.post('/webhooks', webhook);
  for (let count = 0; count < 99; count++) assert.equal((await make()).status, 201);

  const answers = await Promise.all([make(), make(), make()]);

  assert.equal(answers.filter(({ status }) => status === 201).length, 1);
  assert.equal(answers.find(({ status }) => status === 409)?.body.code, 'webhooks.too_many');
});
