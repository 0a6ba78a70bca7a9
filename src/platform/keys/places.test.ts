import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { Secret, TOTP } from 'otpauth';
import { auditPermissions } from '#modules/audit/contract.ts';
import { notificationPermissions } from '#modules/notifications/contract.ts';
import { schedulerPermissions } from '#modules/scheduler/contract.ts';
import { webhookPermissions } from '#modules/webhooks/contract.ts';
import { sealedAddresses, sealedContents, sealedRecipients } from '#modules/notifications/secrets.ts';
import { sealedTotpSecrets } from '#modules/users/secrets.ts';
import { sealedOrigins, sealedPayloads } from '#platform/audit/port.ts';
import { sealedPersonKeys } from '#platform/audit/secrets.ts';
import { sealedAnswers } from '#platform/database/flush.ts';
import { codeFor, login, member } from '#testing/accounts.ts';
import { reportOf, runJob } from '#testing/trail/trail.ts';
import { SECRET, testApp, type TestApp } from '#testing/app.ts';
import { ciphertextsOf, putCiphertext, sealUnbound } from '#testing/ciphertexts.ts';
import { encryptFile, fileOwner, releasedFile } from '#testing/files/uploads.ts';
import { createKeys } from './derived.ts';
import type { SealedColumn } from './port.ts';
import { sealedPersistentKeys } from './persistent.ts';
import { openBound } from './sealing.ts';

const ONE_ROW = 'audit.verified.position'; // there is no other row to copy from
const nameOf = ({ table, column }: SealedColumn) => `${table}.${column}`;

/** Two people with rows in every column that holds ciphertext. */
async function installation(t: TestContext) {
  const app = await testApp(t);
  const people = [await member(app), await member(app)] as const;
  const secrets: string[] = [];
  for (const one of people) {
    const { body } = await one.post('/users/mfa/totp');
    const code = codeOf(app, body.secret);
    await one.post('/users/mfa/totp/confirm', { code });
    secrets.push(body.secret);
    await one.post('/todos', { description: `of ${one.email}` }, { 'idempotency-key': 'once' });
    await one.post('/users/passkeys/register/start');
    const phone = app.randomPhone();
    await one.post('/users/change-phone', { phone });
    await one.post('/users/change-phone/confirm', { code: await codeFor(app, phone) });
  }
  const owner = fileOwner(app);
  for (const content of ['a', 'b']) await encryptFile(app, owner, await releasedFile(app, owner, { content }));
  const routes = ['low', 'high'].map((severity) => {
    const targets = [{ channel: 'email', recipient: `${severity}@example.com` }];
    return { severity, roles: [], userIds: [], channels: ['inApp'], targets };
  });
  await app.signIn(notificationPermissions.routing).put('/notifications/routing', { routes });
  const jobs = app.signIn(...Object.values(schedulerPermissions));
  const hooks = app.signIn(...Object.values(webhookPermissions));
  for (const name of ['one', 'two']) {
    const url = `https://example.com/${name}`;
    await jobs.post('/scheduler/jobs', {
      name,
      type: 'http.request',
      payload: { url, secretHeaders: { authorization: `Bearer ${name}` } },
    });
    const { body } = await hooks.post('/webhooks', { url, eventTypes: ['*'] });
    await hooks.post(`/webhooks/${body.id}/rotate-secret`, {}, { 'if-match': '*' });
  }
  await app.users.rotateSigningKey();
  await app.drain();
  await app.audit.rotateKey();
  await runJob(app, 'audit.watch');
  for (const { email } of people) await app.anonymous.post('/users/forgot-password', { email }); // waits for `drain`
  const [sara, reza] = people;
  return { app, sara, reza, secrets };
}

function codeOf(app: TestApp, secret: string): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: app.now().getTime() });
}

/** Copies the value of the second row into the first; answers how to put the first one back. */
async function copy(app: TestApp, column: SealedColumn, from = 1, to = 0) {
  const values = await ciphertextsOf(app, column);
  const [target, source] = [values[to], values[from]];
  assert.ok(target && source && values.length > 1, `${nameOf(column)} has fewer than two rows`);
  await putCiphertext(app, column, { ...target, sealed: source.sealed });
  return { row: target.row, putBack: () => putCiphertext(app, column, target) };
}

/** Copies the value of a person's row into the row of another one. */
async function copyBetween(app: TestApp, column: SealedColumn, from: string, to: string): Promise<void> {
  const value = (await ciphertextsOf(app, column)).find(({ row }) => row.includes(from));
  const target = (await ciphertextsOf(app, column)).find(({ row }) => row.includes(to));
  assert.ok(value && target);
  await putCiphertext(app, column, { ...target, sealed: value.sealed });
}

