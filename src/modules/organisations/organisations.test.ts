import assert from 'node:assert/strict';
import { test } from 'node:test';
import { strFromU8, unzipSync } from 'fflate';
import { login, member, MINUTE_MS, runJob } from '#testing/accounts.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { administrator, everything } from '#testing/authorization.ts';
import { releasedFile } from '#testing/files/uploads.ts';
import { authorizationErrors } from '#modules/authorization/contract.ts';
import { notificationPermissions } from '#modules/notifications/contract.ts';
import { schedulerPermissions } from '#modules/scheduler/contract.ts';
import { userPermissions } from '#modules/users/contract.ts';
import { organisationPermissions } from './contract.ts';

const DAY_MS = 1440 * MINUTE_MS;
/** To make and share messages and jobs. */
const SHARING = [notificationPermissions, schedulerPermissions].flatMap(({ read, write, access }) => [
  read,
  write,
  access,
]);
type Member = Awaited<ReturnType<typeof member>>;

async function founded(app: TestApp, name = 'Aftab') {
  const owner = await member(app);
  const { body } = await owner.post('/organisations', { name });
  return { owner, id: body.id as string, path: `/organisations/${body.id}` };
}

/** Invites by address, and accepts. */
async function join(path: string, inviter: Pick<Member, 'post'>, person: Member, role = 'user') {
  const { body } = await inviter.post(`${path}/invitations`, { email: person.email, role });
  return person.post(`/organisations/invitations/${body.id}/accept`);
}

/** What the export of somebody has of this module. */
async function exportOf(app: TestApp, { tokens }: Member) {
  const headers = { authorization: `Bearer ${tokens.accessToken}` };
  const { rawPayload } = await app.http.inject({ url: '/api/v1/users/me/export', headers });
  return JSON.parse(strFromU8(unzipSync(rawPayload)['organisations.json'] ?? new Uint8Array()));
}

/** A role that gives these permissions. */
async function makeRole(app: TestApp, name: string, ...permissions: string[]): Promise<string> {
  const { body } = await everything(app).post('/authorization/roles', { name, permissions });
  assert.equal(body.name, name, JSON.stringify(body));
  return name;
}

const check = async (app: TestApp, userId: string, permission: string, id: string) =>
  (await everything(app).post('/authorization/check', { userId, permission, resource: { type: 'organisation', id } }))
    .body;

test('who creates an organisation is its administrator, and nobody outside sees it', async (t) => {
  const app = await testApp(t);
  const { owner, id, path } = await founded(app);
  const stranger = await member(app);

  const { items } = (await owner.get('/organisations')).body;
  assert.deepEqual(
    items.map((one: Record<string, unknown>) => [one['id'], one['name'], one['role'], one['isActive']]),
    [[id, 'Aftab', 'admin', false]],
  );
  assert.deepEqual((await stranger.get('/organisations')).body.items, []);
  const invitation = { email: app.randomEmail() };
  const outside = [
    await stranger.get(path),
    await stranger.patch(path, { name: 'x' }),
    await stranger.delete(path),
    await stranger.get(`${path}/members`),
    await stranger.put(`${path}/members/${stranger.id}`, { role: 'admin' }),
    await stranger.delete(`${path}/members/${owner.id}`),
    await stranger.delete(`${path}/members/${stranger.id}`),
    await stranger.get(`${path}/invitations`),
    await stranger.post(`${path}/invitations`, invitation),
    await stranger.put('/organisations/active', { organisationId: id }),
  ];
  assert.deepEqual(
    outside.map(({ status, body }) => [status, body.code]),
    outside.map(() => [404, 'organisations.not_found']),
  );
  assert.equal((await stranger.get('/organisations/all')).status, 403);
});

test('an invitation belongs to the account that has proved the address, and to nobody else', async (t) => {
  const app = await testApp(t);
  const { owner, path } = await founded(app);
  const email = app.randomEmail();
  const { body: invited } = await owner.post(`${path}/invitations`, { email: email.toUpperCase() });
  await app.drain();
  const [mail] = await app.mailbox(email);
  assert.match(mail.subject, /Aftab/);

  const stranger = await member(app);
  const answers = `/organisations/invitations/${invited.id}`;
  assert.deepEqual((await stranger.get('/organisations/invitations')).body.items, []);
  assert.equal((await stranger.post(`${answers}/accept`)).status, 404);
  assert.equal((await stranger.post(`${answers}/decline`)).status, 404);
  const reza = await member(app, email);
  const [shown] = (await reza.get('/organisations/invitations')).body.items;
  assert.deepEqual([shown.id, shown.organisationName, shown.invitedBy], [invited.id, 'Aftab', 'Sara Amini']);
  const joined = await reza.post(`${answers}/accept`);

  assert.deepEqual([joined.status, joined.body.role], [200, 'user']);
  assert.equal((await reza.get(path)).status, 200);
  assert.equal((await reza.post(`${answers}/accept`)).status, 404);
});

