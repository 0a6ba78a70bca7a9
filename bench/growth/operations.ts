import type { Operation } from '#testing/api/operations.ts';
import { sampleOf } from '#testing/api/arbitrary.ts';
import { PERSON, type GrowthStage } from './stage.ts';

/** Who asks. `person` has one row of each kind; `owner` has half of all; `fresh` is another person at each call. */
type Caller = 'stranger' | 'person' | 'owner' | 'admin' | 'fresh';

/** How one operation is asked, at each size in the same way. */
export interface Asking {
  readonly as: Caller;
  readonly query?: Values;
  readonly body?: Values;
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Makes what the call needs, unmeasured. What it answers goes into the path and the body. `n` counts the calls, so that
   * each can have a row of its own.
   */
  readonly prepare?: (stage: GrowthStage, n: number) => Promise<Readonly<Record<string, unknown>>>;
}
type Values = Readonly<Record<string, unknown>>;

const admin = { as: 'admin' } as const;
const owner = { as: 'owner' } as const;
const person = { as: 'person' } as const;
const fresh = { as: 'fresh' } as const;
const stranger = { as: 'stranger' } as const;

const TUS = { 'tus-resumable': '1.0.0' };
const ownUpload = async (stage: GrowthStage) => ({ uploadId: stage.idOf('upload', PERSON) });

const TODO = { description: 'Buy bread', labels: ['home'] };
const id = (kind: string) => async (stage: GrowthStage, n: number) => ({ id: stage.idOf(kind, 20 + 2 * n) });
const madeTodo = async ({ call }: GrowthStage) => {
  const { body } = await call('owner', 'POST', '/api/v1/todos', TODO);
  return { id: body.id, todoId: body.id };
};
const madeRole = async ({ call }: GrowthStage, n: number) => {
  const name = `made ${n} ${Date.now()}`;
  const { body } = await call('admin', 'POST', '/api/v1/authorization/roles', { name, permissions: ['todos.read'] });
  return { id: body.id };
};
const madeTemplate = async ({ call }: GrowthStage, n: number) => {
  const body = {
    name: `made-${n}-${Date.now()}`,
    channel: 'email',
    language: 'en',
    subjectTemplate: 'a',
    bodyTemplate: 'b',
  };
  const made = await call('admin', 'POST', '/api/v1/notifications/templates', body);
  return { templateId: made.body.id };
};
const failedMessage = async (stage: GrowthStage, n: number) => ({ id: stage.idOf('work', 1000 * (1 + n)) });
const LATER = new Date(Date.now() + 3 * 86_400_000).toISOString();
const madeMessage = async ({ call }: GrowthStage) => {
  const body = { channel: 'email', recipient: 'somebody@example.com', subject: 'a', body: 'b', scheduledAtUtc: LATER };
  const made = await call('owner', 'POST', '/api/v1/notifications', body);
  return { id: made.body.id, notificationId: made.body.id };
};
const madeSchedule = async (stage: GrowthStage) => {
  const { id: messageId } = await madeMessage(stage);
  const made = await stage.call('owner', 'POST', `/api/v1/notifications/${messageId}/schedule`, {
    ruleName: 'monthly',
  });
  return { scheduleId: made.body.id };
};
const somebody = async (stage: GrowthStage, n: number) => ({ userId: stage.idOf('user', 100 + 2 * n) });
const publicPerson = async (stage: GrowthStage, n: number) => ({ userId: stage.idOf('user', 100 + 10 * (n % 40)) });
const somebodyById = async (stage: GrowthStage, n: number) => ({ userId: stage.idOf('user', 300 + 2 * n) });
const message = async (stage: GrowthStage, n: number) => ({ notificationId: stage.idOf('message', 24 + 8 * (n % 9)) });
const email = (n: number) => `person-${3 + 10 * (n % 5)}@example.com`;
const teamRole = (user: number) => async (stage: GrowthStage, n: number) => ({
  userId: stage.idOf('user', user + n),
  roleName: `team ${1 + (n % 9)}`,
});
const decision = async (stage: GrowthStage) => ({
  subject: { type: 'user', id: stage.idOf('user', 9) },
  resource: { type: 'notification', id: stage.idOf('message', 9) },
  action: { name: 'notifications.read' },
});

