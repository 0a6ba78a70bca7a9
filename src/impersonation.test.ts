import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fillPath, operationsOf, type Operation } from '#testing/api/operations.ts';
import { testApp } from '#testing/app.ts';
import { userPermissions } from '#modules/users/contract.ts';
import { administrator } from '#testing/authorization.ts';

/**
 * Who acts on behalf of somebody may call these. Nothing of such a call outlives the hour but what it says: it gives nobody
 * a right, is not done later, and deletes nothing for good but a todo. A todo reminds its owner, and nobody else.
 */
const ALLOWED = [
  'POST /access/v1/evaluation', // reads
  'POST /access/v1/evaluations',
  'POST /access/v1/search/action',
  'POST /access/v1/search/resource',
  'POST /access/v1/search/subject',
  'POST /api/v1/authorization/check',
  'POST /api/v1/files/archive',
  'POST /api/v1/files/scan',
  'POST /api/v1/files/validate',
  'POST /api/v1/logging/transform',
  'POST /api/v1/logging/validate',
  'POST /api/v1/notification-templates/{templateId}/preview',
  'POST /api/v1/notifications/schedules/preview',
  'DELETE /api/v1/files/folders/{folderId}', // to the trash
  'DELETE /api/v1/files/{fileId}',
  'DELETE /api/v1/files/{fileId}/tags/{tag}',
  'POST /api/v1/files',
  'POST /api/v1/files/folders',
  'POST /api/v1/files/folders/{folderId}/restore',
  'POST /api/v1/files/uploads', // ends with the hour
  'POST /api/v1/files/uploads/presign',
  'POST /api/v1/files/uploads/{uploadId}/complete',
  'POST /api/v1/files/{fileId}/restore',
  'POST /api/v1/files/{fileId}/retry',
  'POST /api/v1/files/{fileId}/tags',
  'PUT /api/v1/files/{fileId}',
  'DELETE /api/v1/profiles/me/interests/{interest}',
  'PATCH /api/v1/profiles/me/bio',
  'PATCH /api/v1/profiles/me/social-links',
  'POST /api/v1/profiles/me/interests',
  'PUT /api/v1/profiles/me/basic',
  'DELETE /api/v1/todos/{id}',
  'PATCH /api/v1/todos/{id}',
  'POST /api/v1/todos',
  'POST /api/v1/todos/{todoId}/copy',
  'PUT /api/v1/todos/{id}/complete',
  'PUT /api/v1/todos/{id}/reopen',
];

