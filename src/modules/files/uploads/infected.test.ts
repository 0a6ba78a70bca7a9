import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { zipSync } from 'fflate';
import { member } from '#testing/accounts.ts';
import { operationsOf, type Operation } from '#testing/api/operations.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { everything } from '#testing/authorization.ts';
import { EICAR_HALVES } from '#testing/conformance/scan.ts';
import { add, begun, idIn, metadata } from '#testing/files/resumable.ts';
import { anyBytes } from '#testing/files/stores.ts';
import { fetchBytes, putContent, releasedFile, upload } from '#testing/files/uploads.ts';
import { behaveLikeClamd, startServer } from '#testing/servers/clamd.ts';

const EICAR = EICAR_HALVES.join('');
const { TEST_CLAMAV_URL: realClamd } = process.env;
type Owner = Awaited<ReturnType<typeof member>>;

/** How it comes in; each answers the id of the file. */
const WAYS: Record<string, (owner: Owner) => Promise<string>> = {
  whole: async (owner) => (await upload(owner, { content: EICAR })).body.id,
  'split across two requests of tus': async (owner) => {
    const bytes = EICAR_HALVES.map((half) => Buffer.from(half));
    const headers = { 'upload-length': String(EICAR.length), 'upload-metadata': metadata({ filename: 'a.txt' }) };
    const url = await begun(owner, headers);
    let offset = 0;
    for (const half of bytes) {
      assert.equal((await add(owner, url, offset, half)).status, 204);
      offset += half.byteLength;
    }
    return idIn(url);
  },
  'in an archive': async (owner) =>
    (await upload(owner, { name: 'a.zip', content: zipSync({ 'a.txt': [Buffer.from(EICAR), { level: 0 }] }) })).body.id,
};

test('an infected file is served to nobody by any route, however it came in, and those who must know are told', async (t) => {
  const app = await scanningApp(t);
  const owner = await member(app);
  const admin = everything(app);

  for (const [way, send] of Object.entries(WAYS)) {
    const id = await send(owner);
    await app.drain();
    const { body: link } = await owner.post(`/files/${id}/share`, { mode: 'public' });
    const answers: string[] = [];
    for (const { name, method, params } of servingOperations(app))
      for (const client of [owner, admin]) {
        const values: Record<string, string> = { fileId: id, versionId: id, token: link.token };
        const path = Object.keys(params).reduce((url, key) => url.replace(`{${key}}`, values[key] ?? key), name.split(' ')[1] ?? ''); // prettier-ignore
        const { status, body } = method === 'GET' ? await client.get(path) : await client.post(path);
        answers.push(`${name} ${status} ${body.code}`);
      }

    const { body: file } = await owner.get(`/files/${id}`);
    assert.deepEqual([file.storageStatus, file.scanStatus], ['infected', 'infected'], way);
    const refused = /{versionId}.* 404 files.version_not_found$| 422 files.malicious_content$/;
    const served = answers.filter((answer) => !refused.test(answer));
    assert.ok(answers.length >= 10 && served.length === 0, `${way}: ${served.join(', ')}`);
    assert.deepEqual(await traces(app, id), ['audit files.infected', 'event files.infected.v1'], way);
    const mails: { text: string }[] = await app.mailbox(owner.email);
    assert.ok(
      mails.some(({ text }) => text.includes(file.fileName)),
      way,
    );
  }
});

test('an infected new content is served to nobody, and the file goes on with the content before', async (t) => {
  const app = await scanningApp(t);
  const owner = await member(app);
  const id = await releasedFile(app, owner, { content: 'clean' });

  await putContent(owner, id, { content: EICAR });
  await app.drain();

  const { rows } = await app.database.pool.query<{ id: string }>('select id from files.file where version_of = $1', [
    id,
  ]);
  const answers = [];
  for (const client of [owner, everything(app)]) {
    const { status } = await client.get(`/files/${id}/versions/${rows[0]?.id}/download`);
    answers.push(status, (await client.post(`/files/${id}/versions/${rows[0]?.id}/restore`)).status);
  }
  assert.ok(
    answers.every((status) => status === 404 || status === 422 || status === 409),
    answers.join(),
  );
  assert.equal((await fetchBytes(app, owner.id, `/files/${id}/download`)).text, 'clean');
});

/** Those that answer the bytes of one file. */
function servingOperations(app: TestApp): Operation[] {
  return operationsOf(app.openApi()).filter(
    ({ path, params, texts, method }) =>
      path.startsWith('/api/v1/files/') && texts.has(200) && Object.keys(params).length > 0 && method !== 'DELETE',
  );
}

async function traces({ database }: TestApp, id: string): Promise<string[]> {
  const { rows } = await database.pool.query<{ trace: string }>(
    `select 'audit ' || action as trace from audit.entry where resource_id = $1 and action = 'files.infected'
     union all select 'event ' || type from platform.event where key = $1 and type like 'files.infected%' order by 1`,
    [id],
  );
  return rows.map(({ trace }) => trace);
}

async function scanningApp(t: TestContext, environment: Record<string, string> = {}): Promise<TestApp> {
  const url = realClamd ?? (await startServer(t, behaveLikeClamd(25_000_000)));
  return testApp(t, { environment: { CLAMAV_URL: url, BONYAN_FILES_LINKS_PER_MINUTE: '0', ...environment } });
}

// scripts/services.d/clamav.sh: a stream of 25 MB, a file of 50 MB, 100 MB in all.
test('what is beyond a limit of the real scanner is never clean', { skip: !realClamd }, async (t) => {
  // Compresses to a hundredth, which our own limits allow.
  const fill = anyBytes(20_000);
  const infected = Buffer.concat([Buffer.alloc(53_000_000, fill), Buffer.from(EICAR)]);
  const many = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`${at}.bin`, Buffer.alloc(9_000_000, fill)]));
  const stream = { name: 'a.bin', content: Buffer.concat([anyBytes(26_500_000), Buffer.from(EICAR)]) };
  const entry = { name: 'b.zip', content: zipSync({ 'a.bin': infected }, { level: 1 }) };
  const entries = { name: 'c.zip', content: zipSync({ ...many, 'z.txt': Buffer.from(EICAR) }, { level: 1 }) };
  const release = { BONYAN_FILES_UNSCANNABLE: 'release' };

  for (const [environment, file, state] of [
    [{}, stream, 'failed unscanned unscannable_too_large'],
    [{}, entry, 'failed unscanned unscannable_limits'],
    [{}, entries, 'failed unscanned unscannable_limits'],
    [{ CLAMAV_MAX_BYTES: '100000000' }, stream, 'failed unscanned unscannable_too_large'], // more than clamd takes
    [release, stream, 'available unscannable null'],
    [release, entry, 'available unscannable null'],
  ] as const) {
    const app = await scanningApp(t, environment);
    const owner = await member(app);
    const { body } = await owner.get(`/files/${await releasedFile(app, owner, file)}`);
    const served = await fetchBytes(app, owner.id, `/files/${body.id}/download`);
    const name = `${file.name} ${JSON.stringify(environment)}`;
    assert.equal(`${body.storageStatus} ${body.scanStatus} ${body.reason}`, state, name);
    assert.equal(served.status, state.startsWith('available') ? 200 : 404, name);
  }
});
