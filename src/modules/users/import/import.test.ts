import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Readable } from 'node:stream';
import { authorizationActions, authorizationEvents } from '#modules/authorization/contract.ts';
import { actionsOf, codeFor, eventsOf, idOf, login, member, PASSWORD, runJob, subjects } from '#testing/accounts.ts';
import { administrator } from '#testing/authorization.ts';
import { appWithProvider, newBrowser } from '#testing/external-sign-in.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { importLines, personLine, tablesOf } from '#testing/imports/lines.ts';
import { hashKinds } from '#testing/imports/hash-kinds.ts';
import type { PersonLine } from './schemas.ts';

const DAY_MS = 86_400_000;

test('who is imported with a hash of any kind signs in once by it and then by one of ours', async (t) => {
  const app = await testApp(t);
  const people = Object.entries(hashKinds(PASSWORD)).map(([kind, passwordHash]) => personLine(kind, { passwordHash }));
  const hashOf = async (email: string) => {
    const { rows } = await app.database.pool.query('select password_hash as hash from users.user where email = $1', [
      email,
    ]);
    return String(rows[0]?.['hash']);
  };

  const { summary } = await importLines(app, people);

  assert.deepEqual(summary, { lines: people.length, imported: people.length, unchanged: 0, refused: 0 });
  for (const { email, externalId } of people) {
    const before = await hashOf(email);
    const answers = [await login(app, email, 'not it at all'), await login(app, email), await login(app, email)];
    const kind = [externalId, ...answers.map(({ status }) => status)];
    assert.deepEqual(kind, [externalId, 401, 200, 200]);
    assert.ok(!before.startsWith('$argon2id$v=19$m=19456,t=2,p=1$'), before);
    assert.match(await hashOf(email), /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  }
});

test('an imported person has what the line says, as if registered, and gets no mail', async (t) => {
  const app = await testApp(t);
  const admin = await administrator(app);
  await admin.post('/authorization/roles', { name: 'editors' });
  const sara = personLine('a-1', {
    roles: ['Editors', 'user'],
    language: 'fa',
    createdAt: '2020-05-01T10:00:00Z',
    publicMetadata: { plan: 'gold', gone: null },
    privateMetadata: { customer: 'c-1' },
  });

  await importLines(app, [sara]);

  const id = await idOf(app, sara.email);
  const user = (await admin.get(`/users/${id}`)).body;
  assert.deepEqual(
    [user.status, user.roles, user.language, user.createdAt, user.firstName],
    ['active', ['editors', 'user'], 'fa', '2020-05-01T10:00:00.000Z', sara.firstName],
  );
  const fields = (await admin.get(`/users/${id}/metadata`)).body;
  assert.deepEqual([fields.publicMetadata, fields.privateMetadata], [{ plan: 'gold' }, { customer: 'c-1' }]);
  assert.deepEqual(await subjects(app, sara.email), []);
  assert.deepEqual(await actionsOf(app, id), [authorizationActions.roleAssigned, 'users.imported']);
  assert.deepEqual(await eventsOf(app, id), [
    authorizationEvents.roleAssigned.type,
    authorizationEvents.roleAssigned.type,
    'users.registered.v1',
  ]);
  await admin.post('/authorization/assign-role', { userId: id, roleName: 'admin' });
  assert.equal((await subjects(app, sara.email)).length, 1, 'from now on they are told');
});

test('a person without a hash signs in after a reset', async (t) => {
  const app = await testApp(t);
  const sara = personLine('a-1', {});
  await importLines(app, [sara]);

  await app.anonymous.post('/users/forgot-password', { email: sara.email });
  await app.drain();
  const [mail] = await app.mailbox(sara.email);
  const token = /#token=([\w-]+)/.exec(mail?.text ?? '')?.[1];
  const { status } = await app.anonymous.post('/users/reset-password/link', { token, newPassword: PASSWORD });

  assert.deepEqual([status, (await login(app, sara.email)).status], [204, 200]);
});

test('an identity of another provider signs in to the imported account', async (t) => {
  const { app, oidc } = await appWithProvider(t, {});
  const sara = personLine('a-1', { identities: [{ issuer: oidc.issuer, subject: 'sara-there' }] });
  oidc.people['sara-there'] = { email: 'another@example.com', email_verified: false, given_name: 'S' };

  await importLines(app, [sara]);
  oidc.signsIn('sara-there');
  const { body } = await newBrowser(app).signIn();

  assert.equal(body.user?.email, sara.email);
});

const taken = { issuer: 'https://accounts.google.com', subject: 'taken' };
const GOOGLE = { BONYAN_OIDC_GOOGLE_CLIENT_ID: 'x', BONYAN_OIDC_GOOGLE_CLIENT_SECRET: 'y' };

test('a line is refused by its code, and the lines beside it are imported', async (t) => {
  const app = await testApp(t, { environment: GOOGLE });
  const reza = await member(app);
  await importLines(app, [personLine('first', { identities: [taken] })]);
  const other = { ...taken, subject: 'other' };
  const good = [personLine('good-1', { identities: [other] }), personLine('good-2', { disabled: true })];
  const cases = [
    ['email_taken', personLine('x', { email: reza.email.toUpperCase() })],
    ['email_taken', personLine('x2', { email: good[0]?.email })],
    ['identity_taken', personLine('y', { identities: [taken] })],
    ['identity_taken', personLine('y3', { identities: [other] })],
    ['identity_unproved', personLine('z', { emailVerified: false, identities: [{ ...taken, subject: 'n' }] })],
    ['provider_unknown', personLine('p', { identities: [{ ...taken, issuer: 'https://elsewhere.example' }] })],
    ['role_unknown', personLine('r', { roles: ['user', 'nobody has it'] })],
    ['duplicate', personLine('good-1', {})],
    ['hash_invalid', personLine('h', { passwordHash: 'plain' })],
    ['unknown_field', personLine('u', { mobile: '1' })],
  ] as const;

  const { summary, refused } = await importLines(app, [...good, ...cases.map(([, line]) => line)]);

  assert.deepEqual([summary.imported, summary.refused], [2, cases.length]);
  assert.deepEqual(
    refused.map(({ line, externalId, code }) => [line, externalId, code]),
    cases.map(([code, { externalId }], at) => [at + good.length + 1, externalId, code]),
  );
  for (const { reason } of refused) assert.ok(!reason.includes('@') && !reason.includes('plain'), reason);
});

test('a second import changes no table, also with other fields, and a dry run changes none', async (t) => {
  const app = await testApp(t);
  const people = Array.from({ length: 2500 }, (_, at) => personLine(`p-${at}`, {}));
  const before = await tablesOf(app);

  const tried = await importLines(app, [...people, personLine('r', { roles: ['none'] })], { isDryRun: true });
  const untouched = await tablesOf(app);
  const first = await importLines(app, people);
  const after = await tablesOf(app);
  const second = await importLines(
    app,
    people.map((person) => ({ ...person, firstName: 'Other', passwordHash: 'no longer taken' })),
  );

  assert.deepEqual(tried.summary, { lines: 2501, imported: 2500, unchanged: 0, refused: 1 });
  assert.deepEqual(untouched, before);
  assert.equal(first.summary.imported, 2500);
  assert.notDeepEqual(after, before);
  assert.deepEqual([second.summary.unchanged, second.refused], [2500, []]);
  assert.deepEqual(await tablesOf(app), after);
});

test('two imports of one file at once make each person once', async (t) => {
  const app = await testApp(t);
  const people = Array.from({ length: 3000 }, (_, at) => personLine(`p-${at}`, {}));

  const both = await Promise.all([importLines(app, people), importLines(app, people.toReversed())]);

  const count = async (table: string) =>
    (await app.database.pool.query<{ n: number }>(`select count(*)::int as n from ${table}`)).rows[0]?.n;
  assert.deepEqual(
    both.map(({ refused }) => refused),
    [[], []],
  );
  assert.equal(
    both.reduce((sum, { summary }) => sum + summary.imported, 0),
    3000,
  );
  assert.deepEqual([await count('users.user'), await count('users.imported')], [3000, 3000]);
});

test('hostile lines are refused one by one, and those between them are imported', async (t) => {
  const app = await testApp(t);
  const sara = JSON.stringify(personLine('a-1', {}));
  const reza = JSON.stringify(personLine('a-2', {}));
  const deep = `{"externalId":"d","unsafeMetadata":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}`;
  const lines = [
    Buffer.alloc(10 * 2 ** 20, 'x'),
    Buffer.from(sara),
    Buffer.from([0x7b, 0xc3, 0x28, 0x7d]),
    Buffer.from(deep),
    Buffer.from('[[[['.repeat(10_000)),
    Buffer.from('{"externalId":"a-1","__proto__":{"email":"x@example.com"}}'),
    Buffer.from('{"externalId":{"a":1},"email":[]}'),
    Buffer.from(reza),
    Buffer.from(`\u0000`),
  ];
  const file = Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')]));
  const refused: string[] = [];

  const summary = await app.users.importPeople(Readable.from([file]), {
    isDryRun: false,
    onRefused: ({ line, code }) => void refused.push(`${line} ${code}`),
  });

  assert.deepEqual(refused, [
    '1 too_long',
    '3 not_utf8',
    '4 invalid',
    '5 not_json',
    '6 invalid',
    '7 invalid',
    '9 not_json',
  ]);
  assert.deepEqual([summary.imported, summary.refused], [2, 7]);
});

test('a registration that nobody has confirmed gives way to a person with a verified address, and to no other', async (t) => {
  const app = await testApp(t);
  const [email, invited] = [app.randomEmail(), app.randomEmail()];
  const names = { firstName: 'Reza', lastName: 'Kamali' };
  await app.anonymous.post('/users/register', { email, ...names, password: 'a password of a stranger' });
  await (await administrator(app)).post('/users', { email: invited, ...names });
  const before = await idOf(app, email);
  const { bcrypt: passwordHash } = hashKinds(PASSWORD);

  const unverified = await importLines(app, [personLine('a-1', { email, emailVerified: false })]);
  const verified = await importLines(app, [
    personLine('a-1', { email, passwordHash }),
    personLine('a-2', { email: invited }),
  ]);

  assert.deepEqual(
    [...unverified.refused, ...verified.refused].map(({ externalId, code }) => [externalId, code]),
    [
      ['a-1', 'email_taken'],
      ['a-2', 'email_taken'],
    ],
  );
  assert.ok((await eventsOf(app, before)).includes('users.deleted.v1'));
  assert.equal((await login(app, email, 'a password of a stranger')).status, 401);
  assert.equal((await login(app, email)).status, 200);
});

/** Confirms the address by the mailed code alone. */
async function confirm(app: TestApp, email: string) {
  await app.anonymous.post('/users/resend-verification-code', { email });
  await app.drain();
  const [mail] = await app.mailbox(email);
  const code = /\b\d{6}\b/.exec(mail?.text ?? '')?.[0];
  return app.anonymous.post('/users/verify-email', { email, code });
}

test("who confirms an imported address by a code sets a password: that of the line may be a stranger's", async (t) => {
  const app = await testApp(t);
  await (await administrator(app)).post('/authorization/roles', { name: 'editors' });
  const { bcrypt: passwordHash } = hashKinds(PASSWORD);
  const base = { emailVerified: false, passwordHash, createdAt: '2019-01-01T00:00:00Z' };
  const lines = [
    personLine('plain', base),
    personLine('roles', { ...base, roles: ['editors'] }),
    personLine('fields', { ...base, privateMetadata: { customer: 'c-1' } }),
  ];
  await importLines(app, lines);
  app.pass(8 * DAY_MS);
  await runJob(app, 'users.pending');

  for (const { externalId, email } of lines) {
    const before = await login(app, email);
    const confirmed = await confirm(app, email);
    const after = await login(app, email);
    assert.deepEqual(
      [before.body.code, confirmed.body?.passwordRequired ?? false, after.status],
      ['users.email_not_verified', true, 401],
      externalId,
    );
  }
});

test('a disabled person cannot sign in, and can after an administrator has enabled the account', async (t) => {
  const app = await testApp(t);
  const admin = await administrator(app);
  const { bcrypt: passwordHash } = hashKinds(PASSWORD);
  const lines = [
    personLine('a-1', { passwordHash, disabled: true }),
    personLine('a-2', { passwordHash, disabled: true, emailVerified: false }),
  ];
  await importLines(app, lines);

  const statuses = [];
  for (const { email } of lines) {
    const before = await login(app, email);
    const { headers } = await admin.get(`/users/${await idOf(app, email)}`);
    const names = { firstName: 'a', lastName: 'b', status: 'active' };
    await admin.put(`/users/${await idOf(app, email)}`, names, { 'if-match': String(headers['etag']) });
    statuses.push([before.body.code, (await login(app, email)).body.code ?? 200]);
  }

  assert.deepEqual(statuses, [
    ['users.disabled', 200],
    ['users.disabled', 'users.email_not_verified'],
  ]);
});

test('the outside id is in the own export of a person, and goes with the account', async (t) => {
  const app = await testApp(t);
  const { bcrypt: passwordHash } = hashKinds(PASSWORD);
  const sara = personLine('outside-1', { passwordHash });
  await importLines(app, [sara]);
  const id = await idOf(app, sara.email);
  const { privacy } = app.modules.find(({ name }) => name === 'users') ?? {};
  const exported = JSON.stringify(await privacy?.export(id));

  const { body } = await login(app, sara.email);
  await app.withToken(body.accessToken).delete('/users/me');
  await app.drain();

  assert.match(exported, /outside-1/);
  const { rows } = await app.database.pool.query('select 1 from users.imported');
  assert.equal(rows.length, 0);
});

test('people come with a number, signs in by it, and go with it into an export', async (t) => {
  const app = await testApp(t);
  const [phone, other] = [app.randomPhone(), app.randomPhone()];
  const alone = { externalId: 'phone-alone', firstName: 'سارا', lastName: '' };
  const lines = [
    { ...alone, phone: phone.replace('+', '00') },
    { ...personLine('both'), phone: other },
    { ...alone, externalId: 'taken', phone },
    { ...personLine('unproved'), emailVerified: false, phone: app.randomPhone() },
    { ...alone, externalId: 'national', phone: '09121234567' },
    { ...alone, externalId: 'nothing' },
  ];

  const { refused } = await importLines(app, lines);
  const signedIn = await Promise.all(
    [phone, other].map((number) => app.anonymous.post('/users/login/code', { phone: number })),
  );
  const code = await codeFor(app, phone);
  const { status, body } = await app.anonymous.post('/users/login/code/confirm', { phone, code });
  const texts = await Array.fromAsync(app.users.exportPeople({ withHashes: false }));
  const all = texts
    .join('')
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text) as PersonLine);
  const exported = all.filter(({ phone: number }) => number !== undefined);

  assert.deepEqual(
    refused.map(({ externalId, code: why }) => [externalId, why]),
    [
      ['taken', 'phone_taken'],
      ['unproved', 'invalid'],
      ['national', 'invalid'],
      ['nothing', 'invalid'],
    ],
  );
  assert.deepEqual([...signedIn.map((answer) => answer.status), status, body.user?.phone], [202, 202, 200, phone]);
  assert.deepEqual(new Set(exported.map(({ phone: number }) => number)), new Set([phone, other]));
});
