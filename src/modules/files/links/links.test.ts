import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { withoutTables } from '#platform/database/port.ts';
import { runJob } from '#testing/accounts.ts';
import { testApp } from '#testing/app.ts';
import {
  encryptFile,
  fileOwner,
  fetchBytes,
  releasedFile,
  upload,
  giveAccess,
  personWith,
} from '#testing/files/uploads.ts';
import { filePermissions } from '../contract.ts';

const MINUTE_MS = 60_000;
const CONTENT = 'x'.repeat(1000);

async function withLink(t: TestContext, wanted: object = {}, environment: Record<string, string> = {}) {
  const app = await testApp(t, { environment: { BONYAN_FILES_LINKS_PER_MINUTE: '0', ...environment } });
  const sara = fileOwner(app);
  const fileId = await releasedFile(app, sara, { content: CONTENT });
  const { status, body: link } = await sara.post(`/files/${fileId}/share`, { mode: 'public', ...wanted });
  assert.equal(status, 201);
  const open = (headers: Record<string, string> = {}, method: 'GET' | 'HEAD' = 'GET', token: string = link.token) =>
    fetchBytes(app, undefined, `/files/public/${token}`, headers, method);
  const accesses = async () => (await sara.get(`/files/audit/${fileId}?pageSize=100`)).body.items;
  return { app, sara, fileId, link, open, accesses };
}

type Open = Awaited<ReturnType<typeof withLink>>['open'];

const codeOf = ({ status, text }: { status: number; text: string }) =>
  status < 400 ? String(status) : `${status} ${JSON.parse(text).code}`;

test('a public link gives the bytes to everybody who has it, and each access is recorded before', async (t) => {
  const { link, fileId, open, accesses, app } = await withLink(t);

  const answer = await open({ 'user-agent': 'Browser/1' });
  const tampered = await open({}, 'GET', `${link.token.slice(0, -1)}${link.token.endsWith('A') ? 'B' : 'A'}`);
  const nonsense = await open({}, 'GET', 'x');

  assert.deepEqual([answer.status, answer.text], [200, CONTENT]);
  assert.match(String(answer.headers['content-disposition']), /^attachment;/);
  assert.deepEqual([codeOf(tampered), codeOf(nonsense)], ['404 files.link_invalid', '404 files.link_invalid']);
  assert.match(link.url, new RegExp(`/api/v1/files/public/${link.token}$`));
  const [{ way, isAllowed, linkId, userId, ip, userAgent }, ...others] = await accesses();
  assert.deepEqual(
    [way, isAllowed, linkId, userId, ip, userAgent],
    ['link', true, link.id, null, '127.0.0.1', 'Browser/1'],
  );
  assert.equal(others.length, 0);
  const { rows } = await app.database.pool.query(
    "select type, body->>'fileId' as file_id from platform.event where key = $1 order by pos",
    [link.id],
  );
  assert.deepEqual(
    rows.map(({ type, fileId: of }) => [type, of]),
    [
      ['files.shared.v1', fileId],
      ['files.public_link_accessed.v1', fileId],
    ],
  );
});

test('an encrypted file whose bytes or key are damaged is an error of the server, and uses up no link', async (t) => {
  const { app, sara, fileId, open, accesses } = await withLink(t, { maxDownloads: 1 });
  await encryptFile(app, sara, fileId);
  const { rows } = await app.database.pool.query<{ id: string; keySealed: Buffer }>(
    'select id, key_sealed from files.blob where key_sealed is not null',
  );
  const [{ id, keySealed } = { id: '', keySealed: Buffer.alloc(0) }] = rows;
  const stored = await app.storage.get(`files/content/${id}`);
  const whole = stored ? await buffer(stored.content) : Buffer.alloc(0);
  const flipped = (bytes: Buffer) => Buffer.from(bytes.map((byte, at) => (at === 20 ? byte ^ 1 : byte)));
  const codes: string[] = [];
  const openWith = async (bytes: Buffer, key: Buffer) => {
    await app.storage.put(`files/content/${id}`, Readable.from([bytes]), { maxBytes: bytes.length });
    await app.database.pool.query('update files.blob set key_sealed = $2 where id = $1', [id, key]);
    codes.push(codeOf(await open()));
  };

  await openWith(flipped(whole), keySealed);
  await openWith(whole, flipped(keySealed));
  await openWith(whole, keySealed);

  assert.deepEqual(codes, ['500 http.internal', '500 http.internal', '200']);
  assert.deepEqual(
    (await accesses()).map(({ isAllowed }: { isAllowed: boolean }) => isAllowed),
    [true],
  );
});

