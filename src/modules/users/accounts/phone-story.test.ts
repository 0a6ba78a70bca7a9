import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { eventsOf, MINUTE_MS, PASSWORD } from '#testing/accounts.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { notificationPermissions, type Notification } from '#modules/notifications/contract.ts';
import {
  formOf,
  jsonOf,
  startKavenegar,
  startServer,
  type KavenegarStatus,
} from '#testing/servers/message-providers.ts';

const PERSIAN = { BONYAN_PHONE_REGION: 'IR', BONYAN_LANGUAGE: 'fa' };
const SARA = { firstName: 'سارا', lastName: 'محمدی', password: PASSWORD };
const PHONE = '+989121234567';
const { read, manageAll } = notificationPermissions;
const toReceptor = (phone: string) => phone.replace('+', '00');

function register(app: TestApp, phone: string) {
  return app.anonymous.post('/users/register', { ...SARA, phone }, { 'accept-language': 'fa' });
}

/** The code of the last line, by which browsers and phones know what it is for. */
function codeIn(text: string | undefined): string {
  return /\n\n@localhost #(\d{6})$/.exec(text ?? '')?.[1] ?? 'none';
}

interface Sending {
  readonly app: TestApp;
  /** The texts that the number got, newest first. */
  readonly textsTo: (phone: string) => Promise<string[]>;
}

/** How the SMS of an installation are sent. */
const WAYS: Record<string, (t: TestContext) => Promise<Sending>> = {
  async 'the mailbox of the development server'(t) {
    const app = await testApp(t, { environment: PERSIAN });
    const textsTo = async (phone: string) =>
      (await app.mailbox(phone)).map(({ text }: { readonly text: string }) => text);
    return { app, textsTo };
  },
  async Kavenegar(t) {
    const gateway = await startKavenegar(t);
    const app = await testApp(t, { environment: { ...PERSIAN, ...gateway.environment } });
    return { app, textsTo: async (phone) => gateway.textsTo(phone) };
  },
};

for (const [way, open] of Object.entries(WAYS))
  test(`the story of an account is told by phone alone, in Persian, with SMS by ${way}`, async (t) => {
    const { app, textsTo } = await open(t);
    const [phone, newPhone, newPassword] = [PHONE, '+989351112233', 'another long password'];
    const post = app.anonymous.post;
    const newest = async (number: string) => {
      await app.drain();
      const [text] = await textsTo(number);
      app.pass(2 * MINUTE_MS);
      return { text, code: codeIn(text) };
    };

    const registered = await register(app, '۰۹۱۲ ۱۲۳ ۴۵۶۷');
    const early = await post('/users/login', { phone: '09121234567', password: PASSWORD });
    const sms = await newest(phone);
    const confirmed = await post('/users/verify-phone', { phone: '٠٩١٢١٢٣٤٥٦٧', code: sms.code });
    const { status, body } = await post('/users/login', { phone: '9121234567', password: PASSWORD });
    const renewed = await post('/users/refresh', { refreshToken: body.refreshToken });
    const me = await app.withToken(renewed.body.accessToken).get('/users/me');

    const asked = await post('/users/login/code', { phone });
    const byCode = await post('/users/login/code/confirm', { phone, code: (await newest(phone)).code });
    const forgotten = await post('/users/forgot-password', { phone });
    const reset = await post('/users/reset-password', { phone, code: (await newest(phone)).code, newPassword });
    const byNewPassword = await post('/users/login', { phone, password: newPassword });
    const sara = app.withToken(byNewPassword.body.accessToken);
    const changing = await sara.post('/users/change-phone', { phone: '۰۹۳۵ ۱۱۱ ۲۲۳۳' });
    const changed = await sara.post('/users/change-phone/confirm', { code: (await newest(newPhone)).code });
    const byOldNumber = await post('/users/login', { phone, password: newPassword });
    const byNewNumber = await post('/users/login', { phone: newPhone, password: newPassword });
    await app.drain();

    assert.deepEqual([registered.status, confirmed.status, status, renewed.status], [202, 204, 200, 200]);
    assert.deepEqual([early.status, early.body.code], [403, 'users.phone_not_verified']);
    assert.equal(
      sms.text,
      `کد تأیید بنیان: ${sms.code}\nتا ۱۰ دقیقه معتبر است. اگر شما ثبت‌نام نکرده‌اید، کد را به کسی ندهید.\n\n@localhost #${sms.code}`,
    );
    assert.deepEqual([me.body.email, me.body.phone, me.body.firstName], [null, phone, 'سارا']);
    assert.deepEqual((await eventsOf(app, me.body.id)).filter((type) => type.startsWith('users.')).slice(0, 2), [
      'users.registered.v1',
      'users.phone_verified.v1',
    ]);
    assert.deepEqual([asked.status, byCode.status, byCode.body.user?.id], [202, 200, me.body.id]);
    assert.deepEqual([forgotten.status, reset.status, byNewPassword.status], [202, 204, 200]);
    assert.deepEqual([changing.status, changed.status, byNewNumber.status], [202, 204, 200]);
    assert.equal(byOldNumber.body.code, 'users.credentials_invalid');
    const codes = [await textsTo(phone), await textsTo(newPhone)].map((texts) => texts.map(codeIn));
    assert.deepEqual(
      codes.map((all) => all.filter((code) => code !== 'none').length),
      [3, 1],
      'the others are notices',
    );
    assert.ok((await textsTo(phone))[0]?.includes('شمارهٔ'), 'the old number is told');
  });

