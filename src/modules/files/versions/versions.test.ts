import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { testApp, type TestApp } from '#testing/app.ts';
import { EICAR_HALVES } from '#testing/conformance/scan.ts';
import {
  encryptFile,
  fetchBytes,
  fileOwner,
  personWith,
  putContent,
  releasedFile,
  removeKept,
  storedObjects,
} from '#testing/files/uploads.ts';
import { behaveLikeClamd, startServer } from '#testing/servers/clamd.ts';
import { filePermissions } from '../contract.ts';

type Owner = ReturnType<typeof fileOwner>;

/** A file with the content `one`, then `two`, and so on. */
async function fileWith(app: TestApp, owner: Owner, ...contents: readonly string[]): Promise<string> {
  const [first = '', ...later] = contents;
  const id = await releasedFile(app, owner, { content: first });
  for (const content of later) {
    assert.equal((await putContent(owner, id, { content })).status, 202);
    await app.drain();
  }
  return id;
}

const textOf = async (app: TestApp, { userId }: Owner, path: string) => (await fetchBytes(app, userId, path)).text;

async function versionsOf(owner: Owner, id: string) {
  const { body } = await owner.get(`/files/${id}/versions`);
  return body.items as { id: string; sizeBytes: number; storageStatus: string; reason: string | null }[];
}

/** The contents of all versions, the latest first. */
async function textsOf(app: TestApp, owner: Owner, id: string): Promise<string[]> {
  const texts: string[] = [];
  for (const version of await versionsOf(owner, id))
    texts.push(await textOf(app, owner, `/files/${id}/versions/${version.id}/download`));
  return texts;
}

test('the older content is served until the new one is released, and is a version then', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const id = await releasedFile(app, sara, { content: 'one' });
  const { body: link } = await sara.post(`/files/${id}/share`, { mode: 'public' });
  const ways = [`/files/${id}/download`, `/files/${id}/stream`, `/files/public/${link.token}`];
  const served = async () => Promise.all(ways.map((way) => textOf(app, sara, way)));
  const before = await fetchBytes(app, sara.userId, ways[0] ?? '');
  const { body: old } = await sara.get(`/files/${id}`);

  const { status, body: pending } = await putContent(sara, id, { name: 'other.txt', content: 'twofold' });
  const meanwhile = { texts: await served(), versions: await versionsOf(sara, id) };
  await app.drain();
  const { body: file } = await sara.get(`/files/${id}`);
  const after = await fetchBytes(app, sara.userId, ways[0] ?? '');
  const same = await fetchBytes(app, sara.userId, ways[0] ?? '', { 'if-none-match': String(before.headers['etag']) });

  assert.deepEqual([status, pending.storageStatus, pending.sizeBytes], [202, 'pending', 7]);
  assert.deepEqual(meanwhile.texts, ['one', 'one', 'one']);
  assert.deepEqual(
    meanwhile.versions.map((version) => [version.id, version.storageStatus]),
    [[pending.id, 'pending']],
  );
  assert.deepEqual(await served(), ['twofold', 'twofold', 'twofold']);
  assert.deepEqual([file.fileName, file.sizeBytes, file.sha256], [old.fileName, 7, pending.sha256]);
  assert.ok(file.version > old.version);
  assert.deepEqual([same.status, after.headers['etag']], [200, `"${file.sha256}"`]);
  assert.ok(Date.parse(String(after.headers['last-modified'])) >= Date.parse(String(before.headers['last-modified'])));
  assert.deepEqual(await textsOf(app, sara, id), ['one']);
  assert.deepEqual((await sara.get('/files/usage')).body, { usedBytes: 10, fileCount: 1, quotaBytes: 10_737_418_240 });
});

test('restoring exchanges the content with a version, and deleting one frees its bytes', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const id = await fileWith(app, sara, 'one', 'two22', 'three');
  const [, first] = await versionsOf(sara, id);

  const restored = await sara.post(`/files/${id}/versions/${first?.id}/restore`);
  const again = await sara.post(`/files/${id}/versions/${first?.id}/restore`);
  const kept = [await textOf(app, sara, `/files/${id}/download`), ...(await textsOf(app, sara, id))];
  const [latest] = await versionsOf(sara, id);
  const deleted = await sara.delete(`/files/${id}/versions/${latest?.id}`);
  await removeKept(app);

  assert.deepEqual([restored.status, restored.body.sizeBytes], [200, 3]);
  assert.deepEqual([again.status, again.body.code], [404, 'files.version_not_found']);
  assert.deepEqual(kept, ['one', 'three', 'two22']);
  assert.equal(deleted.status, 204);
  assert.deepEqual(await textsOf(app, sara, id), ['two22']);
  assert.equal((await sara.get('/files/usage')).body.usedBytes, 8);
  assert.equal((await storedObjects(app)).length, 2);
});

