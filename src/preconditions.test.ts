import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '#kernel/id.ts';
import { authorizationPermissions } from '#modules/authorization/contract.ts';
import { filePermissions } from '#modules/files/contract.ts';
import { loggingPermissions } from '#modules/logging/contract.ts';
import { notificationPermissions } from '#modules/notifications/contract.ts';
import { organisationPermissions } from '#modules/organisations/contract.ts';
import { profilePermissions } from '#modules/profiles/contract.ts';
import { schedulerPermissions } from '#modules/scheduler/contract.ts';
import { todoPermissions } from '#modules/todos/contract.ts';
import { userPermissions } from '#modules/users/contract.ts';
import { webhookPermissions } from '#modules/webhooks/contract.ts';
import { member } from '#testing/accounts.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { formOf, upload } from '#testing/files/uploads.ts';
import { operationsOf } from '#testing/api/operations.ts';

interface Resource {
  readonly path: string;
  /** Each caller has one, without an id in its path. */
  readonly isSingleton?: boolean;
  /** Asked by somebody with an account. */
  readonly isPersonal?: boolean;
  /** Of it, what has the version. */
  readonly part?: string;
  readonly creation?: string;
  readonly content?: object;
  readonly create?: (client: TestApp['anonymous']) => ReturnType<TestApp['anonymous']['post']>;
  readonly changes: readonly Change[];
}

interface Change {
  readonly method: 'put' | 'patch' | 'post' | 'delete';
  readonly path: string;
  readonly body?: object;
  /** Sent as a form with a file. */
  readonly isForm?: true;
  /** Of its answer when the version is right; default: 200. */
  readonly status?: number;
}

const role = { name: 'auditor', permissions: [] };
const template = { name: 'welcome', channel: 'sms', language: 'en', bodyTemplate: 'Welcome' };
const account = { email: 'sara@example.com', firstName: 'Sara', lastName: 'Karimi', roles: [] };