test('what each role may do in its organisation, and not in another one, nor outside', async (t) => {
  const app = await testApp(t);
  const { owner, id, path } = await founded(app);
  const { id: otherId, path: otherPath, owner: otherOwner } = await founded(app, 'Other');
  const staff = await makeRole(app, 'staff', organisationPermissions.members.code);
  const [plain, manager, admin] = [await member(app), await member(app), await member(app)];
  await join(path, owner, plain);
  await join(path, owner, manager, staff);
  await join(path, owner, admin, 'admin');
  await join(otherPath, otherOwner, admin);

  const statuses = async (one: Member, at: string) => [
    (await one.get(at)).status,
    (await one.get(`${at}/members`)).status,
    (await one.get(`${at}/invitations`)).status,
    (await one.post(`${at}/invitations`, { email: app.randomEmail() })).status,
    (await one.patch(at, { name: 'Renamed' })).status,
  ];
  assert.deepEqual(await statuses(plain, path), [200, 200, 403, 403, 403]);
  // A role gives no more than who invites holds there: `user` has permissions that `staff` lacks.
  assert.deepEqual(await statuses(manager, path), [200, 200, 200, 403, 403]);
  assert.deepEqual(await statuses(admin, path), [200, 200, 200, 201, 200]);
  assert.deepEqual(await statuses(admin, otherPath), [200, 200, 403, 403, 403]);
  assert.deepEqual(await statuses(plain, otherPath), [404, 404, 404, 404, 404]);
  assert.equal((await admin.get('/users')).status, 403);

  const { members, access } = organisationPermissions;
  assert.deepEqual(await check(app, manager.id, members.code, id), {
    decision: true,
    reasons: [{ code: 'member', permission: members.code, roles: ['staff'] }],
  });
  assert.equal((await check(app, manager.id, members.code, otherId)).decision, false);
  assert.equal((await check(app, admin.id, userPermissions.access.code, id)).decision, true);
  assert.equal((await check(app, admin.id, userPermissions.access.code, otherId)).decision, false);
  assert.equal((await check(app, plain.id, access.code, id)).decision, false);
});

test('addresses of members are shown to those who manage members', async (t) => {
  const app = await testApp(t);
  const { owner, path } = await founded(app);
  const reza = await member(app);
  await join(path, owner, reza);
  const emails = async (one: Member) =>
    (await one.get(`${path}/members`)).body.items.map(({ email }: { email: string }) => email);

  assert.deepEqual(await emails(owner), [reza.email, owner.email]);
  assert.deepEqual(await emails(reza), [reza.email, null]);
});

test('a removal and a lower role count with the next request, on every node', async (t) => {
  const app = await testApp(t);
  const second = await testApp(t, { databaseUrl: app.databaseUrl });
  const { owner, id, path } = await founded(app);
  const reza = await member(app);
  await join(path, owner, reza, 'admin');
  const elsewhere = second.withToken(reza.tokens.accessToken);
  await elsewhere.put('/organisations/active', { organisationId: id });
  assert.equal((await elsewhere.get(`${path}/invitations`)).status, 200);
  assert.equal((await elsewhere.get('/organisations/active')).body.role, 'admin');

  await owner.put(`${path}/members/${reza.id}`, { role: 'user' });
  assert.equal((await elsewhere.get(`${path}/invitations`)).status, 403);
  assert.equal((await elsewhere.get('/organisations/active')).body.role, 'user');
  await owner.delete(`${path}/members/${reza.id}`);
  assert.equal((await elsewhere.get(path)).status, 404);
  assert.deepEqual((await elsewhere.get('/organisations/active')).body, {
    organisationId: null,
    role: null,
    permissions: [],
  });
});

