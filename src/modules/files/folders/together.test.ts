import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { withoutTables } from '#platform/database/port.ts';
import { runJob } from '#testing/accounts.ts';
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
import type { FilesTables } from '../tables.ts';
import { createWorkingOff } from './working-off.ts';

type Client = Pick<TestApp['anonymous'], 'get' | 'post' | 'put' | 'patch' | 'delete'>;
type Answer = Awaited<ReturnType<Client['get']>>;

const DAY_MS = 86_400_000;
const codeOf = ({ status, body }: Answer) => (status < 400 ? String(status) : `${status} ${body.code}`);

/** In a folder: an encrypted file with a version and a public link, that others may read, write and delete. */
async function folderWithFile(t: TestContext) {
  const app = await testApp(t, { environment: { BONYAN_FILES_LINKS_PER_MINUTE: '0' } });
  const owner = as(app, await subject(app));
  const { body: folder } = await owner.post('/files/folders', { name: 'a' });
  const id = await releasedFile(app, owner, { content: 'secret one', fields: { folderId: folder.id } });
  await putContent(owner, id, { content: 'secret two' });
  await app.drain();
  await encryptFile(app, owner, id);
  const { body: link } = await owner.post(`/files/${id}/share`, { mode: 'public' });
  const writer = await personWith(app, owner, id, { canRead: true, canWrite: true, canDelete: true });
  const [version] = (await owner.get(`/files/${id}/versions`)).body.items;
  return { app, owner, writer, admin: await administrator(app), folderId: folder.id, id, versionId: version.id, link };
}

type World = Awaited<ReturnType<typeof folderWithFile>>;

/** What is asked about the file while its folder is in the trash, and the answer. */
const WAYS: Record<
  string,
  { ask(client: Client & { userId: string }, world: World): Promise<string>; hidden: string }
> = {
  get: { ask: async (client, { id }) => (await client.get(`/files/${id}`)).body.storageStatus, hidden: 'deleted' },
  list: {
    ask: async (client) => String((await client.get('/files/search')).body.items.length),
    hidden: '0',
  },
  'list of the folder': {
    ask: async (client, { folderId }) =>
      String((await client.get(`/files/search?folderId=${folderId}`)).body.items.length),
    hidden: '0',
  },
  download: {
    ask: (client, { app, id }) => served(app, client, `/files/${id}/download`),
    hidden: '404 files.unavailable',
  },
  'download of a version': {
    ask: (client, { app, id, versionId }) => served(app, client, `/files/${id}/versions/${versionId}/download`),
    hidden: '404 files.unavailable',
  },
  image: {
    ask: (client, { app, id }) => served(app, client, `/files/${id}/image?width=10`),
    hidden: '404 files.unavailable',
  },
  link: {
    ask: (client, { app, link }) => served(app, client, `/files/public/${link.token}`),
    hidden: '404 files.unavailable',
  },
  archive: {
    ask: async (client, { app, id }) => {
      const headers = { 'x-test-caller': client.userId };
      const answer = await app.http.inject({
        method: 'POST',
        url: '/api/v1/files/archive',
        headers,
        payload: { ids: [id] },
      });
      return answer.rawPayload.includes('not-included.txt') ? 'not included' : 'included';
    },
    hidden: 'not included',
  },
  edit: {
    ask: async (client, { id }) => codeOf(await client.put(`/files/${id}`, { description: 'x' })),
    hidden: '404 files.not_found',
  },
  'new content': {
    ask: async (client, { id }) => {
      const { payload, headers } = formOf({ content: 'three' });
      return codeOf(await client.put(`/files/${id}/content`, payload, headers));
    },
    hidden: '404 files.not_found',
  },
  'restore a version': {
    ask: async (client, { id, versionId }) => codeOf(await client.post(`/files/${id}/versions/${versionId}/restore`)),
    hidden: '404 files.not_found',
  },
  delete: { ask: async (client, { id }) => codeOf(await client.delete(`/files/${id}`)), hidden: '404 files.not_found' },
};

async function served(app: TestApp, { userId }: { userId: string }, path: string): Promise<string> {
  const { status, text } = await fetchBytes(app, userId, path);
  return status < 400 ? text : `${status} ${JSON.parse(text).code}`;
}

