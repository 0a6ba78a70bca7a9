import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp, type TestApp } from '#testing/app.ts';
import { administrator, as, auditOf, subject } from '#testing/authorization.ts';
import { personWith, putContent, releasedFile } from '#testing/files/uploads.ts';

for (const kept of [0, 1, 2])
  test(`of ${kept} older contents that are kept nobody but the owner and administrators pushes one out`, async (t) => {
    const app = await testApp(t, { environment: { BONYAN_FILES_VERSIONS: String(kept) } });
    const owner = as(app, await subject(app));
    const id = await releasedFile(app, owner, { content: 'first' });
    const writer = await personWith(app, owner, id, { canRead: true, canWrite: true, canDelete: true });
    const send = async (client: Pick<TestApp['anonymous'], 'put'>, content: string) => {
      const { status, body } = await putContent(client, id, { content });
      await app.drain();
      return status === 202 ? '202' : `${status} ${body.code}`;
    };
    const count = async () => (await owner.get(`/files/${id}/versions`)).body.items.length;
    const droppedCount = async () => (await auditOf(app, 'files.version_deleted')).length;

    for (let sent = 0; sent < kept; sent++) assert.equal(await send(writer, `by others ${sent}`), '202');
    const refused = await send(writer, 'one more');
    const before = [await count(), await droppedCount()];
    const byOwner = await send(owner, 'by the owner');
    const byAdmin = await send(await administrator(app), 'by an administrator');

    assert.deepEqual([refused, before], ['409 files.too_many_versions', [kept, 0]]);
    assert.deepEqual([byOwner, byAdmin, await count()], ['202', '202', kept]);
    assert.equal(await droppedCount(), 2);
    if (kept === 0) return;
    const [{ id: versionId }] = (await owner.get(`/files/${id}/versions`)).body.items;
    assert.equal((await writer.post(`/files/${id}/versions/${versionId}/restore`)).status, 200); // they change places
    assert.equal((await owner.delete(`/files/${id}/versions/${await oldest(owner, id)}`)).status, 204);
    assert.equal(await send(writer, 'into the room'), '202');
    assert.equal(await droppedCount(), 3);
  });

test('restoring a version pushes none out for others where fewer are kept than before', async (t) => {
  const app = await testApp(t, { environment: { BONYAN_FILES_VERSIONS: '1' } });
  const owner = as(app, await subject(app));
  const id = await releasedFile(app, owner, { content: 'first' });
  const writer = await personWith(app, owner, id, { canRead: true, canWrite: true });
  await putContent(owner, id, { content: 'second' });
  await app.drain();
  const [{ id: versionId }] = (await owner.get(`/files/${id}/versions`)).body.items;
  // As if more had been kept before: one more version, with the bytes of the file.
  await app.database.pool.query(
    `with one as (update files.blob set refs = refs + 1 where id = (select blob_id from files.file where id = $1))
     insert into files.file (id, version_of, owner_id, file_name, content_type, size_bytes, sha256, storage_status, content_id, blob_id)
     select gen_random_uuid(), id, owner_id, file_name, content_type, 0, sha256, 'available', gen_random_uuid(), blob_id
     from files.file where id = $1`,
    [id],
  );

  const byWriter = await writer.post(`/files/${id}/versions/${versionId}/restore`);
  const byOwner = await owner.post(`/files/${id}/versions/${versionId}/restore`);

  assert.deepEqual([byWriter.status, byWriter.body.code, byOwner.status], [409, 'files.too_many_versions', 200]);
});

async function oldest(client: Pick<TestApp['anonymous'], 'get'>, id: string): Promise<string> {
  return (await client.get(`/files/${id}/versions`)).body.items.at(-1).id;
}
