import assert from 'node:assert/strict';
import { test } from 'node:test';
import { login, member, MINUTE_MS, PASSWORD, runJob, subjects } from '#testing/accounts.ts';
import { administrator, REASON, support, supporter } from '#testing/authorization.ts';
import { auditPermissions } from '#modules/audit/contract.ts';
import { authorizationErrors } from '#modules/authorization/contract.ts';
import { todoPermissions } from '#modules/todos/contract.ts';
import { userPermissions } from '../contract.ts';

const DAY_MS = 24 * 60 * MINUTE_MS;

type Client = Pick<Awaited<ReturnType<typeof member>>, 'post' | 'delete'>;

async function changeTodo(owner: Client, by: Pick<Client, 'delete'>): Promise<void> {
  const { body } = await owner.post('/todos', { description: 'x' });
  await by.delete(`/todos/${body.id}`);
}

test('who acts on behalf of a person does what they may, and the trail has both names', async (t) => {
  const { app, reza, start, sara } = await support(t);
  const { body: todo } = await reza.post('/todos', { description: 'x' });

  const started = await start();
  const asReza = app.withToken(started.body.token);
  const seen = await asReza.get(`/todos/${todo.id}`);
  await asReza.delete(`/todos/${todo.id}`);

  assert.deepEqual([started.status, seen.status], [201, 200]);
  const auditor = app.signIn(auditPermissions.read);
  const [{ actorId, impersonatorId, payload }] = (await auditor.get('/audit?resourceType=todo')).body.items;
  assert.deepEqual([actorId, impersonatorId, payload.apiKeyId], [reza.id, sara.id, started.body.id]);
  const { items } = (await auditor.get(`/audit?impersonatorId=${sara.id}`)).body;
  assert.deepEqual(
    items.map(({ resourceType, resourceId }: Record<string, string>) => [resourceType, resourceId]),
    [['todo', todo.id]],
  );
  const [begun] = (await auditor.get('/audit?action=users.impersonation_started')).body.items;
  assert.deepEqual([begun.actorId, begun.resourceId, begun.payload.reason], [sara.id, reza.id, REASON]);
});

test('the person is told by name, with the reason, and sees and ends it without a right to see accounts', async (t) => {
  const { app, reza, start, sara } = await support(t);

  const { body } = await start();
  const { items } = (await reza.get('/users/api-keys')).body;
  const own = await reza.get(`/users/api-keys/${body.id}`);
  const [subject] = await subjects(app, reza.email);
  const inbox = (await reza.get('/notifications/inbox')).body.items;
  const ended = await reza.delete(`/users/api-keys/${body.id}`);
  const after = await app.withToken(body.token).get('/todos');

  const fields = ['impersonatorId', 'impersonatorName', 'reason'];
  assert.deepEqual(
    items.map((key: Record<string, unknown>) => fields.map((field) => key[field])),
    [[sara.id, 'Sara Amini', REASON]],
  );
  assert.equal(own.body.impersonatorName, 'Sara Amini');
  assert.match(subject ?? '', /Sara Amini/);
  const [mail] = await app.mailbox(reza.email);
  assert.ok(mail.text.includes(REASON));
  assert.ok(JSON.stringify(inbox).includes(REASON) && JSON.stringify(inbox).includes('Sara Amini'));
  assert.deepEqual([ended.status, after.status], [204, 401]);
  assert.equal((await subjects(app, reza.email))[0], subject); // they know that they have ended it
});

test('who acts lists and ends what they run, and nobody else’s', async (t) => {
  const { app, reza, start, sara } = await support(t);
  const other = await supporter(app);

  const { body } = await start({ minutes: 10 });
  const { items } = (await sara.get('/users/impersonations')).body;
  const othersList = (await other.get('/users/impersonations')).body.items;
  const byOther = await other.delete(`/users/impersonations/${body.id}`);
  const byPerson = await reza.delete(`/users/impersonations/${body.id}`);
  const own = await sara.post('/users/api-keys', { name: 'mine', scopes: [todoPermissions.read.code] });
  const notOne = await sara.delete(`/users/impersonations/${own.body.id}`);
  const ended = await sara.delete(`/users/impersonations/${body.id}`);
  const twice = await sara.delete(`/users/impersonations/${body.id}`);

  assert.deepEqual(
    items.map(({ id, userId, reason, expiresAt }: Record<string, string>) => [id, userId, reason, expiresAt]),
    [[body.id, reza.id, REASON, body.expiresAt]],
  );
  assert.equal(items[0].token, undefined);
  assert.deepEqual(othersList, []);
  assert.deepEqual(
    [byOther, byPerson, notOne, ended, twice].map(({ status }) => status),
    [404, 404, 404, 204, 404],
  );
  assert.equal(twice.body.code, 'users.impersonation_not_found');
  assert.equal((await app.withToken(body.token).get('/todos')).status, 401);
  assert.deepEqual((await sara.get('/users/impersonations')).body.items, []);
});