test('of fifty parallel openings of a link for seven downloads exactly seven succeed', async (t) => {
  const { sara, fileId, open, accesses } = await withLink(t, { maxDownloads: 7 });

  const answers = await Promise.all(Array.from({ length: 50 }, () => open()));

  const codes = Map.groupBy(answers, codeOf);
  assert.deepEqual([codes.get('200')?.length, codes.get('410 files.link_expired')?.length], [7, 43]);
  assert.equal((await sara.get(`/files/${fileId}/links`)).body.items[0].used, 7);
  assert.equal((await accesses()).filter(({ isAllowed }: { isAllowed: boolean }) => isAllowed).length, 7);
});

test('each download counts once: its ranges, their repetition and the resumption of a broken one do not', async (t) => {
  const { app, sara, fileId } = await withLink(t);
  for (const [ranges, expected] of [
    [['', ''], '200 410'],
    [['bytes=0-', 'bytes=0-'], '206 410'],
    [['', 'bytes=0-'], '200 410'],
    [['', 'bytes=300-', 'bytes=800-', ''], '200 206 206 410'],
    [['bytes=0-499', 'bytes=500-'], '206 206'],
    [['bytes=500-', 'bytes=0-499', 'bytes=0-499'], '206 206 410'],
    [['bytes=0-499', 'bytes=200-499', 'bytes=500-', 'bytes=0-'], '206 206 206 410'],
    [['bytes=0-1', 'bytes=0-', 'bytes=300-', 'bytes=0-1'], '206 206 206 410'],
    [['bytes=0-998', 'bytes=0-'], '206 410'],
    [['bytes=1-', 'bytes=1-'], '206 410'],
    [['', 'bytes=1-', 'bytes=1-'], '200 206 410'],
  ] as const) {
    const { body } = await sara.post(`/files/${fileId}/share`, { mode: 'public', maxDownloads: 1 });
    const statuses: number[] = [];
    for (const range of ranges) {
      const headers: Record<string, string> = range === '' ? {} : { range };
      statuses.push((await fetchBytes(app, undefined, `/files/public/${body.token}`, headers)).status);
    }
    assert.equal(statuses.join(' '), expected, ranges.join(' '));
  }
});

test('of fifty parallel openings by a range of the whole file exactly seven succeed', async (t) => {
  const { open } = await withLink(t, { maxDownloads: 7 });

  const answers = await Promise.all(Array.from({ length: 50 }, () => open({ range: 'bytes=0-' })));

  assert.equal(answers.filter(({ status }) => status === 206).length, 7);
});

test('parallel first ranges of one client are one download', async (t) => {
  const { sara, fileId, open } = await withLink(t);

  await Promise.all([0, 250, 500, 750].map((start) => open({ range: `bytes=${start}-${start + 249}` })));

  assert.equal((await sara.get(`/files/${fileId}/links`)).body.items[0].used, 1);
});

test('a download is resumed after hours, each time anew', async (t) => {
  const { app, open } = await withLink(t, { maxDownloads: 1, expiresInSeconds: 30 * 86_400 });

  const codes = [codeOf(await open())];
  for (const range of ['bytes=300-', 'bytes=800-']) {
    app.pass(20 * 60 * MINUTE_MS);
    codes.push(codeOf(await open({ range })));
  }

  assert.deepEqual(codes, ['200', '206', '206']);
});

