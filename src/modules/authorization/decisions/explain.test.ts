import assert from 'node:assert/strict';
import { test } from 'node:test';
import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { testApp } from '#testing/app.ts';
import { auditPermissions } from '#modules/audit/contract.ts';
import { todoPermissions } from '#modules/todos/contract.ts';
import { authorizationPermissions } from '../contract.ts';
import { administrator, as, everything, subject, within } from '#testing/authorization.ts';

const { check, manage } = authorizationPermissions;
const AUDIT = auditPermissions.read.code;

test('a decision names the role and its path, the grant, or the denial that decided', async (t) => {
  const app = await testApp(t);
  const admin = everything(app);
  const userId = await subject(app);
  const reasons = async () => {
    const { status, body } = await admin.post('/authorization/check', { userId, permission: AUDIT });
    assert.equal(status, 200);
    assert.equal(body.decision, (await as(app, userId).get('/audit')).status === 200);
    return [body.decision, body.reasons];
  };

  const missing = await reasons();
  await admin.post('/authorization/roles', { name: 'auditor', permissions: [AUDIT] });
  await admin.post('/authorization/roles', { name: 'office', includes: ['auditor'] });
  await admin.post('/authorization/assign-role', { userId, roleName: 'office' });
  await admin.post('/authorization/grant-permission', { userId, permissionCode: AUDIT });
  const allowed = await reasons();
  await admin.post('/authorization/deny-permission', { userId, permissionCode: AUDIT });
  const denied = await reasons();
  await within(app, system('users'), (unit) => app.authorization.suspend(unit, userId));
  const suspended = await reasons();

  const permission = AUDIT;
  assert.deepEqual(missing, [false, [{ code: 'missing', permission }]]);
  assert.deepEqual(allowed, [
    true,
    [
      { code: 'role', permission, roles: ['office', 'auditor'] },
      { code: 'grant', permission },
    ],
  ]);
  assert.deepEqual(denied, [false, [{ code: 'denial', permission }]]);
  assert.deepEqual(suspended, [false, [{ code: 'suspended' }]]);
});

test('the role admin allows everything, also what is denied to its holder', async (t) => {
  const app = await testApp(t);
  const admin = await administrator(app);
  const userId = await subject(app);
  await admin.post('/authorization/deny-permission', { userId, permissionCode: AUDIT });
  await admin.post('/authorization/assign-role', { userId, roleName: 'admin' });

  const { body } = await admin.post('/authorization/check', { userId, permission: AUDIT });

  assert.deepEqual(body, { decision: true, reasons: [{ code: 'role', permission: AUDIT, roles: ['admin'] }] });
});

test('a decision about a single resource needs permission and ownership, like the real call', async (t) => {
  const app = await testApp(t);
  const admin = everything(app);
  const [sara, reza] = [as(app, await subject(app)), as(app, await subject(app))];
  const { body: todo } = await sara.post('/todos', { description: 'x' });
  const ask = async (userId: string, permission: string, id = todo.id) => {
    const { body } = await admin.post('/authorization/check', { userId, permission, resource: { type: 'todo', id } });
    return [body.decision, body.reasons.map(({ code }: { code: string }) => code)];
  };

  const read = todoPermissions.read.code;
  assert.deepEqual(await ask(sara.userId, read), [true, ['role', 'owner']]);
  assert.deepEqual(await ask(reza.userId, read), [false, ['noGround']]);
  assert.deepEqual(await ask(sara.userId, read, newId()), [false, ['noGround']]);
  assert.deepEqual(await ask(sara.userId, read, 'nothing'), [false, ['noGround']]);
  assert.deepEqual(await ask(sara.userId, AUDIT), [false, ['unrelated']]);
  await admin.post('/authorization/deny-permission', { userId: sara.userId, permissionCode: read });
  assert.deepEqual(await ask(sara.userId, read), [false, ['denial']]);
});

test('the AuthZEN evaluation decides the same, and refuses unknown subjects, actions and resources', async (t) => {
  const app = await testApp(t);
  const pep = app.signIn(check);
  const userId = await subject(app);
  const { body: todo } = await as(app, userId).post('/todos', { description: 'x' });
  const evaluate = async (changes: object) => {
    const payload = {
      subject: { type: 'user', id: userId },
      action: { name: todoPermissions.read.code },
      resource: { type: 'todo', id: todo.id },
      ...changes,
    };
    const { statusCode, body } = await app.http.inject({
      method: 'POST',
      url: '/access/v1/evaluation',
      headers: { 'x-test-caller': pep.userId },
      payload,
    });
    return { status: statusCode, body: JSON.parse(body) };
  };
  const refused = async (changes: object) => {
    const { status, body } = await evaluate(changes);
    assert.deepEqual([status, body.decision], [200, false]);
    return body.context.reasons[0].code;
  };

  const allowed = await evaluate({ context: { time: 'now', deep: { a: [1] } } });
  const whole = await evaluate({ resource: { type: 'module', id: 'todos', properties: { colour: 'red' } } });
  assert.deepEqual(allowed, {
    status: 200,
    body: {
      decision: true,
      context: {
        reasons: [{ code: 'role', permission: todoPermissions.read.code, roles: ['user'] }, { code: 'owner' }],
      },
    },
  });
  assert.deepEqual([whole.status, whole.body.decision], [200, true]);
  assert.equal(await refused({ subject: { type: 'user', id: newId() } }), 'unknownUser');
  assert.equal(await refused({ subject: { type: 'machine', id: userId } }), 'unknownUser');
  assert.equal(await refused({ action: { name: 'no.such' } }), 'unknownPermission');
  assert.equal(await refused({ resource: { type: 'planet', id: '1' } }), 'unknownResourceType');
  assert.equal(await refused({ resource: { type: 'module', id: 'audit' } }), 'unrelated');
  assert.equal((await evaluate({ subject: { type: 'user' } })).status, 400);
  assert.equal((await evaluate({ subject: undefined })).status, 400);
});

test('the error of a check names what is unknown', async (t) => {
  const app = await testApp(t);
  const caller = app.signIn(check);
  const userId = await subject(app);
  const ask = async (body: object) => {
    const answer = await caller.post('/authorization/check', body);
    return [answer.status, answer.body.code];
  };

  assert.deepEqual(await ask({ userId: newId(), permission: AUDIT }), [404, 'authorization.user_not_found']);
  assert.deepEqual(await ask({ userId, permission: 'no.such' }), [400, 'authorization.permission_unknown']);
  assert.deepEqual(await ask({ userId, permission: AUDIT, resource: { type: 'planet', id: '1' } }), [
    400,
    'authorization.resource_type_unknown',
  ]);
});

test('a caller who may not check gets the same refusal for every question', async (t) => {
  const app = await testApp(t);
  const stranger = app.signIn(manage);
  const userId = await subject(app);

  const known = await stranger.post('/authorization/check', { userId, permission: AUDIT });
  const unknown = await stranger.post('/authorization/check', { userId: newId(), permission: 'no.such' });

  for (const { status, body } of [known, unknown])
    assert.deepEqual([status, body.code, body.permission], [403, 'http.forbidden', check.code]);
});
