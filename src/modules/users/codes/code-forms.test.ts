import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret, TOTP } from 'otpauth';
import { codeFor, login, member, MINUTE_MS, PASSWORD, wrongCode } from '#testing/accounts.ts';
import type { TestApp } from '#testing/app.ts';
import { appWithProvider, newBrowser } from '#testing/external-sign-in.ts';

const STEP_MS = 30_000;
const NAMES = { firstName: 'Sara', lastName: 'Amini' };
const MALFORMED = ['12345', '1234567', 'abcdef', '12345a', '——————', 'a'.repeat(23), '123456 or 1'];

/** As people type and paste a code: other digits, groups, direction marks, a line end. */
function asTyped(code: string): string {
  const digits = code.replace(/\d/g, (digit) => '۰۱۲۳٤٥٦۷۸۹'.charAt(Number(digit)));
  return `\u200f${digits.slice(0, 3)} ${digits.slice(3)}\u200e\n`;
}

interface Asked {
  readonly code: string;
  readonly give: (code: string) => Promise<{ status: number; body: { code?: string } | null }>;
}

function totpCode(app: TestApp, secret: string): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: app.now().getTime() });
}

async function guarded(app: TestApp) {
  const sara = await member(app);
  const { body: begun } = await sara.post('/users/mfa/totp');
  const { body } = await sara.post('/users/mfa/totp/confirm', { code: totpCode(app, begun.secret) });
  app.pass(STEP_MS);
  return { ...sara, secret: begun.secret as string, recoveryCodes: body.recoveryCodes as string[] };
}

/** Every place where somebody types a code. */
const PLACES: Record<string, (app: TestApp) => Promise<Asked>> = {
  'the verification of an address': async (app) => {
    const email = app.randomEmail();
    await app.anonymous.post('/users/register', { email, ...NAMES, password: PASSWORD });
    const code = await codeFor(app, email);
    return { code, give: (typed) => app.anonymous.post('/users/verify-email', { email, code: typed }) };
  },
  'a reset': async (app) => {
    const { email } = await member(app);
    app.pass(MINUTE_MS);
    await app.anonymous.post('/users/forgot-password', { email });
    const body = { email, newPassword: 'another long password' };
    const code = await codeFor(app, email);
    return { code, give: (typed) => app.anonymous.post('/users/reset-password', { ...body, code: typed }) };
  },
  'a change of the address': async (app) => {
    const [sara, email] = [await member(app), app.randomEmail()];
    await sara.post('/users/change-email', { email });
    const code = await codeFor(app, email);
    return { code, give: (typed) => sara.post('/users/change-email/confirm', { code: typed }) };
  },
  'the verification of a number': async (app) => {
    const phone = app.randomPhone();
    await app.anonymous.post('/users/register', { phone, ...NAMES, password: PASSWORD });
    const code = await codeFor(app, phone);
    return { code, give: (typed) => app.anonymous.post('/users/verify-phone', { phone, code: typed }) };
  },
  'a change of the number': async (app) => {
    const [sara, phone] = [await member(app), app.randomPhone()];
    await sara.post('/users/change-phone', { phone });
    const code = await codeFor(app, phone);
    return { code, give: (typed) => sara.post('/users/change-phone/confirm', { code: typed }) };
  },
  'a sign-in by code': async (app) => {
    const { email } = await member(app);
    await app.anonymous.post('/users/login/code', { email });
    const code = await codeFor(app, email);
    return { code, give: (typed) => app.anonymous.post('/users/login/code/confirm', { email, code: typed }) };
  },
  'a new authenticator app': async (app) => {
    const sara = await member(app);
    const { body } = await sara.post('/users/mfa/totp');
    return { code: totpCode(app, body.secret), give: (code) => sara.post('/users/mfa/totp/confirm', { code }) };
  },
  'the second step of a sign-in': async (app) => {
    const { email, secret } = await guarded(app);
    const { challengeToken } = (await login(app, email)).body;
    return {
      code: totpCode(app, secret),
      give: (code) => app.anonymous.post('/users/login/mfa', { challengeToken, code }),
    };
  },
  'a recovery code': async (app) => {
    const { email, recoveryCodes } = await guarded(app);
    const { challengeToken } = (await login(app, email)).body;
    const code = recoveryCodes[0]?.toUpperCase().replaceAll('-', ' ') ?? '';
    return { code, give: (typed) => app.anonymous.post('/users/login/mfa', { challengeToken, code: typed }) };
  },
  'a step-up': async (app) => {
    const sara = await guarded(app);
    return { code: totpCode(app, sara.secret), give: (code) => sara.post('/users/step-up', { code }) };
  },
  'the address from another provider': async (app) => {
    const { body } = await newBrowser(app).signIn();
    const { challengeToken } = body;
    const code = await codeFor(app, 'ann@example.com');
    return { code, give: (typed) => app.anonymous.post('/users/oauth/confirm-email', { challengeToken, code: typed }) };
  },
};

test('a code counts however it is typed, and what cannot be a code counts for nothing, in every place', async (t) => {
  const { app } = await appWithProvider(t, { ann: { email: 'ann@example.com', email_verified: false } });

  for (const [place, ask] of Object.entries(PLACES))
    await t.test(place, async () => {
      const { code, give } = await ask(app);

      for (const malformed of [...MALFORMED, ...MALFORMED]) {
        const { status, body } = await give(malformed);
        assert.deepEqual([status, body?.code], [400, 'http.invalid'], malformed);
      }
      const wrong = await give(wrongCode(code.length === 6 ? code : '123456'));
      const right = await give(asTyped(code));

      assert.deepEqual([wrong.status, wrong.body?.code], [400, 'users.code_invalid']);
      assert.ok(right.status < 300, JSON.stringify(right.body));
    });
});

test('a malformed code is refused alike for an address with and without an account', async (t) => {
  const { app } = await appWithProvider(t, {});
  const { email } = await member(app);
  const ask = (address: string) => app.anonymous.post('/users/verify-email', { email: address, code: '12345' });

  const [known, unknown] = [await ask(email), await ask(app.randomEmail())];

  const withoutIds = ({ status, body: { traceId: _, ...body } }: typeof known) => ({ status, body });
  assert.deepEqual(withoutIds(known), withoutIds(unknown));
});
