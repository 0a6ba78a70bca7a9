import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp, type TestApp } from '#testing/app.ts';
import { behaveLikeClamd, startServer } from '#testing/servers/clamd.ts';
import { fileOwner, upload } from '#testing/files/uploads.ts';

const itemsOf = async ({ database }: TestApp, id: string): Promise<number> => {
  const sql = "select count(*)::int as count from platform.work where queue = 'files.gate' and ref like $1";
  return (await database.pool.query<{ count: number }>(sql, [`${id}%`])).rows[0]?.count ?? 0;
};

type Owner = ReturnType<typeof fileOwner>;

/** How a file goes to the trash and comes back. */
const WAYS: Record<string, (app: TestApp, owner: Owner, ids: { id: string; folderId: string }) => Promise<void>> = {
  'by itself': async (_, owner, { id }) => {
    await owner.delete(`/files/${id}`);
    assert.equal((await owner.post(`/files/${id}/restore`)).status, 200);
  },
  'hidden by its folder, restored by itself': async (_, owner, { id, folderId }) => {
    await owner.delete(`/files/folders/${folderId}`);
    assert.equal((await owner.post(`/files/${id}/restore`)).status, 200);
  },
};

for (const [way, there] of Object.entries(WAYS))
  test(`a file that waits for the gate has one item, however often it is deleted and restored: ${way}`, async (t) => {
    const app = await testApp(t);
    const sara = fileOwner(app);
    const { body: folder } = await sara.post('/files/folders', { name: 'a' });
    const { body } = await upload(sara, { fields: { folderId: folder.id } });
    const ids = { id: body.id, folderId: folder.id };

    await there(app, sara, ids);
    if (way === 'by itself') await there(app, sara, ids);
    const count = await itemsOf(app, ids.id);
    await app.drain();

    assert.equal(count, 1);
    const { storageStatus, stage } = (await sara.get(`/files/${ids.id}`)).body;
    assert.deepEqual([storageStatus, stage, await itemsOf(app, ids.id)], ['available', null, 0]);
  });

for (const way of ['by itself', 'with its folder'] as const)
  test(`a file that waits has one item, and one whose item has ended in the trash gets another: ${way}`, async (t) => {
    const clamd = await startServer(t, (socket) => socket.destroy());
    const app = await testApp(t, { environment: { CLAMAV_URL: clamd } });
    const sara = fileOwner(app);
    const { body: folder } = await sara.post('/files/folders', { name: 'a' });
    const { body } = await upload(sara, { fields: { folderId: folder.id } });
    const path = way === 'by itself' ? `/files/${body.id}` : `/files/folders/${folder.id}`;
    const counts: number[] = [];
    const look = async () => counts.push(await itemsOf(app, body.id));
    const toAndFro = async () => {
      assert.ok((await sara.delete(path)).status < 300);
      await app.drain();
      assert.ok((await sara.post(`${path}/restore`)).status < 300);
      await app.drain();
    };
    await app.drain(); // the scanner is away: an item waits for it
    await look();

    await toAndFro();
    await look();
    await toAndFro();
    await look();
    await sara.delete(path);
    await app.drain(600_000); // the item ends
    await look();
    await sara.post(`${path}/restore`);
    await app.drain();
    await look();

    assert.deepEqual(counts, [1, 1, 1, 0, 1]);
    assert.equal((await sara.get(`/files/${body.id}`)).body.storageStatus, 'pending');
  });

test('a file that is restored while its item ends is not left without one', async (t) => {
  let meanwhile = async () => {};
  const behave = behaveLikeClamd(1_000_000);
  const clamd = await startServer(t, (socket) => void meanwhile().then(() => behave(socket)));
  const app = await testApp(t, { environment: { CLAMAV_URL: clamd } });
  const sara = fileOwner(app);
  const { body } = await upload(sara);
  meanwhile = async () => {
    meanwhile = async () => {};
    await sara.delete(`/files/${body.id}`);
    await sara.post(`/files/${body.id}/restore`);
  };

  await app.drain();

  assert.equal((await sara.get(`/files/${body.id}`)).body.storageStatus, 'available');
  assert.equal(await itemsOf(app, body.id), 0);
});