test('a change of a role counts in organisations with the next request', async (t) => {
  const app = await testApp(t);
  const { owner, path } = await founded(app);
  const name = await makeRole(app, 'helper', 'organisations.members');
  const reza = await member(app);
  await join(path, owner, reza, name);
  assert.equal((await reza.get(`${path}/invitations`)).status, 200);

  const change = { roleName: name, permissionCode: 'organisations.members' };
  await everything(app).post('/authorization/revoke-permission', change);
  assert.equal((await reza.get(`${path}/invitations`)).status, 403);
  await everything(app).post('/authorization/assign-permission', change);
  assert.equal((await reza.get(`${path}/invitations`)).status, 200);
  const denial = { userId: reza.id, permissionCode: 'organisations.members' };
  await everything(app).post('/authorization/deny-permission', denial);
  assert.equal((await reza.get(`${path}/invitations`)).status, 403);
});

test('a denial of the installation counts for an administrator of an organisation', async (t) => {
  const app = await testApp(t);
  const { owner, id, path } = await founded(app);
  const permissionCode = 'organisations.manage';
  await everything(app).post('/authorization/deny-permission', { userId: owner.id, permissionCode });

  assert.equal((await owner.patch(path, { name: 'x' })).status, 403);
  assert.deepEqual(await check(app, owner.id, permissionCode, id), {
    decision: false,
    reasons: [{ code: 'denial', permission: permissionCode }],
  });
});

test('nobody gives or takes more than they hold there, by any way', async (t) => {
  const app = await testApp(t);
  const { owner, path } = await founded(app);
  const staff = await makeRole(app, 'staff', 'organisations.members');
  const more = await makeRole(app, 'more', 'organisations.members', 'organisations.manage');
  const [manager, admin, reza] = [await member(app), await member(app), await member(app)];
  await join(path, owner, manager, staff);
  await join(path, owner, admin, 'admin');
  await join(path, owner, reza, staff);

  const refused = [
    await manager.post(`${path}/invitations`, { email: app.randomEmail(), role: 'admin' }),
    await manager.post(`${path}/invitations`, { email: app.randomEmail(), role: more }),
    await manager.put(`${path}/members/${reza.id}`, { role: more }),
    await manager.put(`${path}/members/${manager.id}`, { role: 'admin' }),
    await manager.put(`${path}/members/${admin.id}`, { role: staff }),
    await manager.delete(`${path}/members/${admin.id}`),
  ];
  assert.deepEqual(
    refused.map(({ status, body }) => [status, body.code]),
    refused.map(() => [403, authorizationErrors.exceedsOwn.code]),
  );
  assert.equal((await manager.delete(`${path}/members/${reza.id}`)).status, 204);
});

test('an invitation is void when who sent it may not give the role any more', async (t) => {
  const app = await testApp(t);
  const { owner, path } = await founded(app);
  const cases: [string, (inviter: Member) => Promise<unknown>][] = [
    ['removed', (inviter) => owner.delete(`${path}/members/${inviter.id}`)],
    ['lowered', (inviter) => owner.put(`${path}/members/${inviter.id}`, { role: 'user' })],
    ['deleted', (inviter) => inviter.delete('/users/me').then(() => app.drain())],
  ];
  for (const [name, act] of cases) {
    const [inviter, reza] = [await member(app), await member(app)];
    await join(path, owner, inviter, 'admin');
    const { body } = await inviter.post(`${path}/invitations`, { email: reza.email, role: 'admin' });
    await act(inviter);

    const { status, body: refusal } = await reza.post(`/organisations/invitations/${body.id}/accept`);
    assert.deepEqual([status, refusal.code], [409, 'organisations.invitation_void'], name);
    assert.equal((await reza.get(path)).status, 404, name);
  }
});

test('the last administrator stays one, also when two leave at once', async (t) => {
  const app = await testApp(t);
  const { owner, path } = await founded(app);
  const reza = await member(app);
  await join(path, owner, reza);
  const alone = [
    await owner.delete(`${path}/members/${owner.id}`),
    await owner.put(`${path}/members/${owner.id}`, { role: 'user' }),
  ];
  assert.deepEqual(
    alone.map(({ body }) => body.code),
    [authorizationErrors.lastAdministrator.code, authorizationErrors.lastAdministrator.code],
  );
  await owner.put(`${path}/members/${reza.id}`, { role: 'admin' });

  const left = await Promise.all([owner, reza].map((one) => one.delete(`${path}/members/${one.id}`)));
  assert.deepEqual(new Set(left.map(({ status }) => status)), new Set([204, 409]));
});

