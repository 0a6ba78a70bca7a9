import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { auditPermissions } from '#modules/audit/contract.ts';
import { createLog } from '#platform/log/pino.ts';
import { runJob } from '#testing/accounts.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { administrator } from '#testing/authorization.ts';
import { reportOf } from '#testing/trail/trail.ts';
import { startSmtpServer } from '#testing/servers/smtp-server.ts';
import { dump, findTraces } from './traces.ts';

const PASSWORD = 'correct horse battery';
const MINUTE_MS = 60_000;
const sara = {
  firstName: 'Zarrintaj',
  lastName: 'گلشن‌آبادی',
  email: 'zarrintaj.gb@example.com',
  ip: '198.51.100.213',
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Sarabrowser/7.31',
};
const reza = {
  firstName: 'Reza',
  lastName: 'Karimi',
  email: 'reza@example.com',
  ip: '203.0.113.9',
  userAgent: 'Rezabrowser/1.0',
};
const OF_SARA = [sara.firstName, sara.lastName, sara.email, sara.ip, sara.userAgent, 'Sarabrowser'];

/** An app whose log is kept, with a mail server, behind a proxy. */
async function world(t: TestContext) {
  const mails = await startSmtpServer(t);
  const lines: string[] = [];
  const app = await testApp(t, {
    environment: { SMTP_URL: mails.url, BONYAN_TRUSTED_PROXIES: '127.0.0.1', BONYAN_AUDIT_ANCHOR_SECONDS: '3600' },
    log: createLog('debug', { write: (line) => void lines.push(line) }),
  });
  const places = async () => new Map([...(await dump(app)), ['the log', lines.join('')]]);
  return { app, mails, admin: await administrator(app), places };
}

type World = Awaited<ReturnType<typeof world>>;
type Person = typeof sara;

function from(app: TestApp, { ip, userAgent }: Person, token?: string) {
  const headers = { 'x-forwarded-for': ip, 'user-agent': userAgent };
  const sent = token === undefined ? headers : { ...headers, authorization: `Bearer ${token}` };
  return { headers: sent, ...app.client(sent) };
}

async function signIn(app: TestApp, person: Person) {
  const { body } = await from(app, person).post('/users/login', { email: person.email, password: PASSWORD });
  return { id: body.user.id as string, refreshToken: body.refreshToken, ...from(app, person, body.accessToken) };
}

/** Registers, and proves the address. */
async function join({ app, mails }: World, person: Person): Promise<void> {
  const { email, firstName, lastName } = person;
  await from(app, person).post('/users/register', { email, firstName, lastName, password: PASSWORD });
  await app.drain();
  const code = (await mails.received(email)).map(({ text }) => /\b\d{6}\b/.exec(text ?? '')?.[0]).at(-1);
  assert.equal((await from(app, person).post('/users/verify-email', { email, code })).status, 204);
}

/** Everything that an account usually does in its life, and what others do to it. */
async function live({ app, admin }: World, person: Person) {
  const { email, firstName, lastName } = person;
  const stranger = from(app, person);
  const wrong = () => stranger.post('/users/login', { email, password: 'not the password' });
  await Promise.all([wrong(), wrong(), stranger.post('/users/forgot-password', { email })]);
  const [me, elsewhere] = [await signIn(app, person), await signIn(app, person)];
  const remindAt = new Date(app.now().getTime() + MINUTE_MS).toISOString();
  const scheduledAtUtc = new Date(app.now().getTime() + 2 * MINUTE_MS).toISOString();
  const inApp = { channel: 'inApp', recipient: me.id, subject: `For ${firstName}`, body: `Dear ${lastName}` };
  const { body: key } = await me.post('/users/api-keys', { name: `of ${firstName}`, scopes: ['todos.write'] });
  await admin.post('/authorization/roles', {
    name: 'clerks',
    permissions: ['audit.read'],
  });
  await Promise.all([
    me.post('/todos', { description: `call ${lastName}`, remindAt }, { 'idempotency-key': 'once' }),
    from(app, person, key.key).post('/todos', { description: `from the machine of ${firstName}` }),
    me.post('/users/change-email', { email: `new-${email}` }),
    me.post('/users/change-email', { email: `bounce-${email}` }),
    me.post('/users/step-up', { password: 'not the password' }),
    me.post('/users/mfa/totp'),
    me.post('/users/passkeys/register/start'),
    elsewhere.post('/users/refresh', { refreshToken: elsewhere.refreshToken }),
    me.put('/notifications/preferences', { timeZone: 'Asia/Tehran' }),
    me.post('/profiles/me', { firstName, lastName, contactEmail: email, bio: `I am ${firstName}` }),
    app.http.inject({ url: '/api/v1/users/me/export', headers: me.headers }),
    admin.post('/authorization/assign-role', { userId: me.id, roleName: 'clerks' }),
    admin.put(`/users/${me.id.toUpperCase()}`, { lastName: `${lastName}-${lastName}` }),
    admin.post('/notifications', inApp),
    admin.post('/notifications', { ...inApp, channel: 'email', recipient: email, scheduledAtUtc }),
    admin.post('/notifications', { ...inApp, channel: 'email', recipient: `bounce-${email}` }),
  ]);
  await app.drainWithFailures(3 * MINUTE_MS);
  await me.get('/audit');
  return me;
}