test('of two new contents with one precondition the second is refused, and none comes while another is judged', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const id = await releasedFile(app, sara, { content: 'one' });
  const { version } = (await sara.get(`/files/${id}`)).body;
  const headers = { 'if-match': `"${version}"` };

  const both = await Promise.all(['two', 'three'].map((content) => putContent(sara, id, { content, headers })));
  const third = await putContent(sara, id, { content: 'four' });
  await app.drain();

  const accepted = both.find(({ status }) => status === 202);
  const refused = both.find(({ status }) => status !== 202);
  assert.equal(accepted?.body.storageStatus, 'pending');
  assert.deepEqual([refused?.status, refused?.body.code], [412, 'http.precondition_failed']);
  assert.deepEqual([third.status, third.body.code], [409, 'files.pending']);
  assert.deepEqual(await textsOf(app, sara, id), ['one']);
  await removeKept(app);
  assert.equal((await storedObjects(app)).length, 2);
});

test('a new content that is infected or refused leaves the one that the file has, and says why', async (t) => {
  const clamd = await startServer(t, behaveLikeClamd(1_000_000));
  const app = await testApp(t, { environment: { CLAMAV_URL: clamd } });
  const sara = fileOwner(app);
  const id = await releasedFile(app, sara, { content: 'one' });

  const mismatch = await putContent(sara, id, { content: Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex') });
  const wrongField = await putContent(sara, id, { content: 'x', fields: { module: 'reports' } });
  const { body: infected } = await putContent(sara, id, { content: EICAR_HALVES.join('') });
  await app.drain();
  const [version] = await versionsOf(sara, id);
  const served = await fetchBytes(app, sara.userId, `/files/${id}/versions/${infected.id}/download`);
  const restored = await sara.post(`/files/${id}/versions/${infected.id}/restore`);

  assert.deepEqual([mismatch.status, mismatch.body.code], [400, 'files.type_mismatch']);
  assert.deepEqual([wrongField.status, wrongField.body.code], [400, 'files.validation_failed']);
  assert.deepEqual([version?.id, version?.storageStatus], [infected.id, 'infected']);
  assert.match(version?.reason ?? '', /eicar/i);
  assert.deepEqual([served.status, restored.status], [422, 422]);
  assert.equal((await sara.get(`/files/${id}`)).body.storageStatus, 'available');
  assert.equal(await textOf(app, sara, `/files/${id}/download`), 'one');
  const { rows } = await app.database.pool.query(
    "select 1 from audit.entry where action = 'files.infected' and resource_id = $1",
    [id],
  );
  assert.equal(rows.length, 1);
  assert.equal((await sara.delete(`/files/${id}/versions/${infected.id}`)).status, 204);
  await removeKept(app);
  assert.equal((await storedObjects(app)).length, 1);
  assert.equal((await sara.get('/files/usage')).body.usedBytes, 3);
});

test('a new content whose type does not go with the new name of the file is refused', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const id = await releasedFile(app, sara, { name: 'plain', content: 'text' });
  await putContent(sara, id, { content: Buffer.from('%PDF-1.7\n%âãÏÓ\n1 0 obj\n<<>>\nendobj\n') });
  await sara.put(`/files/${id}`, { fileName: 'plain.txt' });
  await app.drain();

  const [version] = await versionsOf(sara, id);

  assert.deepEqual([version?.storageStatus, version?.reason], ['failed', 'type_mismatch']);
  assert.equal(await textOf(app, sara, `/files/${id}/download`), 'text');
  assert.equal((await sara.get('/files/usage')).body.usedBytes, 4);
});

test('only so many versions are kept, and the oldest goes first', async (t) => {
  const app = await testApp(t, { environment: { BONYAN_FILES_VERSIONS: '2' } });
  const sara = fileOwner(app);

  const id = await fileWith(app, sara, 'a', 'b', 'c', 'd');
  await removeKept(app);

  assert.deepEqual(await textsOf(app, sara, id), ['c', 'b']);
  assert.equal((await sara.get('/files/usage')).body.usedBytes, 3);
  assert.equal((await storedObjects(app)).length, 3);
});

test('versions count for the quota of the owner, also when others send them', async (t) => {
  const app = await testApp(t, { environment: { BONYAN_FILES_QUOTA_BYTES: '8' } });
  const sara = fileOwner(app);
  const id = await releasedFile(app, sara, { content: 'four' });
  const writer = await personWith(app, sara, id, { canRead: true, canWrite: true });

  const tooMuch = await putContent(writer, id, { content: 'fives' });
  const fits = await putContent(writer, id, { content: 'full' });
  await app.drain();

  assert.deepEqual([tooMuch.status, tooMuch.body.code], [413, 'files.too_large']);
  assert.equal(fits.status, 202);
  assert.equal((await sara.get('/files/usage')).body.usedBytes, 8);
  assert.equal((await writer.get('/files/usage')).body.usedBytes, 0);
});

test('readers see versions, writers add and restore them, and owner and administrators alone delete older ones', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const id = await fileWith(app, sara, 'one', 'two');
  const [version] = await versionsOf(sara, id);
  const path = `/files/${id}/versions/${version?.id}`;
  const people = {
    stranger: fileOwner(app),
    reader: await personWith(app, sara, id, { canRead: true }),
    writer: await personWith(app, sara, id, { canRead: true, canWrite: true }),
    deleter: await personWith(app, sara, id, { canRead: true, canDelete: true }),
  };
  const admin = app.signIn(...Object.values(filePermissions));
  const found: Record<string, number[]> = {};

  for (const [name, person] of Object.entries(people)) {
    const [list, bytes] = [
      await person.get(`/files/${id}/versions`),
      await fetchBytes(app, person.userId, `${path}/download`),
    ];
    const stale = { 'if-match': '"0"' }; // those who may do it get 412: nothing changes
    const put = await putContent(person, id, { headers: stale });
    const restored = await person.post(`${path}/restore`, undefined, stale);
    const deleted = await person.delete(path);
    found[name] = [list.status, bytes.status, put.status, restored.status, deleted.status];
  }

  assert.deepEqual(found, {
    stranger: [404, 404, 404, 404, 404],
    reader: [200, 200, 403, 403, 403],
    writer: [200, 200, 412, 412, 403],
    deleter: [200, 200, 403, 403, 403],
  });
  assert.equal((await admin.delete(path)).status, 204);
});