test('a link that is used up answers nothing but to the client whose download goes on', async (t) => {
  const { open } = await withLink(t, { maxDownloads: 1 });
  const head = await open({}, 'HEAD');
  const { headers } = await open();
  const [etag, other] = [String(headers['etag']), { 'user-agent': 'another' }];

  const strangers = [
    await open(other, 'HEAD'),
    await open({ ...other, 'if-none-match': etag }),
    await open({ ...other, 'if-match': '"x"' }),
    await open({ ...other, range: 'bytes=5000-' }),
    await open({ ...other, range: 'bytes=500-' }),
  ];
  const same = [await open({}, 'HEAD'), await open({ 'if-none-match': etag })];

  assert.deepEqual([head.status, head.headers['content-length']], [200, '1000']);
  assert.deepEqual(
    strangers.map(({ status }) => status),
    [410, 410, 410, 410, 410],
  );
  assert.deepEqual(
    same.map(({ status }) => status),
    [200, 304],
  );
});

test('a link ends with its time, and when it is revoked, alone or with all others', async (t) => {
  const { app, sara, fileId, link, open } = await withLink(t, { expiresInSeconds: 3600 });
  const { body: short } = await sara.get(`/files/${fileId}/link?mode=public`);
  const { body: third } = await sara.post(`/files/${fileId}/share`, { mode: 'public', expiresInSeconds: 3600 });
  const codes = async () =>
    Promise.all([link, short, third].map(async ({ token }) => codeOf(await open({}, 'GET', token))));

  const before = await codes();
  app.pass(16 * MINUTE_MS);
  const later = await codes();
  const revoked = await sara.delete(`/files/${fileId}/links/${link.id}`);
  const one = await codes();
  await sara.delete(`/files/${fileId}/links`);
  const all = await codes();

  const [ok, expired, invalid] = ['200', '410 files.link_expired', '404 files.link_invalid'];
  assert.deepEqual(
    [before, later],
    [
      [ok, ok, ok],
      [ok, expired, ok],
    ],
  );
  assert.deepEqual([revoked.status, one, all], [204, [invalid, expired, ok], [invalid, invalid, invalid]]);
});

test('a password is needed where there is one, and ten wrong ones stop the next, in parallel too', async (t) => {
  const { app, open, accesses } = await withLink(t, { password: 'the-right-one' });
  const right = { 'x-link-password': 'the-right-one' };
  const post = await app.http.inject({ method: 'POST', url: '/api/v1/files/public/x', headers: right });

  const answers = { without: codeOf(await open()), right: codeOf(await open(right)) };
  const wrong = await Promise.all(Array.from({ length: 15 }, () => open({ 'x-link-password': 'wrong' })));
  const locked = codeOf(await open(right));
  app.pass(16 * MINUTE_MS);
  const expired = codeOf(await open(right));

  assert.deepEqual(answers, { without: '403 files.link_password', right: '200' });
  const codes = Map.groupBy(wrong, codeOf);
  assert.deepEqual(
    [codes.get('403 files.link_password')?.length, codes.get('429 http.too_many_requests')?.length],
    [10, 5],
  );
  assert.deepEqual([locked, expired, post.statusCode], ['429 http.too_many_requests', '410 files.link_expired', 404]);
  assert.equal((await accesses()).filter(({ isAllowed }: { isAllowed: boolean }) => isAllowed).length, 1);
});

