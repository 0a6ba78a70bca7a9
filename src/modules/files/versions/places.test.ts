import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { system } from '#kernel/access.ts';
import { withoutTables } from '#platform/database/port.ts';
import { runJob } from '#testing/accounts.ts';
import { sampleOf } from '#testing/api/arbitrary.ts';
import { operationsOf, type Operation } from '#testing/api/operations.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { administrator, as, subject } from '#testing/authorization.ts';
import {
  encryptFile,
  fetchBytes,
  formOf,
  personWith,
  putContent,
  releasedFile,
  removeKept,
  storedObjects,
} from '#testing/files/uploads.ts';
import { filePermissions } from '../contract.ts';

const DAY_MS = 86_400_000;

/** A file with the contents `one` (a version) and `two`, in a folder, with a tag, that somebody else may read. */
async function fileWithVersion(t: TestContext) {
  const app = await testApp(t);
  const owner = as(app, await subject(app));
  const { body: folder } = await owner.post('/files/folders', { name: 'a' });
  const fields = { folderId: folder.id, module: 'reports' };
  const id = await releasedFile(app, owner, { content: 'one', fields });
  await putContent(owner, id, { content: 'two' });
  await app.drain();
  await owner.post(`/files/${id}/tags`, { tag: 'work' });
  const reader = await personWith(app, owner, id, { canRead: true });
  const [version] = (await owner.get(`/files/${id}/versions`)).body.items;
  return { app, owner, reader, admin: await administrator(app), id, folderId: folder.id, versionId: version.id };
}

type World = Awaited<ReturnType<typeof fileWithVersion>>;

/** Where files are listed. */
const LISTS: Record<string, (world: World) => string> = {
  all: () => '/files/search',
  text: () => '/files/search?text=a.txt',
  type: () => '/files/search?contentType=text/plain',
  owner: ({ owner }) => `/files/search?ownerId=${owner.userId}`,
  time: () => '/files/search?createdFrom=2020-01-01T00:00:00.000Z',
  state: () => '/files/search?storageStatus=available',
  folder: ({ folderId }) => `/files/search?folderId=${folderId}`,
  module: () => '/files/filter?module=reports',
  tag: () => '/files/tags/work',
};

test('no list has a version: of its owner, of a reader or of an administrator', async (t) => {
  const world = await fileWithVersion(t);
  const { owner, reader, admin, id } = world;
  const found: Record<string, string[]> = {};

  for (const [who, client] of Object.entries({ owner, reader, admin }))
    for (const [list, pathOf] of Object.entries(LISTS)) {
      const { body } = await client.get(pathOf(world));
      found[`${list}, ${who}`] = body.items.map((item: { id: string }) => item.id);
    }
  await owner.delete(`/files/${id}`);
  found['trash'] = (await owner.get('/files/search?storageStatus=deleted')).body.items.map(
    (item: { id: string }) => item.id,
  );

  assert.deepEqual(found, Object.fromEntries(Object.keys(found).map((name) => [name, [id]])));
});

test('no operation on a file takes the id of a version, not even of an administrator', async (t) => {
  const { app, owner, admin, versionId } = await fileWithVersion(t);
  const operations = operationsOf(app.openApi()).filter(({ params }) => params['fileId'] !== undefined);
  const before = await rowsOf(app);
  const found: string[] = [];

  for (const operation of operations)
    for (const client of [owner, admin]) {
      const { status, code } = await ask(app, client.userId, operation, versionId);
      if (status !== 404 || code !== 'files.not_found') found.push(`${operation.name}: ${status} ${code}`);
    }

  assert.ok(operations.length >= 25, `${operations.length} operations`);
  assert.deepEqual(found, []);
  assert.deepEqual(await rowsOf(app), before);
});

async function ask({ http }: TestApp, userId: string, { method, path, query, body }: Operation, versionId: string) {
  const isForm = path.endsWith('/content');
  const form = formOf({});
  const search = path.endsWith('/image') || query['width'] ? '?width=10' : '';
  const answer = await http.inject({
    method,
    url: path.replaceAll(/\{(?:fileId|versionId|linkId)\}/g, versionId).replace('{tag}', 'work') + search,
    headers: { 'x-test-caller': userId, ...(isForm ? form.headers : body && { 'content-type': 'application/json' }) },
    ...(isForm ? { payload: form.payload } : body && { payload: JSON.stringify(sampleOf(body)) }),
  });
  const text = answer.body;
  return { status: answer.statusCode, code: text.startsWith('{') ? (JSON.parse(text).code as string) : null };
}

async function rowsOf({ database }: TestApp) {
  const tables = ['file', 'blob', 'usage', 'link', 'access'];
  const rows = tables.map(async (table) => (await database.pool.query(`select * from files.${table} order by 1`)).rows);
  return Promise.all(rows);
}

/** Where files are counted, exported, or given to other modules. */
const COUNTS: Record<string, { see(world: World): Promise<unknown>; is(world: World): unknown }> = {
  'bytes that count for the quota': {
    see: async ({ owner }) => (await owner.get('/files/usage')).body.usedBytes,
    is: () => 6,
  },
  'number of files': { see: async ({ owner }) => (await owner.get('/files/usage')).body.fileCount, is: () => 1 },
  'export of the files': { see: (world) => exported(world, 'files'), is: ({ id }) => [id] },
  'export of the versions': { see: (world) => exported(world, 'versions'), is: ({ versionId }) => [versionId] },
  'file of another module': {
    see: ({ app, owner, id }) => filesOf(app).api.isAvailableTo(owner.userId, id),
    is: () => true,
  },
  'version as a file of another module': {
    see: ({ app, owner, versionId }) => filesOf(app).api.isAvailableTo(owner.userId, versionId),
    is: () => false,
  },
  'ids that a person may read': { see: ({ app, reader }) => listed(app, reader.userId, []), is: ({ id }) => [id] },
  'ids that a person owns': { see: ({ app, owner }) => listed(app, owner.userId, []), is: ({ id }) => [id] },
  'ids for an administrator': {
    see: ({ app, admin }) => listed(app, admin.userId, [filePermissions.manageAll.code]),
    is: ({ id }) => [id],
  },
  archive: {
    see: async ({ app, owner, id, versionId }) =>
      (await archived(app, owner.userId, [id, versionId])).includes(`not-included.txt`),
    is: () => true,
  },
};

