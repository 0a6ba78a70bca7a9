import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { newId } from '#kernel/id.ts';
import { searchKeys, searchText } from '#kernel/text.ts';
import { containing } from '#platform/database/port.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { todoPermissions } from './contract.ts';
import type { TodosTables } from './tables.ts';

const LETTERS = Array.from('aBیكآ%_\\\' 😀1۱é{",').concat('\u200c', 'e\u0301');
const textUpTo = (maxLength: number) =>
  fc.array(fc.constantFrom(...LETTERS), { minLength: 1, maxLength, size: 'max' }).map((letters) => letters.join(''));
const SEED = { seed: 7 };

test('a search by the index finds what a comparison of each text finds, and nothing of another person', async (t) => {
  const { database } = await testApp(t);
  const texts = [
    ...fc.sample(textUpTo(12), { ...SEED, numRuns: 600 }),
    ...fc.sample(textUpTo(400), { ...SEED, numRuns: 20 }),
  ].map((text) => `x${text}`);
  const [owner, other] = [newId(), newId()];
  const rows = texts.map((text, index) => ({ id: newId(), text, ownerId: index % 2 === 0 ? owner : other }));
  await database.pool.query(
    `insert into todos.todo (id, owner_id, description) select * from unnest($1::uuid[], $2::uuid[], $3::text[])`,
    [rows.map(({ id }) => id), rows.map(({ ownerId }) => ownerId), texts],
  );
  const db = database.forModule<TodosTables>().read;
  const index = { table: 'todos.todo', scope: { sql: 'owner_id::text', value: owner } };
  let hits = 0;

  for (const search of fc.sample(textUpTo(5), { ...SEED, numRuns: 150 })) {
    const filter = containing(index, search);
    const own = db.selectFrom('todos.todo').where('ownerId', '=', owner).select('id');
    const found = await (filter ? own.where(filter.condition) : own).execute();
    const byIndex = filter?.index ? await own.where(filter.index.condition).execute() : found;

    const wanted = rows.filter((row) => row.ownerId === owner && searchText(row.text).includes(searchText(search)));
    hits += wanted.length;
    assert.deepEqual(
      found.map(({ id }) => id).toSorted(),
      wanted.map(({ id }) => id).toSorted(),
      JSON.stringify(search),
    );
    assert.deepEqual(new Set(byIndex.map(({ id }) => id)), new Set(found.map(({ id }) => id)), JSON.stringify(search));
  }
  assert.ok(hits > 1000);
});

test('where the index finds more than a list counts, each page is full and the count ends at 10,000', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(todoPermissions.read);
  await addMany(app, sara.userId, 10_050);

  const { body } = await sara.get('/todos?search=office&page=400&pageSize=20');

  assert.deepEqual([body.items.length, body.totalCount, body.totalCountCapped], [20, 10_000, true]);
});

test('a search without a hit reads the index of a full table, and not its rows', async (t) => {
  const app = await testApp(t);
  const owner = newId();
  await addMany(app, owner, 5000);

  const { rows } = await app.database.pool.query(
    `explain select id from todos.todo
     where platform.search_keys(owner_id::text, search_text) @> platform.search_keys_of($1, $2::text[])
       and strpos(search_text, $3) > 0 limit 10001`,
    [owner, searchKeys('hopeless'), 'hopeless'],
  );

  assert.match(JSON.stringify(rows), /Bitmap Index Scan on todo_search/);
});

async function addMany({ database }: TestApp, owner: string, count: number): Promise<void> {
  await database.pool.query(
    `insert into todos.todo (id, owner_id, description)
     select gen_random_uuid(), $1, 'call the office number ' || n from generate_series(1, $2::int) n`,
    [owner, count],
  );
  await database.pool.query('analyze todos.todo');
}
