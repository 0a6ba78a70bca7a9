import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp, type TestApp } from '#testing/app.ts';
import { administrator, as, subject } from '#testing/authorization.ts';
import { fileOwner, putContent, releasedFile, removeKept, storedObjects } from '#testing/files/uploads.ts';

type Client = Pick<TestApp['anonymous'], 'get' | 'post' | 'patch' | 'delete'>;
type Answer = Awaited<ReturnType<Client['get']>>;

const told = ({ status, body }: Answer) => (status < 400 ? String(status) : `${status} ${body.code}`);
const ids = ({ body }: Answer): string[] => body.items.map(({ id }: { id: string }) => id);
const make = async (client: Client, name: string, parentId: string | null = null): Promise<string> =>
  (await client.post('/files/folders', { name, parentId })).body.id;
const actionsOf = async ({ database }: TestApp, id: string) => {
  const sql = 'select action from audit.entry where resource_id = $1 order by id';
  return (await database.pool.query<{ action: string }>(sql, [id])).rows.map(({ action }) => action);
};
const deletionsOf = async ({ database }: TestApp, id: string) => {
  const sql = "select count(*)::int as count from platform.event where type = 'files.deleted.v1' and key = $1";
  return (await database.pool.query<{ count: number }>(sql, [id])).rows[0]?.count;
};
const foldersOf = async ({ database }: TestApp, ownerId: string) => {
  const sql = `select folder_count as counted, (select count(*)::int from files.folder f where f.owner_id = u.owner_id) as there
    from files.usage u where owner_id = $1`;
  return (await database.pool.query(sql, [ownerId])).rows[0];
};

for (const isWorkedOff of [true, false])
  test(`a purged folder goes with all that its deletion took, and nothing else, ${isWorkedOff ? 'after' : 'before'} its deletion is worked off`, async (t) => {
    const app = await testApp(t);
    const sara = fileOwner(app);
    const top = await make(sara, 'top');
    const [inner, earlier] = [await make(sara, 'inner', top), await make(sara, 'earlier', top)];
    const [one, two, early, gone] = [
      await releasedFile(app, sara, { fields: { folderId: top }, content: 'one' }),
      await releasedFile(app, sara, { fields: { folderId: inner }, content: 'two' }),
      await releasedFile(app, sara, { fields: { folderId: earlier }, content: 'early' }),
      await releasedFile(app, sara, { fields: { folderId: top }, content: 'gone' }),
    ];
    await putContent(sara, one, { content: 'newer' });
    await app.drain();
    await sara.delete(`/files/${gone}`);
    await sara.delete(`/files/folders/${earlier}`);
    const { operationId } = (await sara.delete(`/files/folders/${top}`)).body;
    if (isWorkedOff) await app.drain();

    const purged = await sara.delete(`/files/folders/${top}/purge`);
    const asked = [
      await sara.get(`/files/folders/${top}`),
      await sara.get(`/files/folders/${inner}`),
      await sara.post(`/files/folders/${top}/restore`),
      await sara.delete(`/files/folders/${top}/purge`),
    ];
    const shown = (await sara.get(`/files/${two}`)).body.storageStatus;
    const listed = [await sara.get('/files/search'), await sara.get('/files/folders?isDeleted=true')].map(ids);
    await app.drain();
    await removeKept(app);

    assert.deepEqual([purged.status, purged.body.operationId], [202, operationId]);
    assert.deepEqual(asked.map(told), Array(4).fill('404 files.folder_not_found'));
    assert.deepEqual([shown, listed], ['deleted', [[], [earlier]]]);
    for (const id of [one, two]) {
      assert.equal(told(await sara.get(`/files/${id}`)), '404 files.not_found');
      assert.deepEqual((await actionsOf(app, id)).slice(-2), ['files.deleted', 'files.purged']);
      assert.equal(await deletionsOf(app, id), 1);
    }
    assert.deepEqual((await actionsOf(app, top)).slice(-2), ['files.folder_deleted', 'files.folder_purged']);
    assert.deepEqual(await foldersOf(app, sara.userId), { counted: 1, there: 1 });
    assert.deepEqual((await sara.get('/files/usage')).body.usedBytes, 'early'.length + 'gone'.length);
    assert.equal((await storedObjects(app)).length, 2);
    const back = await sara.post(`/files/${gone}/restore`);
    const backFolder = await sara.post(`/files/folders/${earlier}/restore`);
    await app.drain();
    assert.deepEqual([back.status, back.body.folderId], [200, null]);
    assert.deepEqual([backFolder.status, backFolder.body.path], [202, 'earlier']);
    assert.equal((await sara.get(`/files/${early}`)).body.storageStatus, 'available');
    const { rows } = await app.database.pool.query('select from files.folder_work');
    assert.equal(rows.length, 0);
  });

test('a folder is purged by its owner and administrators alone, from the trash, in its version', async (t) => {
  const app = await testApp(t);
  const owner = as(app, await subject(app));
  const [admin, stranger] = [await administrator(app), as(app, await subject(app))];
  const [live, top, other] = [await make(owner, 'live'), await make(owner, 'top'), await make(owner, 'other')];
  const inner = await make(owner, 'inner', top);
  for (const id of [top, other]) await owner.delete(`/files/folders/${id}`);
  const purge = (client: Client, id: string, headers = {}) => client.delete(`/files/folders/${id}/purge`, headers);

  const found = [
    await purge(owner, live),
    await purge(owner, inner),
    await purge(stranger, top),
    await purge(owner, top, { 'if-match': '"99"' }),
    await purge(admin, top),
    await purge(owner, other.toUpperCase()),
  ];

  assert.deepEqual(found.map(told), [
    '404 files.folder_not_found',
    '409 files.folder_deleted',
    '404 files.folder_not_found',
    '412 http.precondition_failed',
    '202',
    '202',
  ]);
});

test('each file that goes or comes back with its folder has an entry in the audit trail, as one that goes by itself', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const folderId = await make(sara, 'a');
  const [within, alone] = [
    await releasedFile(app, sara, { fields: { folderId } }),
    await releasedFile(app, sara, { name: 'b.txt' }),
  ];
  const does: readonly ((path: string) => Promise<Answer>)[] = [
    (path) => sara.delete(path),
    (path) => sara.post(`${path}/restore`),
    (path) => sara.delete(path),
    (path) => sara.delete(`${path}/purge`),
  ];

  for (const act of does)
    for (const path of [`/files/folders/${folderId}`, `/files/${alone}`]) {
      assert.ok((await act(path)).status < 300);
      await app.drain();
    }

  const expected = ['files.deleted', 'files.restored', 'files.deleted', 'files.purged'];
  for (const id of [within, alone]) assert.deepEqual((await actionsOf(app, id)).slice(-4), expected);
});

for (const isWorkedOff of [true, false])
  test(`a file that is purged by itself is announced as deleted once, ${isWorkedOff ? 'after' : 'before'} the deletion of its folder is worked off`, async (t) => {
    const app = await testApp(t);
    const sara = fileOwner(app);
    const folderId = await make(sara, 'a');
    const id = await releasedFile(app, sara, { fields: { folderId } });
    await sara.delete(`/files/folders/${folderId}`);
    if (isWorkedOff) await app.drain();

    const purged = await sara.delete(`/files/${id}/purge`);
    await app.drain();

    assert.equal(purged.status, 204);
    assert.equal(await deletionsOf(app, id), 1);
    assert.deepEqual((await actionsOf(app, id)).slice(-2), ['files.deleted', 'files.purged']);
  });
