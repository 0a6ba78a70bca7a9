import assert from 'node:assert/strict';
import { test } from 'node:test';
import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { withoutTables } from '#platform/database/port.ts';
import { runJob } from '#testing/accounts.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { administrator, as, subject } from '#testing/authorization.ts';
import { fetchBytes, fileOwner, releasedFile, upload } from '#testing/files/uploads.ts';

type Client = Pick<TestApp['anonymous'], 'get' | 'post' | 'patch' | 'delete'>;
type Answer = Awaited<ReturnType<Client['get']>>;

const DAY_MS = 86_400_000;
const told = ({ status, body }: Answer) => (status < 400 ? String(status) : `${status} ${body.code}`);
const names = ({ body }: Answer) => body.items.map(({ name }: { name: string }) => name);
const ids = ({ body }: Answer): string[] => body.items.map(({ id }: { id: string }) => id);

async function make(client: Client, name: string, parentId: string | null = null): Promise<string> {
  const answer = await client.post('/files/folders', { name, parentId });
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body.id;
}

test('a folder is made, listed by name, renamed and moved, and its path follows', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const [reports, letters] = [await make(sara, 'گزارش‌ها'), await make(sara, 'Letters')];
  const autumn = await make(sara, 'پاییز', reports);
  const fileId = await releasedFile(app, sara, { fields: { folderId: autumn } });

  const made = await sara.get(`/files/folders/${autumn}`);
  const renamed = await sara.patch(`/files/folders/${reports}`, { name: 'reports' });
  const moved = await sara.patch(`/files/folders/${autumn}`, { parentId: letters });
  const file = await sara.get(`/files/${fileId}`);

  assert.equal(made.body.path, 'گزارش‌ها/پاییز');
  assert.deepEqual([renamed.body.name, moved.body.path, moved.body.version], ['reports', 'Letters/پاییز', 2]);
  assert.deepEqual([file.body.folder, file.body.folderId], ['Letters/پاییز', autumn]);
  assert.deepEqual(names(await sara.get('/files/folders')), ['Letters', 'reports']);
  assert.deepEqual(names(await sara.get(`/files/folders?parentId=${letters}`)), ['پاییز']);
  assert.deepEqual(ids(await sara.get(`/files/search?folderId=${autumn}`)), [fileId]);
  assert.deepEqual(ids(await sara.get(`/files/search?folderId=${reports}`)), []);
  assert.deepEqual(ids(await sara.get('/files/search?isInFolder=true')), [fileId]);
  assert.deepEqual(ids(await sara.get('/files/search?isInFolder=false')), []);
});

test('folders in one place have different names in every spelling, and files need not', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const first = await make(sara, 'کتاب‌ها');

  const again = await sara.post('/files/folders', { name: 'كتابها' });
  const [one, other] = [
    await releasedFile(app, sara, { fields: { folder: 'كتابها' } }),
    await releasedFile(app, sara, { fields: { folder: 'کتاب‌ها' } }),
  ];

  assert.equal(told(again), '409 files.folder_exists');
  assert.deepEqual(ids(await sara.get(`/files/search?folderId=${first}`)), [other, one]);
  const parallel = await Promise.all(Array.from({ length: 8 }, () => sara.post('/files/folders', { name: 'same' })));
  assert.equal(parallel.filter(({ status }) => status === 201).length, 1);
});

