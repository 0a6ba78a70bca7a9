import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp, type TestApp } from '#testing/app.ts';
import { codeFor, idOf, member, MINUTE_MS, PASSWORD, subjects, wrongCode } from '#testing/accounts.ts';
import { administrator } from '#testing/authorization.ts';
import { appWithProvider, newBrowser } from '#testing/external-sign-in.ts';

const DAY_MS = 24 * 60 * MINUTE_MS;

function register(app: TestApp, email: string) {
  return app.anonymous.post('/users/register', { email, firstName: 'a', lastName: 'b', password: PASSWORD });
}

async function mailsTo(app: TestApp, email: string): Promise<number> {
  return (await subjects(app, email)).length;
}

/** An app whose provider does not verify the address of its only person. */
async function appFor(t: Parameters<typeof appWithProvider>[0], email: string) {
  return (await appWithProvider(t, { sara: { email, email_verified: false } })).app;
}

test('accounts that ask for one address together get one mail a minute, and the same answer', async (t) => {
  const email = 'sara@example.com';
  const app = await appFor(t, email);
  const people = [await member(app), await member(app), await member(app)];
  const ask = () => Promise.all(people.map((person) => person.post('/users/change-email', { email })));

  const answers = await ask();
  await newBrowser(app).signIn();
  await register(app, email);
  const within = await mailsTo(app, email);
  app.pass(MINUTE_MS);
  await ask();
  const after = await mailsTo(app, email);

  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([202]));
  assert.deepEqual([within, after], [1, 2]);
});

test('accounts that guess at one address have five guesses together, also with those at its other codes', async (t) => {
  const email = 'sara@example.com';
  const app = await appFor(t, email);
  const people = [];
  for (let index = 0; index < 3; index++) {
    const person = await member(app);
    app.pass(MINUTE_MS);
    await person.post('/users/change-email', { email });
    people.push({ ...person, code: await codeFor(app, email) });
  }
  app.pass(MINUTE_MS);
  const { body: demanded } = await newBrowser(app).signIn();
  const code = await codeFor(app, email);
  const confirm = (typed: string) =>
    app.anonymous.post('/users/oauth/confirm-email', { challengeToken: demanded.challengeToken, code: typed });

  for (const one of people) {
    const typed = wrongCode(one.code);
    await Promise.all([1, 2].map(() => one.post('/users/change-email/confirm', { code: typed })));
  }
  const answers = [await confirm(code)];
  for (const one of people) answers.push(await one.post('/users/change-email/confirm', { code: one.code }));
  app.pass(MINUTE_MS);
  await register(app, email);

  assert.deepEqual(
    answers.map(({ body }) => body?.code),
    answers.map(() => 'users.code_invalid'),
  );
  assert.doesNotMatch((await subjects(app, email))[0] ?? '', /\d{6}/); // while codes are blocked, a link alone
});

test('an account that asks about many addresses has five guesses over all of them', async (t) => {
  const app = await appFor(t, 'sara@example.com');
  const sara = await member(app);
  for (let index = 0; index < 3; index++) {
    const email = app.randomEmail();
    app.pass(MINUTE_MS);
    await sara.post('/users/change-email', { email });
    const code = wrongCode(await codeFor(app, email));
    for (let guess = 0; guess < 2; guess++) await sara.post('/users/change-email/confirm', { code });
  }

  const blocked = await sara.post('/users/change-email', { email: app.randomEmail() });

  assert.deepEqual([blocked.status, blocked.body.code], [429, 'users.code_too_soon']);
  assert.ok(Number(blocked.headers['retry-after']) > 12 * 60);
});