test('what is shared with an organisation is open to its members, and to nobody else, in every module', async (t) => {
  const app = await testApp(t);
  const { owner, id, path } = await founded(app);
  await everything(app).post('/authorization/assign-role', {
    userId: owner.id,
    roleName: await makeRole(app, 'author', ...SHARING.map(({ code }) => code)),
  });
  const [reza, stranger] = [await member(app), await member(app)];
  const reading = await makeRole(app, 'reading', notificationPermissions.read.code, schedulerPermissions.read.code);
  for (const { id: userId } of [reza, stranger])
    await everything(app).post('/authorization/assign-role', { userId, roleName: reading });
  await join(path, owner, reza);
  const message = { channel: 'email', recipient: app.randomEmail(), subject: 'x', body: 'x' };
  const { body: sent } = await owner.post('/notifications', message);
  const fileId = await releasedFile(app, owner);
  const job = {
    name: 'x',
    type: 'platform.noop',
  };
  const { body: made } = await owner.post('/scheduler/jobs', job);
  const places: Record<string, { list: string; entry: string; read: string; method: 'post' | 'put' }> = {
    files: { list: '/files/search', entry: `/files/permissions/${fileId}`, read: `/files/${fileId}`, method: 'post' },
    notifications: {
      list: '/notifications',
      entry: `/notifications/${sent.id}/permissions`,
      read: `/notifications/${sent.id}`,
      method: 'put',
    },
    scheduler: {
      list: '/scheduler/jobs',
      entry: `/scheduler/jobs/${made.id}/permissions`,
      read: `/scheduler/jobs/${made.id}`,
      method: 'put',
    },
  };
  const seen = async (one: Member) =>
    Object.fromEntries(
      await Promise.all(
        Object.entries(places).map(async ([name, { list, read }]) => [
          name,
          [
            (await one.get(read)).status,
            (await one.get(list)).body.items.some(({ id: of }: { id: string }) => read.endsWith(of)),
          ],
        ]),
      ),
    );
  const entry = { subjectType: 'organisation', subjectValue: id, canRead: true };
  for (const [name, { entry: at, method }] of Object.entries(places)) {
    const put = await owner[method](at, entry);
    assert.equal(put.status, 200, `${name} ${JSON.stringify(put.body)}`);
    const unknown = await owner[method](at, { ...entry, subjectValue: stranger.id });
    assert.equal(unknown.body.code, authorizationErrors.organisationNotFound.code, name);
    assert.deepEqual(
      (await owner.get(at)).body.items.map((one: Record<string, unknown>) => [one['subjectType'], one['subjectValue']]),
      [['organisation', id]],
      name,
    );
  }
  const nothing = { files: [404, false], notifications: [404, false], scheduler: [404, false] };
  assert.deepEqual(
    [await seen(reza), await seen(stranger)],
    [{ files: [200, true], notifications: [200, true], scheduler: [200, true] }, nothing],
  );

  await owner.delete(`${path}/members/${reza.id}`);
  assert.deepEqual(await seen(reza), nothing);
});

test('a token names the organisation from its next renewal on, and the session forgets it with the membership', async (t) => {
  const app = await testApp(t);
  const { owner, id, path } = await founded(app);
  const claims = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  const renewed = async (one: Member) => {
    const { body } = await app.anonymous.post('/users/refresh', { refreshToken: one.tokens.refreshToken });
    one.tokens.refreshToken = body.refreshToken;
    return claims(body.accessToken);
  };
  const reza = await member(app);
  await join(path, owner, reza);
  assert.equal((await reza.put('/organisations/active', { organisationId: id })).body.role, 'user');
  const inside = await renewed(reza);
  assert.deepEqual([inside.org_id, inside.org_role], [id, 'user']);

  await owner.delete(`${path}/members/${reza.id}`);
  assert.equal((await renewed(reza)).org_id, undefined);
  await owner.put('/organisations/active', { organisationId: id });
  await owner.put('/organisations/active', { organisationId: null });
  assert.equal((await renewed(owner)).org_id, undefined);
});

