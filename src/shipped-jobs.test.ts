import assert from 'node:assert/strict';
import { test } from 'node:test';
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

test('every recurring duty of the modules and of the platform is a job of its own', async (t) => {
  const { app } = await jobApp(t);
  const duties = [...app.modules.flatMap(({ jobs = [] }) => jobs), ...app.background.jobs].map(({ name }) => name);

  const { body } = await app.signIn(...jobPermissions).get('/scheduler/jobs?tag=program&pageSize=100');

  assert.deepEqual(body.items.map(({ name }: { name: string }) => name).toSorted(), duties.toSorted());
  assert.ok(duties.length >= 15);
});
