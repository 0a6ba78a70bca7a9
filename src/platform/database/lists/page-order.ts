import { UUID_PATTERN } from '#kernel/id.ts';

/** The order of a list, and how a cursor stores a place in it. */
export interface PageOrder<Row> {
  /** Part of the cursor, so that one made for another order is refused: `createdAt:desc`. */
  readonly name: string;
  readonly direction: 'asc' | 'desc';
  /** What the list is ordered by before the id, and its type: SQL that the program wrote. Default: the id alone. */
  readonly by?: { readonly sql: string; readonly type: string };
  /** SQL of the id's column, where the query joins several tables. Default: `id`. */
  readonly id?: string;
  /** The text of a row's sort value. */
  value(row: Row): string;
  /** Whether a text can be a sort value: a cursor is input like any other. */
  isValue(text: string): boolean;
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
