import type { Writable } from 'node:stream';
import pg from 'pg';
import { defineError } from '#kernel/problem.ts';
import { cancelStatement } from './cancel.ts';

export const databaseErrors = {
  shareUsed: defineError('database.share_used', 429, 'Too many of your requests use the database'),
  unavailable: defineError('database.unavailable', 503, 'The database does not answer'),
  timeout: defineError('database.timeout', 503, 'The database took too long'),
  locked: defineError('database.locked', 503, 'Another operation holds what this one needs'),
};

const MAX_NAMED_STATEMENTS = 1000; // each costs memory in every connection; further texts run unprepared
const CONNECT_TIMEOUT_MS = 5000;

/** Rows come back with camelCase keys. Several queries may be under way at once. */
export interface Connection {
  query<R = Record<string, unknown>>(sql: string, values?: readonly unknown[]): Promise<Result<R>>;
  /** Cancels the statement that is under way; it fails with SQLSTATE 57014. Release the connection only afterwards. */
  cancel(): Promise<void>;
  /** `broken` drops the connection instead of pooling it. */
  release(broken?: boolean): void;
}

export interface Result<R> {
  readonly rows: R[];
  readonly rowCount: number;
  readonly command: string;
}

/** How long a statement may run, and wait for a lock, in milliseconds; 0: for ever. */
export interface TimeLimits {
  readonly statementMs: number;
  readonly lockMs: number;
}

export interface PoolOptions {
  readonly url: string;
  /** Maximum number of connections. */
  readonly size: number;
  /** False behind a pooler that does not support named statements. */
  readonly isPrepared: boolean;
  /** True behind a pooler, which gives one server connection to many clients: the limits of one would reach others. */
  readonly isPooled?: boolean;
}

const UNLIMITED: TimeLimits = { statementMs: 0, lockMs: 0 };

export type Pool = ReturnType<typeof openPool>;

/** Opens a pool of pipelined connections. Connects lazily: an unreachable server is not an error here. */
export function openPool({ url, size, isPrepared, isPooled = false }: PoolOptions) {
  const pool = new pg.Pool({
    connectionString: url,
    max: size,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    pipeline: true,
    types: { getTypeParser },
  });
  pool.on('error', () => {}); // an idle connection was cut: the pool drops it, and the next use opens another
  // When a connection in use is cut, the client emits 'error', not the pool; without a listener that would end the
  // process.
  pool.on('connect', (client) => client.on('error', () => {}));
  const names = new Map<string, string>();
  const camelCased = new Map<string, string>();
  const limited = new WeakMap<pg.ClientBase, TimeLimits>();

  /** One name per distinct text, so that the server parses and plans it once per connection. */
  function nameOf(sql: string): string | undefined {
    const known = names.get(sql);
    if (known !== undefined || !isPrepared || names.size === MAX_NAMED_STATEMENTS) return known;
    const name = `s${names.size + 1}`;
    names.set(sql, name);
    return name;
  }

  async function run<R>(client: pg.ClientBase, sql: string, values?: readonly unknown[]): Promise<Result<R>> {
    try {
      const name = values && nameOf(sql);
      const config: pg.QueryArrayConfig = { text: sql, rowMode: 'array' };
      if (values) config.values = values as unknown[]; // the driver only reads them
      if (name) config.name = name;
      const { rows, fields, rowCount, command } = await ask(client, config);
      return { rows: toRecords<R>(fields, rows), rowCount: rowCount ?? 0, command };
    } catch (error) {
      if (isConnectionLoss(error)) throw unavailable(error);
      // The driver's stack ends at the socket, without our frames.
      if (error instanceof Error) Error.captureStackTrace(error);
      throw error;
    }
  }

  function toRecords<R>(fields: readonly Pick<pg.FieldDef, 'name'>[], rows: readonly unknown[][]): R[] {
    const keys = fields.map(({ name }) => toCamel(name));
    return rows.map((values) => {
      const record: Record<string, unknown> = {};
      for (let index = 0; index < keys.length; index++) record[keys[index] as string] = values[index];
      return record as R;
    });
  }

  function toCamel(name: string): string {
    const known = camelCased.get(name);
    if (known !== undefined) return known;
    const camel = name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
    camelCased.set(name, camel);
    return camel;
  }

  async function connect(limits = UNLIMITED): Promise<Connection> {
    const client = await checkOut(limits);
    return {
      query(sql, values) {
        gather(client);
        return run(client, sql, values);
      },
      cancel: () => cancelStatement(client),
      release: (broken) => client.release(broken),
    };
  }

  async function query<R = Record<string, unknown>>(sql: string, values: readonly unknown[] = []): Promise<Result<R>> {
    const client = await checkOut(UNLIMITED);
    try {
      return await run<R>(client, sql, values);
    } finally {
      client.release();
    }
  }

  function checkOut(limits: TimeLimits): Promise<pg.PoolClient> {
    return new Promise((resolve, reject) => {
      pool.connect((error, client) => {
        if (!client) return reject(unavailable(error));
        limit(client, limits);
        resolve(client);
      });
    });
  }

  /** Sent in front of the next statement, and only when the connection had other limits before. */
  function limit(client: pg.ClientBase, limits: TimeLimits): void {
    if (isPooled || (limited.get(client) ?? UNLIMITED) === limits) return;
    limited.set(client, limits);
    gather(client);
    const { statementMs, lockMs } = limits;
    client.query(`set statement_timeout = ${statementMs}; set lock_timeout = ${lockMs}`).catch(() => {}); // so will the next
  }

  return { connect, query, waiting: () => pool.waitingCount, close: () => pool.end() };
}