test('each wrong change of the tree is refused by its code, and changes nothing', async (t) => {
  const app = await testApp(t);
  const [sara, reza] = [fileOwner(app), fileOwner(app)];
  const a = await make(sara, 'a');
  const b = await make(sara, 'b', a);
  const c = await make(sara, 'c', b);
  const foreign = await make(reza, 'theirs');
  const trash = await make(sara, 'trash');
  await sara.delete(`/files/folders/${trash}`);
  const before = names(await sara.get(`/files/folders?parentId=${a}`));

  const answers = {
    'into itself': await sara.patch(`/files/folders/${a}`, { parentId: a }),
    'below itself': await sara.patch(`/files/folders/${a}`, { parentId: c }),
    'into a folder of somebody else': await sara.patch(`/files/folders/${a}`, { parentId: foreign }),
    'into an unknown folder': await sara.patch(`/files/folders/${a}`, { parentId: newId() }),
    'into the trash': await sara.patch(`/files/folders/${a}`, { parentId: trash }),
    'a separator': await sara.patch(`/files/folders/${a}`, { name: 'x/y' }),
    'too long when compared': await sara.patch(`/files/folders/${a}`, { name: '\ufdfa'.repeat(60) }),
    'of the trash': await sara.patch(`/files/folders/${trash}`, { name: 'x' }),
    'in the trash': await sara.post('/files/folders', { name: 'x', parentId: trash }),
    'of somebody else': await sara.patch(`/files/folders/${foreign}`, { name: 'x' }),
    nothing: await sara.patch(`/files/folders/${a}`, {}),
  };

  assert.deepEqual(Object.fromEntries(Object.entries(answers).map(([name, answer]) => [name, told(answer)])), {
    'into itself': '409 files.folder_cycle',
    'below itself': '409 files.folder_cycle',
    'into a folder of somebody else': '404 files.folder_not_found',
    'into an unknown folder': '404 files.folder_not_found',
    'into the trash': '409 files.folder_deleted',
    'a separator': '400 files.invalid_name',
    'too long when compared': '400 files.invalid_name',
    'of the trash': '409 files.folder_deleted',
    'in the trash': '409 files.folder_deleted',
    'of somebody else': '404 files.folder_not_found',
    nothing: '400 http.invalid',
  });
  assert.deepEqual(names(await sara.get(`/files/folders?parentId=${a}`)), before);
});

test('two opposite moves at once never make a cycle', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  for (let round = 0; round < 5; round++) {
    const [a, b] = [await make(sara, `a${round}`), await make(sara, `b${round}`)];

    const answers = await Promise.all([
      sara.patch(`/files/folders/${a}`, { parentId: b }),
      sara.patch(`/files/folders/${b}`, { parentId: a }),
    ]);

    assert.deepEqual(answers.map(told).toSorted(), ['200', '409 files.folder_cycle']);
  }
});

test('folders are at most 20 levels deep, by creation, by path and by a move', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  let deepest: string | null = null;
  for (let level = 1; level <= 20; level++) deepest = await make(sara, `level ${level}`, deepest);
  const two = await make(sara, 'inner', await make(sara, 'outer'));
  const path = Array.from({ length: 21 }, () => 'x').join('/');
  const file = await releasedFile(app, sara);

  const deeper = await sara.post('/files/folders', { name: 'x', parentId: deepest });
  const byPath = await sara.patch(`/files/${file}/move`, { folder: path });
  const moved = await sara.patch(`/files/folders/${two}`, { parentId: deepest });

  assert.deepEqual(
    [told(deeper), told(byPath), told(moved)],
    ['409 files.folder_too_deep', '400 files.invalid_name', '409 files.folder_too_deep'],
  );
});

test('a deleted folder takes its tree along at once, and restoring brings back just what it took', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const top = await make(sara, 'top');
  const [inner, earlier] = [await make(sara, 'inner', top), await make(sara, 'earlier', top)];
  const fields = { folderId: inner };
  const [kept, gone] = [await releasedFile(app, sara, { fields }), await releasedFile(app, sara, { fields })];
  const { body: waiting } = await upload(sara, { fields });
  const outside = await releasedFile(app, sara);
  await sara.delete(`/files/${gone}`);
  await sara.delete(`/files/folders/${earlier}`);

  const deleted = await sara.delete(`/files/folders/${top}`);
  const looks = async () => ({
    file: (await sara.get(`/files/${kept}`)).body.storageStatus,
    download: (await fetchBytes(app, sara.userId, `/files/${kept}/download`)).status,
    link: (await sara.get(`/files/${kept}/link`)).status,
    change: (await sara.put(`/files/${kept}`, { description: 'x' })).status,
    list: ids(await sara.get('/files/search')),
    folders: names(await sara.get('/files/folders')),
  });
  const atOnce = await looks();
  await app.drain();
  const later = await looks();
  const trash = await sara.get('/files/search?storageStatus=deleted');
  const innerRestored = await sara.post(`/files/folders/${inner}/restore`);
  const restored = await sara.post(`/files/folders/${top}/restore`);
  await app.drain();

  const hidden = { file: 'deleted', download: 404, link: 404, change: 404, list: [outside], folders: [] };
  assert.deepEqual([deleted.status, atOnce, later], [202, hidden, hidden]);
  assert.deepEqual(new Set(ids(trash)), new Set([kept, gone, waiting.id]));
  assert.equal(told(innerRestored), '409 files.folder_deleted');
  assert.equal(restored.status, 202);
  assert.deepEqual(ids(await sara.get('/files/search')), [outside, waiting.id, kept]);
  assert.equal((await sara.get(`/files/${waiting.id}`)).body.storageStatus, 'available');
  assert.equal((await sara.get(`/files/${gone}`)).body.storageStatus, 'deleted');
  assert.deepEqual(names(await sara.get(`/files/folders?parentId=${top}`)), ['inner']);
  assert.deepEqual(names(await sara.get('/files/folders?isDeleted=true')), ['earlier']);
});

