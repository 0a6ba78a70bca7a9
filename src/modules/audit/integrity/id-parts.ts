import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { AuditTables } from '../tables.ts';

/** Rows of a part, at most; a statement that compares so many with another table takes a few dozen milliseconds. */
export const PART = 20_000;

const FIRST = '00000000-0000-0000-0000-000000000000';

/** A range of ids: from `first` to below `end`; null is the end of the table. */
export interface IdPart {
  readonly first: string;
  readonly end: string | null;
}

/** The tables that are walked, each with the column of its ids, which has an index. */
const COLUMNS = { entry: 'id', payload: 'entry_id', seal: 'entry_id', unsealed: 'entry_id' } as const;

/**
 * The ranges of ids of a table, in order, with about `rows` rows each. Together they hold every id; of a table without its
 * constraints there may be rows without one.
 */
export async function* partsOf(
  db: Kysely<AuditTables>,
  table: keyof typeof COLUMNS,
  rows = PART,
): AsyncGenerator<IdPart> {
  const column = sql.ref(COLUMNS[table]);
  for (let first = FIRST; ;) {
    const { rows: next } = await sql<{ id: string }>`
      select ${column} as id from ${sql.table(`audit.${table}`)} where ${column} > ${first}::uuid
      order by ${column} offset ${rows - 1} limit 1`.execute(db);
    const end = next[0]?.id ?? null;
    yield { first, end };
    if (end === null) return;
    first = end;
  }
}

/** Both sides of a comparison need it: then the planner reads the same range of two indexes, and no whole table. */
export function isIn({ first, end }: IdPart, column: string): RawBuilder<boolean> {
  const from = sql<boolean>`${sql.ref(column)} >= ${first}::uuid`;
  return end === null ? from : sql<boolean>`(${from} and ${sql.ref(column)} < ${end}::uuid)`;
}