function unavailable(cause: unknown) {
  return Object.assign(databaseErrors.unavailable({ retryAfterSeconds: 2 }), { cause });
}

/**
 * SQLSTATE class 08 and 57P0x, too many connections, errors of the socket, and the driver's messages for a cut
 * connection.
 */
export function isConnectionLoss(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  if (/^(08|57P0|53300)/.test(code) || ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOENT', 'ETIMEDOUT'].includes(code))
    return true;
  return /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect)/.test(
    error.message,
  );
}

/** Sends statements of the same turn (BEGIN and the first one, the last one and COMMIT) in one packet. */
function gather(client: pg.ClientBase): void {
  const { stream } = (client as unknown as { connection: { stream: Writable } }).connection; // not in its types
  stream.cork();
  process.nextTick(() => stream.uncork());
}

/**
 * By callback: the driver's promises keep each result until the next full garbage collection, which doubles a list's
 * cost.
 */
function ask(client: pg.ClientBase, config: pg.QueryArrayConfig): Promise<pg.QueryArrayResult> {
  return new Promise((resolve, reject) => {
    client.query(config, (error: Error | null, result) => {
      if (error) reject(error);
      else resolve(result);
    });
  });
}

/**
 * Instants stay ISO text from the driver to the answer (parsing them to Date would cost half of a list request), dates
 * stay `YYYY-MM-DD`, and bigint becomes a number: no count or position exceeds 2^53.
 */
function getTypeParser(oid: number, format?: 'text' | 'binary') {
  return parsers.get(oid) ?? (pg.types.getTypeParser(oid, format ?? 'text') as unknown);
}

const { TIMESTAMPTZ, DATE, INT8 } = pg.types.builtins;
const TEXT_ARRAY = 1009; // not among the driver's names
const parsers = new Map<number, (text: string) => unknown>([
  [TIMESTAMPTZ, toIso],
  [DATE, String],
  [INT8, Number],
  [TEXT_ARRAY, toTexts],
]);

/** `{a,b}` needs a full parser only for quoted items and for nulls. */
function toTexts(text: string): unknown {
  if (text === '{}') return [];
  if (text.includes('"') || text.includes('NULL')) return pg.types.getTypeParser(TEXT_ARRAY as never)(text);
  return text.slice(1, -1).split(',');
}

/** `2026-11-23 08:00:00.12+00`, as the server writes it in UTC, to `2026-11-23T08:00:00.120Z`. Text that is no such instant stays. */
function toIso(text: string): string {
  if (!text.endsWith('+00')) return Number.isNaN(Date.parse(text)) ? text : new Date(text).toISOString();
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${text.slice(20, -3).padEnd(3, '0').slice(0, 3)}Z`;
}