test('limits hold for who founds, who invites, who is invited, and how many are in', async (t) => {
  const environment = { BONYAN_ORGANISATIONS_PER_USER: '2', BONYAN_ORGANISATION_MEMBERS: '2' };
  const app = await testApp(t, { environment });
  const { owner, path } = await founded(app);
  await owner.post('/organisations', { name: 'second' });
  const third = await owner.post('/organisations', { name: 'third' });
  assert.deepEqual([third.status, third.body.code], [409, 'organisations.too_many']);

  const [reza, mina] = [await member(app), await member(app)];
  assert.equal((await join(path, owner, reza)).status, 200);
  assert.equal((await join(path, owner, mina)).body.code, 'organisations.members_too_many');

  const email = app.randomEmail();
  const invite = () => owner.post(`${path}/invitations`, { email });
  for (let sent = 0; sent < 2; sent++) assert.equal((await invite()).status, 201);
  assert.deepEqual([(await invite()).status, (await invite()).body.code], [429, 'organisations.invitations_too_many']);
  const statuses = [];
  for (let at = 0; at < 5; at++) {
    const { path: other, owner: another } = await founded(app);
    for (let sent = 0; sent < 2; sent++) statuses.push((await another.post(`${other}/invitations`, { email })).status);
  }
  assert.deepEqual(statuses, [201, 201, 201, 201, 201, 201, 201, 201, 429, 429]);
  const sent = [];
  for (let at = 0; at < 50; at++)
    sent.push((await owner.post(`${path}/invitations`, { email: app.randomEmail() })).status);
  assert.deepEqual([sent.filter((status) => status === 201).length, sent.at(-1)], [46, 429]);

  app.pass(DAY_MS + MINUTE_MS);
  const later = app.withToken((await login(app, owner.email)).body.accessToken);
  assert.equal((await later.post(`${path}/invitations`, { email })).status, 201);
  app.pass(8 * DAY_MS);
  await runJob(app, 'organisations.tidy');
  const { rows } = await app.database.pool.query('select address from organisations.invitation');
  assert.deepEqual(rows, []);
});

test('an organisation that is deleted and founded again sends no more mails', async (t) => {
  const app = await testApp(t);
  const email = app.randomEmail();
  const owner = await member(app);
  const statuses = [];
  for (let at = 0; at < 3; at++) {
    const { body } = await owner.post('/organisations', { name: 'Aftab' });
    statuses.push((await owner.post(`/organisations/${body.id}/invitations`, { email })).status);
    await owner.delete(`/organisations/${body.id}`, { 'if-match': '*' });
  }

  assert.deepEqual(statuses, [201, 201, 429]);
  const invited = await member(app, email);
  assert.deepEqual((await invited.get('/organisations/invitations')).body.items, []);
});

test('the new name of a role is the name in organisations and in tokens at once', async (t) => {
  const app = await testApp(t);
  const { owner, id, path } = await founded(app);
  const reza = await member(app);
  await join(path, owner, reza, await makeRole(app, 'clerk'));
  await reza.put('/organisations/active', { organisationId: id });
  const admin = everything(app);
  const roles: { id: string; name: string }[] = (await admin.get('/authorization/roles')).body.items;
  const { id: roleId } = roles.find(({ name }) => name === 'clerk') ?? {};
  const renamed = await admin.put(`/authorization/roles/${roleId}`, { name: 'cashier', permissions: [] });
  assert.equal(renamed.status, 200, JSON.stringify(renamed.body));

  assert.equal((await reza.get('/organisations/active')).body.role, 'cashier');
});

test('an administrator who is disabled does not count as one who is left', async (t) => {
  const app = await testApp(t);
  const { owner, path } = await founded(app);
  const reza = await member(app);
  await join(path, owner, reza, 'admin');
  const admin = await administrator(app);
  assert.equal((await admin.put(`/users/${reza.id}`, { status: 'disabled' })).status, 200);

  const left = await owner.delete(`${path}/members/${owner.id}`);
  assert.deepEqual([left.status, left.body.code], [409, authorizationErrors.lastAdministrator.code]);
});