/** The SMS of the installation, newest first: state, its reason, and provider, outcome and class of each attempt. */
async function fates(app: TestApp) {
  const { body } = await app.signIn(read, manageAll).get('/notifications?channel=sms');
  return (body.items as Notification[]).map(({ status, statusReason, attempts }) => [
    status,
    statusReason,
    ...attempts.map(({ provider, outcome, errorClass }) => `${provider} ${outcome} ${errorClass}`),
  ]);
}

async function verify(app: TestApp, phone: string, text: string | undefined): Promise<number> {
  return (await app.anonymous.post('/users/verify-phone', { phone, code: codeIn(text) })).status;
}

test('a code arrives once, by the retry, after Kavenegar was busy, failed, cut the connection or did not answer', async (t) => {
  const phones = { [PHONE]: 409, '+989121234568': 503, '+989121234569': 'cut', '+989121234570': 'silence' } as const;
  const troubles = new Map<string, KavenegarStatus>(
    Object.entries(phones).map(([phone, one]) => [toReceptor(phone), one]),
  );
  const gateway = await startKavenegar(t, (heard) => {
    const { receptor = '' } = formOf(heard);
    const trouble = troubles.get(receptor);
    troubles.delete(receptor);
    return trouble ?? 200;
  });
  const app = await testApp(t, { environment: { ...PERSIAN, ...gateway.environment } });
  for (const phone of Object.keys(phones)) assert.equal((await register(app, phone)).status, 202);

  await app.drain(); // takes the ten seconds for which a provider is waited for
  await app.drain(MINUTE_MS);

  assert.deepEqual(await fates(app), [
    ['sent', null, 'kavenegar deferred transient', 'kavenegar sent null'],
    ['sent', null, 'kavenegar deferred transient', 'kavenegar sent null'],
    ['sent', null, 'kavenegar deferred transient', 'kavenegar sent null'],
    ['sent', null, 'kavenegar deferred outage', 'kavenegar sent null'],
  ]);
  for (const phone of Object.keys(phones)) {
    const texts = gateway.textsTo(phone);
    const keys = gateway.heard.map(formOf).filter(({ receptor }) => receptor === toReceptor(phone));
    assert.deepEqual([texts.length, keys.length, new Set(keys.map(({ localid }) => localid)).size], [1, 2, 1], phone);
    assert.equal(await verify(app, phone, texts[0]), 204, phone);
  }
});

test('without credit at Kavenegar the second provider sends the code, and health tells of it', async (t) => {
  const gateway = await startKavenegar(t, () => 418);
  const second = await startServer(t, () => ({ status: 200, body: '{"id":"g1"}' }));
  const environment = {
    ...PERSIAN,
    ...gateway.environment,
    BONYAN_PROVIDERS: 'kavenegar,smsHttp',
    SMS_HTTP_URL: second.url,
    SMS_HTTP_BODY: '{"to":{{to|json}},"text":{{text|json}}}',
  };
  const app = await testApp(t, { environment });

  await register(app, PHONE);
  await app.drain();
  const { components } = await app.health.report();

  const { to, text } = jsonOf(second.heard[0] ?? assert.fail('nothing came'));
  assert.deepEqual([to, await verify(app, PHONE, text)], [PHONE, 204]);
  assert.deepEqual(await fates(app), [['sent', null, 'smsHttp sent null']]);
  assert.deepEqual(
    components.filter(({ status }) => status !== 'healthy').map(({ name }) => name),
    ['sms.kavenegar'],
  );
});

test('without credit and a second provider a code waits for credit until it expires', async (t) => {
  let status: KavenegarStatus = 418;
  const gateway = await startKavenegar(t, () => status);
  const app = await testApp(t, { environment: { ...PERSIAN, ...gateway.environment } });

  await register(app, PHONE);
  await app.drain();
  const waiting = await fates(app);
  app.pass(11 * MINUTE_MS);
  await app.drain(5 * MINUTE_MS);
  const expired = await fates(app);
  const again = await app.anonymous.post('/users/resend-verification-code', { phone: PHONE });
  await app.drain();
  status = 200;
  await app.drain(5 * MINUTE_MS);

  assert.deepEqual(
    [waiting, expired],
    [[['pending', null, 'kavenegar deferred outage']], [['failed', 'expired', 'kavenegar deferred outage']]],
  );
  assert.deepEqual([again.status, await verify(app, PHONE, gateway.textsTo(PHONE)[0])], [202, 204]);
  assert.equal(gateway.textsTo(PHONE).length, 1);
});

test('a number that Kavenegar refuses is called once, and who asks again is answered as before', async (t) => {
  const gateway = await startKavenegar(t, () => 411);
  const app = await testApp(t, { environment: { ...PERSIAN, ...gateway.environment } });

  const registered = await register(app, PHONE);
  await app.drain();
  app.pass(2 * MINUTE_MS);
  const again = await app.anonymous.post('/users/resend-verification-code', { phone: PHONE });
  await app.drain();

  assert.deepEqual(await fates(app), [
    ['failed', null, 'suppressed bounced permanent'],
    ['failed', null, 'kavenegar bounced permanent'],
  ]);
  assert.deepEqual([registered.status, again.status, gateway.heard.length], [202, 202, 1]);
});
