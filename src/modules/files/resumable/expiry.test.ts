import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MINUTE_MS } from '#testing/accounts.ts';
import { testApp } from '#testing/app.ts';
import { add, begun, BYTES, codeOf, TUS } from '#testing/files/resumable.ts';
import { fileOwner } from '#testing/files/uploads.ts';

const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const DEFERRED = { 'upload-length': '', 'upload-defer-length': '1' };
const EMPTY_SHA1 = 'sha1 2jmj7l5rSw0yVb/vlWAYkK/YBwk=';

type App = Awaited<ReturnType<typeof testApp>>;

const expiryOf = async ({ database }: App, url: string): Promise<number> => {
  const sql = 'select expires_at as at from files.upload where id = $1';
  const { rows } = await database.pool.query<{ at: string }>(sql, [/uploads\/([0-9a-f-]+)/.exec(url)?.[1]]);
  return new Date(rows[0]?.at ?? '').getTime();
};

test('only bytes that are kept put off the end of an upload', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const requests: Record<string, { ask: (url: string) => Promise<string>; status: string }> = {
    'no bytes': { ask: async (url) => codeOf(await add(sara, url, 1, '')), status: '204' },
    'no bytes with their checksum': {
      ask: async (url) => codeOf(await add(sara, url, 1, '', { 'upload-checksum': EMPTY_SHA1 })),
      status: '204',
    },
    'the length alone': {
      ask: async (url) => codeOf(await add(sara, url, 1, '', { 'upload-length': '9' })),
      status: '204',
    },
    'bytes with another checksum': {
      ask: async (url) => codeOf(await add(sara, url, 1, 'x', { 'upload-checksum': EMPTY_SHA1 })),
      status: '460 files.checksum_mismatch',
    },
    'bytes at another place': {
      ask: async (url) => codeOf(await add(sara, url, 2, 'x')),
      status: '409 files.upload_conflict',
    },
    HEAD: {
      ask: async (url) => String((await app.http.inject({ method: 'HEAD', url, headers: TUS })).statusCode),
      status: '200',
    },
    bytes: { ask: async (url) => codeOf(await add(sara, url, 1, 'x')), status: '204' },
  };

  for (const [name, { ask, status }] of Object.entries(requests)) {
    const url = await begun(sara, DEFERRED);
    await add(sara, url, 0, 'a');
    const before = await expiryOf(app, url);
    app.pass(HOUR_MS);

    assert.equal(await ask(url), status, name);

    const movedMs = (await expiryOf(app, url)) - before;
    if (name === 'bytes') assert.ok(movedMs >= HOUR_MS, name);
    else assert.equal(movedMs, 0, name);
  }
});

test('an upload ends seven days after its beginning, however many bytes still come, and a complete part does', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const token = await begun(sara, { 'upload-length': '20' });
  const part = await begun(sara, { 'upload-concat': 'partial', 'upload-length': '1' });
  await add(sara, part, 0, 'p');
  const beginMs = app.now().getTime();

  for (let day = 0; day < 9; day++) {
    const other =
      day === 0 || day === 8 ? null : await begun(sara, { 'upload-concat': 'partial', 'upload-length': '2' });
    if (other) assert.equal(codeOf(await add(sara, other, 0, 'x')), '204');
    const added = await sara.patch(token, Buffer.from('x'), { ...BYTES, 'upload-offset': String(day) });
    assert.equal(codeOf(added), day < 8 ? '204' : '410 files.upload_expired', `day ${day}`);
    app.pass(DAY_MS - MINUTE_MS);
  }

  for (const url of [token, part]) assert.ok((await expiryOf(app, url)) <= beginMs + 7 * DAY_MS);
});
