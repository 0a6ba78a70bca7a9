import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { sql } from 'kysely';
import { system } from '#kernel/access.ts';
import { testApp } from '#testing/app.ts';
import { openPool } from '../pool.ts';
import type { AnyUnit } from '../port.ts';

async function openThings(t: TestContext, options: { isPooled?: boolean; size?: number } = {}) {
  const { database, databaseUrl: url } = await testApp(t);
  const pool = openPool({ url, size: 1, isPrepared: true, ...options });
  t.after(() => pool.close());
  await pool.query('create table thing (id int primary key, size int, made_at timestamptz)', []);
  await pool.query(`insert into thing values (1, 7, '2026-11-23 08:00:00.12+00')`, []);
  return { pool, units: database.units, app: database.pool };
}

const changes = [
  { change: 'alter table thing alter size type text', sql: 'select size from thing', row: { size: '7' } },
  { change: 'alter table thing add color text', sql: 'select * from thing', row: { id: 1, color: null } },
  {
    change: 'alter table thing alter made_at type text using id',
    sql: 'update thing set id = id returning made_at',
    row: { madeAt: '1' },
  },
];

for (const { change, sql: text, row } of changes)
  test(`after "${change}", a statement answers the new columns on every connection`, async (t) => {
    const { pool } = await openThings(t, { size: 2 });
    const connections = await Promise.all([pool.connect(), pool.connect()]);
    for (const connection of connections) for (let n = 0; n < 2; n++) await connection.query(text, []);

    await connections[0].query(change);
    const after = [];
    for (const connection of connections) after.push(await connection.query(text, []));
    for (const connection of connections) connection.release();
    after.push(await pool.query(text));

    for (const { rows } of after) assert.partialDeepStrictEqual(rows, [row]);
  });

test('a unit whose statement has other columns since a change of the schema runs again, and commits once', async (t) => {
  const { units, app } = await openThings(t);
  const write = () =>
    units.write(system('probe'), async ({ tx }: AnyUnit) => {
      const { rows } = await sql<{ size: unknown }>`update thing set id = id + 1 returning *`.execute(tx);
      return rows;
    });
  const together = () => Promise.all(Array.from({ length: 4 }, write)); // on several connections
  await together();
  await together();

  await app.query('alter table thing add color text');
  const rows = await together();

  assert.deepEqual(
    rows.map(([first]) => Object.keys(first ?? {}).length),
    [4, 4, 4, 4],
  );
  assert.deepEqual((await app.query('select id from thing')).rows, [{ id: 13 }]);
});

test('inside a transaction, a statement with other columns fails with it and is not run after it', async (t) => {
  const { pool, app } = await openThings(t);
  const text = 'update thing set id = id + 1 returning *';
  const connection = await pool.connect();
  for (let n = 0; n < 2; n++) await connection.query(text, []);
  await app.query('alter table thing add color text');

  // All in one packet, so that the answer to COMMIT comes with the error.
  const answers = await Promise.allSettled([
    connection.query('begin'),
    connection.query(text, []),
    connection.query('commit'),
  ]);
  const { rows } = await connection.query('select id from thing', []);
  connection.release();

  assert.deepEqual([answers.map(({ status }) => status)[1], rows], ['rejected', [{ id: 3 }]]);
});

test('behind a pooler each execution reads the columns that the server answers', async (t) => {
  const { pool } = await openThings(t, { isPooled: true });
  const text = 'select id, size from thing';
  for (let n = 0; n < 2; n++) await pool.query(text);
  const { rows } = await pool.query<{ name: string }>('select name from pg_prepared_statements where statement = $1', [
    text,
  ]);

  // As a pooler does that has prepared it anew on another server connection, after a change of the schema.
  const name = rows[0]?.name ?? '';
  await pool.query(`deallocate ${name}`);
  await pool.query(`prepare ${name} as select size::text, made_at from thing`);

  assert.deepEqual((await pool.query(text)).rows, [{ size: '7', madeAt: '2026-11-23T08:00:00.120Z' }]);
});

test('a value that cannot be sent fails its statement, and no other on the connection', async (t) => {
  const { pool } = await openThings(t);
  const circular: Record<string, unknown> = {};
  circular['self'] = circular;
  const connection = await pool.connect();
  const ask = (value: unknown) => connection.query('select $1::text as value', [value]);

  const answers = await Promise.allSettled([ask('a'), ask(circular), ask('b'), ask(circular), ask('c')]);
  connection.release();

  const outcomes = answers.map((answer) => (answer.status === 'fulfilled' ? answer.value.rows : 'refused'));
  assert.deepEqual(outcomes, [[{ value: 'a' }], 'refused', [{ value: 'b' }], 'refused', [{ value: 'c' }]]);
});