test('what lies in a folder in the trash is in the trash for everybody, before and after it is worked off', async (t) => {
  const world = await folderWithFile(t);
  const { app, owner, writer, admin, folderId } = world;
  const [found, wanted]: [string[], string[]] = [[], []];
  await owner.delete(`/files/folders/${folderId}`);

  for (const when of ['before', 'after']) {
    if (when === 'after') await app.drain();
    for (const [name, { ask, hidden }] of Object.entries(WAYS))
      for (const [who, client] of Object.entries({ owner, writer, admin })) {
        found.push(`${name}, ${who}, ${when}: ${await ask(client, world)}`);
        wanted.push(`${name}, ${who}, ${when}: ${hidden}`);
      }
  }

  assert.deepEqual(found, wanted);
});

test('a folder that comes back brings content, version, encryption, link, access list and usage as they were', async (t) => {
  const world = await folderWithFile(t);
  const { app, owner, writer, folderId, id, versionId, link } = world;
  const look = async () => ({
    texts: await Promise.all(
      [`/files/${id}/download`, `/files/${id}/versions/${versionId}/download`, `/files/public/${link.token}`].map(
        (path) => served(app, writer, path),
      ),
    ),
    lists: [
      (await owner.get('/files/search')).body.items.length,
      (await writer.get('/files/search')).body.items.length,
    ],
    isEncrypted: (await owner.get(`/files/${id}`)).body.isEncrypted,
    usage: (await owner.get('/files/usage')).body.usedBytes,
    list: (await owner.get(`/files/permissions/${id}`)).body.items.length,
  });
  const before = await look();

  await owner.delete(`/files/folders/${folderId}`);
  await app.drain();
  const inTrash = (await owner.get('/files/usage')).body.usedBytes;
  await owner.post(`/files/folders/${folderId}/restore`);
  await app.drain();

  assert.deepEqual(before.texts, ['secret two', 'secret one', 'secret two']);
  assert.deepEqual(await look(), before);
  assert.equal(inTrash, before.usage);
});

test('what happens to a file goes on in the trash: its gate, its new content and its encryption', async (t) => {
  const { app, owner, folderId, id } = await folderWithFile(t);
  await owner.post(`/files/decrypt/${id}`);
  await putContent(owner, id, { content: 'three' });
  await owner.delete(`/files/folders/${folderId}`);
  await app.drain();
  const inTrash = (await owner.get(`/files/${id}`)).body;
  await owner.post(`/files/folders/${folderId}/restore`);
  await app.drain();
  const back = (await owner.get(`/files/${id}`)).body;

  assert.deepEqual([inTrash.storageStatus, inTrash.encryptionStage], ['deleted', null]);
  assert.deepEqual([back.storageStatus, back.sizeBytes, back.isEncrypted], ['available', 5, false]);
  assert.equal((await fetchBytes(app, owner.userId, `/files/${id}/download`)).text, 'three');
});

test('moving needs write on the file and on the target, and a folder of another person is 404', async (t) => {
  const { app, owner, writer, admin, id } = await folderWithFile(t);
  const reader = await personWith(app, owner, id, { canRead: true });
  const stranger = as(app, await subject(app));
  const folderOf = async (client: Client) => (await client.post('/files/folders', { name: newId() })).body.id as string;
  const [target, ofWriter, ofAdmin] = [await folderOf(owner), await folderOf(writer), await folderOf(admin)];
  const move = async (client: Client, place: object) => codeOf(await client.patch(`/files/${id}/move`, place));

  const answers = {
    'owner, own folder': await move(owner, { folderId: target }),
    'owner, folder of the writer': await move(owner, { folderId: ofWriter }),
    'owner, no folder': await move(owner, { folderId: newId() }),
    'administrator, folder of the owner': await move(admin, { folderId: target }),
    'administrator, own folder': await move(admin, { folderId: ofAdmin }),
    'writer, folder of the owner': await move(writer, { folderId: target }),
    'writer, own folder': await move(writer, { folderId: ofWriter }),
    'writer, path of the owner': await move(writer, { folder: 'b' }),
    'writer, module': await move(writer, { module: 'reports' }),
    'writer, top of the owner by its path': await move(writer, { folder: null }),
    'writer, top of the owner': await move(writer, { folderId: null }),
    'reader, top of the owner': await move(reader, { folderId: null }),
    'reader, folder of the owner': await move(reader, { folderId: target }),
    'stranger, own folder': await move(stranger, { folderId: await folderOf(stranger) }),
  };

  const [notFound, denied] = ['404 files.folder_not_found', '403 files.access_denied'];
  assert.deepEqual(answers, {
    'owner, own folder': '200',
    'owner, folder of the writer': notFound,
    'owner, no folder': notFound,
    'administrator, folder of the owner': '200',
    'administrator, own folder': notFound,
    'writer, folder of the owner': notFound,
    'writer, own folder': notFound,
    'writer, path of the owner': denied,
    'writer, module': '200',
    'writer, top of the owner by its path': '200',
    'writer, top of the owner': '200',
    'reader, top of the owner': denied,
    'reader, folder of the owner': denied,
    'stranger, own folder': '404 files.not_found',
  });
  const { folderId: place, module } = (await owner.get(`/files/${id}`)).body;
  assert.deepEqual([place, module], [null, 'reports']);
});