test('a secure link is for signed-in people who may read the file, at each request anew', async (t) => {
  const { app, sara, fileId, open, link, accesses } = await withLink(t, { mode: 'secure' });
  const reader = await personWith(app, sara, fileId, { canRead: true });
  const [stranger, other] = [app.signIn(filePermissions.read), app.signIn(filePermissions.write)];
  const by = async (userId: string) => codeOf(await fetchBytes(app, userId, `/files/public/${link.token}`));

  const answers = [codeOf(await open()), await by(reader.userId), await by(other.userId), await by(stranger.userId)];
  await giveAccess(sara, fileId, reader.userId, {});
  answers.push(await by(reader.userId));

  assert.deepEqual(answers, [
    '401 http.not_signed_in',
    '200',
    '403 http.forbidden',
    '404 files.link_invalid',
    '404 files.link_invalid',
  ]);
  const reasons = (await accesses()).map(({ userId, reason }: { userId: string; reason: string }) => [userId, reason]);
  assert.deepEqual(reasons, [
    [reader.userId, 'files.link_invalid'],
    [stranger.userId, 'files.link_invalid'],
    [other.userId, 'http.forbidden'],
    [reader.userId, null],
    [null, 'http.not_signed_in'],
  ]);
});

test('links are opened only so often in a minute from one network, wrong ones included', async (t) => {
  const { open } = await withLink(t, {}, { BONYAN_FILES_LINKS_PER_MINUTE: '3' });

  const codes = [await open(), await open(), await open({}, 'GET', 'x'), await open()].map(codeOf);

  assert.deepEqual(codes, ['200', '200', '404 files.link_invalid', '429 http.too_many_requests']);
});

test('a link to a deleted file gives nothing, and is whole again when the file is', async (t) => {
  const { sara, fileId, open } = await withLink(t);

  await sara.delete(`/files/${fileId}`);
  const deleted = codeOf(await open());
  const create = await sara.post(`/files/${fileId}/share`, {});
  await sara.post(`/files/${fileId}/restore`);
  const restored = codeOf(await open());

  assert.deepEqual([deleted, create.body.code, restored], ['404 files.unavailable', 'files.not_found', '200']);
});

test('another user makes, sees and revokes no link, and reads no accesses', async (t) => {
  const { app, fileId, link, open } = await withLink(t);
  const reza = fileOwner(app);

  const answers = [
    await reza.get(`/files/${fileId}/link`),
    await reza.post(`/files/${fileId}/share`, {}),
    await reza.get(`/files/${fileId}/links`),
    await reza.delete(`/files/${fileId}/links`),
    await reza.delete(`/files/${fileId}/links/${link.id}`),
    await reza.get(`/files/audit/${fileId}`),
  ];

  assert.deepEqual(new Set(answers.map(({ body }) => body.code)), new Set(['files.not_found']));
  assert.equal(codeOf(await open()), '200');
});

test('a form gets the whole file by POST, with the password in its header', async (t) => {
  const { app, link } = await withLink(t, { password: 'secret-of-the-link' });

  const { statusCode, body } = await app.http.inject({
    method: 'POST',
    url: `/api/v1/files/public/${link.token}`,
    headers: { 'x-link-password': 'secret-of-the-link', range: 'bytes=0-9' },
  });

  assert.deepEqual([statusCode, body], [200, CONTENT]);
});

test('downloads by people with access are recorded too, and links and accesses go when they are old', async (t) => {
  const { app, sara, fileId, accesses, open } = await withLink(t);
  await open();
  await fetchBytes(app, sara.userId, `/files/${fileId}/download`);
  await fetchBytes(app, sara.userId, `/files/${fileId}/stream`, { range: 'bytes=500-' });
  const before = (await accesses()).map(({ way, userId }: { way: string; userId: string }) => [way, userId]);

  app.pass(200 * 24 * 60 * MINUTE_MS);
  await runJob(app, 'files.tidy');

  assert.deepEqual(before, [
    ['download', sara.userId],
    ['link', null],
  ]);
  assert.deepEqual(await accesses(), []);
  assert.deepEqual((await sara.get(`/files/${fileId}/links`)).body.items, []);
});

