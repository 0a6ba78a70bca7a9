import assert from 'node:assert/strict';
import { test } from 'node:test';
import { system } from '#kernel/access.ts';
import { userEvents } from '#modules/users/contract.ts';
import { actionsOf, eventsOf, member } from '#testing/accounts.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { auditOf } from '#testing/authorization.ts';
import { profilePermissions } from '../contract.ts';

const { read, write } = profilePermissions;

/** A caller with an empty profile. */
async function owner(app: TestApp, input: object = {}) {
  const caller = app.signIn(read, write);
  const { body } = await caller.post('/profiles/me', input);
  return { ...caller, profile: body };
}

test('a user creates one profile, which is private, and a second one is refused', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write);

  const before = await sara.get('/profiles/me');
  const made = await sara.post('/profiles/me', { firstName: 'سارا', contactPhone: '۰۹۱۲۱۲۳۴۵۶۷', country: 'ir' });
  const again = await sara.post('/profiles/me');
  const unknown = await sara.post('/profiles/me', { nickname: 'x' });
  const { body: profile, headers } = await sara.get('/profiles/me');

  assert.deepEqual([before.status, before.body.code], [404, 'profiles.not_found']);
  assert.deepEqual([made.status, made.headers['location']], [201, '/api/v1/profiles/me']);
  assert.deepEqual([again.status, again.body.code], [409, 'profiles.exists']);
  assert.deepEqual([unknown.status, unknown.body.errors[0].path], [400, '/nickname']);
  assert.deepEqual([profile, headers['etag']], [made.body, made.headers['etag']]);
  const { userId, firstName, contactPhone, country, isProfilePublic, showEmail, completeness, links } = profile;
  assert.deepEqual(
    { userId, firstName, contactPhone, country, isProfilePublic, showEmail, completeness, links },
    {
      userId: sara.userId,
      firstName: 'سارا',
      contactPhone: '+989121234567',
      country: 'IR',
      isProfilePublic: false,
      showEmail: false,
      completeness: 35,
      links: {},
    },
  );
});

test('a profile can be created without a body, and two at the same time are one', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write);

  const answers = await Promise.all(Array.from({ length: 8 }, () => sara.post('/profiles/me')));

  assert.deepEqual(
    answers.map(({ status }) => status).toSorted((a, b) => a - b),
    [201, ...Array.from({ length: 7 }, () => 409)],
  );
});

/** Each change, what it may be asked with, and the fields of the answer that it sets. */
const CHANGES = [
  ['put', '/profiles/me/basic', { displayName: 'سارا م', dateOfBirth: '1994-03-21', gender: 'زن', location: 'تهران' }],
  ['patch', '/profiles/me/bio', { bio: 'عکاس' }],
  ['patch', '/profiles/me/contact', { contactEmail: 'sara@example.com', website: 'https://sara.example' }],
  ['patch', '/profiles/me/privacy', { isProfilePublic: true, showEmail: true, showPhone: true }],
  ['patch', '/profiles/me/preferences', { preferredLanguage: 'fa-IR', receiveSecurityAlerts: false }],
  ['patch', '/profiles/me/social-links', { links: { github: 'https://github.com/sara' } }],
  ['put', '/profiles/me/music', { musicTitle: 'مرغ سحر', musicArtist: 'شجریان' }],
  ['post', '/profiles/me/interests', { interests: ['عکاسی', 'کوهنوردی'] }],
] as const;

test('each part is changed by itself, answers the whole profile, and is published and recorded', async (t) => {
  const app = await testApp(t);
  const sara = await owner(app);
  const filled: number[] = [];

  for (const [method, path, body] of CHANGES) {
    const before = (await sara.get('/profiles/me')).body;
    const answer = await sara[method](path, body);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    const { completeness, version } = answer.body;
    const counted = { completeness, version, updatedAt: answer.body.updatedAt };
    assert.deepEqual(answer.body, { ...before, ...body, ...counted }, path);
    assert.equal(version, before.version + 1);
    assert.ok(String(answer.headers['etag']).startsWith(`"${version}-`));
    filled.push(completeness);
  }

  assert.deepEqual(filled, [20, 35, 50, 50, 60, 70, 75, 85]);
  assert.deepEqual(await eventsOf(app, sara.userId), [
    'profiles.created.v1',
    ...CHANGES.map(() => 'profiles.updated.v1'),
  ]);
  assert.deepEqual(await actionsOf(app, sara.userId), [
    'profiles.created',
    ...'basic bio contact privacy preferences links music interests'
      .split(' ')
      .map((part) => `profiles.${part}_changed`),
  ]);
  await app.drain();
  const [privacy] = await auditOf(app, 'profiles.privacy_changed');
  assert.deepEqual(privacy?.payload, { isProfilePublic: true, showEmail: true, showPhone: true });
});

