import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp, type TestApp } from '#testing/app.ts';
import { administrator, as, subject } from '#testing/authorization.ts';
import { fileOwner, releasedFile } from '#testing/files/uploads.ts';

type Client = Pick<TestApp['anonymous'], 'get' | 'post' | 'patch' | 'delete'>;
type Answer = Awaited<ReturnType<Client['get']>>;

const told = ({ status, body }: Answer) => (status < 400 ? String(status) : `${status} ${body.code}`);
const ids = ({ body }: Answer): string[] => body.items.map(({ id }: { id: string }) => id);
const make = async (client: Client, name: string, parentId: string | null = null): Promise<string> =>
  (await client.post('/files/folders', { name, parentId })).body.id;

test('the trash lists the latest deletion first, whenever the folders were made, by number and by cursor', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const made = [await make(sara, 'a'), await make(sara, 'b'), await make(sara, 'c')];
  const [a = '', b = '', c = ''] = made;
  const order = [c, a, b];
  for (const id of order) {
    await sara.delete(`/files/folders/${id}`);
    app.pass(1000);
  }
  const latest = order.toReversed();

  const whole = await sara.get('/files/folders?isDeleted=true');
  const byNumber = [];
  for (const page of [1, 2, 3])
    byNumber.push(...ids(await sara.get(`/files/folders?isDeleted=true&pageSize=1&page=${page}`)));
  const first = await sara.get('/files/folders?isDeleted=true&pageSize=2');
  const second = await sara.get(`/files/folders?isDeleted=true&pageSize=2&cursor=${first.body.nextCursor}`);

  assert.deepEqual(ids(whole), latest);
  assert.deepEqual(byNumber, latest);
  assert.deepEqual([...ids(first), ...ids(second)], latest);
});

test('a folder whose name is taken is restored under another one, with its files', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const old = await make(sara, 'پاییز');
  const inner = await make(sara, 'inner', old);
  const fileId = await releasedFile(app, sara, { fields: { folderId: inner } });
  await sara.delete(`/files/folders/${old}`);
  await app.drain();
  await make(sara, 'پاییز');
  const restore = (body?: object) => sara.post(`/files/folders/${old}/restore`, body);

  const refused = [
    await restore(),
    await restore({}),
    await restore({ name: 'پاييز' }),
    await restore({ name: 'a/b' }),
  ];
  const done = await restore({ name: 'پاییز ۲' });
  await app.drain();

  assert.deepEqual(refused.map(told), [
    '409 files.folder_exists',
    '409 files.folder_exists',
    '409 files.folder_exists',
    '400 files.invalid_name',
  ]);
  assert.deepEqual([done.status, done.body.name], [202, 'پاییز ۲']);
  const { storageStatus, folder } = (await sara.get(`/files/${fileId}`)).body;
  assert.deepEqual([storageStatus, folder], ['available', 'پاییز ۲/inner']);
});

test('administrators find the folders of others, at the top, in folders and in the trash; nobody else does', async (t) => {
  const app = await testApp(t);
  const sara = await subject(app);
  const owner = as(app, sara);
  const [admin, stranger] = [await administrator(app), as(app, await subject(app))];
  const [top, gone] = [await make(owner, 'top'), await make(owner, 'gone')];
  const inner = await make(owner, 'inner', top);
  await owner.delete(`/files/folders/${gone}`);
  const queries = { '': [top], '&isDeleted=true': [gone], [`&parentId=${top}`]: [inner] };

  for (const [query, expected] of Object.entries(queries)) {
    const ask = (client: Client, id: string) => client.get(`/files/folders?ownerId=${id}${query}`);
    assert.deepEqual(ids(await ask(admin, sara)), expected, query);
    assert.deepEqual(ids(await ask(admin, sara.toUpperCase())), expected, query);
    assert.deepEqual(ids(await ask(owner, sara)), expected, query);
    const other = await ask(stranger, sara);
    assert.deepEqual(
      other.body.items ?? other.body.code,
      query.startsWith('&parentId') ? 'files.folder_not_found' : [],
    );
  }
  assert.deepEqual(ids(await admin.get('/files/folders')), []);
});

test('an id in upper case names the same folder in every place of a request', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const [one, two] = [await make(sara, 'one'), await make(sara, 'two')];
  const [ONE, TWO] = [one.toUpperCase(), two.toUpperCase()];
  const fileId = await releasedFile(app, sara, { fields: { folderId: ONE } });
  const path = `/files/folders/${ONE}`;

  const answers = {
    rename: await sara.patch(path, { name: 'One' }),
    stay: await sara.patch(path, { name: 'One', parentId: null }),
    move: await sara.patch(path, { parentId: TWO }),
    cycle: await sara.patch(`/files/folders/${TWO}`, { parentId: ONE }),
    list: await sara.get(`/files/folders?parentId=${TWO}`),
    files: await sara.get(`/files/search?folderId=${ONE}`),
    file: await sara.patch(`/files/${fileId.toUpperCase()}/move`, { folderId: TWO }),
    delete: await sara.delete(path),
    restore: await sara.post(`${path}/restore`),
  };

  assert.deepEqual(Object.fromEntries(Object.entries(answers).map(([name, answer]) => [name, told(answer)])), {
    rename: '200',
    stay: '200',
    move: '200',
    cycle: '409 files.folder_cycle',
    list: '200',
    files: '200',
    file: '200',
    delete: '202',
    restore: '202',
  });
  assert.deepEqual([answers.move.body.parentId, answers.file.body.folderId], [two, two]);
  assert.deepEqual([ids(answers.list), ids(answers.files)], [[one], [fileId]]);
});
