import type { Operation } from '#testing/api/operations.ts';
import { sampleOf } from '#testing/api/arbitrary.ts';
import { ACCOUNTS } from './accounts.ts';
import {
  admin,
  byExample,
  byRefusal,
  fresh,
  owner,
  person,
  somebody,
  stranger,
  type Asking,
  type Caller,
  type Values,
} from './asking.ts';
import { FILES } from './files.ts';
import { LOGGING } from './logging.ts';
import { OBSERVABILITY } from './observability.ts';
import { PROFILES } from './profiles.ts';
import { SCHEDULER } from './scheduler.ts';
import { ORGANISATIONS } from './organisations.ts';
import { WEBHOOKS } from './webhooks.ts';
import { PERSON, type GrowthStage } from './stage.ts';

const TODO = { description: 'Buy bread', labels: ['home'] };
const id = (kind: string) => async (stage: GrowthStage, n: number) => ({ id: stage.idOf(kind, 20 + 2 * n) });
const madeTodo = async ({ call }: GrowthStage) => {
  const { body } = await call('owner', 'POST', '/api/v1/todos', TODO);
  return { id: body.id, todoId: body.id };
};
const newView = async (_: GrowthStage, n: number) => ({ page: '/logs', name: `made ${n} ${Date.now()}`, search: '' });
const keptView = async (stage: GrowthStage, n: number) => {
  const { body } = await stage.call('owner', 'POST', '/api/v1/views', await newView(stage, n));
  return { id: body.id };
};
const TODOS_AS_CSV = { path: '/api/v1/todos', format: 'csv' };
const ownExport = async (stage: GrowthStage) => ({ id: stage.idOf('export', PERSON) });
const madeExport = async (stage: GrowthStage) => {
  const { tokens } = await stage.nextPerson();
  const { body } = await stage.send({ method: 'POST', url: '/api/v1/exports', payload: TODOS_AS_CSV }, tokens);
  return { id: body.id, tokens };
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
const message = async (stage: GrowthStage, n: number) => ({ notificationId: stage.idOf('message', 24 + 8 * (n % 9)) });
const teamRole = (user: number) => async (stage: GrowthStage, n: number) => ({
  userId: stage.idOf('user', user + n),
  roleName: `team ${1 + (n % 9)}`,
});
const run = async (stage: GrowthStage) => ({ id: stage.idOf('run', 1000) });
const decision = async (stage: GrowthStage) => ({
  subject: { type: 'user', id: stage.idOf('user', 9) },
  resource: { type: 'notification', id: stage.idOf('message', 9) },
  action: { name: 'notifications.read' },
});

/** Each operation of `openapi.json`, except the streams. A new one needs a line here. */
export const ASKING: Readonly<Record<string, Asking>> = {
  ...ACCOUNTS,
  ...FILES,
  ...LOGGING,
  ...OBSERVABILITY,
  ...PROFILES,
  ...SCHEDULER,
  ...ORGANISATIONS,
  ...WEBHOOKS,
  ...byExample(
    'stranger',
    `GET /.well-known/authzen-configuration
    GET /.well-known/jwks.json
    GET /.well-known/openid-configuration
    GET /.well-known/oauth-authorization-server
    GET /health
    GET /health/live
    GET /health/ready
    GET /problems`,
  ),
  ...byExample(
    'person',
    `GET /api/v1/notifications/preferences
    PUT /api/v1/notifications/preferences
    POST /api/v1/notifications/inbox/read-all`,
  ),
  ...byExample(
    'owner',
    `GET /api/v1/notifications
    GET /api/v1/notifications/schedules
    GET /api/v1/notifications/inbox
    GET /api/v1/notifications/inbox/unread-count
    GET /api/v1/todos
    GET /api/v1/views
    GET /api/v1/exports`,
  ),
  ...byExample(
    'admin',
    `GET /api/v1/authorization
    GET /api/v1/authorization/roles
    GET /api/v1/notification-templates
    GET /api/v1/notifications/routing
    PUT /api/v1/notifications/routing
    GET /api/v1/notifications/reports/summary
    GET /api/v1/notifications/reports/details
    GET /api/v1/notifications/suppressions
    GET /api/v1/audit
    GET /api/v1/audit/checkpoint
    GET /api/v1/audit/keys
    GET /api/v1/audit/archives`,
  ),
  // Neither push nor a provider is set up, and nothing is old enough for an archive.
  ...byRefusal('person', 404, 'GET /api/v1/notifications/push/public-key'),
  ...byRefusal('stranger', 404, 'POST /api/v1/notifications/status/{provider}'),
  ...byRefusal('admin', 404, 'GET /api/v1/audit/archives/{id}'),
  'GET /problems/{code}': { ...stranger, prepare: async () => ({ code: 'http.invalid' }) },
  'GET /api/v1/notifications/unsubscribe': { ...stranger, refused: 400 }, // the link is in mails that were sent
  'POST /api/v1/notifications/unsubscribe': { ...stranger, refused: 400 },
  'GET /api/v1/audit/entries/{id}': {
    ...admin,
    prepare: async (stage) => ({ id: (await stage.call('admin', 'GET', '/api/v1/audit')).body.items[0].id }),
  },
  'GET /api/v1/audit/integrity/runs/{id}': { ...admin, prepare: run },
  'DELETE /api/v1/audit/integrity/runs/{id}': { ...admin, prepare: run },
  'GET /api/v1/audit/integrity': { ...admin, query: { incremental: 'true' } },
  'GET /api/v1/audit/export': { ...admin, query: { action: 'users.rare_thing_done' } },
  'GET /api/v1/audit/proof/inclusion': { ...admin, query: { sequence: '500' } },
  'GET /api/v1/audit/proof/consistency': { ...admin, query: { from: '500' } },
  'POST /api/v1/audit/archives': { ...admin, refused: 409, body: { before: '2000-01-01T00:00:00.000Z' } },
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
    prepare: async (stage, n) => ({ id: stage.idOf('message', 104 + 16 * n) }),
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
  'POST /api/v1/notifications/schedules/preview': { ...admin, body: { ruleName: 'daily' } },
  'POST /api/v1/notifications/inbox/{id}/read': {
    ...owner,
    prepare: async (stage, n) => ({ id: stage.idOf('message', 48 + 16 * n) }), // unread, and none that is deleted above
  },
  'DELETE /api/v1/notifications/suppressions/{id}': { ...admin, prepare: id('suppression') },
  'POST /api/v1/todos': { ...owner, body: TODO },
  'GET /api/v1/todos/{id}': { ...owner, prepare: id('todo') },
  'PATCH /api/v1/todos/{id}': { ...owner, body: { priority: 'high' }, headers: { 'if-match': '*' }, prepare: madeTodo },
  'DELETE /api/v1/todos/{id}': { ...owner, headers: { 'if-match': '*' }, prepare: madeTodo },
  'PUT /api/v1/todos/{id}/complete': { ...owner, headers: { 'if-match': '*' }, prepare: madeTodo },
  'PUT /api/v1/todos/{id}/reopen': { ...owner, headers: { 'if-match': '*' }, prepare: madeTodo },
  'POST /api/v1/todos/{todoId}/copy': { ...owner, prepare: madeTodo },
  'POST /api/v1/exports': { ...fresh, body: TODOS_AS_CSV },
  'GET /api/v1/exports/{id}': { ...person, prepare: ownExport },
  'GET /api/v1/exports/{id}/content': { ...person, refused: 404, prepare: ownExport },
  'DELETE /api/v1/exports/{id}': { ...fresh, prepare: madeExport },
  'POST /api/v1/views': { ...owner, prepare: newView },
  'DELETE /api/v1/views/{id}': { ...owner, prepare: keptView },
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