/** Every resource with a version, and its changes in the order in which they are tried; `:` stands for its id. */
const resources: readonly Resource[] = [
  {
    path: '/todos',
    content: { description: 'Buy bread' },
    changes: [
      { method: 'patch', path: '/todos/:', body: { priority: 'high' } },
      { method: 'put', path: '/todos/:/complete' },
      { method: 'put', path: '/todos/:/reopen' },
      { method: 'delete', path: '/todos/:', status: 204 },
    ],
  },
  {
    path: '/files',
    create: (client) => upload(client),
    changes: [
      { method: 'put', path: '/files/:', body: { description: 'x' } },
      { method: 'patch', path: '/files/:/move', body: { module: 'x' } },
      { method: 'post', path: '/files/:/tags', body: { tag: 'x' } },
      { method: 'delete', path: '/files/:/tags/{tag}' },
      { method: 'put', path: '/files/:/content', isForm: true, status: 409 }, // it is not released yet
      { method: 'post', path: '/files/:/versions/{versionId}/restore', status: 404 }, // it has none
      { method: 'delete', path: '/files/:/versions/{versionId}', status: 404 },
      { method: 'post', path: '/files/encrypt/:', status: 409 }, // it is not released yet
      { method: 'post', path: '/files/decrypt/:', status: 409 },
      { method: 'delete', path: '/files/:', status: 204 },
      { method: 'post', path: '/files/:/restore' },
      { method: 'delete', path: '/files/:/purge', status: 404 }, // it is not in the trash
    ],
  },
  {
    path: '/profiles/me',
    isSingleton: true,
    changes: [
      { method: 'put', path: '/profiles/me/basic', body: { firstName: 'Sara' } },
      { method: 'patch', path: '/profiles/me/bio', body: { bio: 'x' } },
      { method: 'patch', path: '/profiles/me/contact', body: { country: 'IR' } },
      { method: 'patch', path: '/profiles/me/privacy', body: { showEmail: true } },
      { method: 'patch', path: '/profiles/me/preferences', body: { preferredLanguage: 'fa' } },
      { method: 'patch', path: '/profiles/me/social-links', body: { links: { x: 'https://x.com' } } },
      { method: 'put', path: '/profiles/me/music', body: { musicTitle: 'x' } },
      { method: 'post', path: '/profiles/me/interests', body: { interests: ['x'] } },
      { method: 'delete', path: '/profiles/me/interests/:' },
      { method: 'delete', path: '/profiles/me/avatar' },
      { method: 'put', path: '/profiles/me/avatar', body: { avatarFileId: newId() }, status: 400 }, // there is no such file
    ],
  },
  {
    path: '/files/folders',
    content: { name: 'a' },
    changes: [
      { method: 'patch', path: '/files/folders/:', body: { name: 'b' } },
      { method: 'delete', path: '/files/folders/:', status: 202 },
      { method: 'post', path: '/files/folders/:/restore', status: 202 },
      { method: 'delete', path: '/files/folders/:/purge', status: 404 }, // it is not in the trash
    ],
  },
  {
    path: '/authorization/roles',
    content: role,
    changes: [
      { method: 'put', path: '/authorization/roles/:', body: { ...role, name: 'reader' } },
      { method: 'delete', path: '/authorization/roles/:', status: 204 },
    ],
  },
  {
    path: '/notification-templates',
    creation: '/notifications/templates',
    content: template,
    changes: [
      { method: 'put', path: '/notifications/templates/:', body: { bodyTemplate: 'Hello' } },
      { method: 'delete', path: '/notification-templates/:', status: 204 },
    ],
  },
  {
    path: '/logging/alerts/rules',
    content: { name: 'Payments fail' },
    changes: [
      { method: 'put', path: '/logging/alerts/rules/:', body: { name: 'Orders fail' } },
      { method: 'delete', path: '/logging/alerts/rules/:', status: 204 },
    ],
  },
  {
    path: '/users',
    content: account,
    changes: [
      { method: 'put', path: '/users/:', body: { firstName: 'Mina' } },
      { method: 'post', path: '/users/:/reset', status: 204 },
      { method: 'delete', path: '/users/:/factors', status: 404 }, // there is none
      {
        method: 'post',
        path: '/users/:/factors/remove',
        body: { factor: 'totp', id: null, reason: 'Ticket 4512: the phone was stolen' },
        status: 404,
      },
      { method: 'delete', path: '/users/:', status: 204 },
    ],
  },
  {
    path: '/users',
    content: { ...account, email: 'mina@example.com' },
    part: '/metadata',
    changes: [{ method: 'patch', path: '/users/:/metadata', body: { publicMetadata: { plan: 'gold' } } }],
  },
  {
    path: '/users/me/metadata',
    isSingleton: true,
    isPersonal: true,
    create: (client) => client.get('/users/me/metadata'),
    changes: [{ method: 'patch', path: '/users/me/metadata', body: { unsafeMetadata: { theme: 'dark' } } }],
  },
  {
    path: '/scheduler/jobs',
    content: { name: 'Heartbeat', type: 'platform.noop' },
    changes: [
      { method: 'put', path: '/scheduler/jobs/:', body: { maxRetryAttempts: 1 } },
      { method: 'post', path: '/scheduler/jobs/:/pause', body: {} },
      { method: 'post', path: '/scheduler/jobs/:/resume', body: {} },
      { method: 'post', path: '/scheduler/jobs/:/quarantine', body: {} },
      { method: 'delete', path: '/scheduler/jobs/:', status: 204 },
    ],
  },
  {
    path: '/organisations',
    isPersonal: true,
    content: { name: 'Aftab' },
    changes: [
      { method: 'patch', path: '/organisations/:', body: { name: 'Mahtab' } },
      { method: 'delete', path: '/organisations/:', status: 204 },
    ],
  },
  {
    path: '/webhooks',
    content: { url: 'https://example.com/hooks', eventTypes: ['todos.created.v1'] },
    changes: [
      { method: 'patch', path: '/webhooks/:', body: { description: 'x' } },
      { method: 'post', path: '/webhooks/:/rotate-secret', body: {} },
      { method: 'delete', path: '/webhooks/:', status: 204 },
    ],
  },
];
/** Below a resource with a version, which they leave as it is. */
const READING = [
  'POST /api/v1/todos/{todoId}/copy',
  'POST /api/v1/files/{fileId}/retry',
  'POST /api/v1/files/{fileId}/share',
  'DELETE /api/v1/files/{fileId}/links',
  'DELETE /api/v1/files/{fileId}/links/{linkId}',
  'POST /api/v1/files/folders/{folderId}/share',
  'DELETE /api/v1/files/folders/{folderId}/links',
  'DELETE /api/v1/files/folders/{folderId}/links/{linkId}',
  'POST /api/v1/notification-templates/{templateId}/preview',
  'POST /api/v1/logging/alerts/rules/{id}/test',
  'POST /api/v1/scheduler/jobs/{jobId}/schedule',
  'DELETE /api/v1/scheduler/jobs/{jobId}/schedule',
  'POST /api/v1/scheduler/jobs/{jobId}/run',
  'POST /api/v1/scheduler/jobs/{jobId}/replay',
  'PUT /api/v1/scheduler/jobs/{jobId}/permissions',
  'POST /api/v1/scheduler/jobs/{jobId}/dependencies',
  'DELETE /api/v1/scheduler/jobs/{jobId}/dependencies/{dependsOnJobId}',
  'POST /api/v1/webhooks/{webhookId}/test',
  'DELETE /api/v1/users/{userId}/sessions',
  'DELETE /api/v1/users/{userId}/sessions/{sessionId}',
  'PUT /api/v1/organisations/{organisationId}/members/{userId}',
  'DELETE /api/v1/organisations/{organisationId}/members/{userId}',
  'POST /api/v1/organisations/{organisationId}/invitations',
  'DELETE /api/v1/organisations/{organisationId}/invitations/{invitationId}',
  'POST /api/v1/users/{userId}/impersonations',
  'DELETE /api/v1/users/impersonations/{id}',
  'POST /api/v1/webhooks/{webhookId}/deliveries/replay-failed',
  'POST /api/v1/webhooks/{webhookId}/deliveries/{deliveryId}/replay',
];