test('an erased person leaves no trace in the accesses of other people’s files', async (t) => {
  const { app, sara, fileId, link, accesses } = await withLink(t, { mode: 'secure' });
  const reader = await personWith(app, sara, fileId, { canRead: true });
  await fetchBytes(app, reader.userId, `/files/public/${link.token}`, { 'user-agent': 'Readerbrowser' });
  const files = app.modules.find(({ name }) => name === 'files');

  await app.database.units.write(
    system('platform'),
    (unit) => files?.privacy.erase(withoutTables(unit), reader.userId) ?? Promise.resolve(),
  );

  const [{ userId, ip, userAgent, isAllowed }] = await accesses();
  assert.deepEqual([userId, ip, userAgent, isAllowed], [null, null, null, true]);
});

test('each refusal is recorded, also that of a file, of the storage and of the limit', async (t) => {
  const { app, sara, fileId, open, accesses } = await withLink(t, {}, { BONYAN_FILES_LINKS_PER_MINUTE: '3' });
  const { body: pending } = await upload(sara, { content: 'not yet released' });
  const { body: early } = await sara.post(`/files/${pending.id}/share`, { mode: 'public' });
  await sara.delete(`/files/${fileId}`);
  const deleted = codeOf(await open());
  await sara.post(`/files/${fileId}/restore`);
  const { rows } = await app.database.pool.query<{ blobId: string }>('select blob_id from files.file where id = $1', [
    fileId,
  ]);
  await app.storage.delete(`files/content/${rows[0]?.blobId}`);

  const answers = [deleted, codeOf(await open()), codeOf(await open({}, 'GET', early.token)), codeOf(await open())];
  const again = codeOf(await open());

  const [gone, limited] = ['404 files.unavailable', '429 http.too_many_requests'];
  assert.deepEqual([...answers, again], [gone, gone, '409 files.pending', limited, limited]);
  const reasonsOf = (items: { reason: string }[]) => items.map(({ reason }) => reason);
  assert.deepEqual(reasonsOf(await accesses()), [limited.slice(4), gone.slice(4), gone.slice(4)]);
  assert.deepEqual(reasonsOf((await sara.get(`/files/audit/${pending.id}`)).body.items), ['files.pending']);
});

test('an answer without bytes is recorded, once in a minute', async (t) => {
  for (const [name, ask] of Object.entries({
    HEAD: (open: Open) => open({}, 'HEAD'),
    304: (open: Open) => open({ 'if-none-match': '*' }),
    412: (open: Open) => open({ 'if-match': '"x"' }),
    416: (open: Open) => open({ range: 'bytes=5000-' }),
  })) {
    const { open, accesses } = await withLink(t);
    await Promise.all([ask(open), ask(open), ask(open)]);
    assert.equal((await accesses()).length, 1, name);
  }
});

test('a link ends with the right of its maker to read the file', async (t) => {
  const { app, sara, link, open } = await withLink(t);
  const { read, manageAll, share } = filePermissions;
  const answers: Record<string, string> = {};

  for (const [name, { userId }] of Object.entries({
    owner: sara,
    administrator: app.signIn(read, manageAll),
    'no administrator any more': app.signIn(read, share),
    'without files.read': app.signIn(manageAll, share),
    'without an account': { userId: newId() },
  })) {
    await app.database.pool.query('update files.link set created_by = $1 where id = $2', [userId, link.id]);
    answers[name] = codeOf(await open());
  }

  assert.deepEqual(answers, {
    owner: '200',
    administrator: '200',
    'no administrator any more': '404 files.link_invalid',
    'without files.read': '404 files.link_invalid',
    'without an account': '404 files.link_invalid',
  });
});

test('links to a file in the trash can be revoked', async (t) => {
  const { sara, fileId, link, open } = await withLink(t);
  await sara.delete(`/files/${fileId}`);

  const { status } = await sara.delete(`/files/${fileId}/links/${link.id}`);
  await sara.post(`/files/${fileId}/restore`);

  assert.deepEqual([status, codeOf(await open())], [204, '404 files.link_invalid']);
});

