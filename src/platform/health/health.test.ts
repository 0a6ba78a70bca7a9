import assert from 'node:assert/strict';
import { test } from 'node:test';
import { definePermission } from '#kernel/access.ts';
import { administrator } from '#testing/authorization.ts';
import { testApp } from '#testing/app.ts';
import { createHealth } from './health.ts';

const fine = { name: 'fine', isRequired: true, probe: async () => {} };
const broken = async () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.7:25'));

test('a component that fails and is not required makes the system degraded, and it stays ready', async () => {
  const health = createHealth([fine, { name: 'mail', isRequired: false, probe: broken }]);
  const { status, components } = await health.report();
  assert.deepEqual([status, components.map((component) => component.status)], ['degraded', ['healthy', 'unhealthy']]);
  assert.equal(await health.isReady(), true);
});

test('a required component that fails makes the system unhealthy', async () => {
  const health = createHealth([fine, { name: 'database', isRequired: true, probe: broken }]);
  assert.equal((await health.report()).status, 'unhealthy');
  assert.equal(await health.isReady(), false);
});

test('many concurrent requests cause one probe', async () => {
  let probes = 0;
  const counted = { name: 'counted', isRequired: true, probe: async () => void probes++ };
  const health = createHealth([counted]);
  await Promise.all(Array.from({ length: 50 }, () => health.report()));
  assert.equal(probes, 1);
});

test('readiness is 503 while a migration is missing, and liveness is not affected', async (t) => {
  const [whole, behind] = [await testApp(t), await testApp(t)];
  await behind.database.pool.query(`delete from bonyan.migration where module = 'todos'`);

  const ready = await whole.http.inject('/health/ready');
  const unready = await behind.http.inject('/health/ready');
  const live = await behind.http.inject('/health/live');

  assert.deepEqual(
    [ready.statusCode, unready.statusCode, unready.json().status, live.statusCode],
    [200, 503, 'unhealthy', 200],
  );
});

test('liveness answers also when the caller cannot be looked up in the database', async (t) => {
  const app = await testApp(t);
  const { get } = await administrator(app);
  await app.database.pool.query('alter table users.session rename to gone');

  const [own, live] = [await get('/users/me'), await get('http://localhost/health/live')];

  assert.ok(own.status >= 500, `${own.status}`);
  assert.deepEqual([live.status, live.body], [200, { status: 'healthy' }]);
});

test('an unreachable broker makes the system degraded', async (t) => {
  const app = await testApp(t, { environment: { AMQP_URL: 'amqp://127.0.0.1:9' } });
  const { body, status } = await app.anonymous.get('http://localhost/health');
  assert.deepEqual([status, body.status], [200, 'degraded']);
});

test('only operators see the error messages of components', async (t) => {
  const app = await testApp(t, { environment: { SMTP_URL: 'smtp://127.0.0.1:9' } });
  const operator = app.signIn(definePermission('observability.read', 'See how the system is'));
  const errorOf = (body: { components: { name: string; lastError?: string }[] }) =>
    body.components.find(({ name }) => name === 'mail')?.lastError;

  const stranger = (await app.http.inject('/health')).json();
  const { body } = await operator.get('http://localhost/health');

  assert.equal(stranger.status, 'degraded');
  assert.equal(errorOf(stranger), undefined);
  assert.match(errorOf(body) ?? '', /ECONNREFUSED/);
});
