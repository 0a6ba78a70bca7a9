import { sql, type RawBuilder } from 'kysely';
import { system } from '#kernel/access.ts';
import type { Db } from '#platform/database/port.ts';
import type { KeysOfSecret } from './derived.ts';
import type { SealedColumn } from './port.ts';

const BATCH = 200; // rows locked at once, for some milliseconds

/** The result for one column. */
export interface ReEncryptedColumn {
  readonly name: string;
  readonly rows: number;
  /** Rows that were under the previous secret, or that an earlier version had not bound to their place. */
  readonly old: number;
  /** Rows that can be opened under neither secret. */
  readonly unopenable: number;
}

export interface ReEncryptionNeeds {
  readonly db: Db<unknown>;
  readonly keys: KeysOfSecret;
  readonly columns: readonly SealedColumn[];
}

/**
 * Re-encrypts under the current secret what is still under the previous one, and binds to its place what is not. Safe
 * while servers run: a row that is written meanwhile is skipped, since the writer has sealed it under the current secret.
 * After an interruption, run it again.
 */
export function createReEncryption({ db, keys, columns }: ReEncryptionNeeds) {
  const reEncrypt = () => inTurn((column) => walk(column, true));

  /** One column after another, so that servers keep their connections. */
  async function inTurn(work: (column: SealedColumn) => Promise<ReEncryptedColumn>): Promise<ReEncryptedColumn[]> {
    const done: ReEncryptedColumn[] = [];
    for (const column of columns) done.push(await work(column));
    return done;
  }

  async function walk(column: SealedColumn, changes: boolean): Promise<ReEncryptedColumn> {
    const counts = { rows: 0, old: 0, unopenable: 0 };
    let after: readonly string[] | null = null;
    for (;;) {
      const batch: readonly Row[] = await readBatch(db, column, after);
      const last = batch.at(-1);
      if (!last) return { name: `${column.table}.${column.column}`, ...counts };
      after = last.key;
      const changed: Change[] = [];
      for (const { key, sealed } of batch) {
        counts.rows++;
        try {
          const reEncrypted = keys.reEncrypt(column, key, sealed);
          if (reEncrypted) changed.push({ key, sealed, reEncrypted });
        } catch {
          counts.unopenable++;
        }
      }
      counts.old += changed.length;
      if (changes && changed.length > 0) await writeBatch(db, column, changed);
    }
  }

  return { reEncrypt, check: () => inTurn((column) => walk(column, false)) };
}

interface Row {
  readonly key: readonly string[];
  readonly sealed: Buffer;
}
interface Change extends Row {
  readonly reEncrypted: Buffer;
}

async function readBatch(
  db: Db<unknown>,
  { table, key, column }: SealedColumn,
  after: readonly string[] | null,
): Promise<Row[]> {
  const names = Object.keys(key).map((name) => sql.ref(name));
  const types = Object.values(key).map((type) => sql.raw(type));
  const place = sql.join((after ?? []).map((value, at) => sql`${value}::${types[at]}`));
  const { rows } = await sql<Row>`
    select array[${sql.join(names.map((name) => sql`${name}::text`))}] as key, ${sql.ref(column)} as sealed from ${sql.table(table)}
    where ${sql.ref(column)} is not null ${after ? sql`and (${sql.join(names)}) > (${place})` : sql``}
    order by ${sql.join(names)} limit ${BATCH}`.execute(db.read);
  return rows;
}

async function writeBatch(
  db: Db<unknown>,
  { table, key, column }: SealedColumn,
  changes: readonly Change[],
): Promise<void> {
  const lists: RawBuilder<unknown>[] = Object.keys(key).map(
    (_, at) => sql`${changes.map((row) => row.key[at])}::text[]`,
  );
  const aliases = Object.keys(key).map((_, at) => sql.ref(`k${at}`));
  const matches = Object.entries(key).map(
    ([name, type], at) => sql`${sql.ref(`t.${name}`)} = n.${aliases[at]}::${sql.raw(type)}`,
  );
  await db.write(system('keys'), async ({ tx }) => {
    await sql`update ${sql.table(table)} t set ${sql.ref(column)} = n.re_encrypted
      from unnest(${sql.join([...lists, sql`${changes.map(({ sealed }) => sealed)}::bytea[]`, sql`${changes.map(({ reEncrypted }) => reEncrypted)}::bytea[]`])})
        n (${sql.join([...aliases, sql.ref('sealed'), sql.ref('re_encrypted')])})
      where ${sql.join(matches, sql` and `)} and ${sql.ref(`t.${column}`)} = n.sealed`.execute(tx);
  });
}
