import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp, type TestApp } from '#testing/app.ts';
import { codeFor, inTurn, login, member, PASSWORD, wrongCode } from '#testing/accounts.ts';
import { todoPermissions } from '#modules/todos/contract.ts';

const NEW = 'a wholly new password';

interface Scene {
  readonly app: TestApp;
  readonly sara: Awaited<ReturnType<typeof member>>;
  /** The code of a pending change of the address. */
  readonly code: string;
  /** The code for a new password. */
  readonly reset: string;
}

/** Calls that add or change rows of a user. */
const WRITERS: Record<string, (scene: Scene) => Promise<unknown>> = {
  'a request for a new address': ({ app, sara }) => sara.post('/users/change-email', { email: app.randomEmail() }),
  'a request for a new number': ({ app, sara }) => sara.post('/users/change-phone', { phone: app.randomPhone() }),
  'a removal of the number': ({ sara }) => sara.delete('/users/phone'),
  'a wrong code to sign in': ({ app, sara, reset }) =>
    app.anonymous.post('/users/login/code/confirm', { email: sara.email, code: wrongCode(reset) }),
  'the code of a new address': ({ sara, code }) => sara.post('/users/change-email/confirm', { code }),
  'a wrong code of a new address': ({ sara, code }) =>
    sara.post('/users/change-email/confirm', { code: wrongCode(code) }),
  'an authenticator app': ({ sara }) => sara.post('/users/mfa/totp'),
  'recovery codes': ({ sara }) => sara.post('/users/mfa/recovery-codes'),
  'the start of a passkey': ({ sara }) => sara.post('/users/passkeys/register/start'),
  'the start of a step-up by passkey': ({ sara }) => sara.post('/users/passkeys/login/start', {}),
  'an API key': ({ sara }) => sara.post('/users/api-keys', { name: 'x', scopes: [todoPermissions.read.code] }),
  'a step-up': ({ sara }) => sara.post('/users/step-up', { password: PASSWORD }),
  'a wrong step-up': ({ sara }) => sara.post('/users/step-up', { password: 'wrong' }),
  'a new password': ({ sara }) => sara.post('/users/change-password', { currentPassword: PASSWORD, newPassword: NEW }),
  'a sign-in': ({ app, sara }) => login(app, sara.email),
  'a wrong sign-in': ({ app, sara }) => login(app, sara.email, 'wrong'),
  'a refresh': ({ app, sara }) => app.anonymous.post('/users/refresh', { refreshToken: sara.tokens.refreshToken }),
  'a reset': ({ app, sara, reset }) =>
    app.anonymous.post('/users/reset-password', { email: sara.email, code: reset, newPassword: NEW }),
  'a wrong code of a reset': ({ app, sara, reset }) =>
    app.anonymous.post('/users/reset-password', { email: sara.email, code: wrongCode(reset), newPassword: NEW }),
  'a registration of the address': ({ app, sara }) =>
    app.anonymous.post('/users/register', { email: sara.email, firstName: 'a', lastName: 'b', password: PASSWORD }),
};

test('no row of a user is added by a call that is made while the account is being deleted', async (t) => {
  const app = await testApp(t);
  for (const [name, write] of Object.entries(WRITERS))
    await t.test(name, async () => {
      const sara = await member(app);
      const email = app.randomEmail();
      await sara.post('/users/change-email', { email });
      const code = await codeFor(app, email);
      await app.anonymous.post('/users/forgot-password', { email: sara.email });
      const reset = await codeFor(app, sara.email);
      app.pass(2 * 60_000);

      const deletion = () => sara.delete('/users/me');
      const [deleted] = await inTurn(app, sara.id, deletion, () => write({ app, sara, code, reset }));

      assert.equal(deleted.status, 204);
      assert.deepEqual(await tablesNaming(app, sara.id), []);
    });
});

/** The tables of the module that still have rows of the user. */
async function tablesNaming({ database }: TestApp, userId: string): Promise<string[]> {
  const { rows } = await database.pool.query<{ name: string }>(
    `select quote_ident(table_name) as name from information_schema.columns
     where table_schema = 'users' and column_name = 'user_id'`,
  );
  const found: string[] = [];
  for (const { name } of rows) {
    const own = await database.pool.query(`select 1 from users.${name} where user_id = $1`, [userId]);
    if (own.rows.length > 0) found.push(name);
  }
  assert.ok(rows.length > 10);
  return found;
}