test('a folder that is purged or erased with its owner leaves no file, version, object, link or access entry', async (t) => {
  const fates: Record<string, (world: World) => Promise<unknown>> = {
    purge: async ({ app, owner, folderId }) => {
      await owner.delete(`/files/folders/${folderId}`);
      await app.drain();
      app.pass(31 * DAY_MS);
      await runJob(app, 'files.purge_trash');
    },
    'erasure before it is worked off': async ({ app, owner, folderId }) => {
      await owner.delete(`/files/folders/${folderId}`);
      const files = app.modules.find(({ name }) => name === 'files');
      await app.database.units.write(
        system('platform'),
        (unit) => files?.privacy.erase(withoutTables(unit), owner.userId) ?? Promise.resolve(),
      );
      await app.drain();
    },
  };
  const left: Record<string, unknown> = {};

  for (const [name, happen] of Object.entries(fates)) {
    const world = await folderWithFile(t);
    await happen(world);
    await removeKept(world.app);
    const { rows } = await world.app.database.pool.query(
      `select (select count(*) from files.file)::int as files, (select count(*) from files.blob)::int as blobs,
              (select count(*) from files.folder)::int as folders, (select count(*) from files.folder_work)::int as work,
              (select count(*) from files.link)::int as links,
              (select count(*) from "authorization".access_entry where resource_type = 'file')::int as entries`,
    );
    left[name] = { ...rows[0], objects: (await storedObjects(world.app)).length };
  }

  const nothing = { files: 0, blobs: 0, folders: 0, work: 0, links: 0, entries: 0, objects: 0 };
  assert.deepEqual(left, { purge: nothing, 'erasure before it is worked off': nothing });
});

test('a tree of 20,000 files goes to the trash and comes back in units that each take less than a second', async (t) => {
  const app = await testApp(t);
  const owner = as(app, await subject(app));
  const { body: top } = await owner.post('/files/folders', { name: 'top' });
  await app.database.pool.query(
    `insert into files.folder (id, owner_id, parent_id, name)
     select gen_random_uuid(), $1, $2, n::text from generate_series(1, 200) n`,
    [owner.userId, top.id],
  );
  await app.database.pool.query(
    `insert into files.file (id, owner_id, file_name, content_type, content_id, size_bytes, storage_status, folder_id)
     select gen_random_uuid(), $1, n || '.txt', 'text/plain', gen_random_uuid(), 1, 'available', f.id
     from files.folder f, generate_series(1, 100) n where f.parent_id = $2`,
    [owner.userId, top.id],
  );
  const count = async (status: string) => {
    const rows = 'select count(*)::int as n from files.file where storage_status = $1';
    return (await app.database.pool.query(rows, [status])).rows[0]?.n;
  };
  const db = app.database.forModule<FilesTables>();
  const took: number[] = [];
  const timed: typeof db = {
    ...db,
    write: async (actor, body) => {
      const start = performance.now();
      try {
        return await db.write(actor, body);
      } finally {
        took.push(performance.now() - start);
      }
    },
  };
  const { worker } = createWorkingOff({
    db: timed,
    now: () => new Date(),
    library: { purgeFiles: () => Promise.reject(new Error('nothing is purged here')) },
  });
  const workOff = (ref: string) =>
    worker.handle(
      { ref, origin: null } as unknown as Parameters<typeof worker.handle>[0],
      new AbortController().signal,
    );
  const ask = async (work: () => Promise<Answer>) => {
    const start = performance.now();
    const { status, body } = await work();
    took.push(performance.now() - start);
    assert.equal(status, 202);
    return body;
  };

  const { operationId } = await ask(() => owner.delete(`/files/folders/${top.id}`));
  const listed = (await owner.get('/files/search')).body.items.length;
  await workOff(operationId);
  const deleted = await count('deleted');
  await ask(() => owner.post(`/files/folders/${top.id}/restore`));
  await workOff(operationId);

  assert.deepEqual([listed, deleted, await count('available')], [0, 20_000, 20_000]);
  assert.ok(took.length >= 80, `${took.length} units`);
  assert.ok(Math.max(...took) < 1000, `${Math.max(...took)} ms`);
  t.diagnostic(`${took.length} units, the longest ${Math.round(Math.max(...took))} ms`);
});

