import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sql, type Transaction } from 'kysely';
import { createPersonKeys } from '#platform/audit/person-keys.ts';
import { createKeys } from '#platform/keys/derived.ts';
import { SECRET, testApp } from '#testing/app.ts';
import { onTampered, recordMany } from '#testing/trail/trail.ts';
import { toCanonical, toChecksum } from '#verifier/entry.ts';
import type { AuditTables } from '../tables.ts';
import { readChainedRows, toChainRows } from './chained-rows.ts';
import { peopleOf } from './decrypt.ts';

const RUNS = 60;
const SEED = 1;
const UNBOUND = [
  'alter table audit.entry drop constraint entry_bounds, drop constraint entry_outcome_check',
  ...['timestamp_utc', 'actor_type', 'actor_id', 'action', 'resource_type', 'resource_id', 'outcome', 'request_id'].map(
    (column) => `alter table audit.entry alter column ${column} drop not null`,
  ),
  'alter table audit.entry alter column payload_hash drop not null',
  'alter table audit.payload drop constraint payload_bounds',
  'alter table audit.seal drop constraint seal_bounds',
  ...['previous_checksum', 'checksum'].map((column) => `alter table audit.seal alter column ${column} drop not null`),
];

/** PostgreSQL has no texts with the character NUL or half a surrogate pair. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }).map((value) => value.replaceAll('\0', '')),
  fc.constantFrom('', ' ', 'null', '"', '\\', '\u2028', '\u{1f600}', 'é', 'e\u0301', 'ی', 'ي', '","id":"', 'A', 'a'),
);
const bytes = fc.uint8Array({ maxLength: 40 }).map((value) => `\\x${Buffer.from(value).toString('hex')}`);
const hash = fc.oneof(
  bytes,
  fc.constantFrom(`\\x${'00'.repeat(32)}`, `\\x${'00'.repeat(33)}`, `\\x${'00'.repeat(31)}`),
);
const year = fc.integer({ min: 1, max: 200_000 });
const instant = fc.oneof(
  fc
    .record({ year, micros: fc.integer({ min: 0, max: 999_999 }), era: fc.constantFrom('AD', 'BC') })
    .map(
      ({ year: in_, micros, era }) =>
        `${String(era === 'BC' ? (in_ % 4000) + 1 : in_).padStart(4, '0')}-03-05 01:02:03.${String(micros).padStart(6, '0')}+00 ${era}`,
    ),
  fc.constantFrom('infinity', '-infinity', '2026-03-05 01:02:03.5+00', '2026-03-05 01:02:03.5+00 BC'),
);

/** Values of each column, of its type; null among them. */
const COLUMNS: Record<string, fc.Arbitrary<string>> = {
  'entry.id': fc.uuid(),
  'entry.timestamp_utc': instant,
  'entry.actor_type': text,
  'entry.actor_id': text,
  'entry.subject_id': text,
  'entry.action': text,
  'entry.resource_type': text,
  'entry.resource_id': text,
  'entry.outcome': text,
  'entry.request_id': text,
  'entry.impersonator_id': text,
  'entry.trace_id': text,
  'entry.payload_hash': hash,
  'seal.previous_checksum': hash,
};

const FIRST = sql`audit.seal seal join audit.entry entry on entry.id = seal.entry_id where seal.sequence = 1`;

/** Stores the value; returns the text that PostgreSQL gives for it, and what is hashed for the entry. */
async function formOf(tx: Transaction<AuditTables>, name: string, value: string | null) {
  const [table = '', column = ''] = name.split('.');
  const { rows } = await sql<{ id: string }>`select entry.id from ${FIRST}`.execute(tx);
  const place = table === 'seal' ? sql`sequence = 1` : sql`id = ${rows[0]?.id}::uuid`;
  await sql`update ${sql.table(`audit.${table}`)} set ${sql.ref(column)} = ${value} where ${place}`.execute(tx);
  if (name === 'entry.id') await sql`update audit.seal set entry_id = ${value}::uuid where sequence = 1`.execute(tx);
  const stored = await sql<{ value: string | null }>`select ${sql.ref(name)}::text as value from ${FIRST}`.execute(tx);
  const [row] = await readChainedRows(tx, 0, 1, 1);
  assert.ok(row?.entry);
  const { sequence, previousChecksum, entry } = row;
  const hashed = toChecksum(sequence, toCanonical(entry), entry.payloadHash, previousChecksum).toString('hex');
  return { stored: stored.rows[0]?.value, hashed };
}

test('two different values of a column never have one canonical form', async (t) => {
  const app = await testApp(t);
  await recordMany(app, 2);
  const { rows } = await app.database.pool.query<{ name: string }>(
    `select 'entry.' || column_name as name from information_schema.columns where table_schema = 'audit' and table_name = 'entry'`,
  );
  assert.deepEqual(
    rows.map(({ name }) => name).filter((name) => !(name in COLUMNS)),
    [],
    'a column has no case here',
  );

  for (const [name, values] of Object.entries(COLUMNS))
    await t.test(name, () =>
      onTampered(app, UNBOUND, async (tx) => {
        const known = new Map<string, string | null | undefined>();
        const isNullable = name !== 'entry.id' && !name.endsWith('hash') && !name.endsWith('checksum'); // else a break
        const all = isNullable ? fc.option(values, { freq: 20 }) : values;
        await fc.assert(
          fc.asyncProperty(all, async (value) => {
            const { stored, hashed } = await formOf(tx, name, value);
            if (known.has(hashed)) assert.equal(stored, known.get(hashed));
            known.set(hashed, stored);
          }),
          { numRuns: RUNS, seed: SEED },
        );
      }),
    );
});

test('a payload counts as intact only with exactly the bytes that were stored', async (t) => {
  const app = await testApp(t);
  await recordMany(app, 2);
  const keys = createKeys(SECRET);
  const people = createPersonKeys(app.database.pool, keys);

  for (const column of ['salt', 'sealed', 'origin'])
    await t.test(column, () =>
      onTampered(app, UNBOUND, async (tx) => {
        const { rows } = await sql<{ id: string; value: Buffer }>`select entry_id as id, ${sql.ref(column)} as value
          from audit.payload where entry_id = (select entry_id from audit.seal where sequence = 1)`.execute(tx);
        const [row] = rows;
        assert.ok(row);
        const stateWith = async (value: Buffer) => {
          await sql`update audit.payload set ${sql.ref(column)} = ${value} where entry_id = ${row.id}::uuid`.execute(
            tx,
          );
          const found = await readChainedRows(tx, 0, 1, 1);
          return toChainRows(found, await people.opener(peopleOf(found.flatMap(({ entry }) => entry ?? []))))[0]
            ?.payload;
        };

        assert.equal(await stateWith(row.value), 'intact');
        const zero = Buffer.alloc(1);
        for (const other of [
          Buffer.concat([row.value, zero]),
          Buffer.concat([row.value, Buffer.alloc(48)]),
          row.value.subarray(1),
          Buffer.alloc(0),
        ])
          assert.notEqual(await stateWith(other), 'intact', `${other.length} bytes`);
        await fc.assert(
          fc.asyncProperty(fc.nat(row.value.length - 1), fc.integer({ min: 1, max: 255 }), async (at, bits) => {
            const other = Buffer.from(row.value);
            other[at] = (other[at] ?? 0) ^ bits;
            assert.notEqual(await stateWith(other), 'intact');
          }),
          { numRuns: RUNS, seed: SEED },
        );
      }),
    );
});