test('a statement that fails, when it is prepared or later, leaves the others of the pipeline alone', async (t) => {
  const { pool } = await openThings(t);
  const connection = await pool.connect();
  const divide = (by: number) => connection.query('select 6 / $1::int as n', [by]);

  const first = await Promise.allSettled([divide(0), divide(2), connection.query('select nothing', []), divide(3)]);
  const second = await Promise.allSettled([divide(0), divide(2), connection.query('select nothing', []), divide(3)]);
  connection.release();

  for (const answers of [first, second])
    assert.deepEqual(
      answers.map((answer) => (answer.status === 'fulfilled' ? answer.value.rows : answer.reason.code)),
      ['22012', [{ n: 3 }], '42703', [{ n: 2 }]],
    );
});

const answered = [
  {
    sql: `select null::int as "a_b", 'x' as "it's ""so""\\", 2 as n, 3 as n`,
    rows: [{ aB: null, 'it\'s "so"\\': 'x', n: 3 }],
  },
  {
    sql: `select 9007199254740991 as big, 1.50 as exact, 2.5::float8 as near, true as yes`,
    rows: [{ big: 9007199254740991, exact: '1.50', near: 2.5, yes: true }],
  },
  {
    sql: `select date '2026-01-02' as day, timestamptz '2026-01-02 03:04:05.6+00' as at, timestamptz 'infinity' as never`,
    rows: [{ day: '2026-01-02', at: '2026-01-02T03:04:05.600Z', never: 'infinity' }],
  },
  {
    sql: `select array['a', 'b c', null] as words, '{}'::text[] as none, array[1, 2] as numbers, '{"a": [1]}'::jsonb as json`,
    rows: [{ words: ['a', 'b c', null], none: [], numbers: [1, 2], json: { a: [1] } }],
  },
  {
    sql: `select '\\x00ff'::bytea as bytes, 'a'::"char" as letter, 'n'::name as name`,
    rows: [{ bytes: Buffer.from([0, 255]), letter: 'a', name: 'n' }],
  },
  { sql: 'select from generate_series(1, 2)', rows: [{}, {}] },
  { sql: 'select 1 as n where false', rows: [] },
];

test('a statement answers the same at its first and later executions, prepared or not', async (t) => {
  const { pool } = await openThings(t);
  const connection = await pool.connect();

  const answers = [];
  for (const { sql: text, rows } of answered) {
    const results = [];
    for (let n = 0; n < 3; n++) results.push(await connection.query(text, []));
    results.push(await connection.query(text));
    answers.push({ text, rows, results });
  }
  connection.release();

  for (const { text, rows, results } of answers)
    for (const result of results) assert.deepEqual(result, { rows, rowCount: rows.length, command: 'SELECT' }, text);
});

test('a statement without rows tells how many it changed, at its first and later executions', async (t) => {
  const { pool } = await openThings(t);
  const change = () => pool.query('update thing set size = size + 1');

  const results = [
    await change(),
    await change(),
    await pool.query('insert into thing values (2), (3)'),
    await change(),
  ];

  assert.deepEqual(
    results.map(({ command, rowCount, rows }) => [command, rowCount, rows]),
    [
      ['UPDATE', 1, []],
      ['UPDATE', 1, []],
      ['INSERT', 2, []],
      ['UPDATE', 3, []],
    ],
  );
});

test('no statement is compiled, also where the server would', async (t) => {
  const { databaseUrl: url, database } = await testApp(t);
  const [own] = (await database.pool.query<{ name: string }>('select quote_ident(current_database()) as name')).rows;
  await database.pool.query(`alter database ${own?.name ?? ''} set jit = on`);
  const pool = openPool({ url, size: 2, isPrepared: true });
  t.after(() => pool.close());

  const connections = await Promise.all([pool.connect(), pool.connect()]);
  const settings = await Promise.all(connections.map((one) => one.query('select current_setting($1) as jit', ['jit'])));
  for (const connection of connections) connection.release();

  assert.deepEqual(settings.flatMap(({ rows }) => rows), [{ jit: 'off' }, { jit: 'off' }]); // prettier-ignore
});