test('in every sealed column, a ciphertext that is copied into another row cannot be opened there', async (t) => {
  const { app } = await installation(t);
  const clean = await app.secrets.check();

  for (const column of app.secrets.columns) {
    if (nameOf(column) === ONE_ROW) continue;
    await t.test(nameOf(column), async () => {
      const { putBack } = await copy(app, column);

      const refused = (await app.secrets.check()).filter(({ unopenable }) => unopenable > 0);

      await putBack();
      assert.deepEqual(
        refused.map(({ name, unopenable }) => [name, unopenable]),
        [[nameOf(column), 1]],
      );
    });
  }

  assert.ok(
    clean.every(({ unopenable, old, rows }) => unopenable === 0 && old === 0 && rows > 0),
    JSON.stringify(clean),
  );
});

test('in every sealed column of the trail, a copied ciphertext is a break of its row, and is not shown', async (t) => {
  const { app } = await installation(t);
  await app.drain();
  const auditor = app.signIn(auditPermissions.read);
  const shown = async (id: string) => {
    const { items } = (await auditor.get('/audit?pageSize=100')).body;
    return items.find((item: { id: string }) => item.id === id);
  };

  for (const column of [sealedPayloads, sealedOrigins])
    await t.test(nameOf(column), async () => {
      const { row, putBack } = await copy(app, column);

      const { firstBreak } = await reportOf(app);
      const { payload, ip, userAgent, sequence } = await shown(row[0] ?? '');

      await putBack();
      assert.deepEqual(firstBreak, { sequence, kind: 'payloadChanged' });
      assert.deepEqual([payload, ip, userAgent], [null, null, null]);
    });
  assert.equal((await reportOf(app)).isValid, true);
});

test('a ciphertext that is copied into another column of its row cannot be opened there', async (t) => {
  const { app } = await installation(t);
  const [content] = await ciphertextsOf(app, sealedContents);

  await putCiphertext(app, sealedRecipients, content as NonNullable<typeof content>);

  const refused = (await app.secrets.check()).filter(({ unopenable }) => unopenable > 0);
  assert.deepEqual(
    refused.map(({ name }) => name),
    [nameOf(sealedRecipients)],
  );
});

test('a copied address gets no mail that is meant for another person', async (t) => {
  const { app, sara, reza } = await installation(t);
  await app.drain();
  const before = [(await app.mailbox(sara.email)).length, (await app.mailbox(reza.email)).length];
  await copyBetween(app, sealedAddresses, reza.id, sara.id);

  await sara.post('/users/change-password', {
    currentPassword: 'correct horse battery',
    newPassword: 'a new password',
  });
  await app.anonymous.post('/users/resend-verification-code', { email: sara.email });
  app.pass(10 * 60_000);
  await app.anonymous.post('/users/forgot-password', { email: sara.email });
  const failures = await app.drainWithFailures();

  const after = [(await app.mailbox(sara.email)).length, (await app.mailbox(reza.email)).length];
  assert.deepEqual(after, before);
  assert.ok(failures.some(({ error }) => /notifications\.recipient\.email_sealed, row /.test(String(error))));
});

test('a message whose address was copied from another message is not sent', async (t) => {
  const app = await testApp(t);
  const clerk = app.signIn(notificationPermissions.write);
  const [one, two] = [app.randomEmail(), app.randomEmail()];
  const write = (recipient: string) =>
    clerk.post('/notifications', { channel: 'email', recipient, subject: `for ${recipient}`, body: 'x' });
  const [first, second] = [(await write(one)).body, (await write(two)).body];
  await copyBetween(app, sealedRecipients, second.id, first.id);

  await app.drainWithFailures();

  assert.deepEqual(await app.mailbox(one), []);
  assert.deepEqual(
    (await app.mailbox(two)).map(({ subject }: { subject: string }) => subject),
    [`for ${two}`],
  );
});

test('a copied TOTP secret opens no account', async (t) => {
  const { app, sara, reza, secrets } = await installation(t);
  await copyBetween(app, sealedTotpSecrets, reza.id, sara.id);
  app.pass(60_000);
  const { challengeToken } = (await login(app, sara.email)).body;

  const answers = secrets.map((secret) =>
    app.anonymous.post('/users/login/mfa', { challengeToken, code: codeOf(app, secret) }),
  );

  const statuses = (await Promise.all(answers)).map(({ status }) => status);
  assert.ok(
    statuses.every((status) => status >= 400),
    String(statuses),
  );
});

test('a copied answer of another person is not given', async (t) => {
  const { app, sara, reza } = await installation(t);
  await copyBetween(app, sealedAnswers, reza.id, sara.id);

  const again = await sara.post('/todos', { description: `of ${sara.email}` }, { 'idempotency-key': 'once' });

  assert.equal(again.status, 500);
  assert.ok(!JSON.stringify(again.body).includes(reza.email));
});