test('completeness falls again when the fields of a part are removed', async (t) => {
  const app = await testApp(t);
  const sara = await owner(app);
  for (const [method, path, body] of CHANGES) await sara[method](path, body);

  const found = [
    await sara.patch('/profiles/me/bio', { bio: null }),
    await sara.patch('/profiles/me/contact', { contactEmail: null }),
    await sara.patch('/profiles/me/contact', { website: null }),
    await sara.patch('/profiles/me/social-links', { links: { github: null } }),
    await sara.delete(`/profiles/me/interests/${encodeURIComponent('عكاسي')}`),
    await sara.delete(`/profiles/me/interests/${encodeURIComponent('کوه‌نوردی')}`),
  ].map(({ body }) => body.completeness);

  assert.deepEqual(found, [70, 70, 55, 45, 45, 35]);
});

test('what changes nothing leaves version, events and trail as they are', async (t) => {
  const app = await testApp(t);
  const sara = await owner(app);
  for (const [method, path, body] of CHANGES) await sara[method](path, body);
  const { body: before } = await sara.get('/profiles/me');
  const events = await eventsOf(app, sara.userId);

  for (const [method, path, body] of CHANGES) assert.deepEqual((await sara[method](path, body)).body, before, path);
  assert.deepEqual((await sara.delete('/profiles/me/interests/none')).body, before);
  assert.deepEqual((await sara.delete('/profiles/me/avatar')).body, before);

  assert.deepEqual(await eventsOf(app, sara.userId), events);
  assert.equal((await actionsOf(app, sara.userId)).length, 1 + CHANGES.length);
});

test('of two edits of one part at once, the second is refused with 412, and nothing is lost', async (t) => {
  const app = await testApp(t);
  const sara = await owner(app);
  const ifMatch = { 'if-match': '"1"' };

  const answers = await Promise.all(['one', 'two'].map((bio) => sara.patch('/profiles/me/bio', { bio }, ifMatch)));
  const { body } = await sara.get('/profiles/me');

  const [won] = answers.filter(({ status }) => status === 200);
  const [lost] = answers.filter(({ status }) => status === 412);
  assert.deepEqual([lost?.body.code, lost?.body.version], ['http.precondition_failed', 2]);
  assert.deepEqual([body.bio, body.version], [won?.body.bio, 2]);
});

test('edits of different parts at once are all kept', async (t) => {
  const app = await testApp(t);
  const sara = await owner(app);

  await Promise.all(CHANGES.map(([method, path, body]) => sara[method](path, body)));

  const { body } = await sara.get('/profiles/me');
  assert.deepEqual(body, { ...body, ...Object.assign({}, ...CHANGES.map(([, , change]) => change)) });
  assert.deepEqual([body.completeness, body.version], [85, 1 + CHANGES.length]);
});

test('input that is no name, date, address, link, zone, language or number is refused by its field', async (t) => {
  const app = await testApp(t);
  const sara = await owner(app);
  const today = app.now().toISOString().slice(0, 10);

  for (const [path, body, code, field] of [
    ['basic', { firstName: 'a\u200bb' }, 'http.invalid', '/firstName'],
    ['basic', { gender: 'x'.repeat(51) }, 'http.invalid', '/gender'],
    ['basic', { bio: 'x'.repeat(2001) }, 'http.invalid', '/bio'],
    ['basic', { dateOfBirth: '1994-03-21T00:00:00.000Z' }, 'http.invalid', '/dateOfBirth'],
    ['basic', { dateOfBirth: '1994-02-30' }, 'http.invalid', '/dateOfBirth'],
    ['basic', { dateOfBirth: today }, 'profiles.birth_not_past'],
    ['basic', { nickname: 'x' }, 'http.invalid', '/nickname'],
    ['basic', {}, 'http.invalid', ''],
    ['contact', { contactEmail: 'sara@' }, 'http.invalid', '/contactEmail'],
    ['contact', { website: 'javascript:alert(1)' }, 'http.invalid', '/website'],
    ['contact', { website: 'https://bank.example@evil.example' }, 'http.invalid', '/website'],
    ['contact', { timeZone: 'Asia/Nowhere' }, 'http.invalid', '/timeZone'],
    ['contact', { timeZone: '+03:30' }, 'http.invalid', '/timeZone'],
    ['contact', { country: 'XQ' }, 'http.invalid', '/country'],
    ['contact', { contactPhone: '12', country: 'IR' }, 'profiles.phone_invalid'],
    ['contact', { contactPhone: '۰۹۱۲۱۲۳۴۵۶۷', country: 'FR' }, 'profiles.phone_invalid'],
    ['preferences', { preferredLanguage: 'no language' }, 'http.invalid', '/preferredLanguage'],
    ['social-links', { links: { github: 'ftp://github.com' } }, 'http.invalid', '/links/github'],
    ['social-links', { links: { 'Git\u200bHub': 'https://github.com' } }, 'http.invalid', '/links'],
  ] as const) {
    const method = path === 'basic' ? 'put' : 'patch';
    const answer = await sara[method](`/profiles/me/${path}`, body);
    assert.deepEqual([answer.status, answer.body.code], [400, code], JSON.stringify(body));
    if (field !== undefined) assert.equal(answer.body.errors[0].path, field, JSON.stringify(body));
  }
  assert.equal((await sara.get('/profiles/me')).body.version, 1);
});