test('changes of many members at once, by several administrators, all end', async (t) => {
  const app = await testApp(t, { environment: { BONYAN_DATABASE_POOL_SIZE: '10' } });
  const { owner, path } = await founded(app);
  const [second, third, reza] = [await member(app), await member(app), await member(app)];
  for (const one of [second, third]) await join(path, owner, one, 'admin');
  await join(path, owner, reza);
  const change = (one: Member, role: string) => one.put(`${path}/members/${reza.id}`, { role });
  const all = [owner, second, third].flatMap((one) =>
    ['admin', 'user', 'admin', 'user'].map((role) => change(one, role)),
  );

  assert.deepEqual(new Set((await Promise.all(all)).map(({ status }) => status)), new Set([200]));
});

test('what was sent to an address before it had an account is in the export of its owner, and goes with them', async (t) => {
  const app = await testApp(t);
  const { owner, path } = await founded(app);
  const email = app.randomEmail();
  await owner.post(`${path}/invitations`, { email });
  const reza = await member(app, email);
  await app.drain();
  assert.equal((await exportOf(app, reza)).invitationsReceived.length, 1);
  await reza.delete('/users/me');
  await app.drain();
  const { rows } = await app.database.pool.query('select address from organisations.invitation');
  assert.deepEqual(rows, []);
});

test('a deleted account leaves its organisations; one without members is deleted, one without administrators stays', async (t) => {
  const app = await testApp(t);
  const { owner, path } = await founded(app);
  const { body: own } = await owner.post('/organisations', { name: 'alone' });
  const reza = await member(app);
  await join(path, owner, reza);
  await owner.delete('/users/me');
  await app.drain();

  const admin = await administrator(app);
  const all = (await admin.get('/organisations/all')).body.items.map(({ id }: { id: string }) => id);
  assert.deepEqual([all.includes(own.id), path.endsWith(all[0])], [false, true]);
  assert.deepEqual(
    (await reza.get(`${path}/members`)).body.items.map(({ userId }: { userId: string }) => userId),
    [reza.id],
  );
  // An operator makes another one.
  assert.equal((await admin.put(`${path}/members/${reza.id}`, { role: 'admin' })).status, 200);
  assert.equal((await reza.get(`${path}/invitations`)).status, 200);
});

test('the mail to a stranger makes no link of a name that somebody chose', async (t) => {
  const app = await testApp(t);
  const { owner, path } = await founded(app, 'win.at evil.example');
  const email = app.randomEmail();
  await owner.post(`${path}/invitations`, { email });
  await app.drain();
  const [mail] = await app.mailbox(email);
  assert.match(mail.text, /win\. at evil\. example/);
  for (const name of ['https://evil.example', 'a@b.c', 'x/y'])
    assert.equal((await owner.post('/organisations', { name })).status, 400, name);
});

test('AuthZEN finds the members, the organisations and the permissions of a role in an organisation', async (t) => {
  const app = await testApp(t);
  const { owner, id, path } = await founded(app);
  const reza = await member(app);
  await join(path, owner, reza);
  const asking = everything(app);
  const action = { name: 'organisations.members' };
  const resource = { type: 'organisation', id };
  const subject = { type: 'user', id: owner.id };
  const search = async (what: string, payload: object) => {
    const headers = { 'x-test-caller': asking.userId };
    return (await app.http.inject({ method: 'POST', url: `/access/v1/search/${what}`, payload, headers })).json()
      .results;
  };
  assert.deepEqual(await search('subject', { subject: { type: 'user' }, action, resource }), [
    { type: 'user', id: owner.id },
  ]);
  assert.deepEqual(await search('resource', { subject, action, resource: { type: 'organisation' } }), [
    { type: 'organisation', id },
  ]);
  const names = (await search('action', { subject, resource })).map(({ name }: { name: string }) => name);
  assert.ok(names.includes('organisations.manage'));
  const none = { subject: { type: 'user', id: reza.id }, action, resource: { type: 'organisation' } };
  assert.deepEqual(await search('resource', none), []);
  const nobody = { subject: { type: 'user', id: 'nobody' }, action, resource: { type: 'organisation' } };
  assert.deepEqual(await search('resource', nobody), []);
});

test('the export has memberships and invitations without the addresses of others', async (t) => {
  const app = await testApp(t);
  const { owner, id } = await founded(app);
  const email = app.randomEmail();
  await owner.post(`/organisations/${id}/invitations`, { email });
  const organisations = await exportOf(app, owner);

  assert.deepEqual([organisations.memberships[0].name, organisations.invitationsSent.length], ['Aftab', 1]);
  assert.doesNotMatch(JSON.stringify(organisations), new RegExp(email));
});