/** How codes are mailed to an address, and given. */
type Guess = (code: string) => Promise<{ status: number }>;
const CODES: Record<string, (app: TestApp, email: string) => Promise<{ send: () => Promise<unknown>; give: Guess }>> = {
  async 'of a registration'(app, email) {
    await register(app, email);
    return {
      send: () => app.anonymous.post('/users/resend-verification-code', { email }),
      give: (code) => app.anonymous.post('/users/verify-email', { email, code }),
    };
  },
  async 'for a new password'(app, email) {
    await member(app, email);
    return {
      send: () => app.anonymous.post('/users/forgot-password', { email }),
      give: (code) =>
        app.anonymous.post('/users/reset-password', { email, code, newPassword: 'a wholly new password' }),
    };
  },
  async 'of a new address'(app, email) {
    const reza = await member(app);
    return {
      async send() {
        await reza.post('/users/step-up', { password: PASSWORD });
        await reza.post('/users/change-email', { email });
      },
      give: (code) => reza.post('/users/change-email/confirm', { code }),
    };
  },
};

test('guesses at a code that has expired block no later one', async (t) => {
  const [app, email] = [await testApp(t), 'sara@example.com'];
  for (const [code, begin] of Object.entries(CODES))
    await t.test(code, async () => {
      const address = `${code.replaceAll(' ', '-')}-${email}`;
      const { send, give } = await begin(app, address);
      const renew = async () => {
        app.pass(MINUTE_MS);
        await send();
        return codeFor(app, address);
      };
      const old = await renew();
      app.pass(8 * MINUTE_MS);
      app.pass(2 * MINUTE_MS);
      for (let guess = 0; guess < 5; guess++) await give(wrongCode(old));

      const { status } = await give(await renew());

      assert.equal(status, 204);
    });
});

/** What anybody can do so that a mail is sent, to an address that has an account, or that somebody has registered. */
const UNASKED: Record<string, { isActive: boolean; send: (app: TestApp, email: string) => Promise<unknown> }> = {
  'registrations of a new address': { isActive: false, send: register },
  'verification codes': {
    isActive: false,
    send: (app, email) => app.anonymous.post('/users/resend-verification-code', { email }),
  },
  'registrations of a known address': { isActive: true, send: register },
  'codes for a new password': {
    isActive: true,
    send: (app, email) => app.anonymous.post('/users/forgot-password', { email }),
  },
  'sign-ins with a provider': { isActive: false, send: (app) => newBrowser(app).signIn() },
};

test('an address gets ten mails a day that nobody signed in asked for, of all kinds together, and as many the next day', async (t) => {
  const email = 'sara@example.com';
  for (const [kind, { isActive, send }] of Object.entries(UNASKED))
    await t.test(kind, async (cell) => {
      const app = await appFor(cell, email);
      if (isActive) await member(app, email);
      else await register(app, email);
      const one = await mailsTo(app, email);
      for (let times = 0; times < 12; times++) {
        app.pass(MINUTE_MS);
        await send(app, email);
        await app.drain();
      }
      const day = await mailsTo(app, email);
      app.pass(DAY_MS);
      await send(app, email);

      assert.deepEqual([one, day, await mailsTo(app, email)], [1, 10, 11]);
    });
});

/** Who has an address, how strangers use up its mails of the day, and what is mailed to it for somebody signed in. */
const ASKED: Record<
  string,
  Record<'begin' | 'ask', (app: TestApp, email: string) => Promise<unknown>> & { strangers: string }
> = {
  'a reset by an administrator': {
    begin: member,
    strangers: '/users/forgot-password',
    ask: async (app, email) => (await administrator(app)).post(`/users/${await idOf(app, email)}/reset`),
  },
  'a change of the address': {
    begin: register,
    strangers: '/users/resend-verification-code',
    ask: async (app, email) => (await member(app)).post('/users/change-email', { email }),
  },
};

test('what somebody signed in asks for is mailed while strangers ask on after the ten mails of a day', async (t) => {
  for (const [mail, { begin, strangers, ask }] of Object.entries(ASKED))
    await t.test(mail, async (cell) => {
      const [app, email] = [await testApp(cell), 'sara@example.com'];
      await begin(app, email);
      for (let times = 0; times < 13; times++) {
        app.pass(MINUTE_MS);
        await app.anonymous.post(strangers, { email });
        await app.drain();
      }
      const before = await mailsTo(app, email);

      await ask(app, email);

      assert.deepEqual([before, await mailsTo(app, email)], [10, 11]);
    });
});