test('every change of a resource with a version demands the version that If-Match names, strong or weakened', async (t) => {
  const app = await testApp(t);
  const permissions = [
    authorizationPermissions,
    filePermissions,
    loggingPermissions,
    notificationPermissions,
    organisationPermissions,
    profilePermissions,
    schedulerPermissions,
    todoPermissions,
    userPermissions,
    webhookPermissions,
  ];
  const admin = app.signIn(...permissions.flatMap((each) => Object.values(each)));

  const person = await member(app);

  for (const { path, isSingleton, isPersonal, part = '', creation = path, content, create, changes } of resources) {
    const client = isPersonal ? person : admin;
    const { status: made, body } = await (create ? create(client) : client.post(creation, content));
    assert.ok(made < 300, `${path}: ${made} ${JSON.stringify(body)}`);
    const resource = (isSingleton ? path : `${path}/${body.id}`) + part;

    for (const [at, change] of changes.entries()) {
      const [url, name] = [
        change.path.replace(':', body.id).replace('{versionId}', newId()),
        `${change.method} ${change.path}`,
      ];
      const form = change.isForm && formOf({});
      const send = (tag: string) =>
        change.method === 'delete'
          ? client.delete(url, { 'if-match': tag })
          : client[change.method](url, form?.payload ?? change.body, { ...form?.headers, 'if-match': tag });
      const tag = String((await client.get(resource)).headers['etag']);

      const stale = await send('"99", W/"98"');
      const kept = await client.get(resource);
      const changed = await send(at % 2 === 0 ? `W/${tag}` : tag);

      assert.match(tag, /^"\d+-[\w-]{16}"$/, name);
      assert.deepEqual([stale.status, stale.body.code], [412, 'http.precondition_failed'], name);
      assert.equal(kept.headers['etag'], tag, name);
      assert.equal(changed.status, change.status ?? 200, `${name}: ${JSON.stringify(changed.body)}`);
    }
  }
});

test('the document names the condition at every change of a resource with a version, and the table above has them all', async (t) => {
  const app = await testApp(t);
  const operations = operationsOf(app.openApi()).filter(({ method }) => method !== 'GET');
  const roots = resources.flatMap(({ path, isSingleton, creation = path, changes }) =>
    isSingleton
      ? [changes.some((change) => change.path === path) ? `/api/v1${path}` : `/api/v1${path}/`]
      : [path, creation, ...changes.map((change) => change.path.replace(/\/:.*/, ''))].map(
          (root) => `/api/v1${root}/{`,
        ),
  );

  const changing = operations.filter(
    ({ path, name }) => roots.some((root) => path.startsWith(root)) && !READING.includes(name),
  );
  const conditional = operations.filter(({ codes }) => codes.has('http.precondition_failed'));
  const tried = resources.flatMap(({ changes }) =>
    changes.map(({ method, path }) => `${method.toUpperCase()} /api/v1${path.replace(':', '{}')}`),
  );

  const names = (some: typeof operations) => some.map(({ name }) => name.replace(/\{\w+\}/, '{}')).toSorted();
  assert.deepEqual(names(conditional), names(changing));
  assert.deepEqual(tried.toSorted(), names(changing));
});
