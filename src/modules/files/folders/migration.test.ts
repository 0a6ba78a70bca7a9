import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { testApp } from '#testing/app.ts';
import { runScript } from '#testing/database.ts';
import { fileOwner, putContent, releasedFile } from '#testing/files/uploads.ts';

/** The schema as it was before the migration. */
const BEFORE = `
  drop table files.folder_work;
  alter table files.file drop column folder_id, drop column deletion_id, add column folder text;
  drop table files.folder cascade;
  drop function files.folder_path;
  alter table files.usage drop column folder_count;
  alter table files.upload drop column folder_id`;

test('the texts of folders become rows, one for each name in its place, with all files in them', async (t) => {
  const app = await testApp(t);
  const [sara, reza] = [fileOwner(app), fileOwner(app)];
  const texts = {
    deep: 'گزارش‌ها/پاییز',
    again: 'گزارش‌ها/پاییز',
    spelled: 'گزارشها/پاييز',
    above: 'گزارش‌ها',
    elsewhere: 'پاییز',
    deleted: 'trash/inner',
    long: `${'\ufdfa'.repeat(60)}/x`,
    dots: '...a/a...b',
    nameless: `${'.'.repeat(20)}${'\ufdfa'.repeat(65)}`,
    none: null,
  };
  const ids: Record<string, string> = {};
  for (const name of Object.keys(texts)) ids[name] = await releasedFile(app, sara, { name: `${name}.txt` });
  const other = await releasedFile(app, reza);
  await putContent(sara, ids['deep'] ?? '', { content: 'two' });
  await app.drain();
  await sara.delete(`/files/${ids['deleted']}`);
  await runScript(app.databaseUrl, BEFORE);
  const give = (id: string | undefined, folder: string | null) =>
    app.database.pool.query('update files.file set folder = $2 where id = $1', [id, folder]);
  for (const [name, folder] of Object.entries(texts)) await give(ids[name], folder);
  await give(other, 'گزارش‌ها');

  await runScript(app.databaseUrl, await readFile(new URL('../migrations/0006_folder.sql', import.meta.url), 'utf8'));

  const placeOf = async (name: string) => (await sara.get(`/files/${ids[name]}`)).body as Record<string, string | null>;
  const [deep, again, spelled, above] = [
    await placeOf('deep'),
    await placeOf('again'),
    await placeOf('spelled'),
    await placeOf('above'),
  ];
  assert.ok(deep['folderId'] && deep['folderId'] === again['folderId'] && deep['folderId'] === spelled['folderId']);
  assert.match(deep['folder'] ?? '', /^گزارش/);
  assert.equal((await sara.get(`/files/folders/${deep['folderId']}`)).body.parentId, above['folderId']);
  const others = await Promise.all(['elsewhere', 'deleted', 'dots', 'nameless', 'none'].map(placeOf));
  assert.deepEqual(
    others.map(({ folder }) => folder),
    ['پاییز', 'trash/inner', '...a/a...b', '_', null],
  );
  const foreign = (await reza.get(`/files/${other}`)).body;
  assert.equal(foreign.folder, 'گزارش‌ها');
  assert.notEqual(foreign.folderId, above['folderId']);
  const { rows } = await app.database.pool.query(
    `select (select count(*) from files.folder where owner_id = $1)::int as folders,
            (select folder_count from files.usage where owner_id = $1) as counted,
            (select count(*) from files.file where version_of is not null and folder_id is not null)::int as versions`,
    [sara.userId],
  );
  assert.deepEqual(rows, [{ folders: 10, counted: 10, versions: 0 }]);
  assert.ok(((await placeOf('long'))['folder'] ?? '').endsWith('/x'), 'a name that is too long when compared is cut');
});

test('three thousand texts of one person become folders in less than thirty seconds', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  await runScript(app.databaseUrl, BEFORE);
  await app.database.pool.query(
    `insert into files.file (id, owner_id, file_name, content_type, content_id, storage_status, folder)
     select gen_random_uuid(), $1, n || '.txt', 'text/plain', gen_random_uuid(), 'available', 'folder ' || n % 100 || '/' || n
     from generate_series(1, 3000) n`,
    [sara.userId],
  );
  const script = await readFile(new URL('../migrations/0006_folder.sql', import.meta.url), 'utf8');

  const start = performance.now();
  await runScript(app.databaseUrl, script);
  const ms = performance.now() - start;

  const { rows } = await app.database.pool.query('select count(*)::int as n from files.folder');
  assert.equal(rows[0]?.n, 3100);
  assert.ok(ms < 30_000, `${ms} ms`);
  t.diagnostic(`${Math.round(ms)} ms`);
});
