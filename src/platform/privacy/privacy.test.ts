import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { strFromU8, unzipSync } from 'fflate';
import { system } from '#kernel/access.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { profilePermissions } from '#modules/profiles/contract.ts';
import { todoPermissions } from '#modules/todos/contract.ts';
import { userEvents } from '#modules/users/contract.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { createAuditObserver } from '#testing/audited.ts';
import { audited } from '../audited.ts';
import { archiveOf } from './archive.ts';

const PASSWORD = 'correct horse battery';
const MINUTE_MS = 60_000;
const FIRST_NAME = 'Shahrzad-Unmistakable';
const LAST_NAME = 'Ghiasvand-Unmistakable';

/** What only operators do is stored there. */
const OF_OPERATORS = new Set(['observability.json', 'webhooks.json']);

/** A user with some data in every module that has data about everybody. */
async function person(app: TestApp) {
  const email = `unmistakable-${app.randomEmail()}`;
  await app.anonymous.post('/users/register', {
    email,
    firstName: FIRST_NAME,
    lastName: LAST_NAME,
    password: PASSWORD,
  });
  await app.drain();
  const mails: { text: string }[] = await app.mailbox(email);
  const code = /\b\d{6}\b/.exec(mails[0]?.text ?? '')?.[0];
  await app.anonymous.post('/users/verify-email', { email, code });
  await app.anonymous.post('/users/login', { email, password: 'not the password' });
  const { body } = await app.anonymous.post('/users/login', { email, password: PASSWORD });
  const client = app.withToken(body.accessToken);
  const remindAt = new Date(app.now().getTime() + MINUTE_MS).toISOString();
  await client.post('/todos', { description: `call ${LAST_NAME}`, remindAt });
  await client.post('/todos', { description: `keyed ${LAST_NAME}` }, { 'idempotency-key': 'once' });
  await client.post('/profiles/me', {
    bio: `${FIRST_NAME} was here`,
    preferredLanguage: `en-${LAST_NAME.slice(0, 8)}`,
  });
  await client.post('/organisations', { name: `team of ${LAST_NAME}` });
  await client.post('/users/api-keys', { name: `import of ${FIRST_NAME}`, scopes: ['todos.read'] });
  await client.post('/users/change-email', { email: `new-${email}` });
  await client.post('/users/change-password', { currentPassword: PASSWORD, newPassword: 'a wholly new password' });
  await app.anonymous.post('/users/forgot-password', { email });
  await app.drain(2 * MINUTE_MS);
  return { email, id: body.user.id as string, ...client, accessToken: body.accessToken as string };
}

/** The audit entries in a person's own export. */
async function trailOf(app: TestApp, accessToken: string): Promise<Record<string, unknown>[]> {
  const { rawPayload } = await app.http.inject({
    url: '/api/v1/users/me/export',
    headers: { authorization: `Bearer ${accessToken}` },
  });
  return JSON.parse(strFromU8(unzipSync(rawPayload)['audit.json'] ?? new Uint8Array()));
}

