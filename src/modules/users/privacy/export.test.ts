import assert from 'node:assert/strict';
import { test } from 'node:test';
import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { userEvents } from '../contract.ts';
import { member } from '#testing/accounts.ts';

/** A member with at least one row in every table of sign-in. */
async function knownPerson(app: TestApp) {
  const sara = await member(app);
  const { body } = await sara.post('/users/mfa/totp');
  await sara.post('/users/change-email', { email: 'next@example.com' });
  await sara.post('/users/step-up', { password: 'not the password' });
  const rows = [
    `insert into users.passkey (id, user_id, credential_id, public_key, counter, transports, is_backed_up, name, created_at)
     values ($2, $1, 'x', '', 0, '{}', false, 'laptop', now())`,
    `insert into users.external_identity (id, user_id, provider, issuer, subject, created_at, last_used_at)
     values ($2, $1, 'acme', 'https://acme.example', 'sara', now(), now())`,
    'insert into users.imported (external_id, user_id) select $2::uuid::text, $1',
    'insert into users.recovery_code (user_id, code_mac, created_at) values ($1, $2::uuid::text::bytea, now())',
  ];
  for (const sql of rows) await app.database.pool.query(sql, [sara.id, newId()]);
  await sara.post('/users/passkeys/register/start');
  return { ...sara, secret: body.secret as string };
}

async function tablesWith(app: TestApp, userId: string): Promise<string[]> {
  const { rows } = await app.database.pool.query<{ name: string }>(
    `select table_name as name from information_schema.columns
     where table_schema = 'users' and column_name = 'user_id' order by 1`,
  );
  const held = [];
  for (const { name } of rows) {
    const found = await app.database.pool.query(`select 1 from users.${name} where user_id = $1`, [userId]);
    if (found.rows.length > 0) held.push(name);
  }
  return held;
}

test('the export contains the credentials of a user, but no secret of them', async (t) => {
  const app = await testApp(t);
  const sara = await knownPerson(app);
  const { privacy } = app.modules.find(({ name }) => name === 'users') ?? {};

  const exported = (await privacy?.export(sara.id)) as Record<string, { [field: string]: unknown }[]>;

  const text = JSON.stringify(exported);
  assert.deepEqual(Object.keys(exported['passkeys']?.[0] ?? {}).toSorted(), [
    'createdAt',
    'id',
    'isBackedUp',
    'isSecondFactorOnly',
    'lastUsedAt',
    'name',
    'transports',
  ]);
  assert.match(text, /next@example\.com/);
  assert.match(text, /https:\/\/acme\.example/);
  assert.ok(!text.includes(sara.secret) && !/mac|sealed|publicKey|hash/i.test(text));
});

test('nothing of an erased user is left', async (t) => {
  const app = await testApp(t);
  const sara = await knownPerson(app);
  const before = await tablesWith(app, sara.id);

  await app.database.units.write(system('users'), async ({ publish }) =>
    publish(userEvents.deleted, { userId: sara.id }),
  );
  await app.drain();

  assert.deepEqual(
    ['address_change', 'challenge', 'external_identity', 'imported', 'passkey', 'recovery_code', 'totp'].filter(
      (name) => !before.includes(name),
    ),
    [],
  );
  assert.deepEqual(await tablesWith(app, sara.id), []);
});
