import { sql, type RawBuilder, type SqlBool } from 'kysely';
import { searchKeys, searchText } from '#kernel/text.ts';

/** What narrows a list, and has no index in the order of the list. */
export interface Filter {
  readonly condition: RawBuilder<SqlBool>;
  /** An index that finds the rows in no order, which is of use where they are few. */
  readonly index?: {
    /** `schema.table`, with a column `id`. */
    readonly table: string;
    readonly condition: RawBuilder<SqlBool>;
  };
}

/** The index over the texts of a table, in which `search_text` is the column that `platform.search_text` has folded. */
export interface SearchIndex {
  /** `schema.table`. */
  readonly table: string;
  /** The name by which the query knows the table, if it has one. */
  readonly alias?: string;
  /** What the index holds apart, as SQL over the table's columns, and which of it is searched. Default: all is searched. */
  readonly scope?: { readonly sql: string; readonly value: string };
}

/**
 * Whether a row contains `text`, compared as `searchText` does; null if nothing of the text counts. The index has keys of
 * three letters: a shorter text is compared with each row.
 */
export function containing(
  { table, alias = table, scope = { sql: "''", value: '' } }: SearchIndex,
  text: string,
): Filter | null {
  const folded = searchText(text);
  if (folded === '') return null;
  const condition = sql<SqlBool>`strpos(${sql.raw(alias)}.search_text, ${folded}) > 0`;
  const parts = searchKeys(folded);
  if (parts.length === 0) return { condition };
  const found = sql<SqlBool>`
    platform.search_keys(${sql.raw(scope.sql)}, search_text) @> platform.search_keys_of(${scope.value}, ${parts}::text[])
    and strpos(search_text, ${folded}) > 0`;
  return { condition, index: { table, condition: found } };
}