test('a phone number gets the form of its country: its own, else of the language, else of the installation', async (t) => {
  const app = await testApp(t, { environment: { BONYAN_LANGUAGE: 'fa' } });
  const sara = await owner(app);
  const phoneOf = async (change: object) => (await sara.patch('/profiles/me/contact', change)).body.contactPhone;

  const found = [
    await phoneOf({ contactPhone: '٠٩١٢ ١٢٣ ٤٥٦٧' }),
    await phoneOf({ contactPhone: '0151 23456789', country: 'DE' }),
    await phoneOf({ contactPhone: '030 901820' }),
    await phoneOf({ contactPhone: '+۹۸ (۰) ۹۱۲ ۱۲۳ ۴۵۶۸' }),
    await phoneOf({ country: null }),
  ];
  await sara.patch('/profiles/me/preferences', { preferredLanguage: 'en-GB' });
  found.push(await phoneOf({ contactPhone: '020 7946 0000' }));

  assert.deepEqual(found, [
    '+989121234567',
    '+4915123456789',
    '+4930901820',
    '+989121234568',
    '+989121234568',
    '+442079460000',
  ]);
});

test('an interest is there once, in any spelling, and there are at most 50', async (t) => {
  const app = await testApp(t);
  const sara = await owner(app);
  const many = Array.from({ length: 49 }, (_, n) => `interest ${n}`);

  const first = await sara.post('/profiles/me/interests', { interests: ['کاری', 'كاري', 'کار‌ی', 'Art', 'ART'] });
  const removed = await sara.delete(`/profiles/me/interests/${encodeURIComponent('ﻛﺎﺭﻱ')}`);
  const full = await sara.post('/profiles/me/interests', { interests: many });
  const more = await sara.post('/profiles/me/interests', { interests: ['one more'] });
  const same = await sara.post('/profiles/me/interests', { interests: ['art'] });

  assert.deepEqual([first.body.interests, removed.body.interests], [['کاری', 'Art'], ['Art']]);
  assert.deepEqual([full.status, full.body.interests.length], [200, 50]);
  assert.deepEqual([more.status, more.body.code, more.body.limit], [409, 'profiles.too_many_interests', 50]);
  assert.equal(same.status, 200);
});

test('links are merged by name, null removes one, and there are at most 20', async (t) => {
  const app = await testApp(t);
  const sara = await owner(app);
  const many = Object.fromEntries(Array.from({ length: 19 }, (_, n) => [`site-${n}`, 'https://example.com']));
  const change = (links: object) => sara.patch('/profiles/me/social-links', { links });
  await change({ github: 'https://github.com/sara', 'X (Twitter)': 'https://x.com/sara' });

  const merged = await change({ 'X (Twitter)': null, site: 'http://نمونه.ایران' });
  const refused = await change(many);
  const replaced = await change({ ...many, site: null });

  assert.deepEqual(merged.body.links, { github: 'https://github.com/sara', site: 'http://نمونه.ایران' });
  assert.deepEqual([refused.status, refused.body.code], [409, 'profiles.too_many_links']);
  assert.equal(Object.keys(replaced.body.links).length, 20);
});

test('reading needs profiles.read, writing profiles.write', async (t) => {
  const app = await testApp(t);
  const [reader, writer] = [app.signIn(read), app.signIn(write)];

  const answers = [await writer.get('/profiles/me'), await reader.post('/profiles/me')];

  assert.deepEqual(
    answers.map(({ status, body }) => [status, body.permission]),
    [
      [403, 'profiles.read'],
      [403, 'profiles.write'],
    ],
  );
});

test('a person exports the whole profile, and nothing of it is left when they are erased', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  await sara.post('/profiles/me', { firstName: 'سارا' });
  for (const [method, path, body] of CHANGES) await sara[method](path, body);
  const { body: profile } = await sara.get('/profiles/me');

  const exported = await app.modules.find(({ name }) => name === 'profiles')?.privacy.export(sara.id);
  await app.database.units.write(system('users'), async ({ publish }) =>
    publish(userEvents.deleted, { userId: sara.id }),
  );
  await app.drain();

  assert.deepEqual(exported, profile);
  const { rows } = await app.database.pool.query(
    'select (select count(*) from profiles.profile) as left, (select count(*) from profiles.tally) as counted',
  );
  assert.deepEqual(rows, [{ left: 0, counted: 0 }]);
});
