import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp, type TestApp } from '#testing/app.ts';
import { profilePermissions } from '../contract.ts';

const { read, write, adminRead } = profilePermissions;

async function profileOf(app: TestApp, input: object) {
  const caller = app.signIn(read, write);
  const { body, status } = await caller.post('/profiles/me', input);
  assert.equal(status, 201, JSON.stringify(body));
  return caller;
}

/** The report, and the names in it, in its order. */
function reportsOf(app: TestApp) {
  const admin = app.signIn(adminRead);
  const ask = async (query: Record<string, string>) =>
    (await admin.get(`/profiles/reports/admin?${new URLSearchParams(query).toString()}`)).body;
  const names = async (query: Record<string, string>) =>
    (await ask(query)).items.map(({ displayName }: { displayName: string }) => displayName).join(' ');
  return { admin, ask, names };
}

test('spellings of a name with a half-space, a space, or neither find each other', async (t) => {
  const app = await testApp(t);
  const spellings = ['علی‌رضا', 'علی رضا', 'عليرضا'];
  for (const firstName of spellings) await profileOf(app, { firstName, lastName: 'محمدی' });
  await profileOf(app, { displayName: 'علی', location: 'رضاآباد' });
  const { ask } = reportsOf(app);

  for (const search of [...spellings, 'علیرضا محمدي', 'رضامحمدی'])
    assert.equal((await ask({ search })).totalCount, 3, search);
  assert.equal((await ask({ search: 'رضا آباد' })).totalCount, 1);
  assert.equal((await ask({ search: 'nobody' })).totalCount, 0);
});

test('filters narrow the report, alone and together, in each order', async (t) => {
  const app = await testApp(t);
  await profileOf(app, { displayName: 'a', bio: 'x', isProfilePublic: true, preferredLanguage: 'fa' }); // 45
  const b = await profileOf(app, { displayName: 'b', preferredLanguage: 'FA-ir' }); // 30
  await profileOf(app, { displayName: 'c' }); // 20
  await profileOf(app, { displayName: 'd', bio: 'x', isProfilePublic: true }); // 35
  const { body: changed } = await b.patch('/profiles/me/privacy', { showEmail: true });
  const { names, ask } = reportsOf(app);

  assert.equal(await names({}), 'd c b a');
  assert.equal(await names({ sortOrder: 'asc' }), 'a b c d');
  assert.equal(await names({ sortBy: 'completeness' }), 'a d b c');
  assert.equal(await names({ sortBy: 'updatedAt', sortOrder: 'desc' }), 'b d c a');
  assert.equal(await names({ isProfilePublic: 'true' }), 'd a');
  assert.equal(await names({ isProfilePublic: 'false' }), 'c b');
  assert.equal(await names({ preferredLanguage: 'fa' }), 'a');
  assert.equal(await names({ preferredLanguage: 'fa-ir' }), 'b');
  assert.equal(await names({ preferredLanguage: 'fa', isProfilePublic: 'false' }), '');
  assert.equal(await names({ minCompleteness: '30', maxCompleteness: '35' }), 'd b');
  assert.equal(await names({ minCompleteness: '30', maxCompleteness: '35', sortBy: 'completeness' }), 'd b');
  assert.equal(await names({ updatedFrom: changed.updatedAt }), 'b');
  assert.equal(await names({ updatedTo: changed.updatedAt, sortBy: 'updatedAt', sortOrder: 'asc' }), 'a c d');
  assert.equal(await names({ search: 'd', isProfilePublic: 'true', minCompleteness: '35' }), 'd');
  const [item] = (await ask({ search: 'c' })).items;
  assert.deepEqual(item.missingParts, ['bio', 'avatar', 'contact', 'preferences', 'links', 'interests', 'music']);
});

test('cursors walk through every order without a gap or a repetition', async (t) => {
  const app = await testApp(t);
  for (const displayName of ['a', 'b', 'c', 'd', 'e'])
    await profileOf(app, { displayName, ...(displayName < 'c' && { bio: 'x' }) });
  const { ask } = reportsOf(app);
  const walk = async (query: Record<string, string>) => {
    let found = '';
    for (let cursor: string | null = ''; cursor !== null;) {
      const body = await ask({ ...query, pageSize: '2', ...(cursor && { cursor }) });
      found += body.items.map(({ displayName }: { displayName: string }) => displayName).join('');
      cursor = body.nextCursor;
    }
    return found;
  };

  assert.equal(await walk({}), 'edcba');
  assert.equal(await walk({ sortBy: 'updatedAt', sortOrder: 'asc' }), 'abcde');
  assert.equal(await walk({ sortBy: 'completeness' }), 'baedc');
  assert.equal(await walk({ sortBy: 'completeness', maxCompleteness: '20' }), 'edc');
  assert.equal(await walk({ isProfilePublic: 'false', sortOrder: 'asc' }), 'abcde');
});