/** Names of the tables that contain any of the texts, as text or as bytes. */
async function tablesWith({ database }: TestApp, texts: readonly string[]): Promise<string[]> {
  const { rows } = await database.pool.query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and not c.relispartition and n.nspname not in ('pg_catalog', 'information_schema')`,
  );
  const wanted = texts.flatMap((text) => [text, Buffer.from(text).toString('hex')]);
  const found = rows.map(async ({ name }) => {
    const hit = await database.pool.query(`select 1 from ${name} t where t::text ilike any ($1) limit 1`, [
      wanted.map((text) => `%${text}%`),
    ]);
    return hit.rows.length > 0 ? [name] : [];
  });
  return (await Promise.all(found)).flat().toSorted();
}

test('after an account is deleted, no table contains its user, and every token is invalid', async (t) => {
  const app = await testApp(t);
  const sara = await person(app);
  const texts = [sara.email, FIRST_NAME, LAST_NAME];
  const before = await tablesWith(app, texts);

  const deleted = await sara.delete('/users/me');
  const next = await sara.get('/users/me');
  await app.drain(10 * MINUTE_MS);

  assert.ok(before.includes('users."user"') && before.includes('todos.todo'), String(before));
  assert.deepEqual([deleted.status, next.status], [204, 401]);
  assert.deepEqual(await tablesWith(app, texts), []);
});

test('the archive contains what each module stores about the user, and about nobody else', async (t) => {
  const app = await testApp(t, { environment: { BONYAN_LOGGING_OWN: 'on' } });
  const [sara, reza] = [await person(app), await person(app)];

  const answer = await app.http.inject({
    url: '/api/v1/users/me/export',
    headers: { authorization: `Bearer ${sara.accessToken}` },
  });
  const files = Object.entries(unzipSync(answer.rawPayload)).map(
    ([name, bytes]) => [name, JSON.parse(strFromU8(bytes))] as const,
  );

  const held = Object.fromEntries(files);
  assert.deepEqual([answer.statusCode, answer.headers['content-type']], [200, 'application/zip']);
  assert.match(String(answer.headers['content-disposition']), /^attachment; filename=/);
  assert.deepEqual(
    Object.keys(held).toSorted(),
    app.modules
      .map(({ name }) => `${name}.json`)
      .filter((name) => !OF_OPERATORS.has(name))
      .toSorted(),
  );
  assert.deepEqual([held['users.json'].email, held['users.json'].firstName], [sara.email, FIRST_NAME]);
  assert.ok(JSON.stringify(held['todos.json']).includes(LAST_NAME));
  assert.ok(!JSON.stringify(held).includes(reza.email) && !JSON.stringify(held).includes(reza.id));
});

test('an export is recorded in the audit trail before it is answered', async (t) => {
  const app = await testApp(t);
  const { note, assertTable } = createAuditObserver(app, audited);
  const sara = await person(app);
  const headers = { authorization: `Bearer ${sara.accessToken}` };

  await note('GET /api/v1/users/me/export', await app.http.inject({ url: '/api/v1/users/me/export', headers }));

  await assertTable(import.meta.dirname);
});

test('when an entry concerns two persons, each export contains only that person’s part', async (t) => {
  const app = await testApp(t);
  const sara = await person(app);
  const email = app.randomEmail();
  await app.users.createAdministrator(
    { email, password: PASSWORD, firstName: 'Reza', lastName: 'Karimi' },
    { onlyFirst: false },
  );
  const { body: tokens } = await app.anonymous.post('/users/login', { email, password: PASSWORD });
  const admin = app.withToken(tokens.accessToken);
  const [chief, agent] = [tokens.user.id as string, { 'user-agent': 'the agent of the chief' }];
  const changed = await admin.put(`/users/${sara.id}`, { firstName: 'Renamed-Unmistakable' }, agent);

  const [ofSara, ofAdmin] = [await trailOf(app, sara.accessToken), await trailOf(app, tokens.accessToken)];

  const find = (entries: Record<string, unknown>[]) => entries.filter(({ action }) => action === 'users.changed');
  assert.equal(changed.status, 200);
  const [[about], [by]] = [find(ofSara), find(ofAdmin)];
  assert.deepEqual([about?.['actorType'], about?.['actorId'], about?.['resourceId']], ['user', null, sara.id]);
  assert.ok(JSON.stringify(about?.['payload']).includes('Renamed-Unmistakable'));
  assert.deepEqual([by?.['actorId'], by?.['resourceId'], by?.['userAgent']], [chief, null, agent['user-agent']]);
  assert.ok(!JSON.stringify(ofSara).includes(chief) && !JSON.stringify(ofSara).includes(agent['user-agent']));
  assert.ok(!JSON.stringify(ofAdmin).includes(sara.id) && !JSON.stringify(ofAdmin).includes('Unmistakable'));
  assert.equal(new Set(ofSara.map(({ id }) => id)).size, ofSara.length);
});

test('more entries than one batch are exported once each', async (t) => {
  const app = await testApp(t);
  const sara = await person(app);
  const before = (await trailOf(app, sara.accessToken)).length;
  const actor = { ...system('x'), type: 'user' as const, id: sara.id };
  await app.database.units.write(actor, async ({ audit }: AnyUnit) => {
    for (let at = 0; at < 1100; at++) audit({ action: 'probe.done', resourceType: 'thing', resourceId: String(at) });
  });

  const entries = await trailOf(app, sara.accessToken);

  assert.deepEqual([entries.length, new Set(entries.map(({ id }) => id)).size], [before + 1101, before + 1101]);
});

test('more todos, sessions and access entries than one batch are exported once each', async (t) => {
  const app = await testApp(t);
  const sara = await person(app);
  const { pool } = app.database;
  const many = 'from generate_series(1, 1200) n';
  await pool.query(
    `insert into todos.todo (id, owner_id, description) select gen_random_uuid(), $1, 'todo ' || n ${many}`,
    [sara.id],
  );
  await pool.query(
    `insert into "authorization".access_entry
       (resource_type, resource_id, user_id, can_read, can_write, can_delete, can_manage)
     select (array['a', 'b'])[1 + n % 2], gen_random_uuid(), $1, true, false, false, false ${many}`,
    [sara.id],
  );
  await pool.query(
    `insert into users.session (id, user_id, secret, rotated_at, created_at, last_used_at, idle_expires_at,
       absolute_expires_at, device, proved_at)
     select gen_random_uuid(), user_id, secret, rotated_at, created_at, last_used_at, idle_expires_at,
       absolute_expires_at, device, proved_at ${many}, (select * from users.session where user_id = $1 limit 1) s`,
    [sara.id],
  );

  const { rawPayload } = await app.http.inject({
    url: '/api/v1/users/me/export',
    headers: { authorization: `Bearer ${sara.accessToken}` },
  });

  const read = (name: string) => JSON.parse(strFromU8(unzipSync(rawPayload)[name] ?? new Uint8Array()));
  const counts = (ids: string[]) => [ids.length, new Set(ids).size];
  const { sessions } = read('users.json');
  const { accessEntries } = read('authorization.json');
  assert.deepEqual(counts(read('todos.json').map(({ id }: { id: string }) => id)), [1202, 1202]);
  assert.deepEqual(counts(sessions.map(({ id }: { id: string }) => id)), [1201, 1201]);
  assert.deepEqual(counts(accessEntries.map(({ resourceId }: { resourceId: string }) => resourceId)), [1200, 1200]);
});

test('what a request stored that had begun before the deletion is erased later, in every module', async (t) => {
  const app = await testApp(t);
  const late = app.signIn(
    todoPermissions.write,
    todoPermissions.read,
    profilePermissions.write,
    profilePermissions.read,
  );
  await app.database.units.write(system('users'), async ({ publish }) =>
    publish(userEvents.deleted, { userId: late.userId }),
  );
  await app.drain();

  await late.post('/todos', { description: 'x' });
  await late.post('/profiles/me', { isProfilePublic: true });
  const before = [(await late.get('/todos')).body.totalCount, (await late.get('/profiles/me')).status];
  await app.drain(11 * 60_000);

  assert.deepEqual(before, [1, 200]);
  assert.deepEqual([(await late.get('/todos')).body.totalCount, (await late.get('/profiles/me')).status], [0, 404]);
  const { rows } = await app.database.pool.query(`select 1 from platform.work where queue = 'platform.erasure'`);
  assert.deepEqual(rows, []);
});

test('export and deletion need a recent authentication', async (t) => {
  const app = await testApp(t);
  const sara = await person(app);
  app.pass(11 * MINUTE_MS);

  const answers = [await sara.get('/users/me/export'), await sara.delete('/users/me')];

  assert.deepEqual(
    answers.map(({ status, body }) => [status, body.code]),
    answers.map(() => [403, 'users.step_up_required']),
  );
});

test('a list within a part is written item by item, wherever it stands among the other members', async () => {
  async function* items(count: number) {
    for (let at = 0; at < count; at++) yield { at, of: [1, null] };
  }
  const parts = {
    first: { many: items(3), name: 'x', left: undefined, none: null },
    last: { name: 'x', inner: { a: [] }, many: items(2), empty: items(0) },
    short: { name: 'x' },
    texts: ['a', 'b'],
  };
  const modules = Object.entries(parts).map(([name, held]) => {
    return { name, privacy: { export: async () => held, erase: async () => {} } };
  });

  const files = unzipSync(Buffer.concat(await Array.fromAsync(archiveOf(modules, 'someone'))));

  const listed = (count: number) => Array.from({ length: count }, (_, at) => ({ at, of: [1, null] }));
  assert.deepEqual(
    Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, JSON.parse(strFromU8(bytes))])),
    {
      'first.json': { many: listed(3), name: 'x', none: null },
      'last.json': { name: 'x', inner: { a: [] }, many: listed(2), empty: [] },
      'short.json': { name: 'x' },
      'texts.json': ['a', 'b'],
    },
  );
});

test('a large part is compressed piece by piece and completely, and is read only as fast as it is sent', async () => {
  const large = { text: 'سلام 👋🏽 '.repeat(200_000) };
  let [isRead, most] = [false, 0];
  async function* pieces() {
    for (let at = 0; at < 50_000; at++) {
      most = at;
      yield { at, text: randomBytes(20).toString('hex') };
    }
  }
  async function* empty() {}
  const modules = [
    { name: 'large', privacy: { export: async () => large, erase: async () => {} } },
    { name: 'nothing', privacy: { export: async () => null, erase: async () => {} } },
    { name: 'pieces', privacy: { export: async () => pieces(), erase: async () => {} } },
    { name: 'none', privacy: { export: async () => empty(), erase: async () => {} } },
    { name: 'later', privacy: { export: async () => (isRead = true), erase: async () => {} } },
  ];
  const archive = archiveOf(modules, 'someone');

  const first = await archive.next();
  const wasRead = isRead;
  const chunks = [first.value] as Uint8Array[];
  let before = 0;
  let jump = 0;
  for await (const chunk of archive) {
    chunks.push(chunk);
    jump = Math.max(jump, most - before);
    before = most;
  }
  const files = unzipSync(Buffer.concat(chunks));

  assert.equal(wasRead, false);
  assert.deepEqual(Object.keys(files), ['large.json', 'pieces.json', 'none.json', 'later.json']);
  assert.ok(jump < 20_000, `${jump} pieces were read between two chunks`);
  const listed: { at: number }[] = JSON.parse(strFromU8(files['pieces.json'] ?? new Uint8Array()));
  assert.deepEqual([listed.length, listed.at(-1)?.at], [50_000, 49_999]);
  assert.deepEqual(JSON.parse(strFromU8(files['none.json'] ?? new Uint8Array())), []);
  assert.deepEqual(JSON.parse(strFromU8(files['large.json'] ?? new Uint8Array())), large);
});
