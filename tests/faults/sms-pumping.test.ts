import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { getCountries, getExampleNumber } from 'libphonenumber-js/min';
import examples from 'libphonenumber-js/examples.mobile.json';
import { countryOfPhone, parseAssignedPhone } from '#kernel/forms/phone.ts';
import { MINUTE_MS, PASSWORD } from '#testing/accounts.ts';
import { testApp } from '#testing/app.ts';
import { importLines } from '#testing/imports/lines.ts';
import { startKavenegar } from '#testing/servers/message-providers.ts';
import { isLong } from './stage.ts';

const [NUMBERS, NETWORKS, PEOPLE] = isLong ? [10_000, 200, 50] : [120, 6, 3];
const PER_NETWORK = (NUMBERS / NETWORKS) * 0.8; // each network asks for more
const BUDGET = NUMBERS / 20;
const AT_ONCE = 8;
const SHARE = NUMBERS / PEOPLE; // of the numbers, while one person signs in
const DAY_MS = 86_400_000;

/** What strangers ask with a number, in turn. */
const WAYS = {
  register: (phone: string) => ({ phone, firstName: 'Sara', lastName: 'Amini', password: PASSWORD }),
  'login/code': (phone: string) => ({ phone }),
  'forgot-password': (phone: string) => ({ phone }),
  'resend-verification-code': (phone: string) => ({ phone }),
};

/** A mobile number of Iran, another one for each `at` below ten million. */
const toPhone = (operator: string, at: number) => `+98${operator}${String(at).padStart(7, '0')}`;

async function openInstallation(t: TestContext) {
  const gateway = await startKavenegar(t);
  const app = await testApp(t, {
    environment: {
      ...gateway.environment,
      BONYAN_LANGUAGE: 'fa',
      BONYAN_PHONE_REGION: 'IR',
      BONYAN_SIGN_UP_BY_CODE: 'on',
      BONYAN_SMS_DAILY_COSTS: `IR=${BUDGET}`,
      BONYAN_SMS_PER_NETWORK: String(PER_NETWORK),
      BONYAN_TRUSTED_PROXIES: '127.0.0.1',
    },
  });
  const count = async (sql: string) => (await app.database.pool.query<{ n: number }>(sql)).rows[0]?.n ?? 0;
  return {
    app,
    gateway,
    from: (ip: string) => app.withHeaders({ 'x-forwarded-for': ip }),
    /** What codes have cost since the installation began. */
    spent: (audience: 'known' | 'strangers') =>
      count(`select coalesce(sum(cost), 0)::int as n from users.sms_spending where audience = '${audience}'`),
    accounts: () => count('select count(*)::int as n from users."user"'),
  };
}

type Installation = Awaited<ReturnType<typeof openInstallation>>;

/** The answers to the requests of strangers. */
function createStrangers({ from }: Installation) {
  const answers = new Set<string>();
  return {
    answers,
    async ask(phone: string, at: number): Promise<void> {
      const [way, toBody] = Object.entries(WAYS)[at % 4] ?? assert.fail();
      const network = Math.floor(at / 4) % NETWORKS;
      const { status, body } = await from(`203.0.113.${network}`).post(`/users/${way}`, toBody(phone));
      answers.add(`${status} ${body.code ?? ''}`);
    },
  };
}

/** The status of a sign-in by code, from the network `ip`. */
async function signIn({ app, gateway, from }: Installation, phone: string, ip: string): Promise<number> {
  await from(ip).post('/users/login/code', { phone });
  await app.drain();
  const code = /#(\d{6})$/.exec(gateway.textsTo(phone)[0] ?? '')?.[1] ?? 'none';
  return (await from(ip).post('/users/login/code/confirm', { phone, code })).status;
}

test(
  'codes to thousands of numbers from hundreds of networks cost no more than the budget, and keep nobody out',
  { timeout: 120_000 + NUMBERS * 60 },
  async (t) => {
    const installation = await openInstallation(t);
    const { app, gateway, from, spent, accounts } = installation;
    const { answers, ask } = createStrangers(installation);
    const numbers = Array.from({ length: NUMBERS }, (_, at) => ({ at, phone: toPhone('912', at * 997) }));
    const people = Array.from({ length: PEOPLE }, (_, at) => ({ phone: toPhone('935', at), ip: `198.51.100.${at}` }));
    const abroad = getCountries().flatMap((country) => getExampleNumber(country, examples)?.number ?? []);
    const names = { firstName: 'سارا', lastName: 'امینی' };
    const lines = people.map(({ phone }) => ({ externalId: phone, phone, ...names }));
    const { summary } = await importLines(app, lines);
    app.pass(DAY_MS - (app.now().getTime() % DAY_MS)); // at the beginning of a day (UTC): it must not change meanwhile

    const during: number[] = [];
    const costs: number[] = [];
    const beganMs = performance.now();
    for (const [at, { phone, ip }] of people.entries()) {
      const waiting = numbers.slice(at * SHARE, (at + 1) * SHARE).values();
      const attack = async () => {
        for (const one of waiting) await ask(one.phone, one.at);
      };
      const attacks = Array.from({ length: AT_ONCE }, attack);
      during.push(await signIn(installation, phone, ip));
      await Promise.all(attacks);
      costs.push(await spent('strangers'));
    }
    const tookMs = performance.now() - beganMs;
    await app.drain();
    const [sent, cost] = [gateway.count(), { strangers: await spent('strangers'), known: await spent('known') }];
    t.diagnostic(`${NUMBERS} numbers in ${Math.round(tookMs / 1000)} s: ${sent} SMS, ${await accounts()} accounts`);

    assert.ok(
      numbers.every(({ phone }) => parseAssignedPhone(phone, null) === phone && countryOfPhone(phone) === 'IR'),
    );
    assert.deepEqual([summary.imported, during], [PEOPLE, people.map(() => 200)]);
    assert.deepEqual(
      [...answers].toSorted(),
      ['202 ', '429 users.sms_too_many', '503 users.sms_used_up'],
      'what strangers are answered',
    );
    assert.ok(Math.max(...costs) <= BUDGET, costs.join());
    assert.deepEqual(cost, { strangers: BUDGET, known: PEOPLE });
    assert.equal(sent, BUDGET + PEOPLE);

    await t.test('people sign in by code when all is used up, and no stranger gets an account', async () => {
      const before = await accounts();
      app.pass(2 * MINUTE_MS); // one code a minute

      const stranger = await signIn(installation, toPhone('912', 1), '192.0.2.1');
      const after: number[] = [];
      for (const { phone, ip } of people) after.push(await signIn(installation, phone, ip));

      assert.deepEqual([stranger, after], [400, people.map(() => 200)]);
      assert.deepEqual([await accounts(), await spent('strangers')], [before, BUDGET]);
    });

    await t.test('numbers of all other countries are refused', async () => {
      const codes = new Set<string>();
      for (const phone of abroad.filter((number) => countryOfPhone(number) !== 'IR'))
        for (const [way, toBody] of Object.entries(WAYS))
          codes.add((await from('192.0.2.2').post(`/users/${way}`, toBody(phone))).body.code);

      assert.ok(abroad.length > 200, 'countries');
      assert.deepEqual([...codes], ['users.phone_country_refused']);
    });

    await t.test('on the next day strangers get codes again', async () => {
      app.pass(DAY_MS);

      assert.equal(await signIn(installation, toPhone('912', 2), '192.0.2.3'), 200);
      assert.equal(await spent('strangers'), BUDGET + 1);
    });
  },
);
