import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret, TOTP } from 'otpauth';
import { testApp, type TestApp } from '#testing/app.ts';
import { inTurn, linkFor, login, member, PASSWORD } from '#testing/accounts.ts';
import { todoPermissions } from '#modules/todos/contract.ts';

const NEW = 'a wholly new password';

interface Scene {
  readonly app: TestApp;
  readonly sara: Awaited<ReturnType<typeof member>>;
  /** A code of an authenticator app that was set up and not confirmed. */
  readonly code: string;
}

/** What an intruder with a session leaves behind, or changes. */
const CALLS: Record<string, (scene: Scene) => Promise<{ status: number }>> = {
  'an API key': ({ sara }) => sara.post('/users/api-keys', { name: 'x', scopes: [todoPermissions.read.code] }),
  'a new address': ({ app, sara }) => sara.post('/users/change-email', { email: app.randomEmail() }),
  'an authenticator app': ({ sara }) => sara.post('/users/mfa/totp'),
  'the code of an authenticator app': ({ sara, code }) => sara.post('/users/mfa/totp/confirm', { code }),
  'a passkey': ({ sara }) => sara.post('/users/passkeys/register/start'),
  'a step-up': ({ sara }) => sara.post('/users/step-up', { password: PASSWORD }),
};

test('a call that waits while a reset by mail ends its session changes nothing', async (t) => {
  const app = await testApp(t);
  for (const [name, call] of Object.entries(CALLS))
    await t.test(name, async () => {
      const sara = await member(app);
      const { body: begun } = await sara.post('/users/mfa/totp');
      const totp = new TOTP({ secret: Secret.fromBase32(begun.secret) });
      const code = totp.generate({ timestamp: app.now().getTime() });
      await app.anonymous.post('/users/forgot-password', { email: sara.email });
      const token = await linkFor(app, sara.email);
      const reset = () => app.anonymous.post('/users/reset-password/link', { token, newPassword: NEW });
      const before = await rowsOf(app, sara.id);

      const [{ status }, { status: refused }] = await inTurn(app, sara.id, reset, () => call({ app, sara, code }));

      assert.deepEqual([status, Math.floor(refused / 100)], [204, 4]);
      assert.deepEqual(await rowsOf(app, sara.id), before);
      assert.equal((await login(app, sara.email, NEW)).status, 200);
    });
});

test('a refresh holds no session while it waits for the account: a reset never meets it in a deadlock', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  const waiting = "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
  const holder = await app.database.pool.connect();
  await holder.query('begin');
  await holder.query('select 1 from users.user where id = $1 for update', [sara.id]);

  const refreshed = app.anonymous.post('/users/refresh', { refreshToken: sara.tokens.refreshToken });
  while ((await holder.query(waiting)).rows.length < 1);
  const free = await holder.query('select 1 from users.session where user_id = $1 for update skip locked', [sara.id]);
  await holder.query('commit');
  holder.release();

  assert.equal(free.rows.length, 1);
  assert.equal((await refreshed).status, 200);
});

/** What was added to the account, and how. */
async function rowsOf({ database }: TestApp, userId: string) {
  const { rows } = await database.pool.query(
    `select (select count(*) from users.api_key where user_id = $1)::int as keys,
            (select count(*) from users.address_change where user_id = $1)::int as changes,
            (select count(*) from users.challenge where user_id = $1)::int as challenges,
            (select jsonb_agg(t order by created_at) from users.totp t where user_id = $1) as totp,
            (select jsonb_agg(s.proved_at) from users.session s where user_id = $1) as proved`,
    [userId],
  );
  return rows;
}