test('the entries of a person whose key was replaced by another one’s are breaks, and all others can be read', async (t) => {
  const { app, sara, reza } = await installation(t);
  await app.drain();
  await copyBetween(app, sealedPersonKeys, reza.id, sara.id);
  const other = await testApp(t, { environment: { DATABASE_URL: app.databaseUrl } }); // has not cached the key

  const report = await reportOf(other);
  const auditor = other.signIn(auditPermissions.read);
  const of = async (id: string) => (await auditor.get(`/audit?resourceId=${id}&pageSize=100`)).body.items;

  assert.equal(report.firstBreak?.kind, 'payloadChanged');
  assert.ok((await of(sara.id)).every(({ payload }: { payload: unknown }) => payload === null));
  assert.ok((await of(reza.id)).every(({ payload }: { payload: unknown }) => payload !== null));
});

test('an installation of an earlier version works, is bound by a re-encryption, and then accepts no older value', async (t) => {
  const { app: first, sara, secrets } = await installation(t);
  await first.drain();
  const keys = createKeys(SECRET);
  for (const column of first.secrets.columns)
    for (const value of await ciphertextsOf(first, column)) {
      const clear = keys.open(column, value.row, value.sealed);
      await putCiphertext(first, column, {
        ...value,
        sealed: sealUnbound(keys.derive(`seal:${column.purpose}`), clear),
      });
    }
  const [former] = await ciphertextsOf(first, sealedTotpSecrets);
  const environment = { DATABASE_URL: first.databaseUrl };

  const beside = await testApp(t, { environment });
  const before = await beside.secrets.check();
  const signedIn = await login(beside, sara.email);
  const { columns: done } = await beside.secrets.reEncrypt();
  const after = await testApp(t, { environment });
  const bound = await after.secrets.check();
  after.pass(120_000);
  const challenge = (await login(after, sara.email)).body.challengeToken;
  const code = codeOf(after, secrets[0] ?? '');
  const signedInAgain = await after.anonymous.post('/users/login/mfa', { challengeToken: challenge, code });
  await putCiphertext(after, sealedTotpSecrets, former as NonNullable<typeof former>);
  const withFormer = await after.secrets.check();

  assert.ok(
    before.every(({ rows, old, unopenable }) => old === rows && unopenable === 0),
    JSON.stringify(before),
  );
  assert.equal(signedIn.status, 200);
  assert.deepEqual(done.at(-1)?.name, nameOf(sealedPersistentKeys));
  assert.ok(
    bound.every(({ old, unopenable }) => old === 0 && unopenable === 0),
    JSON.stringify(bound),
  );
  assert.equal(signedInAgain.status, 200);
  assert.equal(withFormer.find(({ name }) => name === nameOf(sealedTotpSecrets))?.unopenable, 1);
});

test('the trail of an earlier version is read for ever, and its payloads are bound by the id that they begin with', async (t) => {
  const { app } = await installation(t);
  await app.drain();
  const keys = createKeys(SECRET);
  const people = new Map(
    (await ciphertextsOf(app, sealedPersonKeys)).map(({ row: [id = ''], sealed }) => [
      id,
      keys.open(sealedPersonKeys, id, sealed),
    ]),
  );
  const entries = async () =>
    (await app.signIn(auditPermissions.read).get('/audit?pageSize=100')).body.items as Record<string, string>[];
  const [before, { rows: owners }] = [
    await entries(),
    await app.database.pool.query<{ id: string; subject: string; actor: string }>(
      `select id, subject_id as subject, case when actor_type = 'user' then actor_id else '' end as actor from audit.entry`,
    ),
  ];
  const keyOf = (person: string) => people.get(person) ?? keys.derive('seal:audit');
  for (const column of [sealedPayloads, sealedOrigins])
    for (const value of await ciphertextsOf(app, column)) {
      const { subject = '', actor = '' } = owners.find(({ id }) => id === value.row[0]) ?? {};
      const isPayload = column === sealedPayloads;
      const place = { column, row: value.row };
      const clear = openBound([keyOf(isPayload ? subject : actor || subject)], place, value.sealed) ?? Buffer.of();
      // Earlier versions put the address of a request before sign-in under the application's key.
      const sealed = sealUnbound(keyOf(isPayload ? subject : actor), clear);
      await putCiphertext(app, column, { ...value, sealed });
    }

  const after = await entries();
  const { isValid } = await reportOf(app);
  await copy(app, sealedPayloads);
  const { firstBreak } = await reportOf(app);

  const told = (items: Record<string, string>[]) => items.map(({ id, payload, ip }) => [id, payload, ip]);
  assert.deepEqual(told(after), told(before));
  assert.equal(isValid, true);
  assert.equal(firstBreak?.kind, 'payloadChanged');
});