test('wrong passwords from one network stop only that network, until a hundred have come from all', async (t) => {
  const { app, link } = await withLink(t, { password: 'the-right-one' });
  const guess = async (network: number, password: string) => {
    const url = `/api/v1/files/public/${link.token}`;
    const headers = { 'x-link-password': password };
    const { statusCode } = await app.http.inject({ url, headers, remoteAddress: `192.0.2.${network}` });
    return statusCode;
  };
  const guessTen = (network: number) => Promise.all(Array.from({ length: 10 }, () => guess(network, 'wrong')));

  await guessTen(1);
  const statuses = [await guess(1, 'the-right-one'), await guess(2, 'the-right-one')];
  for (let network = 3; network < 12; network++) await guessTen(network);
  const afterHundred = await guess(2, 'the-right-one');

  assert.deepEqual([...statuses, afterHundred], [429, 200, 429]);
});

/** The counters of attempts at a password, and how many of them are full. */
const COUNTERS = { 'files.link_attempt': 10, 'files.link': 100 };

test('attempts that are still compared make others wait for a second, wrong ones for their time', async (t) => {
  const { app, open } = await withLink(t, { password: 'the-right-one' });
  const right = { 'x-link-password': 'the-right-one' };
  await open(right);
  const answers: Record<string, [status: number, retryAfter: number]> = {};

  for (const [table, most] of Object.entries(COUNTERS))
    for (const undecided of [1, 0]) {
      const fill = `update ${table} set wrong_attempts = $1, undecided_attempts = $2`;
      await app.database.pool.query(fill, [most, undecided]);
      const { status, headers } = await open(right);
      answers[`${table} ${undecided}`] = [status, Number(headers['retry-after'])];
      await app.database.pool.query(fill, [0, 0]);
    }
  const parallel = await Promise.all(Array.from({ length: 30 }, () => open(right)));
  const after = await open(right);
  await open({ 'x-link-password': 'wrong' });

  for (const [name, [status, retryAfter]] of Object.entries(answers)) {
    assert.equal(status, 429, name);
    assert.ok(name.endsWith('1') ? retryAfter === 1 : retryAfter > 800 && retryAfter <= 900, `${name}: ${retryAfter}`);
  }
  assert.ok(parallel.every(({ status, headers }) => status === 200 || headers['retry-after'] === '1'));
  assert.equal(after.status, 200);
  for (const table of Object.keys(COUNTERS)) {
    const { rows } = await app.database.pool.query(
      `select wrong_attempts as wrong, undecided_attempts as undecided from ${table}`,
    );
    assert.deepEqual(rows, [{ wrong: 1, undecided: 0 }], table);
  }
});

test('HEAD makes no link', async (t) => {
  const { app, sara, fileId } = await withLink(t);

  const { status } = await fetchBytes(app, sara.userId, `/files/${fileId}/link`, {}, 'HEAD');

  assert.ok(status >= 400);
  assert.equal((await sara.get(`/files/${fileId}/links`)).body.items.length, 1);
});

test('the later ranges of a download do not count as openings of links, those without one do', async (t) => {
  const { open } = await withLink(t, {}, { BONYAN_FILES_LINKS_PER_MINUTE: '2' });
  const statuses: number[] = [];

  for (const range of ['bytes=0-99', 'bytes=100-199', 'bytes=200-299', 'bytes=300-', 'bytes=0-', 'bytes=0-'])
    statuses.push((await open({ range })).status);
  const stranger = await open({ range: 'bytes=100-', 'user-agent': 'another' });

  assert.deepEqual([...statuses, stranger.status], [206, 206, 206, 206, 206, 429, 429]);
});

/** What a client asks for with a later range, after one opening, that is no part of its download. */
const NO_PARTS: Record<
  string,
  {
    status: number;
    headers?: Record<string, string>;
    wanted?: object;
    before?: (context: Awaited<ReturnType<typeof withLink>>) => unknown;
  }
