import pg from 'pg';

/** Handlers at the same time, and connections, in every contender. */
export const CONCURRENCY = 8;
export const CONNECTIONS = 10;

/** A queue under test. Its handler first calls `onBegun`, then durably writes one history row. */
export interface Contender {
  readonly name: string;
  /** The settings that make it fast; for the report. */
  readonly tuning: string;
  /** Stores `refs` durably, with its bulk call. */
  add(refs: readonly string[]): Promise<void>;
  /** Starts working; resolves when it would notice a new item. */
  start(): Promise<void>;
  /** Stops working; `add` can still be called. */
  stop(): Promise<void>;
  /** Whether no item is left to run or to complete. */
  isEmpty(): Promise<boolean>;
  close(): Promise<void>;
}

export interface ContenderNeeds {
  readonly url: string;
  readonly onBegun: (ref: string) => void;
}

/** The handler of the contenders without a unit of work: a prepared statement on a separate pool. */
export function openHistory(url: string, contender: string) {
  const pool = new pg.Pool({ connectionString: url, max: CONNECTIONS });
  pool.on('error', () => {}); // an idle connection that was cut is replaced at its next use
  pool.on('connect', (client) => client.on('error', () => {}));
  const insert = { name: 'history', text: 'insert into bench.history (contender, ref) values ($1, $2)' };
  return {
    pool,
    record: async (ref: string) => void (await pool.query({ ...insert, values: [contender, ref] })),
    isNone: async (sql: string) => (await pool.query(sql)).rowCount === 0,
  };
}