test('what is restored out of a deleted folder comes to the top, also before the folder is worked off', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  for (const isWorkedOff of [false, true]) {
    const folder = await make(sara, `a ${isWorkedOff}`);
    const id = await releasedFile(app, sara, { fields: { folderId: folder } });
    await sara.delete(`/files/folders/${folder}`);
    if (isWorkedOff) await app.drain();

    const file = await sara.post(`/files/${id}/restore`);
    await app.drain();
    await sara.post(`/files/folders/${folder}/restore`);
    await app.drain();

    assert.deepEqual([file.status, file.body.storageStatus, file.body.folderId], [200, 'available', null]);
    assert.equal((await sara.get(`/files/${id}`)).body.folderId, null);
  }
});

test('a folder whose place is gone or whose name is taken is restored at the top, or refused', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const top = await make(sara, 'top');
  const inner = await make(sara, 'inner', top);
  await sara.delete(`/files/folders/${inner}`);
  await sara.delete(`/files/folders/${top}`);
  const other = await make(sara, 'INNER');

  const taken = await sara.post(`/files/folders/${inner}/restore`);
  await sara.patch(`/files/folders/${other}`, { name: 'other' });
  const restored = await sara.post(`/files/folders/${inner}/restore`);
  const again = await sara.post(`/files/folders/${inner}/restore`);

  assert.deepEqual(
    [told(taken), told(restored), told(again)],
    ['409 files.folder_exists', '202', '404 files.folder_not_found'],
  );
  assert.equal(restored.body.parentId, null);
});

test('an upload into a folder that is deleted or moved meanwhile is defined, by form and by tus', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const folder = await make(sara, 'a');
  const encode = (text: string) => Buffer.from(text).toString('base64');
  const tus = { 'tus-resumable': '1.0.0' };
  const begin = (field: string, value: string) =>
    sara.post('/files/uploads', undefined, {
      ...tus,
      'upload-length': '1',
      'upload-metadata': `filename ${encode('a.txt')},${field} ${encode(value)}`,
    });
  const end = ({ headers }: Answer) =>
    sara.patch(String(headers['location']), Buffer.from('x'), {
      ...tus,
      'upload-offset': '0',
      'content-type': 'application/offset+octet-stream',
    });
  const [byId, byPath] = [await begin('folderId', folder), await begin('folder', 'a')];
  const ended = await begin('folderId', folder);
  const idOf = ({ headers }: Answer) => String(headers['location']).split('?')[0]?.split('/').at(-1);
  await sara.delete(`/files/folders/${folder}`);

  const refused = {
    form: told(await upload(sara, { fields: { folderId: folder } })),
    'of somebody else': told(await upload(fileOwner(app), { fields: { folderId: folder } })),
    begin: told(await begin('folderId', folder)),
    'last byte': told(await end(byId)),
  };
  const termination = await sara.delete(`/files/uploads/${idOf(ended)}`, tus);
  const pathEnded = await end(byPath);
  const { body: atPath } = await sara.get(`/files/${idOf(byPath)}`);
  await sara.patch(`/files/folders/${atPath.folderId}`, { name: 'b' });
  await sara.post(`/files/folders/${folder}/restore`);
  await sara.patch(`/files/folders/${folder}`, { parentId: atPath.folderId });
  const idEnded = await end(byId);
  const { body: atId } = await sara.get(`/files/${idOf(byId)}`);

  assert.deepEqual(refused, {
    form: '409 files.folder_deleted',
    'of somebody else': '404 files.folder_not_found',
    begin: '409 files.folder_deleted',
    'last byte': '409 files.folder_deleted',
  });
  assert.deepEqual([termination.status, pathEnded.status, idEnded.status], [204, 204, 204]);
  assert.equal(atPath.folder, 'a'); // a new one, since the path named the deleted folder before
  assert.notEqual(atPath.folderId, folder);
  assert.deepEqual([atId.folder, atId.folderId], ['b/a', folder]);
});

