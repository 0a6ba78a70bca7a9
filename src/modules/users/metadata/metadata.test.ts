import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { actionsOf, eventsOf, member } from '#testing/accounts.ts';
import { administrator, everything } from '#testing/authorization.ts';
import { testApp } from '#testing/app.ts';
import { authorizationErrors } from '#modules/authorization/contract.ts';
import { userPermissions } from '../contract.ts';

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

async function open(t: TestContext, environment: Record<string, string> = {}) {
  const app = await testApp(t, { environment });
  const person = await member(app);
  const admin = everything(app);
  return { app, person, admin, path: `/users/${person.id}/metadata` };
}

function schemaFile(t: TestContext, schemas: object): string {
  const folder = mkdtempSync(join(tmpdir(), 'bonyan-metadata-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'schemas.json'), JSON.stringify(schemas));
  return join(folder, 'schemas.json');
}

test('a person reads what is public, changes what is unsafe, and never sees what is private', async (t) => {
  const { app, person, admin, path } = await open(t);

  const empty = await person.get('/users/me/metadata');
  const set = await admin.patch(path, {
    publicMetadata: { plan: 'طلایی', limits: { files: 10, links: 2 } },
    privateMetadata: { customer: 'cus_12' },
  });
  const changed = await person.patch('/users/me/metadata', { unsafeMetadata: { theme: 'dark', '': 1 } });
  const merged = await admin.patch(path, { publicMetadata: { limits: { links: null } }, unsafeMetadata: { '': null } });
  const seen = await person.get('/users/me/metadata');
  const tried = await person.patch('/users/me/metadata', { unsafeMetadata: {}, publicMetadata: { plan: 'x' } });

  assert.deepEqual(empty.body, { id: person.id, publicMetadata: {}, unsafeMetadata: {}, version: 0 });
  assert.deepEqual([set.status, changed.status, merged.status, tried.status], [200, 200, 200, 400]);
  assert.deepEqual(merged.body.privateMetadata, { customer: 'cus_12' });
  assert.deepEqual(seen.body, {
    id: person.id,
    publicMetadata: { plan: 'طلایی', limits: { files: 10 } },
    unsafeMetadata: { theme: 'dark' },
    version: 3,
  });
  assert.equal((await actionsOf(app, person.id)).filter((action) => action === 'users.metadata_changed').length, 3);
  assert.equal((await eventsOf(app, person.id)).filter((type) => type === 'users.metadata_changed.v1').length, 3);
  const { rows } = await app.database.pool.query<{ text: string }>(
    `select coalesce(string_agg(body::text, ' '), '') as text from platform.event where type like 'users.metadata%'`,
  );
  assert.doesNotMatch(String(rows[0]?.text), /cus_12|dark/);
});

test('nobody changes the fields of an account with permissions that they lack, or of none', async (t) => {
  const { app } = await open(t);
  const admin = app.signIn(userPermissions.metadata);
  const { userId: id } = await administrator(app);

  const stronger = await admin.patch(`/users/${id}/metadata`, { publicMetadata: { a: 1 } });
  const none = await admin.patch('/users/01900000-0000-7000-8000-00000000dead/metadata', { publicMetadata: { a: 1 } });
  const read = await admin.get('/users/01900000-0000-7000-8000-00000000dead/metadata');

  assert.deepEqual(
    [stronger, none, read].map(({ status, body }) => [status, body.code]),
    [
      [403, authorizationErrors.exceedsOwn.code],
      [404, 'users.not_found'],
      [404, 'users.not_found'],
    ],
  );
});

test('what is too long, too deep or changed by somebody else meanwhile is refused, and nothing is stored', async (t) => {
  const { person, admin, path } = await open(t);
  const deep = (levels: number): object => (levels === 0 ? {} : { a: deep(levels - 1) });
  const half = { text: 'x'.repeat(5000) };

  await admin.patch(path, { publicMetadata: half });
  const answers = [
    await admin.patch(path, { publicMetadata: { other: 'x'.repeat(5000) } }),
    await person.patch('/users/me/metadata', { unsafeMetadata: { text: 'س'.repeat(4100) } }),
    await person.patch('/users/me/metadata', { unsafeMetadata: deep(9) }),
    await person.patch('/users/me/metadata', { unsafeMetadata: { a: 1 } }, { 'if-match': '"7"' }),
    await person.patch('/users/me/metadata', { unsafeMetadata: { a: '\0' } }),
  ];

  assert.deepEqual(
    answers.map(({ status, body }) => [status, body.code]),
    [
      [400, 'users.metadata_invalid'],
      [400, 'users.metadata_invalid'],
      [400, 'users.metadata_invalid'],
      [412, 'http.precondition_failed'],
      [400, 'http.invalid'],
    ],
  );
  assert.deepEqual((await admin.get(path)).body, {
    id: person.id,
    publicMetadata: half,
    privateMetadata: {},
    unsafeMetadata: {},
    version: 1,
  });
});

test('fields fit the schemas of the installation', async (t) => {
  const plan = { type: 'object', properties: { plan: { enum: ['free', 'gold'] } }, additionalProperties: false };
  const schemas = schemaFile(t, { public: plan, unsafe: { type: 'object', maxProperties: 1 } });
  const { person, admin, path } = await open(t, { BONYAN_USER_METADATA_SCHEMA: schemas });

  const right = await admin.patch(path, { publicMetadata: { plan: 'gold' }, privateMetadata: { any: 'thing' } });
  const wrong = await admin.patch(path, { publicMetadata: { plan: 'silver' } });
  const one = await person.patch('/users/me/metadata', { unsafeMetadata: { a: 1 } });
  const two = await person.patch('/users/me/metadata', { unsafeMetadata: { b: 1 } });

  assert.deepEqual([right.status, wrong.status, one.status, two.status], [200, 400, 200, 400]);
  assert.match(wrong.body.reason, /\/plan/);
});

test('a new access token has the chosen fields as they are then, public ones first, and an old one as they were', async (t) => {
  const environment = { BONYAN_TOKEN_CLAIMS: 'plan=public.plan, theme=unsafe.theme' };
  const { app, person, admin, path } = await open(t, environment);
  const renew = async (refreshToken: string) => (await app.anonymous.post('/users/refresh', { refreshToken })).body;

  await admin.patch(path, { publicMetadata: { plan: 'gold' }, privateMetadata: { theme: 'hidden' } });
  const first = await renew(person.tokens.refreshToken);
  await admin.patch(path, { publicMetadata: { plan: { name: 'x'.repeat(1100) } }, unsafeMetadata: { theme: 'dark' } });
  const long = await renew(first.refreshToken);
  await admin.patch(path, { publicMetadata: { plan: 'gold' }, unsafeMetadata: { theme: 'x'.repeat(1010) } });
  const crowded = await renew(long.refreshToken);
  await admin.patch(path, { publicMetadata: { plan: null }, unsafeMetadata: { theme: 'dark' } });
  const last = await renew(crowded.refreshToken);

  const all = [person.tokens, first, long, crowded, last].map(({ accessToken }) => claimsOf(accessToken));
  assert.deepEqual(
    all.map(({ plan, theme }) => [plan, theme]),
    [
      [undefined, undefined],
      ['gold', undefined],
      [undefined, 'dark'],
      ['gold', undefined],
      [undefined, 'dark'],
    ],
  );
  assert.equal((await app.withToken(last.accessToken).get('/users/me')).status, 200);
});

test('the fields are in the export of a person, and end with the account', async (t) => {
  const { app, person, admin, path } = await open(t);
  await admin.patch(path, { publicMetadata: { plan: 'gold' }, privateMetadata: { customer: 'cus_12' } });

  const { privacy } = app.modules.find(({ name }) => name === 'users') ?? {};
  const exported = (await privacy?.export(person.id)) as Record<string, unknown>;
  await admin.delete(`/users/${person.id}`);

  const { rows } = await app.database.pool.query('select from users.metadata');
  assert.deepEqual(exported['metadata'], {
    public: { plan: 'gold' },
    private: { customer: 'cus_12' },
    unsafe: {},
  });
  assert.deepEqual([rows.length, (await admin.get(path)).status], [0, 404]);
});
