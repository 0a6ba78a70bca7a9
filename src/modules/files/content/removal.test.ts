import assert from 'node:assert/strict';
import { test } from 'node:test';
import { system } from '#kernel/access.ts';
import { withoutTables } from '#platform/database/port.ts';
import { runJob } from '#testing/accounts.ts';
import { testApp } from '#testing/app.ts';
import { explainEverything, rowsReadBy } from '#testing/growth/plans.ts';
import { encryptFile, fileOwner, releasedFile, removeKept } from '#testing/files/uploads.ts';

type Owner = ReturnType<typeof fileOwner>;

test('work of files has slots of its own, and does not stop other work while the storage is away', async (t) => {
  const app = await testApp(t);

  const workers = app.modules.find(({ name }) => name === 'files')?.workers ?? [];

  const [own, shared] = [true, false].map((isOwn) =>
    workers.filter(({ slots }) => (slots !== undefined) === isOwn).map(({ queue }) => queue.name),
  );
  assert.deepEqual(own?.toSorted(), ['files.encryption', 'files.folder', 'files.gate', 'files.removal']);
  assert.deepEqual(shared, ['files.erasure']); // it waits for the database alone
});

test('an object that no file has any more stays for as long as an address of it may be used', async (t) => {
  const app = await testApp(t);
  const ends: Record<string, (sara: Owner, id: string) => Promise<void>> = {
    purge: async (sara, id) => {
      await sara.delete(`/files/${id}`);
      await sara.delete(`/files/${id}/purge`);
    },
    'end of the trash': async (sara, id) => {
      await sara.delete(`/files/${id}`);
      app.pass(40 * 86_400_000);
      await runJob(app, 'files.purge_trash');
    },
    erasure: async (sara) => {
      const files = app.modules.find(({ name }) => name === 'files');
      await app.database.units.write(
        system('platform'),
        (unit) => files?.privacy.erase(withoutTables(unit), sara.userId) ?? Promise.resolve(),
      );
    },
    encryption: (sara, id) => encryptFile(app, sara, id),
  };

  for (const [name, end] of Object.entries(ends)) {
    const sara = fileOwner(app);
    const id = await releasedFile(app, sara, { content: name });
    const { rows } = await app.database.pool.query<{ blobId: string }>('select blob_id from files.file where id = $1', [
      id,
    ]);
    const key = `files/content/${rows[0]?.blobId}`;

    await end(sara, id);
    await app.drain();
    await runJob(app, 'files.tidy');
    const kept = await app.storage.head(key);
    await removeKept(app);

    assert.equal(kept?.sizeBytes, name.length, name);
    assert.equal(await app.storage.head(key), null, name);
  }
});

test('objects that the storage does not delete stop no others, and are tried again later', async (t) => {
  const app = await testApp(t);
  const { delete: remove } = app.storage;
  app.storage.delete = async (key) => {
    if (key.endsWith('bad')) throw new Error('the storage does not delete it');
    await remove(key);
  };
  await app.database.pool.query(
    "insert into files.removal select 'files/content/' || name from unnest($1::text[]) name",
    [['bad', 'good']],
  );

  await runJob(app, 'files.tidy');

  const { rows } = await app.database.pool.query('select object_key, due_at > now() as is_later from files.removal');
  assert.deepEqual(rows, [{ objectKey: 'files/content/bad', isLater: true }]);
});

test('a batch of removals reads no others that are due, also before the statistics know of them', async (t) => {
  const watch = explainEverything();
  const app = await testApp(t);
  const { pool } = app.database;
  const list = (rows: number, due: string) =>
    pool.query(
      `insert into files.removal (object_key, due_at)
       select 'files/content/' || gen_random_uuid(), now() ${due} * interval '1 day' from generate_series(1, ${rows}) n`,
    );
  await list(20_000, '+ n');
  await pool.query('analyze files.removal');
  await list(2000, '- n');

  const { statements } = await watch.during(() => runJob(app, 'files.tidy'));

  const removals = statements.filter(({ text }) => /delete from files\.removal/i.test(text));
  assert.ok(removals.length >= 20, `${removals.length} batches`);
  assert.ok(Math.max(...removals.map(({ plan }) => rowsReadBy([plan]))) <= 200);
});
