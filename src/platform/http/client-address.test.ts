import assert from 'node:assert/strict';
import { test } from 'node:test';
import { login, member, PASSWORD } from '#testing/accounts.ts';
import { testApp, type TestApp } from '#testing/app.ts';

const BEHIND_PROXY = { BONYAN_TRUSTED_PROXIES: '127.0.0.1,10.0.0.0/8', BONYAN_RATE_LIMIT_PER_MINUTE: '100000' };

/** What proxies and callers send, and the address that counts. */
const FORWARDED = {
  '203.0.113.9': '203.0.113.9',
  '203.0.113.9:55012': '203.0.113.9',
  '::ffff:203.0.113.9': '203.0.113.9',
  '[2001:DB8:0:1::9]:443': '2001:db8:0:1::9',
  '2001:0db8:0:1::0009': '2001:db8:0:1::9',
  '198.51.100.1, 203.0.113.9:1234, 10.1.2.3:8080': '203.0.113.9', // the hop before the last is trusted too
  unknown: '127.0.0.1',
  '203.0.113.256': '127.0.0.1',
  _hidden: '127.0.0.1',
};

test('a client has one address in sessions and in the trail, whatever a proxy writes', async (t) => {
  const app = await testApp(t, { environment: BEHIND_PROXY });
  const sara = await member(app);

  for (const [header, expected] of Object.entries(FORWARDED)) {
    const headers = { 'x-forwarded-for': header };
    const { body } = await app.anonymous.post('/users/login', { email: sara.email, password: PASSWORD }, headers);
    const { items } = (await app.withToken(body.accessToken).get('/users/sessions')).body;
    const current = items.find(({ isCurrent }: { isCurrent: boolean }) => isCurrent);
    assert.equal(current.ip, expected, header);
  }
});

/** How many requests of these addresses a limit of one takes, in the order of the requests. */
async function remaining(app: TestApp, addresses: readonly string[]): Promise<number[]> {
  const left = [];
  for (const address of addresses) {
    const { headers } = await app.anonymous.get('/users/oauth/providers', { 'x-forwarded-for': address });
    left.push(Number(/r=(\d+)/.exec(String(headers['ratelimit']))?.[1]));
  }
  return left;
}

test('spellings of one address share a limit, as do the addresses of one IPv6 network and what is no address', async (t) => {
  const environment = { ...BEHIND_PROXY, BONYAN_RATE_LIMIT_PER_MINUTE: '100' };
  const app = await testApp(t, { environment });

  assert.deepEqual(await remaining(app, ['203.0.113.9', '203.0.113.9:1', '::ffff:203.0.113.9']), [99, 98, 97]);
  assert.deepEqual(
    await remaining(app, ['2001:db8:0:1::1', '[2001:db8:0:1:ffff::2]:9', '2001:db8:0:2::1']),
    [99, 98, 99],
  );
  assert.deepEqual(await remaining(app, ['unknown', '_x', 'a.example', '127.0.0.1']), [99, 98, 97, 96]);
});

test('a sign-in from another address of the same IPv6 network is no new device', async (t) => {
  const app = await testApp(t, { environment: BEHIND_PROXY });
  const { email } = await member(app);
  const notices = async () =>
    (await app.mailbox(email)).filter(({ subject }: { subject: string }) => /new device/i.test(subject)).length;
  const signIn = async (address: string) => {
    const headers = { 'x-forwarded-for': address, 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0' };
    await app.anonymous.post('/users/login', { email, password: PASSWORD }, headers);
    await app.drain();
    return notices();
  };

  const first = await signIn('2001:db8:0:1::1');
  const counts = [await signIn('2001:db8:0:1:abcd::2'), await signIn('[2001:DB8:0:1::3]:50000')];

  assert.deepEqual(counts, [first, first]);
  assert.equal(await signIn('2001:db8:0:2::1'), first + 1);
  assert.equal((await login(app, email)).status, 200);
});