/** What keeps a deletion from being worked off, and what ends that. */
const OBSTACLES: Record<string, { begin: string; end: string }> = {
  'a restore that takes long': {
    begin: `insert into files.folder_work (deletion_id, folder_id, owner_id, stage, deleted_at)
      select gen_random_uuid(), id, owner_id, 'restoring', now() from files.folder where parent_id is null`,
    end: "delete from files.folder_work where stage = 'restoring'",
  },
  'a fault': {
    begin: "alter table files.file add constraint fault check (storage_status <> 'deleted') not valid",
    end: 'alter table files.file drop constraint fault',
  },
};

for (const [name, { begin, end }] of Object.entries(OBSTACLES))
  test(`a deletion is worked off in the end, however often it could not be: ${name}`, async (t) => {
    const { app, owner, folderId, id } = await folderWithFile(t);
    const { pool } = app.database;
    const { operationId } = (await owner.delete(`/files/folders/${folderId}`)).body;
    await pool.query(begin);

    for (let round = 0; round < 3; round++) {
      await pool.query("update platform.work set attempt = 99, due_at = now() where queue = 'files.folder'");
      await app.drainWithFailures();
      await pool.query("update platform.work set due_at = now() where queue = 'files.folder'");
      await app.drainWithFailures();
    }
    const { rows: waiting } = await pool.query(
      "select ref, due_at < now() + interval '1 hour' as is_due from platform.work where queue = 'files.folder'",
    );
    await pool.query(end);
    await pool.query("update platform.work set due_at = now() where queue = 'files.folder'");
    await app.drain();
    const { rows } = await pool.query('select storage_status from files.file where id = $1', [id]);

    assert.deepEqual(waiting, [{ ref: operationId, isDue: true }]);
    assert.deepEqual(rows, [{ storageStatus: 'deleted' }]);
    assert.equal((await pool.query('select 1 from files.folder_work')).rowCount, 0);
  });

test('a process that stops while it works off a deletion leaves the rest to the next one', async (t) => {
  const { app, owner, folderId, id } = await folderWithFile(t);
  await owner.delete(`/files/folders/${folderId}`);
  const { rows } = await app.database.pool.query<{ deletionId: string }>('select deletion_id from files.folder_work');
  const worker = app.modules.flatMap(({ workers = [] }) => workers).find(({ queue }) => queue.name === 'files.folder');
  const work = { ref: rows[0]?.deletionId, origin: { traceId: newId(), causedBy: null } };

  await assert.rejects(async () => worker?.handle(work as never, AbortSignal.abort()), { name: 'AbortError' });
  await app.drain();

  const { rows: files } = await app.database.pool.query('select storage_status from files.file where id = $1', [id]);
  assert.deepEqual(files, [{ storageStatus: 'deleted' }]);
  assert.equal((await app.database.pool.query('select from files.folder_work')).rowCount, 0);
});

test('a file that is still being sent into a deleted folder can be neither restored nor purged', async (t) => {
  const { app, owner, folderId } = await folderWithFile(t);
  const id = newId();
  await app.database.pool.query(
    `insert into files.file (id, owner_id, file_name, content_type, content_id, stage, folder_id)
     values ($1, $2, 'b.txt', 'text/plain', $1, 'uploading', $3)`,
    [id, owner.userId, folderId],
  );
  await owner.delete(`/files/folders/${folderId}`);
  await app.drain();

  const codes = [codeOf(await owner.post(`/files/${id}/restore`)), codeOf(await owner.delete(`/files/${id}/purge`))];

  assert.deepEqual(codes, ['404 files.not_found', '404 files.not_found']);
});
