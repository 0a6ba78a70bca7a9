import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { userEvents } from '#modules/users/contract.ts';
import { member } from '#testing/accounts.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { administrator } from '#testing/authorization.ts';
import { fetchBytes } from '#testing/files/uploads.ts';
import { profilePermissions } from '../contract.ts';

const { read, write, publicRead, adminRead } = profilePermissions;
const EMAIL = 'zarrintaj@example.com';
const PHONE = '+989121234567';
const FULL = {
  firstName: 'زرین‌تاج',
  displayName: 'Zarrintaj',
  dateOfBirth: '1994-03-21',
  gender: 'woman-x',
  contactEmail: EMAIL,
  contactPhone: PHONE,
  timeZone: 'Asia/Tehran',
  preferredLanguage: 'fa',
};

async function owner(app: TestApp, input: object = FULL) {
  const caller = app.signIn(read, write, publicRead);
  await caller.post('/profiles/me', input);
  return caller;
}

test('a public profile shows what its owner lets others see, and nothing else', async (t) => {
  const app = await testApp(t);
  const [sara, reza] = [await owner(app), app.signIn(publicRead)];
  await sara.patch('/profiles/me/privacy', { isProfilePublic: true, showPhone: true });

  const { status, body } = await reza.get(`/profiles/${sara.userId}/public`);

  assert.equal(status, 200);
  assert.deepEqual(body, {
    userId: sara.userId,
    firstName: 'زرین‌تاج',
    lastName: null,
    displayName: 'Zarrintaj',
    bio: null,
    location: null,
    website: null,
    contactPhone: PHONE,
    links: {},
    musicTitle: null,
    musicArtist: null,
    interests: [],
    hasAvatar: false,
  });
});

test('a private, a missing, a deleted and a disabled owner’s profile have the same answer, to its bytes and headers', async (t) => {
  const app = await testApp(t);
  const [hidden, deleted, reza] = [await owner(app), await owner(app), app.signIn(publicRead, adminRead)];
  const [admin, disabled] = [await administrator(app), await member(app)];
  await disabled.post('/profiles/me', { ...FULL, isProfilePublic: true });
  const shown = await reza.get(`/profiles/${disabled.id}/public`);
  await admin.put(`/users/${disabled.id}`, { status: 'disabled' });
  await deleted.patch('/profiles/me/privacy', { isProfilePublic: true });
  await app.database.units.write(system('users'), async ({ publish }) =>
    publish(userEvents.deleted, { userId: deleted.userId }),
  );
  await app.drain();

  for (const path of ['public', 'avatar']) {
    const [one, ...others] = await Promise.all(
      [hidden.userId, deleted.userId, disabled.id, newId()].map(async (userId) => {
        const url = `/profiles/${userId}/${path}`;
        const trace = { 'x-request-id': 'same', traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` };
        const { status, headers, text } = await fetchBytes(app, reza.userId, url, trace);
        return { status, headers: { ...headers, date: '' }, text: text.replaceAll(userId, 'the id') };
      }),
    );
    assert.equal(one?.status, 404);
    for (const other of others) assert.deepEqual(other, one, path);
  }
  await admin.put(`/users/${disabled.id}`, { status: 'active' });
  const again = await reza.get(`/profiles/${disabled.id}/public`);
  assert.deepEqual([shown.status, again.status], [200, 200]);
});

test('the owner sees their private profile as others would, and others need profiles.public.read', async (t) => {
  const app = await testApp(t);
  const sara = await owner(app);
  const url = `/profiles/${sara.userId}/public`;

  const own = await sara.get(url);
  const without = await app.signIn(read, write).get(url);

  assert.deepEqual([own.status, own.body.displayName, 'contactEmail' in own.body], [200, 'Zarrintaj', false]);
  assert.deepEqual([without.status, without.body.permission], [403, 'profiles.public.read']);
});

/** Who reads, by the permissions that they hold. */
const READERS = {
  stranger: [publicRead],
  member: [read, write, publicRead],
  administrator: [read, write, publicRead, adminRead],
  reporter: [adminRead],
} as const;
type ReaderKind = keyof typeof READERS;

/** Every read that can answer something of the profile of somebody else. */
const READS = (userId: string) => [
  `/profiles/${userId}/public`,
  '/profiles/me',
  '/profiles/me/music',
  '/profiles/reports/admin',
  `/profiles/reports/admin?search=${encodeURIComponent('zarrin')}`,
  `/profiles/reports/admin?search=${encodeURIComponent(EMAIL)}`,
  `/profiles/reports/admin?search=${encodeURIComponent(PHONE)}`,
  '/profiles/reports/admin.csv',
];

test(
  'whatever the privacy settings are, nobody reads more than they say, by any way',
  { timeout: 120_000 },
  async (t) => {
    const app = await testApp(t);
    const sara = await owner(app);
    const readers = Object.fromEntries(
      Object.entries(READERS).map(([kind, permissions]) => [kind, app.signIn(...permissions)]),
    );
    const settings = fc.record({ isProfilePublic: fc.boolean(), showEmail: fc.boolean(), showPhone: fc.boolean() });
    const kinds = fc.constantFrom(...(Object.keys(READERS) as ReaderKind[]));

    await fc.assert(
      fc.asyncProperty(settings, kinds, async (privacy, kind) => {
        await sara.patch('/profiles/me/privacy', privacy);
        const userId = readers[kind]?.userId ?? '';
        const mayView = READERS[kind].some(({ code }) => code === publicRead.code);
        const mayReport = READERS[kind].some(({ code }) => code === adminRead.code);
        for (const url of READS(sara.userId)) {
          const { status, text } = await fetchBytes(app, userId, url);
          const isView = url.endsWith('/public');
          const isReport = url.startsWith('/profiles/reports');
          const said = text.replaceAll(/"instance":"[^"]*"/g, '');
          const seesProfile =
            (isView && mayView && privacy.isProfilePublic) || (isReport && mayReport && !/%40|%2B/.test(url));
          assert.equal(said.includes('Zarrintaj'), seesProfile, url);
          assert.equal(said.includes(EMAIL), isView && seesProfile && privacy.showEmail, url);
          assert.equal(said.includes(PHONE), isView && seesProfile && privacy.showPhone, url);
          for (const secret of ['woman-x', '1994-03-21', 'Asia/Tehran']) assert.ok(!said.includes(secret), url);
          if (isView && !privacy.isProfilePublic) assert.equal(status, mayView ? 404 : 403);
        }
      }),
      { numRuns: 32, seed: 7 },
    );
  },
);
