/**
 * A ClickHouse server, for tables that PostgreSQL cannot hold or search any more. What is written there was committed in
 * PostgreSQL before: it has no transactions, and may show a row twice until it has merged its parts.
 */
export interface ClickHouse {
  /**
   * The rows of a query, which changes nothing; null when it does not end within `timeoutMs`, or needs more memory than the
   * server gives it. It ends in the server when the request on whose behalf it runs is given up. Times come as ISO 8601.
   */
  select<Row>(query: ClickHouseQuery, timeoutMs: number): Promise<Row[] | null>;
  /** Resolves when the rows can be read. Times may be ISO 8601. After an error they may be there or not. */
  insert(table: string, rows: readonly object[]): Promise<void>;
  /** A statement that changes tables. Resolves when all of it is done. */
  command(query: ClickHouseQuery): Promise<void>;
}

/** SQL, with a value for each `{name:Type}` in it. */
export interface ClickHouseQuery {
  readonly text: string;
  readonly values: Readonly<Record<string, string | number>>;
}
