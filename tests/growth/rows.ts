import type { Known, Questions } from './questions.ts';

/** What is shared with each of the fifty organisations of the owner is found by an index. One person is in at most 100. */
export const ORGANISATION_PAGES = 50 * 4;

/** Of the fills nobody has such a row, so that its problem is what is answered. */
const NOBODY = '01900000-0000-7000-8000-000000000000';
const LONG_AGO = '2020-01-01T00:00:00.000Z';
const monthsAgo = (months: number) => new Date(Date.now() - months * 30 * 86_400_000).toISOString();

/**
 * Each read of `openapi.json` that names a row. Lists are asked in a row that has half of all they could show, and in one
 * that has old ones only: there the planner may read the end of another index, past the rows of everybody else.
 */
export function questionsInRows({ idOf }: Known): Readonly<Record<string, Questions>> {
  // As `growth_within` of the fills has it.
  const busyAndOld = (name: string, kind: string) => [{ [name]: idOf(kind, 2) }, { [name]: idOf(kind, 4) }];
  const [user, file, folder] = [
    { userId: idOf('user', 1) },
    { fileId: idOf('file', 2) },
    { folderId: idOf('folder', 2) },
  ];
  const [job, message] = [{ jobId: idOf('job', 2) }, { notificationId: idOf('message', 8) }];
  const [log, webhook] = [{ eventId: idOf('log', 20) }, { webhookId: idOf('webhook', 2) }];
  const instants = [LONG_AGO, monthsAgo(6), '2100-01-01T00:00:00.000Z'];
  const row = (...rows: NonNullable<Questions['rows']>): Questions => ({ rows });
  const noRow = (more: Readonly<Record<string, string>>): Questions => ({ rows: [more], isRefused: true });
  return {
    '/api/v1/exports/{id}': { ...row({ id: idOf('export', 5) }), as: ['person'] },
    '/api/v1/exports/{id}/content': noRow({ id: idOf('export', 5) }), // the fill stores no files
    '/api/v1/authorization/roles/{id}': row({ id: idOf('role', 1) }),
    '/api/v1/authorization/users/{userId}': row(user),
    '/api/v1/notifications/{notificationId}': row(message),
    '/api/v1/notifications/{notificationId}/permissions': row(message),
    '/api/v1/notification-templates/{templateId}': row({ templateId: idOf('template', 10) }),
    '/api/v1/users/api-keys/{id}': row({ id: idOf('key', 2) }),
    '/api/v1/organisations/{organisationId}': row({ organisationId: idOf('organisation', 2) }),
    '/api/v1/organisations/{organisationId}/members': row(...busyAndOld('organisationId', 'organisation')),
    '/api/v1/organisations/{organisationId}/invitations': row(...busyAndOld('organisationId', 'organisation')),
    '/api/v1/users/{userId}': row(user),
    '/api/v1/users/{userId}/metadata': row(user),
    '/api/v1/users/{userId}/sessions': row(user),
    '/api/v1/users/{userId}/factors': row(user),
    '/api/v1/files/permissions/{fileId}': row(file),
    '/api/v1/files/{fileId}': row(file),
    '/api/v1/files/tags/{tag}': {
      ...row({ tag: 'work' }, { tag: 'rare' }, { tag: 'none' }),
      pages: ORGANISATION_PAGES,
    },
    '/api/v1/files/folders/{folderId}': row(folder),
    '/api/v1/files/audit/{fileId}': row(...busyAndOld('fileId', 'file')),
    '/api/v1/files/{fileId}/versions': row(...busyAndOld('fileId', 'file')),
    '/api/v1/files/{fileId}/links': row(...busyAndOld('fileId', 'file')),
    '/api/v1/files/folders/{folderId}/links': row(...busyAndOld('folderId', 'folder')),
    '/api/v1/files/folders/{folderId}/accesses': row(...busyAndOld('folderId', 'folder')),
    // The storage is a folder, which has no bytes of the files and gives no addresses.
    '/api/v1/files/{fileId}/link': noRow(file),
    '/api/v1/files/{fileId}/image': { ...noRow(file), always: { width: '64', height: '64' } },
    '/api/v1/files/{fileId}/download': noRow({ fileId: NOBODY }),
    '/api/v1/files/{fileId}/stream': noRow({ fileId: NOBODY }),
    '/api/v1/files/{fileId}/versions/{versionId}/download': noRow({ ...file, versionId: NOBODY }),
    '/api/v1/files/public/{token}': noRow({ token: 'none' }),
    '/api/v1/profiles/{userId}/avatar': { ...noRow(user), filters: { size: ['64'] } },
    '/api/v1/profiles/{userId}/public': row({ userId: idOf('user', 11 * 10) }),
    '/api/v1/todos/{id}': row({ id: idOf('todo', 2) }),
    '/api/v1/logging/events/{eventId}/context': {
      ...row(log),
      filters: { before: ['0', '50'], after: ['0', '50'] },
    },
    '/api/v1/logging/events/{eventId}': row(log),
    '/api/v1/logging/alerts/rules/{id}': row({ id: idOf('rule', 2) }),
    '/api/v1/logging/alerts/incidents/{id}': row({ id: idOf('incident', 2) }),
    '/api/v1/audit/integrity/runs/{id}': row({ id: idOf('run', 1000) }),
    '/api/v1/audit/archives/{id}': noRow({ id: NOBODY }),
    '/api/v1/audit/entries/{id}': noRow({ id: NOBODY }),
    '/api/v1/scheduler/jobs/{jobId}': row(job),
    '/api/v1/scheduler/jobs/{jobId}/permissions': row(job),
    '/api/v1/scheduler/jobs/{jobId}/schedule': row(job),
    '/api/v1/scheduler/jobs/{jobId}/schedule/preview': { ...row(job), filters: { count: ['10'] } },
    '/api/v1/scheduler/jobs/{jobId}/dependencies': row(job),
    '/api/v1/scheduler/jobs/{jobId}/logs': {
      ...row(...busyAndOld('jobId', 'job')),
      filters: { from: instants, to: instants },
      together: [{ status: 'deadLettered', from: LONG_AGO }],
      // Of 5,000 rows of a job each may be on a page of its own; or the planner reads the half of so small a table that is
      // behind the cursor.
      beyond: { status: { rows: 5000, pages: 500 } },
    },
    '/api/v1/scheduler/executions/{executionId}': row({ executionId: idOf('execution', 102) }),
    '/api/v1/observability/messages/{id}': row({ id: idOf('work', 1000) }),
    '/api/v1/observability/replays/{id}': row({ id: idOf('replay', 100) }),
    '/api/v1/observability/objectives/{name}/alerts': { ...row({ name: 'reads' }), filters: { target: ['0.9'] } },
    '/api/v1/webhooks/{webhookId}': row(webhook),
    '/api/v1/webhooks/{webhookId}/deliveries': row(...busyAndOld('webhookId', 'webhook')),
    '/api/v1/webhooks/{webhookId}/deliveries/{deliveryId}': row({ ...webhook, deliveryId: idOf('delivery', 20) }),
    '/problems/{code}': { ...row({ code: 'http.invalid' }), filters: { lang: ['en', 'fa'] } },
  };
}