test('a version is no file: no list has it, and nothing takes its id', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const admin = app.signIn(...Object.values(filePermissions));
  const id = await fileWith(app, sara, 'one', 'two');
  await sara.post(`/files/${id}/tags`, { tag: 'work' });
  const shared = await personWith(app, sara, id, { canRead: true });
  const [version] = await versionsOf(sara, id);
  const lists = ['/files/search', '/files/search?text=a', '/files/search?storageStatus=available', '/files/tags/work'];

  for (const person of [sara, admin, shared])
    for (const list of lists) {
      const { body } = await person.get(list);
      assert.deepEqual(
        body.items.map((file: { id: string }) => file.id),
        [id],
        list,
      );
    }
  for (const person of [sara, admin])
    for (const path of ['', '/download', '/stream', '/image', '/link', '/links', '/versions'])
      assert.equal((await person.get(`/files/${version?.id}${path}`)).status, 404, path);
});

test('an encrypted file keeps encrypted versions, and a new content of it is encrypted', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const id = await fileWith(app, sara, 'secret one', 'secret two');
  await encryptFile(app, sara, id);
  const [first] = await versionsOf(sara, id);
  await putContent(sara, id, { content: 'secret three' });
  await app.drain();
  await sara.post(`/files/${id}/versions/${first?.id}/restore`);
  await app.drain();
  await removeKept(app);

  const objects = await storedObjects(app);
  const stored = await Promise.all(objects.map((path) => readFile(join(app.dataDir, 'objects', path), 'latin1')));

  assert.equal(objects.length, 3);
  assert.deepEqual(
    stored.filter((text) => text.includes('secret')),
    [],
  );
  assert.equal((await sara.get(`/files/${id}`)).body.isEncrypted, true);
  assert.equal(await textOf(app, sara, `/files/${id}/download`), 'secret one');
  assert.deepEqual(await textsOf(app, sara, id), ['secret three', 'secret two']);
});

test('a content that is replaced or restored while it is encrypted is encrypted where it has gone', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const id = await fileWith(app, sara, 'secret one', 'secret two');
  const [first] = await versionsOf(sara, id);
  await sara.post(`/files/encrypt/${id}`);
  const restored = await sara.post(`/files/${id}/versions/${first?.id}/restore`);
  await app.drain();
  await removeKept(app);

  const { rows } = await app.database.pool.query(
    'select is_encrypted, encryption_stage from files.file order by version_of nulls first',
  );

  assert.equal(restored.status, 200);
  assert.deepEqual(rows, [
    { isEncrypted: true, encryptionStage: null },
    { isEncrypted: true, encryptionStage: null },
  ]);
  assert.equal((await storedObjects(app)).length, 2);
  assert.deepEqual(await textsOf(app, sara, id), ['secret two']);
});