test('a deletion goes on in batches, ends when it is taken back, and leaves no work', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const folder = await make(sara, 'many');
  await app.database.pool.query(
    `insert into files.file (id, owner_id, file_name, content_type, content_id, size_bytes, storage_status, folder_id)
     select gen_random_uuid(), $1, n || '.txt', 'text/plain', gen_random_uuid(), 1, 'available', $2 from generate_series(1, 1203) n`,
    [sara.userId, folder],
  );
  const count = async (status: string) =>
    (
      await app.database.pool.query(
        'select count(*)::int as n from files.file where folder_id = $1 and storage_status = $2',
        [folder, status],
      )
    ).rows[0]?.n;

  await sara.delete(`/files/folders/${folder}`);
  await app.drain();
  const deleted = await count('deleted');
  await sara.post(`/files/folders/${folder}/restore`);
  const early = await sara.delete(`/files/folders/${folder}`); // while its files still come back
  await app.drain();
  await sara.delete(`/files/folders/${folder}`);
  await app.drain();
  const again = await count('deleted');
  await sara.post(`/files/folders/${folder}/restore`);
  await app.drain();

  assert.equal(told(early), '409 files.folder_busy');
  assert.deepEqual([deleted, again, await count('available')], [1203, 1203, 1203]);
  assert.equal((await app.database.pool.query('select 1 from files.folder_work')).rowCount, 0);
});

test('folders go from the trash with their files, and are exported and erased with their owner', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const [expired, kept] = [await make(sara, 'expired'), await make(sara, 'kept')];
  await make(sara, 'inner', expired);
  await releasedFile(app, sara, { fields: { folderId: expired } });
  await sara.delete(`/files/folders/${expired}`);
  await app.drain();
  app.pass(31 * DAY_MS);
  await runJob(app, 'files.purge_trash');
  const rows = async () => (await app.database.pool.query('select id from files.folder')).rows.map(({ id }) => id);
  const left = await rows();
  const files = app.modules.find(({ name }) => name === 'files');
  const exported = (await files?.privacy.export(sara.userId)) as { folders: AsyncIterable<{ id: string }> };
  const listed = await Array.fromAsync(exported.folders);
  await app.database.units.write(
    system('platform'),
    (unit) => files?.privacy.erase(withoutTables(unit), sara.userId) ?? Promise.resolve(),
  );

  assert.deepEqual([left, listed.map(({ id }) => id), await rows()], [[kept], [kept], []]);
});

/** What is asked, whether the folder is in the trash before, and the answer to those who may do it. */
const ROUTES: Record<string, { ask(client: Client, id: string): Promise<Answer>; done: number; isDeleted?: true }> = {
  get: { ask: (client, id) => client.get(`/files/folders/${id}`), done: 200 },
  children: { ask: (client, id) => client.get(`/files/folders?parentId=${id}`), done: 200 },
  'make in it': { ask: (client, id) => client.post('/files/folders', { name: newId(), parentId: id }), done: 201 },
  rename: { ask: (client, id) => client.patch(`/files/folders/${id}`, { name: newId() }), done: 200 },
  move: { ask: (client, id) => client.patch(`/files/folders/${id}`, { parentId: null }), done: 200 },
  delete: { ask: (client, id) => client.delete(`/files/folders/${id}`), done: 202 },
  restore: { ask: (client, id) => client.post(`/files/folders/${id}/restore`), done: 202, isDeleted: true },
};

test('each route of a folder answers its owner and administrators, and 404 to all others', async (t) => {
  const app = await testApp(t);
  const owner = as(app, await subject(app));
  const people = { owner, administrator: await administrator(app), stranger: as(app, await subject(app)) };
  const [found, wanted]: [string[], string[]] = [[], []];

  for (const [name, { ask, done, isDeleted }] of Object.entries(ROUTES))
    for (const [who, client] of Object.entries(people)) {
      const id = await make(owner, newId());
      await app.drain(); // nothing may be coming back any more
      if (isDeleted) await owner.delete(`/files/folders/${id}`);
      found.push(`${name}, ${who}: ${told(await ask(client, id))}`);
      wanted.push(`${name}, ${who}: ${who === 'stranger' ? '404 files.folder_not_found' : done}`);
    }

  assert.deepEqual(found, wanted);
});
