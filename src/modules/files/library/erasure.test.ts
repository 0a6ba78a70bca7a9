import assert from 'node:assert/strict';
import { test } from 'node:test';
import { system } from '#kernel/access.ts';
import { withoutTables } from '#platform/database/port.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { fetchBytes, fileOwner, releasedFile, removeKept, storedObjects } from '#testing/files/uploads.ts';

const MANY = 1200;
const BATCH = 500;
const PIXEL = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

/** Files of a person, one in ten in the trash, each with bytes of its own; and as many accesses to files of another one. */
async function addMany({ database }: TestApp, ownerId: string, otherFileId: string): Promise<void> {
  await database.pool.query(
    `insert into files.blob (id, sha256, size_bytes, refs)
     select gen_random_uuid(), encode(sha256(n::text::bytea), 'hex'), 1, 1 from generate_series(1, ${MANY}) n`,
  );
  await database.pool.query(
    `insert into files.file (id, owner_id, file_name, content_type, size_bytes, sha256, storage_status, content_id, blob_id,
            deleted_at, restores_to)
     select uuidv7(), $1, 'a.txt', 'text/plain', 1, sha256, case when is_deleted then 'deleted' else 'available' end, id, id,
            case when is_deleted then now() end, case when is_deleted then 'available' end
     from (select *, row_number() over () % 10 = 0 as is_deleted from files.blob where size_bytes = 1) b`,
    [ownerId],
  );
  await database.pool.query(
    `insert into files.access (id, file_id, user_id, way, is_allowed, ip)
     select uuidv7(), $2, $1, 'download', true, '192.0.2.1' from generate_series(1, ${MANY})`,
    [ownerId, otherFileId],
  );
}

async function left({ database }: TestApp, userId: string): Promise<Record<string, number>> {
  const { rows } = await database.pool.query<Record<string, number>>(
    `select (select count(*)::int from files.file where owner_id = $1) as files,
            (select count(*)::int from files.blob) as blobs,
            (select count(*)::int from files.access where user_id = $1) as accesses,
            (select count(*)::int from files.usage where owner_id = $1) as usage`,
    [userId],
  );
  return rows[0] ?? {};
}

test('the files of an erased person go in bounded batches, and nothing of them is left in database, storage or memory', async (t) => {
  const app = await testApp(t);
  const [sara, reza] = [fileOwner(app), fileOwner(app)];
  const others = await releasedFile(app, reza, { content: 'shared' });
  await releasedFile(app, sara, { content: 'shared' });
  const picture = await releasedFile(app, sara, { name: 'a.gif', content: PIXEL });
  const shown = () => fetchBytes(app, sara.userId, `/files/${picture}/image?width=1`);
  const before = await shown();
  await sara.delete(`/files/${await releasedFile(app, sara, { content: 'deleted' })}`);
  await addMany(app, sara.userId, others);
  const files = app.modules.find(({ name }) => name === 'files');

  await app.database
    .forModule()
    .write(system('platform'), (unit) => files?.privacy.erase(withoutTables(unit), sara.userId) ?? Promise.resolve());
  const first = await left(app, sara.userId);
  await app.drain();
  const after = await shown();
  await removeKept(app);

  assert.equal(before.status, 200);
  assert.equal(first['files'], MANY + 3 - BATCH);
  assert.equal(first['accesses'], MANY + 1 - BATCH);
  assert.deepEqual(await left(app, sara.userId), { files: 0, blobs: 1, accesses: 0, usage: 0 });
  assert.equal(after.status, 404);
  assert.equal((await storedObjects(app)).length, 1);
  assert.equal((await fetchBytes(app, reza.userId, `/files/${others}/download`)).text, 'shared');
});