test('who acts on behalf of a person has no access to secrets, factors, sessions and keys', async (t) => {
  const { app, reza, start } = await support(t);
  const asReza = app.withToken((await start()).body.token);

  const refused = [
    await asReza.get('/users/sessions'),
    await asReza.get('/users/mfa'),
    await asReza.get('/users/api-keys'),
    await asReza.get('/users/impersonations'),
    await asReza.get('/notifications/inbox'),
    await asReza.post('/users/mfa/totp'),
    await asReza.post('/users/api-keys', { name: 'x', scopes: [todoPermissions.read.code] }),
    await asReza.post('/users/change-password', { currentPassword: PASSWORD, newPassword: 'a wholly new password' }),
    await asReza.post('/users/change-email', { email: app.randomEmail() }),
    await asReza.post('/users/step-up', { password: PASSWORD }),
    await asReza.get('/users/me/export'),
    await asReza.delete('/users/me'),
    await asReza.post(`/users/${reza.id}/impersonations`, { reason: REASON }),
  ];

  assert.deepEqual(
    refused.map(({ status }) => status),
    refused.map(() => 403),
  );
});

test('each refusal to begin has its reason', async (t) => {
  const { app, sara, start } = await support(t);
  const strong = await administrator(app);
  const [locked, closed] = [await member(app), await member(app)];
  const lockedUntil = new Date(app.now().getTime() + DAY_MS).toISOString();
  await sara.owner.put(`/users/${locked.id}`, { lockedUntil });
  await sara.owner.put(`/users/${closed.id}`, { status: 'disabled' });

  const answers = [
    await start({}, strong.userId),
    await start({}, sara.id),
    await start({}, sara.id.toUpperCase()),
    await start({}, '01900000-0000-7000-8000-00000000dead'),
    await start({}, locked.id),
    await start({}, closed.id),
    await start({ minutes: 61 }),
    await start({ reason: 'why' }),
  ];
  const plain = await (await member(app)).post(`/users/${sara.id}/impersonations`, { reason: REASON });

  assert.deepEqual(
    answers.map(({ status, body }) => [status, body.code]),
    [
      [403, authorizationErrors.exceedsOwn.code],
      [409, 'users.impersonation_refused'],
      [409, 'users.impersonation_refused'],
      [404, 'users.not_found'],
      [409, 'users.not_active'],
      [409, 'users.not_active'],
      [400, 'http.invalid'],
      [400, 'http.invalid'],
    ],
  );
  assert.deepEqual([plain.status, plain.body.permission], [403, userPermissions.impersonate.code]);
});

test('a second one on behalf of the same person ends the first, and nobody runs more than ten', async (t) => {
  const { app, sara, start } = await support(t);

  const [first, second] = [(await start()).body, (await start()).body];
  const states = [first, second].map(async ({ token }) => (await app.withToken(token).get('/todos')).status);
  const others = [];
  for (let n = 0; n < 10; n++) others.push(await start({}, (await member(app)).id));

  assert.deepEqual(await Promise.all(states), [401, 200]);
  assert.deepEqual(
    others.map(({ status }) => status),
    [...Array.from({ length: 9 }, () => 201), 409],
  );
  assert.equal(others.at(-1)?.body.code, 'users.impersonations_too_many');
  assert.equal((await sara.get('/users/impersonations')).body.items.length, 10);
});

test('two who begin on behalf of each other at one moment do not wait for each other', async (t) => {
  const { app, sara } = await support(t);
  const other = await supporter(app);

  for (let n = 0; n < 5; n++) {
    const answers = await Promise.all([
      sara.post(`/users/${other.id}/impersonations`, { reason: REASON }),
      other.post(`/users/${sara.id}/impersonations`, { reason: REASON }),
    ]);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [201, 201],
    );
  }
});

