import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { domainToASCII } from 'node:url';
import { actionsOf, codeFor, idOf as accountOf, login, MINUTE_MS, member, PASSWORD } from '#testing/accounts.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { runScript } from '#testing/database.ts';
import { importLines, personLine } from '#testing/imports/lines.ts';

const ENCODED = domainToASCII('نمونه.ایران');

/** Accounts as they were stored before addresses had one form: trimmed, in small letters and composed, and no more. */
async function storeAs(app: TestApp, spelling: string) {
  const account = await member(app);
  await app.database.pool.query('update users.user set email = $1 where id = $2', [spelling, account.id]);
  return account;
}

async function migrate(app: TestApp) {
  await app.database.pool.query('drop table users.unfolded_address');
  await app.database.pool.query('create table users.email_change (email text)'); // as it was then
  const file = new URL('../migrations/0019_address_forms.sql', import.meta.url);
  await runScript(app.databaseUrl, await readFile(file, 'utf8'));
  await app.database.pool.query('drop table users.email_change');
  await Promise.all([app.users.prepare(), app.users.prepare()]); // two nodes
}

test('no account is lost when addresses get one form', async (t) => {
  const app = await testApp(t);
  const encoded = await storeAs(app, 'sara@xn--bcher-kva.example');
  const wide = await storeAs(app, 'reza@ｅxample.com');
  const [first, second] = [await storeAs(app, 'mina@نمونه.ایران'), await storeAs(app, `mina@${ENCODED}`)];
  const joined = await storeAs(app, 'nima\u00ad@example.com');
  const plain = await storeAs(app, 'nima@example.com');

  await migrate(app);

  const idOf = async (email: string) => (await login(app, email)).body.user?.id;
  assert.equal(await idOf('sara@bücher.example'), encoded.id);
  assert.equal(await idOf('sara@xn--bcher-kva.example'), encoded.id);
  assert.equal(await idOf('reza@example.com'), wide.id);
  assert.equal(await idOf('reza@ｅxample.com'), wide.id);
  assert.equal(await idOf('nima@example.com'), plain.id);
  assert.equal(await idOf('NIMA\u00ad@example.com'), joined.id, 'another mailbox: it keeps its spelling');
  assert.equal(await idOf('mina@نمونه.ایران'), first.id);
  assert.equal(await idOf(`MINA@${ENCODED}`), second.id, 'a twin is found by its own spelling');
  assert.ok((await actionsOf(app, encoded.id)).includes('users.email_form_changed'));
  const { rows } = await app.database.pool.query('select 1 from users.unfolded_address');
  assert.equal(rows.length, 0);
  const spellings = [`Mina@${ENCODED}`, 'mina@نمونه.ایران', 'nima\u00ad@example.com', 'sara@xn--bcher-kva.example'];
  const { refused } = await importLines(
    app,
    spellings.map((email) => personLine(email, { email, emailVerified: false })),
  );
  assert.deepEqual(new Set(refused.map(({ code }) => code)), new Set(['email_taken']));
  assert.equal(refused.length, spellings.length);
});

test('a twin keeps all that an address is for: a reset, and mails to it', async (t) => {
  const app = await testApp(t);
  await storeAs(app, 'mina@bücher.example');
  const twin = await storeAs(app, 'mina@xn--bcher-kva.example');
  await migrate(app);
  app.pass(MINUTE_MS);

  await app.anonymous.post('/users/forgot-password', { email: 'mina@xn--bcher-kva.example' });
  const code = await codeFor(app, twin.email);
  const body = { email: 'mina@xn--bcher-kva.example', code, newPassword: 'another long password' };
  const { status } = await app.anonymous.post('/users/reset-password', body);

  assert.equal(status, 204);
  assert.equal((await login(app, body.email, body.newPassword)).body.user.id, twin.id);
  assert.ok((await login(app, 'mina@bücher.example', PASSWORD)).body.accessToken);
});

test('a line of an import that is refused because of a twin ends no registration', async (t) => {
  const app = await testApp(t);
  const twin = 'mina@xn--bcher-kva.example';
  await storeAs(app, twin);
  const registration = { email: 'mina@bücher.example', firstName: 'a', lastName: 'b', password: PASSWORD };
  await app.anonymous.post('/users/register', registration);
  const pending = await accountOf(app, registration.email);

  const { refused } = await importLines(app, [personLine('a-1', { email: twin })]);

  assert.deepEqual(
    refused.map(({ code }) => code),
    ['email_taken'],
  );
  assert.notEqual(pending, 'none');
  assert.equal(await accountOf(app, registration.email), pending);
});