/** A file of the owner, and its link; each from the `first` on, so that what one operation deletes no other asks for. */
const file = (first: number) => async (stage: GrowthStage, n: number) => {
  const fileId = stage.idOf('file', first + 2 * (n % 20));
  const versionId = stage.idOf('version', first + 2 * (n % 20));
  return { fileId, linkId: fileId, tag: 'work', versionId };
};

const folder = (first: number) => async (stage: GrowthStage, n: number) => ({
  folderId: stage.idOf('folder', first + 2 * (n % 20)),
  linkId: stage.idOf('uploadLink', first + 2 * (n % 20)),
});

/** Operations that need no row: asked with the example of their document, or refused after they have looked. */
const byExample = (as: Caller, names: string): [string, Asking][] =>
  names
    .trim()
    .split(/\s*\n\s*/)
    .map((name) => [name, { as }]);

/** Each operation of `openapi.json`, except the streams. A new one needs a line here. */
export const ASKING: Readonly<Record<string, Asking>> = {
  ...Object.fromEntries(
    byExample(
      'stranger',
      `POST /api/v1/users/verify-email
      POST /api/v1/users/verify-email/link
      POST /api/v1/users/verify-email/decline
      GET /api/v1/setup
      POST /api/v1/setup
      POST /api/v1/users/login/mfa
      POST /api/v1/users/passkeys/login/start
      POST /api/v1/users/passkeys/login/finish
      POST /api/v1/users/reset-password
      POST /api/v1/users/reset-password/link
      POST /api/v1/users/accept-invitation
      GET /api/v1/users/oauth/providers
      GET /api/v1/users/oauth/{provider}/start
      GET /api/v1/users/oauth/callback
      POST /api/v1/users/oauth/exchange
      POST /api/v1/users/oauth/confirm-email
      GET /api/v1/notifications/unsubscribe
      POST /api/v1/notifications/unsubscribe
      POST /api/v1/notifications/status/{provider}
      GET /api/v1/files/public/{token}
      POST /api/v1/files/public/{token}
      POST /api/v1/files/public/{token}/files
      GET /.well-known/authzen-configuration
      GET /.well-known/jwks.json
      GET /.well-known/openid-configuration
      GET /.well-known/oauth-authorization-server
      GET /health
      GET /health/live
      GET /health/ready
      GET /problems
      GET /problems/{code}`,
    ),
  ),
  ...Object.fromEntries(
    byExample(
      'person',
      `GET /api/v1/users/me
      POST /api/v1/users/change-email/confirm
      GET /api/v1/users/mfa
      POST /api/v1/users/mfa/totp
      DELETE /api/v1/users/mfa/totp
      POST /api/v1/users/mfa/totp/confirm
      POST /api/v1/users/mfa/recovery-codes
      POST /api/v1/users/passkeys/register/start
      POST /api/v1/users/security-keys/register/start
      POST /api/v1/users/passkeys/register/finish
      GET /api/v1/users/passkeys
      GET /api/v1/notifications/preferences
      PUT /api/v1/notifications/preferences
      GET /api/v1/notifications/push/public-key`,
    ),
  ),
  ...Object.fromEntries(
    byExample(
      'owner',
      `GET /api/v1/notifications
      GET /api/v1/notifications/schedules
      GET /api/v1/notifications/inbox
      GET /api/v1/notifications/inbox/unread-count
      POST /api/v1/notifications/inbox/read-all
      GET /api/v1/users/sessions
      GET /api/v1/users/api-keys
      GET /api/v1/users/identities
      POST /api/v1/files
      POST /api/v1/files/scan
      POST /api/v1/files/validate
      POST /api/v1/files/uploads/presign
      GET /api/v1/files/search
      GET /api/v1/files/filter
      GET /api/v1/files/usage
      GET /api/v1/files/folders
      GET /api/v1/files/tags/{tag}
      GET /api/v1/todos`,
    ),
  ),
  ...Object.fromEntries(
    byExample(
      'admin',
      `GET /api/v1/authorization
      GET /api/v1/authorization/roles
      GET /api/v1/notification-templates
      GET /api/v1/notifications/routing
      PUT /api/v1/notifications/routing
      GET /api/v1/notifications/reports/summary
      GET /api/v1/notifications/reports/details
      GET /api/v1/notifications/suppressions
      GET /api/v1/users
      GET /api/v1/audit
      GET /api/v1/audit/checkpoint
      GET /api/v1/audit/keys
      GET /api/v1/audit/archives
      GET /api/v1/audit/archives/{id}
      GET /api/v1/audit/integrity/runs/{id}
      DELETE /api/v1/audit/integrity/runs/{id}
      GET /api/v1/observability/messages
      GET /api/v1/observability/events/catalog
      GET /api/v1/observability/replays
      GET /api/v1/dashboard/orchestration-health
      GET /api/v1/observability/metrics
      GET /api/v1/observability/alerts`,
    ),
  ),
  'GET /api/v1/observability/messages/{id}': { ...admin, prepare: failedMessage },
  'POST /api/v1/observability/messages/{id}/discard': { ...admin, prepare: failedMessage, body: { reason: 'x' } },
  'GET /api/v1/observability/objectives/{name}/alerts': { ...admin, prepare: async () => ({ name: 'reads' }) },
  'GET /api/v1/observability/replays/{id}': {
    ...admin,
    prepare: async (stage) => ({ id: stage.idOf('replay', 100) }),
  },
  'POST /api/v1/observability/orchestration/replay/inbox': { ...admin, body: { dryRun: true } },
  'POST /api/v1/observability/orchestration/replay/outbox': { ...admin, body: { dryRun: true } },
  'POST /api/v1/observability/orchestration/replay/work': { ...admin, body: { dryRun: true } },
  'GET /api/v1/audit/integrity': { ...admin, query: { incremental: 'true' } },
  'GET /api/v1/audit/export': { ...admin, query: { action: 'users.rare_thing_done' } },
  'GET /api/v1/audit/proof/inclusion': { ...admin, query: { sequence: '500' } },
  'GET /api/v1/audit/proof/consistency': { ...admin, query: { from: '500' } },
  'POST /api/v1/audit/archives': { ...admin, body: { before: '2000-01-01T00:00:00.000Z' } },
  'GET /api/v1/notifications/reports/details.csv': { ...admin, query: { status: 'cancelled' } },
  'POST /api/v1/authorization/assign-permission': {
    ...admin,
    prepare: async (_, n) => ({ roleName: `team ${1 + (n % 9)}`, permissionCode: 'todos.write' }),
  },
  'POST /api/v1/authorization/revoke-permission': {
    ...admin,
    prepare: async (_, n) => ({ roleName: `team ${1 + (n % 9)}`, permissionCode: 'todos.write' }),
  },
  'POST /api/v1/authorization/roles': {
    ...admin,
    prepare: async (_, n) => ({ name: `new ${n} ${Date.now()}`, permissions: ['todos.read'] }),
  },
  'GET /api/v1/authorization/roles/{id}': { ...admin, prepare: id('role') },
  'PUT /api/v1/authorization/roles/{id}': {
    ...admin,
    body: { name: `renamed`, permissions: ['todos.read'] },
    headers: { 'if-match': '*' },
    prepare: async (stage, n) => ({ ...(await madeRole(stage, n)), name: `renamed ${n} ${Date.now()}` }),
  },
  'DELETE /api/v1/authorization/roles/{id}': { ...admin, headers: { 'if-match': '*' }, prepare: madeRole },
  'POST /api/v1/authorization/assign-role': { ...admin, prepare: teamRole(200) },
  'POST /api/v1/authorization/revoke-role': { ...admin, prepare: teamRole(200) },
  'POST /api/v1/authorization/grant-permission': {
    ...admin,
    body: { permissionCode: 'todos.read' },
    prepare: somebody,
  },
  'POST /api/v1/authorization/ungrant-permission': {
    ...admin,
    body: { permissionCode: 'todos.read' },
    prepare: somebody,
  },
  'POST /api/v1/authorization/deny-permission': { ...admin, body: { permissionCode: 'todos.read' }, prepare: somebody },
  'POST /api/v1/authorization/lift-denial': { ...admin, body: { permissionCode: 'todos.read' }, prepare: somebody },
  'GET /api/v1/authorization/users/{userId}': { ...admin, prepare: somebody },
  'POST /api/v1/authorization/check': {
    ...admin,
    body: { permission: 'todos.read' },
    prepare: async (stage) => ({ userId: stage.idOf('user', 9) }),
  },
  'POST /access/v1/evaluation': { ...admin, prepare: decision },
  'POST /access/v1/evaluations': {
    ...admin,
    prepare: async (stage) => ({ evaluations: [await decision(stage)] }),
  },
  'POST /access/v1/search/subject': {
    ...admin,
    prepare: async (stage) => ({ ...(await decision(stage)), subject: { type: 'user' } }),
  },
  'POST /access/v1/search/resource': {
    ...admin,
    prepare: async (stage) => ({ ...(await decision(stage)), resource: { type: 'module' } }),
  },
  'POST /access/v1/search/action': {
    ...admin,
    prepare: async (stage) => ({ ...(await decision(stage)), action: undefined }),
  },
  'POST /api/v1/notifications': {
    ...owner,
    body: { channel: 'email', recipient: 'somebody@example.com', subject: 'Hello', body: 'It is late.' },
  },
  'GET /api/v1/notifications/{notificationId}': { ...owner, prepare: message },
  'PUT /api/v1/notifications/{notificationId}/cancel': { ...owner, prepare: madeMessage },
  'DELETE /api/v1/notifications/archive/{id}': {
    ...owner,
    prepare: async (stage, n) => ({ id: stage.idOf('message', 104 + 8 * n) }),
  },
  'GET /api/v1/notifications/{notificationId}/permissions': { ...owner, prepare: message },
  'PUT /api/v1/notifications/{notificationId}/permissions': {
    ...owner,
    prepare: async (stage, n) => ({
      ...(await message(stage, n)),
      subjectType: 'user',
      subjectValue: stage.idOf('user', 9 + n),
      canRead: true,
      canWrite: false,
      canDelete: false,
      canManage: false,
    }),
  },
  'POST /api/v1/notifications/{notificationId}/schedule': {
    ...owner,
    body: { ruleName: 'monthly' },
    prepare: madeMessage,
  },
  'DELETE /api/v1/notifications/schedules/{scheduleId}': { ...owner, prepare: madeSchedule },
  'POST /api/v1/notifications/templates': {
    ...admin,
    prepare: async (_, n) => ({
      name: `new-${n}-${Date.now()}`,
      channel: 'email',
      language: 'en',
      subjectTemplate: 'a',
      bodyTemplate: 'b',
    }),
  },
  'PUT /api/v1/notifications/templates/{templateId}': {
    ...admin,
    headers: { 'if-match': '*' },
    body: { subjectTemplate: 'a', bodyTemplate: 'c' },
    prepare: madeTemplate,
  },
  'GET /api/v1/notification-templates/{templateId}': {
    ...admin,
    prepare: async (stage) => ({ templateId: stage.idOf('template', 10) }),
  },
  'DELETE /api/v1/notification-templates/{templateId}': {
    ...admin,
    headers: { 'if-match': '*' },
    prepare: madeTemplate,
  },
  'POST /api/v1/notification-templates/{templateId}/preview': {
    ...admin,
    body: { variables: { name: 'Sara' } },
    prepare: async (stage) => ({ templateId: stage.idOf('template', 10) }),
  },
  'POST /api/v1/notifications/inbox/{id}/read': {
    ...owner,
    prepare: async (stage, n) => ({ id: stage.idOf('message', 48 + 16 * n) }),
  },
  'DELETE /api/v1/notifications/suppressions/{id}': { ...admin, prepare: id('suppression') },
  'POST /api/v1/users/register': {
    ...stranger,
    body: { firstName: 'Sara', lastName: 'Amini', password: 'a long enough password' },
    prepare: async (_, n) => ({ email: `new-${n}-${Date.now()}@example.com` }),
  },
  'POST /api/v1/users/resend-verification-code': { ...stranger, prepare: async (_, n) => ({ email: email(n) }) },
  'POST /api/v1/users/forgot-password': { ...stranger, prepare: async (_, n) => ({ email: email(n) }) },
  'POST /api/v1/users/login': {
    ...stranger,
    prepare: async ({ password }, n) => ({ email: `person-${21 + 10 * n}@example.com`, password }),
  },
  'POST /api/v1/users/refresh': {
    ...stranger,
    prepare: async (stage, n) => ({ refreshToken: (await stage.signIn(n)).refreshToken }),
  },
  'POST /api/v1/users/revoke': {
    ...stranger,
    prepare: async (stage, n) => ({ refreshToken: (await stage.signIn(n)).refreshToken }),
  },
  'POST /api/v1/users/step-up': { ...person, prepare: async ({ password }) => ({ password }) },
  'DELETE /api/v1/users/me': fresh,
  'GET /api/v1/users/me/export': person,
  'POST /api/v1/users/change-email': {
    ...fresh,
    prepare: async (_, n) => ({ email: `changed-${n}-${Date.now()}@example.com` }),
  },
  'POST /api/v1/users/change-password': {
    ...fresh,
    prepare: async ({ password }) => ({ currentPassword: password, newPassword: 'another long password' }),
  },
  'POST /api/v1/users/sessions/revoke-all': fresh,
  'POST /api/v1/users/sessions/revoke-all-except-current': fresh,
  'POST /api/v1/users/sessions/{sessionId}/revoke': {
    ...owner,
    prepare: async (stage, n) => ({ sessionId: stage.idOf('session', 102 + 2 * n) }),
  },
  'DELETE /api/v1/users/passkeys/{id}': { ...person, prepare: id('passkey') },
  'POST /api/v1/users/api-keys': { ...person, body: { name: 'import', scopes: ['todos.read'] } },
  'GET /api/v1/users/api-keys/{id}': {
    ...owner,
    prepare: async (stage) => ({ id: stage.idOf('key', 2) }),
  },
  'DELETE /api/v1/users/api-keys/{id}': { ...owner, prepare: id('key') },
  'DELETE /api/v1/users/identities/{id}': { ...owner, prepare: id('identity') },
  'POST /api/v1/users': {
    ...admin,
    body: { firstName: 'Reza', lastName: 'Karimi', roles: ['user'] },
    prepare: async (_, n) => ({ email: `invited-${n}-${Date.now()}@example.com` }),
  },
  'GET /api/v1/users/{userId}': { ...admin, prepare: somebody },
  'PUT /api/v1/users/{userId}': {
    ...admin,
    headers: { 'if-match': '*' },
    body: { status: 'active' },
    prepare: somebodyById,
  },
  'DELETE /api/v1/users/{userId}': {
    ...admin,
    headers: { 'if-match': '*' },
    prepare: async (stage, n) => ({ userId: stage.idOf('user', 500 + 2 * n) }),
  },
  'POST /api/v1/users/{userId}/reset': { ...admin, headers: { 'if-match': '*' }, prepare: somebodyById },
  'DELETE /api/v1/users/{userId}/factors': {
    ...admin,
    headers: { 'if-match': '*' },
    prepare: async (stage, n) => ({ userId: stage.idOf('user', 103 + 10 * n) }),
  },
  'POST /api/v1/todos': { ...owner, body: TODO },
  'GET /api/v1/todos/{id}': { ...owner, prepare: id('todo') },
  'PATCH /api/v1/todos/{id}': { ...owner, body: { priority: 'high' }, headers: { 'if-match': '*' }, prepare: madeTodo },
  'DELETE /api/v1/todos/{id}': { ...owner, headers: { 'if-match': '*' }, prepare: madeTodo },
  'PUT /api/v1/todos/{id}/complete': { ...owner, headers: { 'if-match': '*' }, prepare: madeTodo },
  'PUT /api/v1/todos/{id}/reopen': { ...owner, headers: { 'if-match': '*' }, prepare: madeTodo },
  'POST /api/v1/todos/{todoId}/copy': { ...owner, prepare: madeTodo },
  'POST /api/v1/profiles/me': { ...fresh, body: { firstName: 'Sara' } },
  'GET /api/v1/profiles/me': owner,
  'PUT /api/v1/profiles/me/basic': { ...owner, prepare: async (_, n) => ({ displayName: `Sara ${n} ${Date.now()}` }) },
  'PATCH /api/v1/profiles/me/bio': { ...owner, prepare: async (_, n) => ({ bio: `I read ${n} ${Date.now()}` }) },
  'PATCH /api/v1/profiles/me/contact': {
    ...owner,
    prepare: async (_, n) => ({ contactEmail: `sara-${n}-${Date.now()}@example.com` }),
  },
  'PATCH /api/v1/profiles/me/privacy': {
    ...owner,
    prepare: async (_, n) => ({ isProfilePublic: n % 2 === 0 }),
  },
  'PATCH /api/v1/profiles/me/preferences': {
    ...owner,
    prepare: async (_, n) => ({ preferredLanguage: n % 2 === 0 ? 'fa' : 'en' }),
  },
  'PATCH /api/v1/profiles/me/social-links': {
    ...owner,
    prepare: async (_, n) => ({ links: { site: `https://example.com/${n}/${Date.now()}` } }),
  },
  'GET /api/v1/profiles/me/music': owner,
  'PUT /api/v1/profiles/me/music': { ...owner, prepare: async (_, n) => ({ musicTitle: `Song ${n} ${Date.now()}` }) },
  'POST /api/v1/profiles/me/interests': { ...owner, prepare: async (_, n) => ({ interests: [`art ${n % 20}`] }) },
  'DELETE /api/v1/profiles/me/interests/{interest}': {
    ...owner,
    prepare: async (_, n) => ({ interest: `art ${n % 20}` }),
  },
  // The files of the fill have no bytes.
  'PUT /api/v1/profiles/me/avatar': {
    ...owner,
    prepare: async (stage) => ({ avatarFileId: stage.idOf('file', 102) }),
  },
  'DELETE /api/v1/profiles/me/avatar': owner,
  'GET /api/v1/profiles/me/avatar': owner,
  'GET /api/v1/profiles/{userId}/avatar': { ...owner, prepare: publicPerson },
  'GET /api/v1/profiles/{userId}/public': { ...owner, prepare: publicPerson },
  'GET /api/v1/profiles/reports/admin': admin,
  'GET /api/v1/profiles/reports/admin.csv': { ...admin, query: { preferredLanguage: 'de' } },
  'POST /api/v1/files/uploads': { ...owner, headers: { ...TUS, 'upload-length': '5' } },
  'PATCH /api/v1/files/uploads/{uploadId}': {
    ...person,
    headers: { ...TUS, 'upload-offset': '1000', 'content-type': 'application/offset+octet-stream' },
    prepare: ownUpload,
  },
  'DELETE /api/v1/files/uploads/{uploadId}': {
    ...owner,
    headers: TUS,
    prepare: async (stage, n) => ({ uploadId: stage.idOf('upload', 21 + 2 * n) }), // somebody else's
  },
  'POST /api/v1/files/uploads/{uploadId}/complete': {
    ...owner,
    prepare: async (stage, n) => ({ uploadId: stage.idOf('upload', 21 + 2 * n) }), // somebody else's
  },
  'POST /api/v1/files/folders': { ...owner, prepare: async (_, n) => ({ name: `new ${n} ${Date.now()}` }) },
  'GET /api/v1/files/folders/{folderId}': { ...owner, prepare: folder(102) },
  'PATCH /api/v1/files/folders/{folderId}': { ...owner, body: { parentId: null }, prepare: folder(102) },
  'DELETE /api/v1/files/folders/{folderId}': { ...owner, prepare: folder(152) },
  'POST /api/v1/files/folders/{folderId}/restore': { ...owner, prepare: folder(152) },
  'POST /api/v1/files/folders/{folderId}/share': { ...owner, body: { maxFiles: 5 }, prepare: folder(102) },
  'GET /api/v1/files/folders/{folderId}/links': { ...owner, prepare: folder(102) },
  'GET /api/v1/files/folders/{folderId}/accesses': { ...owner, prepare: folder(102) },
  'DELETE /api/v1/files/folders/{folderId}/links': { ...owner, prepare: folder(202) },
  'DELETE /api/v1/files/folders/{folderId}/links/{linkId}': { ...owner, prepare: folder(202) },
  'GET /api/v1/files/{fileId}': { ...owner, prepare: file(102) },
  'GET /api/v1/files/permissions/{fileId}': { ...owner, prepare: file(102) },
  'POST /api/v1/files/permissions/{fileId}': {
    ...owner,
    body: { subjectType: 'user', canRead: true },
    prepare: async (stage, n) => ({ ...(await file(102)(stage, n)), subjectValue: stage.idOf('user', 101) }),
  },
  'PUT /api/v1/files/{fileId}': { ...owner, body: { description: 'new' }, prepare: file(102) },
  'PATCH /api/v1/files/{fileId}/move': { ...owner, body: { folder: 'other' }, prepare: file(102) },
  'POST /api/v1/files/{fileId}/tags': { ...owner, body: { tags: ['new'] }, prepare: file(102) },
  'DELETE /api/v1/files/{fileId}/tags/{tag}': { ...owner, prepare: file(102) },
  'POST /api/v1/files/{fileId}/retry': { ...owner, prepare: file(102) },
  'GET /api/v1/files/{fileId}/download': { ...owner, prepare: file(102) },
  'GET /api/v1/files/{fileId}/stream': { ...owner, prepare: file(102) },
  'GET /api/v1/files/{fileId}/image': { ...owner, prepare: file(102) },
  'POST /api/v1/files/archive': {
    ...owner,
    prepare: async (stage, n) => ({ ids: [(await file(102)(stage, n)).fileId] }),
  },
  'PUT /api/v1/files/{fileId}/content': { ...owner, prepare: file(102) },
  'GET /api/v1/files/{fileId}/versions': { ...owner, prepare: file(102) },
  'GET /api/v1/files/{fileId}/versions/{versionId}/download': { ...owner, prepare: file(102) },
  'POST /api/v1/files/{fileId}/versions/{versionId}/restore': { ...owner, prepare: file(102) },
  'DELETE /api/v1/files/{fileId}/versions/{versionId}': { ...owner, prepare: file(152) },
  'POST /api/v1/files/encrypt/{fileId}': { ...owner, prepare: file(102) },
  'POST /api/v1/files/decrypt/{fileId}': { ...owner, prepare: file(102) },
  'GET /api/v1/files/audit/{fileId}': { ...owner, prepare: file(102) },
  'GET /api/v1/files/{fileId}/link': { ...owner, prepare: file(102) },
  'POST /api/v1/files/{fileId}/share': { ...owner, body: { mode: 'public' }, prepare: file(102) },
  'GET /api/v1/files/{fileId}/links': { ...owner, prepare: file(102) },
  'DELETE /api/v1/files/{fileId}/links/{linkId}': { ...owner, prepare: file(152) },
  'DELETE /api/v1/files/{fileId}/links': { ...owner, prepare: file(152) },
  'DELETE /api/v1/files/{fileId}': { ...owner, prepare: file(202) },
  'POST /api/v1/files/{fileId}/restore': { ...owner, prepare: file(202) },
  'DELETE /api/v1/files/{fileId}/purge': { ...owner, prepare: file(252) },
  'GET /dev/mailbox': { ...stranger, query: { to: 'person-900@example.com' } },
  'DELETE /dev/mailbox': stranger,
};

