import assert from 'node:assert/strict';
import { test } from 'node:test';
import { notificationPermissions } from '#modules/notifications/contract.ts';
import { todoPermissions } from '#modules/todos/contract.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { login, member, MINUTE_MS, PASSWORD, subjects } from '#testing/accounts.ts';

const ACCOUNT = 'An administrator has changed your Bonyan account';
const RIGHTS = 'The rights of your Bonyan account have changed';

type Client = Pick<TestApp['anonymous'], 'get' | 'put' | 'post' | 'delete'>;

async function administrator(app: TestApp) {
  const email = app.randomEmail();
  await app.users.createAdministrator(
    { email, password: PASSWORD, firstName: 'Mina', lastName: 'Kia' },
    { onlyFirst: false },
  );
  const { body } = await login(app, email);
  return { email, ...app.withToken(body.accessToken) };
}

/** Texts of the mails to this address, newest first. */
async function texts(app: TestApp, email: string): Promise<string[]> {
  await app.drain();
  return (await app.mailbox(email)).map(({ text }: { text: string }) => text);
}

const permissionCode = todoPermissions.read.code;
/** What an administrator does, in this order, and what the owner is told each time. */
const acts: {
  name: string;
  subject: string;
  tells: RegExp;
  act: (admin: Client, userId: string, at: Date) => unknown;
}[] = [
  {
    name: 'a role is assigned',
    subject: RIGHTS,
    tells: /roles are now: admin, user/,
    act: (admin, userId) => admin.post('/authorization/assign-role', { userId, roleName: 'admin' }),
  },
  {
    name: 'a role is revoked',
    subject: RIGHTS,
    tells: /roles are now: user/,
    act: (admin, userId) => admin.post('/authorization/revoke-role', { userId, roleName: 'admin' }),
  },
  {
    name: 'a permission is granted',
    subject: RIGHTS,
    tells: /changed what your account may do/,
    act: (admin, userId) => admin.post('/authorization/grant-permission', { userId, permissionCode }),
  },
  {
    name: 'a permission is withdrawn',
    subject: RIGHTS,
    tells: /changed what your account may do/,
    act: (admin, userId) => admin.post('/authorization/ungrant-permission', { userId, permissionCode }),
  },
  {
    name: 'a permission is denied',
    subject: RIGHTS,
    tells: /changed what your account may do/,
    act: (admin, userId) => admin.post('/authorization/deny-permission', { userId, permissionCode }),
  },
  {
    name: 'a denial is lifted',
    subject: RIGHTS,
    tells: /changed what your account may do/,
    act: (admin, userId) => admin.post('/authorization/lift-denial', { userId, permissionCode }),
  },
  {
    name: 'a session is ended',
    subject: ACCOUNT,
    tells: /One of your sessions was ended/,
    act: async (admin, userId) => {
      const { body } = await admin.get(`/users/${userId}/sessions`);
      return admin.delete(`/users/${userId}/sessions/${body.items[0].id}`);
    },
  },
  {
    name: 'all sessions are ended',
    subject: ACCOUNT,
    tells: /All your sessions were ended/,
    act: (admin, userId) => admin.delete(`/users/${userId}/sessions`),
  },
  {
    name: 'the account is locked',
    subject: ACCOUNT,
    tells: /is locked for a while/,
    act: (admin, userId, at) =>
      admin.put(`/users/${userId}`, { lockedUntil: new Date(at.getTime() + 60 * MINUTE_MS).toISOString() }),
  },
  {
    name: 'the account is disabled',
    subject: ACCOUNT,
    tells: /is disabled/,
    act: (admin, userId) => admin.put(`/users/${userId}`, { status: 'disabled' }),
  },
  {
    name: 'the account is deleted',
    subject: ACCOUNT,
    tells: /its data were deleted/,
    act: (admin, userId) => admin.delete(`/users/${userId}`),
  },
];

test('whatever an administrator does to an account or its rights, the owner is told once, by a message that cannot be declined', async (t) => {
  const app = await testApp(t);
  const admin = await administrator(app);
  const sara = await member(app);

  for (const { name, subject, tells, act } of acts) {
    const before = await texts(app, sara.email);
    await act(admin, sara.id, app.now());
    const after = await texts(app, sara.email);
    assert.deepEqual([after.length, (await subjects(app, sara.email))[0]], [before.length + 1, subject], name);
    assert.match(after[0] ?? '', tells, name);
  }

  const { rows } = await app.database.pool.query<{ category: string }>(
    'select distinct category from notifications.message',
  );
  assert.deepEqual(rows, [{ category: 'security' }]);
});

test('an owner is not told of the rights with which the account begins, nor of a change that changes nothing', async (t) => {
  const app = await testApp(t);
  const admin = await administrator(app);
  const invited = app.randomEmail();
  await admin.post('/users', { email: invited, firstName: 'Ali', lastName: 'Rad', roles: ['admin'] });
  const sara = await member(app);

  await admin.post('/authorization/assign-role', { userId: sara.id, roleName: 'user' });

  for (const email of [admin.email, invited, sara.email])
    assert.ok(!(await subjects(app, email)).includes(RIGHTS), email);
});

test('the texts about accounts, rights and keys differ for each change, in both languages', async (t) => {
  const app = await testApp(t);
  const admin = app.signIn(notificationPermissions.templates);
  const variants: Record<string, object[]> = {
    'users.account_changed': ['locked', 'disabled', 'deleted', 'session', 'sessions'].map((change) => ({ change })),
    'users.rights_changed': [{ roles: '' }, { roles: 'user' }, { roles: 'editor, user' }],
    'users.api_key_changed': [
      { change: 'created', name: 'backup' },
      { change: 'revoked', name: 'backup' },
    ],
  };

  for (const [template, samples] of Object.entries(variants)) {
    const { items } = (await admin.get(`/notification-templates?name=${template}`)).body;
    assert.equal(items.length, 6, template); // e-mail, inbox and SMS, English and Persian
    for (const { id, language } of items) {
      const rendered = new Set<string>();
      for (const variables of samples)
        rendered.add((await admin.post(`/notification-templates/${id}/preview`, { variables })).body.text);
      assert.equal(rendered.size, samples.length, `${template} in ${language}`);
    }
  }
});
