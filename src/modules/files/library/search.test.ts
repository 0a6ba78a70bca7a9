import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '#kernel/id.ts';
import { searchKeys } from '#kernel/text.ts';
import { testApp } from '#testing/app.ts';

/** What finds files by text and by tag, as the list asks, and the index. */
const SEARCHES = {
  file_text: {
    where: `platform.search_keys(owner_id::text, search_text) @> platform.search_keys_of($1, $2::text[])`,
    values: [newId(), searchKeys('hopeless')],
  },
  file_tagged: { where: `files.tag_keys(owner_id, tag_forms) @> array[$1]`, values: [`${newId()} work`] },
};

test('searches read indexes that hold no versions', async (t) => {
  const { database } = await testApp(t);
  await database.pool.query(
    `insert into files.file (id, owner_id, file_name, content_type, content_id, tags)
     select gen_random_uuid(), $1, 'report ' || n || '.txt', 'text/plain', gen_random_uuid(), '{home}'
     from generate_series(1, 5000) n`,
    [newId()],
  );
  await database.pool.query('analyze files.file');

  for (const [index, { where, values }] of Object.entries(SEARCHES)) {
    const sql = `explain select id from files.file where ${where} and version_of is null limit 151`;
    const { rows } = await database.pool.query(sql, values);
    assert.match(JSON.stringify(rows), new RegExp(`Bitmap Index Scan on ${index}`));
  }
  const { rows } = await database.pool.query<{ def: string }>(
    `select indexdef as def from pg_indexes where schemaname = 'files' and tablename = 'file' and indexdef like '%gin%'`,
  );
  assert.equal(rows.length, Object.keys(SEARCHES).length);
  assert.ok(rows.every(({ def }) => def.includes('version_of IS NULL')));
});
