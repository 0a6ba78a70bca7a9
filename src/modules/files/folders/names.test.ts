import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp, type TestApp } from '#testing/app.ts';
import { fileOwner, releasedFile } from '#testing/files/uploads.ts';

type Client = Pick<TestApp['anonymous'], 'get' | 'post' | 'patch' | 'delete'>;
type Answer = Awaited<ReturnType<Client['get']>>;

const told = ({ status, body }: Answer) => (status < 400 ? String(status) : `${status} ${body.code}`);
const make = async (client: Client, name: string, parentId: string | null = null): Promise<string> =>
  (await client.post('/files/folders', { name, parentId })).body.id;

/** Unicode 17 has a compatible letter for it, S, and no PostgreSQL up to 18 knows that. */
const NEWER = 'new \ua7f1';

/** What needs to know whether a name is taken. */
const takers: Record<string, (client: Client, other: string) => Promise<Answer>> = {
  'made again': (client) => client.post('/files/folders', { name: NEWER }),
  'the new name of another': (client, other) => client.patch(`/files/folders/${other}`, { name: NEWER }),
  'the name of one that moves there': async (client, other) => {
    const within = await make(client, NEWER, other);
    return client.patch(`/files/folders/${within}`, { parentId: null });
  },
};

for (const [what, take] of Object.entries(takers))
  test(`a name with a character that the database does not know is taken when it is ${what}`, async (t) => {
    const app = await testApp(t);
    const sara = fileOwner(app);
    await make(sara, NEWER);
    const other = await make(sara, 'other');

    assert.equal(told(await take(sara, other)), '409 files.folder_exists');
  });

test('a path with a character that the database does not know leads to one folder', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const id = await make(sara, NEWER);
  const fileId = await releasedFile(app, sara, { fields: { folder: NEWER } });

  const { folderId } = (await sara.get(`/files/${fileId}`)).body;
  const moved = await sara.patch(`/files/${fileId}/move`, { folder: NEWER });

  assert.deepEqual([folderId, moved.body.folderId], [id, id]);
});

test('a list goes on behind a name with a character that the database does not know', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const made = [];
  for (const name of ['a', NEWER, 'new t', 'z']) made.push(await make(sara, name));
  const seen: string[] = [];

  for (let cursor = ''; seen.length < 10;) {
    const { body } = await sara.get(`/files/folders?pageSize=1${cursor}`);
    seen.push(...body.items.map(({ id }: { id: string }) => id));
    if (body.nextCursor === null) break;
    cursor = `&cursor=${body.nextCursor}`;
  }

  assert.deepEqual(seen.toSorted(), made.toSorted());
  assert.ok(!('canonicalName' in (await sara.get('/files/folders')).body.items[0]));
});