test('versions are in the trash, come back and are purged together with their file', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const id = await fileWith(app, sara, 'one', 'two');
  const [version] = await versionsOf(sara, id);
  const path = `/files/${id}/versions/${version?.id}`;
  await putContent(sara, id, { content: 'at the gate' });

  await sara.delete(`/files/${id}`);
  const inTrash = [
    (await fetchBytes(app, sara.userId, `${path}/download`)).status,
    (await sara.post(`${path}/restore`)).status,
    (await putContent(sara, id)).status,
  ];
  await app.drain(); // the gate ends in the trash too
  await sara.post(`/files/${id}/restore`);
  const back = [await textOf(app, sara, `/files/${id}/download`), ...(await textsOf(app, sara, id))];
  await putContent(sara, id, { content: 'late' });
  await sara.delete(`/files/${id}`);
  await sara.delete(`/files/${id}/purge`);
  await app.drain();
  await removeKept(app);

  assert.deepEqual(inTrash, [404, 404, 404]);
  assert.deepEqual(back, ['at the gate', 'two', 'one']);
  assert.deepEqual(await storedObjects(app), []);
  const counts = 'select (select count(*) from files.file) + (select count(*) from files.blob) as rows';
  assert.equal(Number((await app.database.pool.query(counts)).rows[0]?.rows), 0);
  assert.deepEqual((await sara.get('/files/usage')).body.usedBytes, 0);
});

test('the same bytes in versions and other files are one object, which goes with the last of them', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const reza = fileOwner(app);
  const id = await fileWith(app, sara, 'same', 'other', 'same');
  const copy = await releasedFile(app, reza, { content: 'same' });
  await removeKept(app);
  const [objects, texts] = [(await storedObjects(app)).length, await textsOf(app, sara, id)];
  for (const each of await versionsOf(sara, id)) await sara.delete(`/files/${id}/versions/${each.id}`);
  await sara.delete(`/files/${id}`);
  await sara.delete(`/files/${id}/purge`);
  await removeKept(app);

  assert.deepEqual([objects, texts], [2, ['other', 'same']]);
  assert.equal((await storedObjects(app)).length, 1);
  assert.equal(await textOf(app, reza, `/files/${copy}/download`), 'same');
});

test('a new content that failed by a fault is retried by its file, and goes when another comes', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const id = await releasedFile(app, sara, { content: 'one' });
  const fail = async () =>
    app.database.pool.query(
      "update files.file set storage_status = 'failed', stage = null, is_retryable = true, reason = 'fault' where version_of = $1 and storage_status = 'pending'",
      [id],
    );
  await putContent(sara, id, { content: 'lost' });
  await fail();
  await putContent(sara, id, { content: 'two' });
  await fail();
  const waiting = await versionsOf(sara, id);

  const { status } = await sara.post(`/files/${id}/retry`);
  const { rows: items } = await app.database.pool.query("select key from platform.work where queue = 'files.gate'");
  await app.drain();
  await removeKept(app);

  assert.deepEqual(
    waiting.map(({ storageStatus, sizeBytes }) => [storageStatus, sizeBytes]),
    [['failed', 3]],
  );
  assert.equal(status, 204);
  assert.ok(items.length > 0 && items.every(({ key }) => key !== null), JSON.stringify(items)); // it locks other rows
  assert.deepEqual(
    [await textOf(app, sara, `/files/${id}/download`), ...(await textsOf(app, sara, id))],
    ['two', 'one'],
  );
  assert.equal((await sara.get('/files/usage')).body.usedBytes, 6);
});

test('who may write gives up a new content that waits or has failed, and it counts no more', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const id = await releasedFile(app, sara, { content: 'one' });
  const writer = await personWith(app, sara, id, { canRead: true, canWrite: true });
  const answers = [];

  for (const status of ['pending', 'failed']) {
    await putContent(writer, id, { content: status });
    if (status === 'failed')
      await app.database.pool.query(
        "update files.file set storage_status = 'failed', stage = null, is_retryable = true where version_of = $1",
        [id],
      );
    const [version] = await versionsOf(sara, id);
    answers.push([version?.storageStatus, (await writer.delete(`/files/${id}/versions/${version?.id}`)).status]);
  }

  assert.deepEqual(answers, [
    ['pending', 204],
    ['failed', 204],
  ]);
  assert.deepEqual([await versionsOf(sara, id), (await sara.get('/files/usage')).body.usedBytes], [[], 3]);
});
