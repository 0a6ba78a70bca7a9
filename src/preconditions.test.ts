import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authorizationPermissions } from '#modules/authorization/contract.ts';
import { notificationPermissions } from '#modules/notifications/contract.ts';
import { todoPermissions } from '#modules/todos/contract.ts';
import { userPermissions } from '#modules/users/contract.ts';
import { testApp } from '#testing/app.ts';

const resources = [
  { path: '/todos', content: { description: 'Buy bread' } },
  { path: '/authorization/roles', content: { name: 'auditor', permissions: [] } },
  {
    path: '/notification-templates',
    creation: '/notifications/templates',
    content: { name: 'welcome', channel: 'sms', language: 'en', bodyTemplate: 'Welcome' },
  },
  { path: '/users', content: { email: 'sara@example.com', firstName: 'Sara', lastName: 'Karimi', roles: [] } },
];

test('every resource with a version is deleted only in the version that the request names', async (t) => {
  const app = await testApp(t);
  const permissions = [authorizationPermissions, notificationPermissions, todoPermissions, userPermissions];
  const admin = app.signIn(...permissions.flatMap((each) => Object.values(each)));

  for (const { path, creation = path, content } of resources) {
    const made = await admin.post(creation, content);
    assert.equal(made.status, 201, `${path}: ${JSON.stringify(made.body)}`);
    const url = `${path}/${made.body.id}`;
    const etag = String(made.headers['etag'] ?? (await admin.get(url)).headers['etag']);

    const stale = await admin.delete(url, { 'if-match': '"99"' });
    const kept = await admin.get(url);
    const deleted = await admin.delete(url, { 'if-match': `W/${etag}` });

    assert.deepEqual([stale.status, stale.body.code], [412, 'http.precondition_failed'], path);
    assert.equal(kept.status, 200, path);
    assert.equal(deleted.status, 204, `${path} ${etag}: ${JSON.stringify(deleted.body)}`);
  }
});