test('however often somebody begins, the person gets one mail a day from them, and each in the inbox', async (t) => {
  const { app, reza, start } = await support(t);
  const other = await supporter(app);
  const mailsOf = async () =>
    (await subjects(app, reza.email)).filter((subject) => subject.includes('acts on your behalf')).length;
  const inboxOf = async () => (await reza.get('/notifications/inbox/unread-count')).body;
  const before = await inboxOf();

  for (let n = 0; n < 3; n++) await start();
  const [first, inbox] = [await mailsOf(), await inboxOf()];
  await other.post(`/users/${reza.id}/impersonations`, { reason: REASON });
  const second = await mailsOf();

  assert.deepEqual([first, second], [1, 2]);
  assert.equal(inbox.unreadCount - before.unreadCount, 3);
});

test('what is over is deleted, with what is known of mails', async (t) => {
  const { app, start, reza } = await support(t);
  await start({ minutes: 10 });
  const counts = async () => {
    await runJob(app, 'users.tidy');
    const { rows } = await app.database.pool.query(
      `select (select count(*)::int from users.api_key where impersonator_id is not null) as keys,
        (select count(*)::int from users.impersonation_mail) as mails`,
    );
    return rows[0];
  };
  const running = await counts();
  app.pass(11 * MINUTE_MS);
  const over = await counts();
  app.pass(DAY_MS);
  const later = await counts();

  assert.deepEqual(
    [running, over, later],
    [
      { keys: 1, mails: 1 },
      { keys: 0, mails: 1 },
      { keys: 0, mails: 0 },
    ],
  );
  const again = app.withToken((await login(app, reza.email)).body.accessToken);
  assert.deepEqual((await again.get('/users/api-keys')).body.items, []);
});

test('address and agent of who acted are in their own export, and not in that of the person', async (t) => {
  const { app, reza, sara, start } = await support(t);
  const asReza = app.client({
    authorization: `Bearer ${(await start()).body.token}`,
    'user-agent': 'Support-Desk/7',
  });
  await changeTodo(reza, asReza);
  const exportOf = async (module: string, userId: string) => {
    const held = await app.modules.find(({ name }) => name === module)?.privacy.export(userId);
    return module === 'users' ? held : Array.fromAsync(held as AsyncIterable<Record<string, unknown>>);
  };

  const [ofReza, ofSara] = [await exportOf('audit', reza.id), await exportOf('audit', sara.id)];
  const own = await exportOf('users', sara.id);

  const actOf = (entries: unknown) =>
    (entries as Record<string, unknown>[]).find(({ resourceType }) => resourceType === 'todo') ?? {};
  const [rezas, saras] = [actOf(ofReza), actOf(ofSara)];
  assert.deepEqual([rezas['actorId'], rezas['isImpersonated'], rezas['userAgent']], [reza.id, true, undefined]);
  assert.deepEqual([saras['actorId'], saras['isImpersonated'], saras['userAgent']], [null, true, 'Support-Desk/7']);
  assert.ok(!JSON.stringify(ofReza).includes('Support-Desk'));
  assert.ok(!JSON.stringify([ofSara, own]).includes(reza.id));
  const { impersonations } = own as { impersonations: Record<string, unknown>[] };
  assert.deepEqual(
    impersonations.map(({ reason, userId }) => [reason, userId]),
    [[REASON, undefined]],
  );
});

test('both names stay in the trail when either is erased', async (t) => {
  const { app, reza, sara, start } = await support(t);
  const asReza = app.withToken((await start()).body.token);
  await changeTodo(reza, asReza);
  const auditor = app.signIn(auditPermissions.read);
  const read = async () => {
    await app.drain();
    const [entry] = (await auditor.get('/audit?resourceType=todo')).body.items;
    return [entry.actorId, entry.impersonatorId];
  };

  const before = await read();
  await reza.delete('/users/me');
  const withoutPerson = await read();
  await sara.delete('/users/me');
  const withoutBoth = await read();

  const both = [reza.id, sara.id];
  assert.deepEqual([before, withoutPerson, withoutBoth], [both, both, both]);
  const left = await app.database.pool.query(
    'select 1 from users.api_key union all select 1 from users.impersonation_mail',
  );
  assert.equal(left.rows.length, 0);
});