> = {
  'more than the download has left': { status: 206, headers: { range: 'bytes=1-' } },
  'behind the end': { status: 416, headers: { range: 'bytes=5000-' } },
  'what it has': { status: 304, headers: { 'if-none-match': '*' } },
  'under another condition': { status: 412, headers: { 'if-match': '"x"' } },
  'after the time': { status: 410, before: ({ app }) => app.pass(16 * MINUTE_MS) },
  'a deleted file': { status: 404, before: ({ sara, fileId }) => sara.delete(`/files/${fileId}`) },
  'without the password': { status: 403, wanted: { password: 'the-right-one' } },
};

for (const [name, { status, headers = {}, wanted = {}, before }] of Object.entries(NO_PARTS))
  test(`a later range counts as an opening, and is refused beyond the limit, where it asks for ${name}`, async (t) => {
    const context = await withLink(t, wanted, { BONYAN_FILES_LINKS_PER_MINUTE: '4' });
    const { app, open, accesses } = context;
    const right: Record<string, string> = 'password' in wanted ? { 'x-link-password': 'the-right-one' } : {};
    const first = await open(right);
    await before?.(context);

    const statuses: number[] = [];
    for (let n = 0; n < 7; n++) statuses.push((await open({ range: 'bytes=1-', ...headers })).status);

    assert.equal(first.status, 200);
    const counted = status === 206 ? [206, 206, 206, 206] : [status, status, status]; // one 206 is of the first download
    assert.deepEqual(statuses, [...counted, ...Array.from({ length: 7 - counted.length }, () => 429)]);
    const events = await app.database.pool.query("select from platform.event where type like '%link_accessed%'");
    assert.ok((events.rowCount ?? 0) <= 4);
    const reasons = (await accesses()).map(({ reason }: { reason: string | null }) => reason);
    assert.equal(reasons.filter((reason: string | null) => reason === 'http.too_many_requests').length, 1);
  });

test('what somebody else reads of a file is recorded from any byte on, and stays when the file is purged', async (t) => {
  const { app, sara, fileId } = await withLink(t);
  const { read, manageAll } = filePermissions;
  const admin = app.signIn(read, manageAll);

  for (const range of ['bytes=1-', 'bytes=2-', 'bytes=3-'])
    await fetchBytes(app, admin.userId, `/files/${fileId}/download`, { range });
  await sara.delete(`/files/${fileId}`);
  await sara.delete(`/files/${fileId}/purge`);

  const { body } = await admin.get(`/files/audit/${fileId}`);
  assert.deepEqual(
    body.items.map(({ userId, way }: { userId: string; way: string }) => [userId, way]),
    [[admin.userId, 'download']],
  );
  assert.equal((await sara.get(`/files/audit/${fileId}`)).status, 404);
});

test('the export of a person has the links they made, without secrets, and what they asked for', async (t) => {
  const { app, sara, fileId, link } = await withLink(t, { password: 'the-right-one' });
  await fetchBytes(app, sara.userId, `/files/${fileId}/download`);
  const files = app.modules.find(({ name }) => name === 'files');

  const exported = (await files?.privacy.export(sara.userId)) as Record<string, AsyncIterable<Record<string, unknown>>>;
  const [links, rows] = [await listOf(exported['links']), await listOf(exported['accesses'])];

  assert.deepEqual(
    links.map(({ id }) => id),
    [link.id],
  );
  assert.ok(!Object.keys(links[0] ?? {}).some((key) => /hash|token/i.test(key)));
  assert.deepEqual(
    rows.map((row) => [row['fileId'], row['ip'], row['way']]),
    [[fileId, '127.0.0.1', 'download']],
  );
});

async function listOf<R>(rows: AsyncIterable<R> | undefined): Promise<R[]> {
  const all: R[] = [];
  for await (const row of rows ?? []) all.push(row);
  return all;
}
