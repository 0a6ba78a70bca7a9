import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { newId } from '#kernel/id.ts';
import { runJob } from '#testing/accounts.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { add, base64, begin, begun, BYTES, codeOf, metadata, TUS } from '#testing/files/resumable.ts';
import { fileOwner, storedObjects } from '#testing/files/uploads.ts';
import { filePermissions } from '../contract.ts';

type Client = TestApp['anonymous'];

const newUrl = () => `/api/v1/files/uploads/${newId()}`;

async function started(t: TestContext, environment: Record<string, string> = {}) {
  const app = await testApp(t, { environment });
  const sara = fileOwner(app);
  return { app, sara, url: await begun(sara) };
}

test('what a form upload refuses by its name, type, size or fields does not begin', async (t) => {
  const { app, sara } = await started(t, {
    BONYAN_FILES_MAX_BYTES: '1000',
    BONYAN_FILES_MAX_BYTES_BY_MODULE: 'avatars=10',
  });
  const named = (pairs: Record<string, string>) => ({
    'upload-metadata': metadata({ filename: 'a.bin', ...pairs }),
  });
  const cases: Record<string, [Record<string, string>, string]> = {
    'an empty name': [{ 'upload-metadata': 'filename' }, '400 files.invalid_name'],
    traversal: [named({ filename: '../../etc/passwd' }), '400 files.invalid_name'],
    direction: [named({ filename: 'a\u202etxt.exe' }), '400 files.invalid_name'],
    program: [named({ filename: 'a.exe' }), '400 files.validation_failed'],
    declared: [named({ filename: 'a.txt', filetype: 'image/png' }), '400 files.type_mismatch'],
    folder: [named({ folder: '../x' }), '400 files.validation_failed'],
    module: [named({ module: 'No Module' }), '400 files.validation_failed'],
    tag: [named({ tags: 'x'.repeat(51) }), '400 files.validation_failed'],
    'many tags': [
      named({ tags: Array.from({ length: 21 }, (_, at) => `t${at}`).join(',') }),
      '409 files.too_many_tags',
    ],
    'too large': [{ 'upload-length': '1001' }, '413 files.too_large'],
    'too large for the module': [{ ...named({ module: 'avatars' }), 'upload-length': '11' }, '413 files.too_large'],
    'too large a part': [{ 'upload-concat': 'partial', 'upload-length': '1001' }, '413 files.too_large'],
    'a key': [{ 'idempotency-key': 'x' }, '400 http.idempotency_refused'],
    'no version': [{ 'tus-resumable': '' }, '412 files.tus_version'],
    'another version': [{ 'tus-resumable': '0.2.2' }, '412 files.tus_version'],
    'a body that is no bytes': [{ 'content-type': 'text/plain' }, '415 http.unsupported_media_type'],
    ...Object.fromEntries(
      ['-1', '1.5', 'x', '1e3', '99999999999999999999', ' '].map((length) => [
        `the length ${length}`,
        [{ 'upload-length': length }, '400 files.upload_invalid'],
      ]),
    ),
    'no length': [{ 'upload-length': '' }, '400 files.upload_invalid'],
    'two lengths': [{ 'upload-defer-length': '1' }, '400 files.upload_invalid'],
    'metadata twice': [{ 'upload-metadata': 'filename YQ==,filename Yg==' }, '400 files.upload_invalid'],
    'metadata without base64': [{ 'upload-metadata': 'filename a.bin' }, '400 files.upload_invalid'],
    'metadata in no UTF-8': [{ 'upload-metadata': 'filename /w==' }, '400 files.upload_invalid'],
    'huge metadata': [{ 'upload-metadata': `filename ${base64('x'.repeat(9000))}` }, '400 files.upload_invalid'],
    'many keys': [
      { 'upload-metadata': Array.from({ length: 51 }, (_, at) => `k${at}`).join(',') },
      '400 files.upload_invalid',
    ],
    'parts that are no uploads': [
      { 'upload-length': '', 'upload-concat': 'final;/etc/passwd' },
      '400 files.upload_invalid',
    ],
    'parts that have no ids': [
      { 'upload-length': '', 'upload-concat': `final;/files/uploads/${'-'.repeat(36)}` },
      '400 files.upload_invalid',
    ],
    'too many parts': [
      { 'upload-length': '', 'upload-concat': `final;${Array.from({ length: 51 }, newUrl).join(' ')}` },
      '400 files.upload_invalid',
    ],
    'parts that do not exist': [
      { 'upload-length': '', 'upload-concat': 'final;/api/v1/files/uploads/019ab0f0-4c00-7d31-a1f4-3b7c52d08e96' },
      '404 files.upload_not_found',
    ],
    'another checksum': [{ 'upload-checksum': 'md5 AAAA' }, '400 files.upload_invalid'],
  };

  for (const [name, [headers, expected]] of Object.entries(cases))
    assert.equal(codeOf(await begin(sara, headers)), expected, name);

  const { rows } = await app.database.pool.query('select 1 from files.upload');
  assert.equal(rows.length, 1);
  assert.equal(codeOf(await begin(app.signIn(filePermissions.read))), '403 http.forbidden');
});