test('what counts or gives files has each file once, and the bytes of its versions', async (t) => {
  const world = await fileWithVersion(t);
  const [found, wanted]: [Record<string, unknown>, Record<string, unknown>] = [{}, {}];

  for (const [name, { see, is }] of Object.entries(COUNTS)) [found[name], wanted[name]] = [await see(world), is(world)];

  assert.deepEqual(found, wanted);
});

function filesOf({ modules }: TestApp) {
  const files = modules.find(({ name }) => name === 'files');
  if (!files) throw new Error('there is no module of files');
  // The list of modules does not know the type of each API.
  return files as typeof files & { api: { isAvailableTo(userId: string, id: string): Promise<boolean> } };
}

async function exported({ app, owner }: World, name: string): Promise<string[]> {
  const all = (await filesOf(app).privacy.export(owner.userId)) as Record<string, AsyncIterable<{ id: string }>>;
  return (await Array.fromAsync(all[name] ?? [])).map(({ id }) => id);
}

async function listed(app: TestApp, id: string, permissions: string[]): Promise<readonly string[]> {
  const [rule] = filesOf(app).resourceRules ?? [];
  const page = { after: null, limit: 10 };
  return (await rule?.listIds?.({ id, permissions: new Set(permissions) }, filePermissions.read.code, page)) ?? [];
}

async function archived({ http }: TestApp, userId: string, ids: string[]): Promise<string> {
  const answer = await http.inject({
    method: 'POST',
    url: '/api/v1/files/archive',
    headers: { 'x-test-caller': userId },
    payload: { ids },
  });
  return answer.rawPayload.toString('latin1');
}

/** What happens to a file, and what is left of its version left: its status, whether its object is encrypted or gone. */
const FATES: Record<string, { happen(world: World): Promise<unknown>; left: string }> = {
  nothing: { happen: async () => {}, left: 'available' },
  'a lost object is noticed': {
    happen: async ({ app }) => {
      for (const { key } of (await app.storage.list('files/content/')).objects) await app.storage.delete(key);
      await runJob(app, 'files.reconcile');
    },
    left: 'missing',
  },
  'objects that no row knows go': {
    happen: async ({ app }) => {
      app.pass(2 * DAY_MS);
      await runJob(app, 'files.reconcile');
      await removeKept(app);
    },
    left: 'available',
  },
  encryption: { happen: ({ app, owner, id }) => encryptFile(app, owner, id), left: 'available, encrypted' },
  trash: { happen: ({ owner, id }) => owner.delete(`/files/${id}`), left: 'available' },
  'deletion for good': {
    happen: async ({ owner, id }) => {
      await owner.delete(`/files/${id}`);
      await owner.delete(`/files/${id}/purge`);
    },
    left: 'gone, with its bytes',
  },
  'emptying of the trash': {
    happen: async ({ app, owner, id }) => {
      await owner.delete(`/files/${id}`);
      app.pass(31 * DAY_MS);
      await runJob(app, 'files.purge_trash');
    },
    left: 'gone, with its bytes',
  },
  'deletion of its folder': {
    happen: async ({ app, owner, folderId }) => {
      await owner.delete(`/files/folders/${folderId}`);
      await app.drain();
      app.pass(31 * DAY_MS);
      await runJob(app, 'files.purge_trash');
    },
    left: 'gone, with its bytes',
  },
  erasure: {
    happen: ({ app, owner }) =>
      app.database.units.write(system('platform'), (unit) =>
        filesOf(app).privacy.erase(withoutTables(unit), owner.userId),
      ),
    left: 'gone, with its bytes',
  },
};

for (const [name, { happen, left }] of Object.entries(FATES))
  test(`the version of a file after this: ${name}`, async (t) => {
    const world = await fileWithVersion(t);

    await happen(world);
    await removeKept(world.app);

    assert.equal(await fateOf(world), left);
  });

async function fateOf({ app, owner, versionId }: World): Promise<string> {
  const { rows } = await app.database.pool.query<{ storageStatus: string; isEncrypted: boolean }>(
    'select storage_status, is_encrypted from files.file where id = $1',
    [versionId],
  );
  const [row] = rows;
  if (row) return row.isEncrypted ? `${row.storageStatus}, encrypted` : row.storageStatus;
  const { usedBytes } = (await owner.get('/files/usage')).body;
  const objects = await storedObjects(app);
  return objects.length === 0 && usedBytes === 0
    ? 'gone, with its bytes'
    : `gone, but ${usedBytes}, ${objects.join(' ')}`;
}

test('a version is served by its own path alone, to those who may read the file', async (t) => {
  const { app, owner, reader, id, versionId } = await fileWithVersion(t);
  const stranger = app.signIn(filePermissions.read);

  const served = await Promise.all(
    [owner, reader, stranger].map(({ userId }) =>
      fetchBytes(app, userId, `/files/${id}/versions/${versionId}/download`),
    ),
  );

  assert.deepEqual(
    served.map(({ status, text }) => (status === 200 ? text : status)),
    ['one', 'one', 404],
  );
});
