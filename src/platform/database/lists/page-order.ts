import { sql, type SqlBool } from 'kysely';
import { UUID_PATTERN } from '#kernel/id.ts';
import { COUNT_LIMIT, type Paging } from '#kernel/page.ts';

/** So many rows in the order of their ids are looked at for one page: some milliseconds. */
export const WINDOW = 5000;

/** The order of a list, and how a cursor stores a place in it. */
export interface PageOrder<Row> {
  /** Part of the cursor, so that one made for another order is refused: `createdAt:desc`. */
  readonly name: string;
  readonly direction: 'asc' | 'desc';
  /** What the list is ordered by before the id, and its type: SQL that the program wrote. Default: the id alone. */
  readonly by?: { readonly sql: string; readonly type: string };
  /**
   * The column that bounds the list by `isExactly`, and comes first in the index: `job_id desc` where an index `(job_id, id)` is
   * read from its end, `file_id` with `(file_id, id desc)`. The planner then cannot read the primary key from its end instead,
   * past the rows of everybody else, where those of one person are old.
   */
  readonly bound?: string;
  /** SQL of the id's column, where the query joins several tables. Default: `id`. */
  readonly id?: string;
  /** The text of a row's sort value. */
  value(row: Row): string;
  /** Whether a text can be a sort value: a cursor is input like any other. */
  isValue(text: string): boolean;
}

/** `column = value`, from which the planner does not conclude that an order by the column means nothing. */
export function isExactly(column: string, value: string) {
  return sql<SqlBool>`${sql.raw(column)} between ${value} and ${value}`;
}

/** By id, which grows with time. */
export function newestFirst(id = 'id'): PageOrder<{ id: string }> {
  return {
    name: 'createdAt:desc',
    direction: 'desc',
    id,
    value: (row) => row.id,
    isValue: (text) => UUID_PATTERN.test(text),
  };
}

/**
 * How many rows a page with a filter looks at, and how many before it asks an index. In the order of the ids, which is
 * about that of the table, several rows are in one page of the database; in another order each row is in another one. A page with a
 * number may read the rows that it skips.
 */
export function windowOf<Row>({ by }: PageOrder<Row>, { offset }: Pick<Paging, 'offset'>) {
  if (offset > 0) return { probe: COUNT_LIMIT, window: COUNT_LIMIT };
  return by ? { probe: 100, window: 500 } : { probe: 1000, window: WINDOW };
}
