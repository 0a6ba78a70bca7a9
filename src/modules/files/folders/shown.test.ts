import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp, type TestApp } from '#testing/app.ts';
import { fileOwner, releasedFile } from '#testing/files/uploads.ts';

type Client = Pick<TestApp['anonymous'], 'get' | 'post' | 'patch' | 'delete'>;

/** A folder in a folder, with a file. */
async function tree(app: TestApp, client: Client) {
  const make = async (name: string, parentId: string | null) =>
    (await client.post('/files/folders', { name, parentId })).body.id as string;
  const above = await make('above', null);
  const within = await make('within', above);
  const fileId = await releasedFile(app, client, { fields: { folderId: within } });
  return { above, within, elsewhere: await make('elsewhere', null), fileId };
}

type Change = (client: Client, ids: Awaited<ReturnType<typeof tree>>) => Promise<unknown>;
const remove: Change = (client, { above }) => client.delete(`/files/folders/${above}`);

/** What changes what is shown of a file or a folder, and not always its row; and what is done before. */
const changes: Record<string, readonly [change: Change, before?: Change]> = {
  renamed: [(client, { above }) => client.patch(`/files/folders/${above}`, { name: 'other' })],
  moved: [(client, { above, elsewhere }) => client.patch(`/files/folders/${above}`, { parentId: elsewhere })],
  deleted: [remove],
  restored: [(client, { above }) => client.post(`/files/folders/${above}/restore`), remove],
};

for (const [done, [change, before]] of Object.entries(changes))
  test(`readers who know a file or a folder get it again when the folder above is ${done}`, async (t) => {
    const app = await testApp(t);
    const sara = fileOwner(app);
    const ids = await tree(app, sara);
    await before?.(sara, ids);
    const paths = [`/files/${ids.fileId}`, `/files/folders/${ids.within}`];
    const ask = (known: readonly string[], method: 'GET' | 'HEAD' = 'GET') =>
      Promise.all(
        paths.map((path, at) => {
          const headers = { 'x-test-caller': sara.userId, 'if-none-match': known[at] ?? '"none"' };
          return app.http.inject({ method, url: `/api/v1${path}`, headers });
        }),
      );
    const tags = (answers: Awaited<ReturnType<typeof ask>>) => answers.map(({ headers }) => String(headers['etag']));
    const known = tags(await ask([]));
    const unchanged = await ask(known);

    await change(sara, ids);
    const [read, heads] = [await ask(known), await ask(known, 'HEAD')];

    const statuses = [unchanged, read, heads].map((answers) => answers.map(({ statusCode }) => statusCode));
    assert.deepEqual(statuses, [
      [304, 304],
      [200, 200],
      [200, 200],
    ]);
    assert.deepEqual(tags(heads), tags(read));
  });

test('a change that names the version of a file counts it alone, whatever else the tag says', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const { above, fileId } = await tree(app, sara);
  const tag = String((await sara.get(`/files/${fileId}`)).headers['etag']);
  await sara.patch(`/files/folders/${above}`, { name: 'other' });

  const renamed = await sara.put(`/files/${fileId}`, { description: 'x' }, { 'if-match': tag });
  const stale = await sara.put(`/files/${fileId}`, { description: 'y' }, { 'if-match': tag });
  const bare = await sara.put(`/files/${fileId}`, { description: 'z' }, { 'if-match': `"${renamed.body.version}"` });

  assert.deepEqual([renamed.status, stale.status, bare.status], [200, 412, 200]);
  assert.equal((await sara.get(`/files/${fileId}`)).headers['etag'], bare.headers['etag']);
});
