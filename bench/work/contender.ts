import pg from 'pg';

/** Of handlers at once, and of connections, in every contender. */
export const CONCURRENCY = 8;
export const CONNECTIONS = 10;

/** A queue under test. Each handler path writes one history row per run, durably, and calls `onBegun` first. */
export interface Contender {
  readonly name: string;
  /** Of what it needs to be fast; for the report. */
  readonly tuning: string;
  /** Stores `refs` durably; as many at once as its bulk form takes. */
  add(refs: readonly string[]): Promise<void>;
  /** Begins to work; resolves when it would notice an item. */
  start(): Promise<void>;
  /** Ends what `start` began; `add` still works. */
  stop(): Promise<void>;
  /** Whether nothing is left to do or to mark as done. */
  isEmpty(): Promise<boolean>;
  close(): Promise<void>;
}

export interface ContenderNeeds {
  readonly url: string;
  readonly onBegun: (ref: string) => void;
}

/** The handler of those that know no unit of work: a statement of its own, prepared, on a pool of its own. */
export function openHistory(url: string, contender: string) {
  const pool = new pg.Pool({ connectionString: url, max: CONNECTIONS });
  pool.on('error', () => {}); // a cut idle connection is replaced at its next use
  pool.on('connect', (client) => client.on('error', () => {}));
  const insert = { name: 'history', text: 'insert into bench.history (contender, ref) values ($1, $2)' };
  return {
    pool,
    record: async (ref: string) => void (await pool.query({ ...insert, values: [contender, ref] })),
    isNone: async (sql: string) => (await pool.query(sql)).rowCount === 0,
  };
}
