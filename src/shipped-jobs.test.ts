import assert from 'node:assert/strict';
import { test } from 'node:test';
import { notificationPermissions } from '#modules/notifications/contract.ts';
import { schedulerPermissions } from '#modules/scheduler/contract.ts';
import { jobApp, jobPermissions } from '#testing/jobs/app.ts';

test('every handler that the program ships is listed with its permission and schema', async (t) => {
  const { sara } = await jobApp(t);

  const { body } = await sara.get('/scheduler/handlers');

  const byType = new Map<string, { permission: string; payload: { properties: object } }>(
    body.items.map((item: { type: string }) => [item.type, item]),
  );
  for (const type of [
    'http.request',
    'notifications.send',
    'notifications.dispatch_probe',
    'logging.retention',
    'audit.verify',
    'files.reconcile',
    'files.purge_trash',
    'scheduler.cleanup_executions',
    'platform.noop',
  ])
    assert.ok(byType.has(type), type);
  assert.equal(byType.get('http.request')?.permission, schedulerPermissions.http.code);
  assert.ok('url' in (byType.get('http.request')?.payload.properties ?? {}));
});

test('recipients and contents of messages are sealed in jobs, and masked', async (t) => {
  const { app, sara } = await jobApp(t);
  const owner = app.signIn(...jobPermissions, notificationPermissions.write);
  const payload = { channel: 'email', recipient: 'reza@example.com', subject: 'A gift', body: 'It is a surprise' };
  const probe = { channel: 'slack', recipient: 'https://hooks.example.com/services/secret' };

  const made = [
    await owner.post('/scheduler/jobs', { name: 'gift', type: 'notifications.send', payload }),
    await owner.post('/scheduler/jobs', { name: 'probe', type: 'notifications.dispatch_probe', payload: probe }),
  ];

  const hidden = '***';
  assert.deepEqual(
    made.map(({ body }) => body.payload),
    [
      { channel: 'email', recipient: hidden, subject: hidden, body: hidden },
      { channel: 'slack', recipient: hidden },
    ],
  );
  const { rows } = await app.database.pool.query<{ job: string }>('select job::text as job from scheduler.job');
  for (const secret of ['reza@', 'A gift', 'surprise', 'hooks.example'])
    assert.ok(!rows.some(({ job }) => job.includes(secret)), secret);
  assert.equal((await sara.get(`/scheduler/jobs/${made[0]?.body.id}`)).status, 404);
});

test('every recurring duty of the modules and of the platform is a job of its own', async (t) => {
  const { app } = await jobApp(t);
  const duties = [...app.modules.flatMap(({ jobs = [] }) => jobs), ...app.background.jobs].map(({ name }) => name);

  const { body } = await app.signIn(...jobPermissions).get('/scheduler/jobs?tag=program&pageSize=100');

  assert.deepEqual(body.items.map(({ name }: { name: string }) => name).toSorted(), duties.toSorted());
  assert.ok(duties.length >= 15);
});