/** Requests and work fail with the person's data at hand, so that errors are logged. */
async function fail({ app, admin }: World): Promise<void> {
  const { pool } = app.database;
  const { firstName, lastName } = sara;
  const register = (twin: number) =>
    from(app, sara).post('/users/register', {
      email: `twin${twin}.${sara.email}`,
      firstName,
      lastName,
      password: PASSWORD,
    });
  await pool.query(`create unique index failing on users."user" (last_name) where status = 'pending'`);
  const answers = [await register(1), await register(2)];
  await pool.query('alter table notifications.recipient rename to away');
  answers.push(await register(3));
  await app.drainWithFailures();
  await pool.query('alter table notifications.away rename to recipient');
  await pool.query('drop index users.failing');
  const { rows } = await pool.query<{ id: string }>(`select id from users."user" where email like 'twin%'`);
  for (const { id } of rows) await admin.delete(`/users/${id}`);
  assert.deepEqual(
    answers.map(({ status }) => status),
    [202, 500, 500],
  );
}

test('after a person is deleted in a mixed load, no table and no log has their name, addresses or agent', async (t) => {
  const all = await world(t);
  const { app, places } = all;
  for (const person of [sara, reza]) await join(all, person);
  const [me, other] = await Promise.all([live(all, sara), live(all, reza)]);
  await fail(all);
  const before = findTraces(await places(), OF_SARA);

  const deleted = await me.delete('/users/me');
  await app.drain(10 * MINUTE_MS);
  for (const job of ['users.tidy', 'notifications.tidy', 'audit.watch']) await runJob(app, job);

  for (const found of ['users."user": Zarrintaj as text', 'users.session: 198.51.100.213 as text'])
    assert.ok(before.includes(found), before.join('\n'));
  assert.equal(deleted.status, 204);
  assert.deepEqual(findTraces(await places(), OF_SARA), []);
  assert.equal((await other.get('/users/me')).body.email, reza.email);
  assert.equal((await reportOf(app)).isValid, true);
  const { body } = await app.signIn(auditPermissions.read).get(`/audit?resourceId=${me.id}&pageSize=100`);
  const about: { action: string; payload: unknown }[] = body.items;
  const readable = about.filter(({ payload }) => payload !== null).map(({ action }) => action);
  assert.deepEqual([about.length > 10, readable], [true, ['audit.person_erased']]);
});

test('the search finds a text in every form, wherever it stands in its column', async (t) => {
  const app = await testApp(t);
  const bytes = Buffer.from(sara.email);
  const kept: Record<string, string | Buffer> = {
    text: `of ${sara.email.toUpperCase()}!`,
    bytea: Buffer.concat([Buffer.of(0, 255), bytes, Buffer.of(128)]),
    hex: bytes.toString('hex').toUpperCase(),
    base64: bytes.toString('base64'),
    base64_one: Buffer.concat([Buffer.of(1), bytes, Buffer.of(2)]).toString('base64'),
    base64_two: Buffer.concat([Buffer.of(1, 2), bytes]).toString('base64url'),
    json: JSON.stringify(JSON.stringify({ email: sara.email })),
  };
  for (const [name, value] of Object.entries(kept)) {
    await app.database.pool.query(`create table in_${name} (x ${Buffer.isBuffer(value) ? 'bytea' : 'text'})`);
    await app.database.pool.query(`insert into in_${name} values ($1)`, [value]);
  }

  const found = findTraces(await dump(app), [sara.email]);

  for (const name of Object.keys(kept))
    assert.ok(
      found.some((trace) => trace.startsWith(`public.in_${name}:`)),
      name,
    );
});