/** They take API keys, but not of somebody who acts on behalf of their owner. All others that change something take none. */
const REFUSED = [
  'GET /api/v1/files/{fileId}/link', // makes one
  'POST /api/v1/files/permissions/{fileId}', // gives others access, or could
  'POST /api/v1/files/{fileId}/share',
  'POST /api/v1/files/folders/{folderId}/share',
  'DELETE /api/v1/files/{fileId}/links',
  'DELETE /api/v1/files/{fileId}/links/{linkId}',
  'DELETE /api/v1/files/folders/{folderId}/links',
  'DELETE /api/v1/files/folders/{folderId}/links/{linkId}',
  'PATCH /api/v1/files/{fileId}/move', // into a folder with a link
  'PATCH /api/v1/files/folders/{folderId}',
  'POST /api/v1/files/encrypt/{fileId}',
  'POST /api/v1/files/decrypt/{fileId}',
  'DELETE /api/v1/files/{fileId}/purge', // for good
  'DELETE /api/v1/files/folders/{folderId}/purge',
  'DELETE /api/v1/files/{fileId}/versions/{versionId}',
  'POST /api/v1/profiles/me', // who sees the profile, where messages go, and in which language
  'PATCH /api/v1/profiles/me/contact',
  'PATCH /api/v1/profiles/me/privacy',
  'PATCH /api/v1/profiles/me/preferences',
  'PUT /api/v1/profiles/me/avatar', // shows a file to others
  'DELETE /api/v1/profiles/me/avatar',
  'PUT /api/v1/profiles/me/music',
  'PATCH /api/v1/users/{userId}/metadata', // decides what other services allow
  'POST /api/v1/notifications', // sent to others in the name of the person, or later
  'PUT /api/v1/notifications/{notificationId}/cancel',
  'DELETE /api/v1/notifications/archive/{id}',
  'PUT /api/v1/notifications/{notificationId}/permissions',
  'POST /api/v1/notifications/{notificationId}/schedule',
  'DELETE /api/v1/notifications/schedules/{scheduleId}',
  'POST /api/v1/notifications/templates',
  'PUT /api/v1/notifications/templates/{templateId}',
  'DELETE /api/v1/notification-templates/{templateId}',
  'PUT /api/v1/notifications/routing',
  'DELETE /api/v1/notifications/suppressions/{id}',
  'POST /api/v1/scheduler/jobs', // runs later, with the rights of the person
  'PUT /api/v1/scheduler/jobs/{jobId}',
  'DELETE /api/v1/scheduler/jobs/{jobId}',
  'PUT /api/v1/scheduler/jobs/{jobId}/permissions',
  'POST /api/v1/scheduler/jobs/{jobId}/pause',
  'POST /api/v1/scheduler/jobs/{jobId}/resume',
  'POST /api/v1/scheduler/jobs/{jobId}/quarantine',
  'POST /api/v1/scheduler/pause',
  'POST /api/v1/scheduler/resume',
  'POST /api/v1/scheduler/jobs/{jobId}/schedule',
  'DELETE /api/v1/scheduler/jobs/{jobId}/schedule',
  'POST /api/v1/scheduler/jobs/{jobId}/dependencies',
  'DELETE /api/v1/scheduler/jobs/{jobId}/dependencies/{dependsOnJobId}',
  'POST /api/v1/scheduler/jobs/{jobId}/run',
  'POST /api/v1/scheduler/jobs/{jobId}/replay',
  'POST /api/v1/scheduler/executions/{executionId}/cancel',
  'POST /api/v1/organisations', // lasts, and is shown to others
  'POST /api/v1/webhooks', // goes on sending
  'PATCH /api/v1/webhooks/{webhookId}',
  'DELETE /api/v1/webhooks/{webhookId}',
  'POST /api/v1/webhooks/{webhookId}/rotate-secret',
  'POST /api/v1/webhooks/{webhookId}/test',
  'POST /api/v1/webhooks/{webhookId}/deliveries/replay-failed',
  'POST /api/v1/webhooks/{webhookId}/deliveries/{deliveryId}/replay',
  'POST /api/v1/logging/events', // operators do these as themselves
  'POST /api/v1/logging/events/bulk',
  'POST /v1/logs',
  'DELETE /api/v1/logging/events/{eventId}',
  'POST /api/v1/logging/alerts/rules',
  'PUT /api/v1/logging/alerts/rules/{id}',
  'DELETE /api/v1/logging/alerts/rules/{id}',
  'POST /api/v1/logging/alerts/rules/{id}/test',
  'POST /api/v1/files/{fileId}/versions/{versionId}/restore', // drops the oldest version for good
  'PUT /api/v1/files/{fileId}/content',
  'POST /api/v1/logging/alerts/incidents/{id}/acknowledge',
  'POST /api/v1/logging/alerts/incidents/{id}/resolve',
  'POST /api/v1/logging/alerts/silences',
  'DELETE /api/v1/logging/alerts/silences/{id}',
  'DELETE /api/v1/audit/integrity/runs/{id}',
  'POST /api/v1/observability/messages/{id}/discard',
  'POST /api/v1/observability/orchestration/replay/outbox',
  'POST /api/v1/observability/orchestration/replay/inbox',
  'POST /api/v1/observability/orchestration/replay/work',
];

/** The permission to act on behalf of others is none of those that such a caller has. */
const REFUSALS = new Set(['http.forbidden', 'http.api_key_refused', 'http.impersonation_refused']);

const nameOf = ({ name }: Operation) => name;
const isRefused = ({ access, codes }: Operation) =>
  access === userPermissions.impersonate.code ||
  codes.has('http.api_key_refused') ||
  codes.has('http.impersonation_refused');
const mayChange = ({ method, access, codes }: Operation) =>
  access !== 'public' && (method !== 'GET' || codes.has('http.impersonation_refused'));

test('for each operation that changes something it is decided whether it may be called on behalf of somebody', async (t) => {
  const operations = operationsOf((await testApp(t)).openApi()).filter(mayChange);

  const allowed = operations.filter((operation) => !isRefused(operation)).map(nameOf);
  const refused = operations.filter(({ codes }) => codes.has('http.impersonation_refused')).map(nameOf);

  assert.deepEqual(allowed.toSorted(), ALLOWED.toSorted(), 'who acts on behalf of somebody may call another operation');
  assert.deepEqual(refused.toSorted(), REFUSED.toSorted(), 'add it here, or give its route `impersonation: allowed`');
});

test('an administrator who acts on behalf of another one is refused everything that outlives the hour', async (t) => {
  const app = await testApp(t);
  const [sara, reza] = [await administrator(app), await administrator(app)];
  const { body } = await sara.post(`/users/${reza.userId}/impersonations`, { reason: 'Ticket 4512: a table' });
  const authorization = `Bearer ${body.token}`;

  for (const operation of operationsOf(app.openApi()).filter(mayChange)) {
    const url = fillPath(operation, {});
    const headers = { host: 'localhost', authorization };
    const answer = await app.http.inject({ method: operation.method, url, headers });
    const code = answer.body === '' ? null : (answer.json().code ?? null);
    if (isRefused(operation)) assert.deepEqual([answer.statusCode, REFUSALS.has(code)], [403, true], operation.name);
    else assert.notEqual(answer.statusCode, 403, operation.name);
  }
});
