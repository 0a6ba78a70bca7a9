import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linkFor, login, MINUTE_MS, PASSWORD } from '#testing/accounts.ts';
import { REASON, support } from '#testing/authorization.ts';
import { auditPermissions } from '#modules/audit/contract.ts';
import { userPermissions } from '../contract.ts';

type Stage = Awaited<ReturnType<typeof support>>;

const NEW_PASSWORD = 'a wholly new password';
const lockedUntil = ({ app }: Stage) => new Date(app.now().getTime() + 60 * MINUTE_MS).toISOString();

async function resetPassword({ app }: Stage, { email }: { email: string }): Promise<unknown> {
  await app.anonymous.post('/users/forgot-password', { email });
  const token = await linkFor(app, email);
  return app.anonymous.post('/users/reset-password/link', { token, newPassword: NEW_PASSWORD });
}

/** Each that ends it for good: afterwards it is not there, whatever is undone. */
const ENDS: Readonly<Record<string, (stage: Stage) => Promise<unknown>>> = {
  'its time': async ({ app }) => app.pass(30 * MINUTE_MS),
  'who acts signs out': ({ sara }) => sara.post('/users/revoke', { refreshToken: sara.tokens.refreshToken }),
  'who acts signs out everywhere': ({ sara }) => sara.post('/users/sessions/revoke-all'),
  'who acts signs out everywhere else': ({ sara }) => sara.post('/users/sessions/revoke-all-except-current'),
  'who acts ends the session from another one': async ({ app, sara }) => {
    const other = app.withToken((await login(app, sara.email)).body.accessToken);
    const { items } = (await other.get('/users/sessions')).body;
    for (const { id, isCurrent } of items) if (!isCurrent) await other.post(`/users/sessions/${id}/revoke`);
  },
  'a refresh token of who acts is used twice': async ({ app, sara }) => {
    const refresh = () => app.anonymous.post('/users/refresh', { refreshToken: sara.tokens.refreshToken });
    await refresh();
    app.pass(MINUTE_MS);
    await refresh();
  },
  'who acts changes the password': ({ sara }) =>
    sara.post('/users/change-password', { currentPassword: PASSWORD, newPassword: NEW_PASSWORD }),
  'who acts resets the password': (stage) => resetPassword(stage, stage.sara),
  'who acts is disabled': ({ sara }) => sara.owner.put(`/users/${sara.id}`, { status: 'disabled' }),
  'who acts is locked': (stage) => stage.sara.owner.put(`/users/${stage.sara.id}`, { lockedUntil: lockedUntil(stage) }),
  'who acts is deleted': ({ sara }) => sara.owner.delete(`/users/${sara.id}`),
  'who acts deletes their account': ({ sara }) => sara.delete('/users/me'),
  'the person is disabled': ({ sara, reza }) => sara.owner.put(`/users/${reza.id}`, { status: 'disabled' }),
  'the person is locked': (stage) =>
    stage.sara.owner.put(`/users/${stage.reza.id}`, { lockedUntil: lockedUntil(stage) }),
  'the person is deleted': ({ sara, reza }) => sara.owner.delete(`/users/${reza.id}`),
  'the person signs out everywhere': ({ reza }) => reza.post('/users/sessions/revoke-all'),
  'the person changes the password': ({ reza }) =>
    reza.post('/users/change-password', { currentPassword: PASSWORD, newPassword: NEW_PASSWORD }),
  'the person resets the password': (stage) => resetPassword(stage, stage.reza),
};

/** Each that refuses it while it is so. */
const REFUSALS: Readonly<Record<string, (stage: Stage) => Promise<unknown>>> = {
  'who acts loses the permission': ({ sara }) =>
    sara.owner.post('/authorization/revoke-role', { userId: sara.id, roleName: sara.roleName }),
  'who acts is denied the permission': ({ sara }) =>
    sara.owner.post('/authorization/deny-permission', {
      userId: sara.id,
      permissionCode: userPermissions.impersonate.code,
    }),
  'who acts loses a right that the person has': ({ sara }) =>
    sara.owner.post('/authorization/revoke-role', { userId: sara.id, roleName: 'user' }),
  'the person gets a right that who acts lacks': ({ sara, reza }) =>
    sara.owner.post('/authorization/grant-permission', {
      userId: reza.id,
      permissionCode: auditPermissions.read.code,
    }),
  'the person becomes an administrator': ({ sara, reza }) =>
    sara.owner.post('/authorization/assign-role', { userId: reza.id, roleName: 'admin' }),
};

for (const [name, end] of Object.entries({ ...ENDS, ...REFUSALS }))
  test(`the next request is refused after: ${name}`, async (t) => {
    const stage = await support(t);
    const asReza = stage.app.withToken((await stage.start()).body.token);

    const before = await asReza.get('/todos');
    await end(stage);
    const after = await asReza.get('/todos');

    assert.deepEqual([before.status, after.status], [200, 401]);
    const { rows } = await stage.app.database.pool.query(
      'select 1 from users.api_key where impersonator_id is not null and expires_at > $1',
      [stage.app.now()],
    );
    assert.equal(rows.length > 0, name in REFUSALS);
  });

test('each end before its time is in the trail, and no other', async (t) => {
  const { app, sara, start } = await support(t);
  const auditor = app.signIn(auditPermissions.read);
  const ends = async () => {
    await app.drain();
    return (await auditor.get('/audit?action=users.impersonation_ended')).body.totalCount;
  };

  await start({ minutes: 5 });
  app.pass(6 * MINUTE_MS);
  await start();
  const afterOld = await ends();
  await sara.post('/users/sessions/revoke-all');

  assert.deepEqual([afterOld, await ends()], [0, 1]);
});

test('a session that ends while somebody begins in it leaves nothing running', async (t) => {
  const { app, sara, reza } = await support(t);

  const [started] = await Promise.all([
    sara.post(`/users/${reza.id}/impersonations`, { reason: REASON }),
    sara.post('/users/revoke', { refreshToken: sara.tokens.refreshToken }),
  ]);
  const after = await app.withToken(started.body.token ?? 'none').get('/todos');

  assert.ok([201, 401].includes(started.status));
  assert.equal(after.status, 401);
});