test('totals and distribution follow every change, and the filters that they know', async (t) => {
  const app = await testApp(t);
  const { ask } = reportsOf(app);
  const empty = await ask({});
  const sara = await profileOf(app, { displayName: 'a', bio: 'x', preferredLanguage: 'fa' }); // 45
  await profileOf(app, { displayName: 'b', isProfilePublic: true }); // 20
  await profileOf(app, {}); // 0

  const before = await ask({});
  await sara.patch('/profiles/me/privacy', { isProfilePublic: true });
  await sara.patch('/profiles/me/preferences', { preferredLanguage: 'de' });
  const after = await ask({});
  const narrowed = await ask({ isProfilePublic: 'true', minCompleteness: '40' });

  const counts = ({ distribution }: { distribution: { completeness: { count: number }[] } }) =>
    distribution.completeness.map(({ count }) => count);
  assert.deepEqual(empty.totals, { profileCount: 0, publicCount: 0, averageCompleteness: null });
  assert.deepEqual(before.totals, { profileCount: 3, publicCount: 1, averageCompleteness: 21.7 });
  assert.deepEqual(counts(before), [2, 0, 1, 0, 0]);
  assert.deepEqual(before.distribution.languages, [
    { language: null, count: 2 },
    { language: 'fa', count: 1 },
  ]);
  assert.deepEqual(after.totals, { profileCount: 3, publicCount: 2, averageCompleteness: 21.7 });
  assert.deepEqual(after.distribution.languages.at(-1), { language: 'de', count: 1 });
  assert.deepEqual([narrowed.totalCount, narrowed.totals.profileCount, counts(narrowed)], [1, 1, [0, 0, 1, 0, 0]]);
});

test('changes at the same time leave the totals exact', async (t) => {
  const app = await testApp(t);
  const people = await Promise.all(Array.from({ length: 12 }, () => profileOf(app, {})));

  for (const round of [true, false, true])
    await Promise.all(
      people.flatMap((person, n) => [
        person.patch('/profiles/me/privacy', { isProfilePublic: n % 2 === 0 ? round : !round }),
        person.patch('/profiles/me/bio', { bio: round ? 'x' : null }),
      ]),
    );

  const { rows } = await app.database.pool.query(`
    select is_profile_public as "isPublic", coalesce(preferred_language, '') as language, completeness, count(*)::int as count
    from profiles.profile group by 1, 2, 3 order by 1, 2, 3`);
  const { rows: counted } = await app.database.pool.query(`
    select is_profile_public as "isPublic", preferred_language as language, completeness, profiles::int as count
    from profiles.tally where profiles <> 0 order by 1, 2, 3`);
  assert.deepEqual(counted, rows);
});

test('the CSV has the rows of the report, whose cells no spreadsheet runs', async (t) => {
  const app = await testApp(t);
  await profileOf(app, { displayName: '=1+1', isProfilePublic: true });
  await profileOf(app, { displayName: 'سارا', contactEmail: 'sara@example.com' });
  const { admin } = reportsOf(app);
  const csv = async (query: string) =>
    (
      await app.http.inject({
        url: `/api/v1/profiles/reports/admin.csv${query}`,
        headers: { 'x-test-caller': admin.userId },
      })
    ).body.split('\r\n');

  const [head, first, second, end] = await csv('');
  const narrowed = await csv('?isProfilePublic=true');

  assert.equal(
    head,
    '\ufeffid,userId,firstName,lastName,displayName,isProfilePublic,preferredLanguage,completeness,missingParts,createdAt,updatedAt',
  );
  assert.match(first ?? '', /,سارا,false,,35,bio avatar preferences links interests music,/);
  assert.match(second ?? '', /,'=1\+1,true,,20,/);
  assert.ok(!first?.includes('sara@example.com'));
  assert.deepEqual([end, narrowed.length], ['', 3]);
});

test('the report needs profiles.admin.read', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write, profilePermissions.publicRead);

  for (const path of ['/profiles/reports/admin', '/profiles/reports/admin.csv']) {
    const { status, body } = await sara.get(path);
    assert.deepEqual([status, body.permission], [403, 'profiles.admin.read']);
  }
});