/** More questions to reads, beyond the plain one: the slow forms of lists. */
export const QUESTIONS: readonly (readonly [name: string, as: Caller, query: Values])[] = [
  ['GET /api/v1/todos', 'owner', { search: 'number 4020' }],
  ['GET /api/v1/todos', 'owner', { search: 'bread' }],
  ['GET /api/v1/todos', 'owner', { search: 'nothing has this' }],
  ['GET /api/v1/todos', 'owner', { label: 'rare' }],
  ['GET /api/v1/todos', 'owner', { label: 'none' }],
  ['GET /api/v1/todos', 'owner', { isCompleted: 'false' }],
  ['GET /api/v1/todos', 'owner', { sortBy: 'priority' }],
  ['GET /api/v1/todos', 'owner', { page: '20' }],
  ['GET /api/v1/files/search', 'owner', { text: 'report 402' }],
  ['GET /api/v1/files/search', 'owner', { text: 'nothing has this' }],
  ['GET /api/v1/files/search', 'owner', { tag: 'rare' }],
  ['GET /api/v1/files/search', 'owner', { contentType: 'text/plain' }],
  ['GET /api/v1/files/search', 'admin', { text: 'nothing has this' }],
  ['GET /api/v1/profiles/reports/admin', 'admin', { search: 'number 420' }],
  ['GET /api/v1/profiles/reports/admin', 'admin', { search: 'nobody has this' }],
  ['GET /api/v1/profiles/reports/admin', 'admin', { preferredLanguage: 'de' }],
  ['GET /api/v1/profiles/reports/admin', 'admin', { isProfilePublic: 'true' }],
  ['GET /api/v1/profiles/reports/admin', 'admin', { minCompleteness: '90' }],
  ['GET /api/v1/profiles/reports/admin', 'admin', { minCompleteness: '90', sortBy: 'completeness' }],
  ['GET /api/v1/profiles/reports/admin', 'admin', { updatedTo: '2020-01-01T00:00:00.000Z' }],
  ['GET /api/v1/profiles/reports/admin', 'admin', { sortBy: 'updatedAt', page: '20' }],
  ['GET /api/v1/users', 'admin', { search: 'person-420@' }],
  ['GET /api/v1/users', 'admin', { search: 'nobody has this' }],
  ['GET /api/v1/users', 'admin', { status: 'pending' }],
  ['GET /api/v1/users', 'admin', { status: 'locked' }],
  ['GET /api/v1/users', 'admin', { sortBy: 'email', page: '20' }],
  ['GET /api/v1/users', 'admin', { sortBy: 'lastName', page: '20' }],
  ['GET /api/v1/notifications', 'admin', {}],
  ['GET /api/v1/notifications', 'admin', { status: 'failed' }],
  ['GET /api/v1/notifications', 'admin', { status: 'cancelled' }],
  ['GET /api/v1/notifications', 'owner', { status: 'cancelled' }],
  ['GET /api/v1/notifications', 'person', {}],
  ['GET /api/v1/notifications/reports/summary', 'admin', { status: 'failed' }],
  ['GET /api/v1/notifications/reports/details', 'admin', { provider: 'none' }],
  ['GET /api/v1/notifications/reports/details', 'admin', { from: LATER }],
  ['GET /api/v1/observability/messages', 'admin', { error: 'nothing has this' }],
  ['GET /api/v1/observability/messages', 'admin', { consumer: 'none' }],
  ['GET /api/v1/audit', 'admin', { text: 'nothing has this' }],
  ['GET /api/v1/audit', 'admin', { action: 'none.such' }],
  ['GET /api/v1/audit', 'admin', { outcome: 'denied' }],
  ['GET /api/v1/audit', 'admin', { isTampered: 'true' }],
  ['GET /api/v1/audit', 'admin', { from: LATER }],
  ['GET /api/v1/audit', 'admin', { to: '2020-01-01T00:00:00.000Z' }],
];

/** The body of a call: what the line gives, what was prepared for it, or the example of the document. */
export function bodyOf(operation: Operation, { body, prepare }: Asking, prepared: Values): object | undefined {
  if (!operation.body) return undefined;
  if (!body && !prepare) return sampleOf(operation.body) as object;
  const fields = new Set(Object.keys(operation.body['properties'] ?? {}));
  const own = Object.entries(prepared).filter(([name, value]) => fields.has(name) && value !== undefined);
  return { ...body, ...Object.fromEntries(own) };
}