test('bytes that do not belong there are refused, and none of them is kept', async (t) => {
  const { app, sara, url } = await started(t);
  const reza = fileOwner(app);
  const [bare = ''] = url.split('?');

  const answers = {
    'another place': await add(sara, url, 1, 'x'),
    'no place': await sara.patch(url, Buffer.from('x'), BYTES),
    'no number': await add(sara, url, '-1', 'x'),
    'longer than the length': await add(sara, url, 0, 'four'),
    'another length': await add(sara, url, 0, 'x', { 'upload-length': '4' }),
    'another type': await add(sara, url, 0, '{', { 'content-type': 'application/json' }),
    'no version': await sara.patch(url, Buffer.from('x'), { ...BYTES, 'tus-resumable': '2.0.0' }),
    'of somebody else': await add(reza, bare, 0, 'x'),
    'of nobody': await add(app.anonymous, bare, 0, 'x'),
    'ended by somebody else': await reza.delete(bare, TUS),
  };

  assert.deepEqual(Object.values(answers).map(codeOf), [
    '409 files.upload_conflict',
    '400 files.upload_invalid',
    '400 files.upload_invalid',
    '400 files.upload_invalid',
    '400 files.upload_invalid',
    '415 http.unsupported_media_type',
    '412 files.tus_version',
    '404 files.upload_not_found',
    '401 http.not_signed_in',
    '404 files.upload_not_found',
  ]);
  await runJob(app, 'files.tidy');
  assert.deepEqual(await storedObjects(app), []);
  assert.equal((await add(sara, url, 0, 'abc')).status, 204);
});

test('content that a form upload refuses ends the upload, also when its first bytes come one by one', async (t) => {
  const { app, sara } = await started(t);
  const page = '<!DOCTYPE html><script>alert(1)</script>';
  const of = async (length: number) => {
    const named = { 'upload-length': String(length), 'upload-metadata': metadata({ filename: 'a.txt' }) };
    return String((await begin(sara, named)).headers['location']);
  };
  const [slow, early] = [await of(page.length), await of(1_000_000)];

  const answers = [];
  for (const [at, letter] of page.split('').entries()) answers.push(codeOf(await add(sara, slow, at, letter)));
  const refused = codeOf(await add(sara, early, 0, page.padEnd(5000)));
  const after = [codeOf(await add(sara, slow, 0, 'x')), codeOf(await add(sara, early, 0, 'x'))];

  assert.deepEqual(new Set(answers.slice(0, -1)), new Set(['204']));
  assert.deepEqual([answers.at(-1), refused], ['400 files.validation_failed', '400 files.validation_failed']);
  assert.deepEqual(after, ['404 files.upload_not_found', '404 files.upload_not_found']);
  await runJob(app, 'files.tidy');
  assert.deepEqual(await storedObjects(app), []);
});

test('an upload has the place, description and tags of its metadata, and is audited', async (t) => {
  const { app, sara } = await started(t);
  const own = {
    filename: 'a.txt',
    folder: 'فصلی/پاییز',
    module: 'reports',
    description: 'نسخهٔ اول',
    tags: 'مالی, مالي,work',
  };
  const { headers } = await begin(sara, { 'upload-metadata': metadata(own) });
  const url = String(headers['location']);

  const done = await add(sara, url, 0, 'abc');
  await app.drain();

  const { body } = await sara.get(`/files/${url.split('/').at(-1)}`);
  const { folder, module, description, tags, storageStatus, contentType } = body;
  assert.deepEqual(
    [folder, module, description, tags, storageStatus, contentType],
    ['فصلی/پاییز', 'reports', 'نسخهٔ اول', ['مالی', 'work'], 'available', 'text/plain'],
  );
  const { rows } = await app.database.pool.query('select action from audit.entry where request_id = $1', [
    done.headers['x-request-id'],
  ]);
  assert.deepEqual(rows, [{ action: 'files.uploaded' }, { action: 'files.joined' }]);
  assert.equal(codeOf(await sara.delete(url, TUS)), '409 files.upload_conflict');
});

test('empty requests add no part, and one upload has a bounded number of parts', async (t) => {
  const { app, sara, url } = await started(t);
  const countParts = async () => (await app.database.pool.query('select 1 from files.upload_part')).rows.length;

  for (let n = 0; n < 20; n++) assert.equal((await add(sara, url, 0, '')).status, 204);
  const empty = await countParts();
  await app.database.pool.query('update files.upload set part_count = 1001');
  const refused = await add(sara, url, 0, 'x');

  assert.deepEqual([empty, codeOf(refused), await countParts()], [0, '400 files.upload_invalid', 0]);
});

test('a person has at most fifty unfinished uploads, also of parallel requests, and places become free', async (t) => {
  const { sara, url } = await started(t);

  const answers = await Promise.all(Array.from({ length: 55 }, () => begin(sara, { 'upload-concat': 'partial' })));
  await sara.delete(url, TUS);
  const after = await begin(sara);

  assert.equal(answers.filter(({ status }) => status === 201).length, 49);
  assert.deepEqual(new Set(answers.map(codeOf)), new Set(['201', '429 files.too_many_uploads']));
  assert.equal(after.status, 201);
});

test('parts are joined once, when they are complete, by their owner', async (t) => {
  const { app, sara } = await started(t);
  const part = async () => String((await begin(sara, { 'upload-concat': 'partial' })).headers['location']);
  const [first, second] = [await part(), await part()];
  const join = (client: Client, ...urls: string[]) =>
    begin(client, { 'upload-length': '', 'upload-concat': `final;${urls.join(' ')}` });
  await add(sara, first, 0, 'abc');

  const early = await join(sara, first, second);
  await add(sara, second, 0, 'def');
  const answers = [early, await join(fileOwner(app), first, second), await join(sara, first, first)];
  const joined = await join(sara, second, first);
  const again = await join(sara, second, first);
  await app.drain();

  assert.deepEqual(answers.map(codeOf), [
    '409 files.upload_conflict',
    '404 files.upload_not_found',
    '400 files.upload_invalid',
  ]);
  assert.deepEqual([joined.status, codeOf(again)], [201, '404 files.upload_not_found']);
  const { body } = await sara.get(`/files/${String(joined.headers['location']).split('/').at(-1)}`);
  assert.deepEqual([body.sizeBytes, body.storageStatus], [6, 'available']);
});
