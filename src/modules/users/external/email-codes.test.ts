import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestApp } from '#testing/app.ts';
import { MINUTE_MS, subjects, wrongCode } from '#testing/accounts.ts';
import { appWithProvider, newBrowser } from '#testing/external-sign-in.ts';

const sara = { email: 'Sara@Example.com', email_verified: false, given_name: 'Sara', family_name: 'Amini' };

/** The code of the newest mail. */
function codeIn([newest]: readonly string[]): string {
  return /\b\d{6}\b/.exec(newest ?? '')?.[0] ?? 'none';
}

type Demanded = Awaited<ReturnType<ReturnType<typeof newBrowser>['signIn']>>;

function confirmEmail(app: TestApp, demanded: Demanded | undefined, code: string) {
  const challengeToken = demanded && 'challengeToken' in demanded.body ? demanded.body.challengeToken : 'none';
  return app.anonymous.post('/users/oauth/confirm-email', { challengeToken, code });
}

test('the code for an address is mailed once a minute, however often it is asked for, and counts for each who asked', async (t) => {
  const { app } = await appWithProvider(t, { sara });

  const asked = await Promise.all([newBrowser(app).signIn(), newBrowser(app).signIn(), newBrowser(app).signIn()]);
  const within = await subjects(app, 'sara@example.com');
  app.pass(60_000);
  await newBrowser(app).signIn();
  const after = await subjects(app, 'sara@example.com');
  const old = await confirmEmail(app, asked[1], codeIn(within));
  const right = await confirmEmail(app, asked[2], codeIn(after));

  assert.deepEqual([within.length, after.length], [1, 2]);
  assert.deepEqual([old.body.code, right.status], ['users.code_invalid', 200]);
});

test('five wrong guesses, over all sign-ins and codes of an address, block it for a quarter of an hour', async (t) => {
  const { app } = await appWithProvider(t, { sara });
  const first = await newBrowser(app).signIn();
  const old = codeIn(await subjects(app, 'sara@example.com'));
  for (let guess = 0; guess < 3; guess++) await confirmEmail(app, first, wrongCode(old));
  app.pass(MINUTE_MS);
  const waiting = [await newBrowser(app).signIn(), await newBrowser(app).signIn(), await newBrowser(app).signIn()];
  const code = codeIn(await subjects(app, 'sara@example.com'));

  await Promise.all(
    Array.from({ length: 6 }, (_, index) => confirmEmail(app, waiting[index % 2] ?? first, wrongCode(code))),
  );
  const blocked = await confirmEmail(app, waiting[2], code);
  const { rows } = await app.database.pool.query<{ wrong: number }>('select wrong from users.code_limit');
  app.pass(2 * MINUTE_MS);
  await newBrowser(app).signIn();
  const mailed = (await subjects(app, 'sara@example.com')).length;
  app.pass(13 * MINUTE_MS);
  const later = await newBrowser(app).signIn();
  const open = await confirmEmail(app, later, codeIn(await subjects(app, 'sara@example.com')));

  assert.deepEqual([blocked.body.code, rows, mailed], ['users.code_invalid', [{ wrong: 5 }], 2]);
  assert.equal(open.status, 200);
});
