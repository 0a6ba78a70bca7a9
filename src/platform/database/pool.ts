import type { Writable } from 'node:stream';
import pg from 'pg';
import { defineError, Problem } from '#kernel/problem.ts';
import type { OutageLog } from '#platform/log/outages.ts';
import { cancelStatement } from './cancel.ts';
import { runCopy } from './driver/copy.ts';
import { createStatementRunner, type StatementResult } from './driver/statement.ts';

export const databaseErrors = {
  shareUsed: defineError('database.share_used', 429, 'Too many of your requests use the database'),
  unavailable: defineError('database.unavailable', 503, 'The database does not answer'),
  timeout: defineError('database.timeout', 503, 'The database took too long'),
  locked: defineError('database.locked', 503, 'Another operation holds what this one needs'),
  diskFull: defineError('database.disk_full', 503, 'The disk of the database is full'),
  readOnly: defineError('database.read_only', 503, 'Nothing can be changed for now'),
};

const DISK_FULL = '53100';
const READ_ONLY = '25006';
const FULL_RETRY_SECONDS = 30; // somebody has to free space first
const READ_ONLY_RETRY_SECONDS = 5; // a promotion takes seconds, a move of the installation minutes

/** A server that takes no changes answers everything else. */
const CHANGES = new Set(['INSERT', 'UPDATE', 'DELETE']);

const CONNECT_TIMEOUT_MS = 5000;

interface Answer<R> {
  readonly rows: R[];
}

/** For what runs on a pool as on a client of the driver: its columns have names of one word. */
export interface Queries {
  query<R extends object>(sql: string, values?: unknown[]): Promise<Answer<R>>;
}

/** Rows come back with camelCase keys. Several queries may be under way at once. */
export interface Connection {
  query<R = Record<string, unknown>>(sql: string, values?: readonly unknown[]): Promise<StatementResult<R>>;
  /** Runs `copy … from stdin` with rows in its text format; answers how many. */
  copy(sql: string, content: Buffer): Promise<number>;
  /**
   * Cancels the statement that is under way; it fails with SQLSTATE 57014. Release the connection only afterwards, and as
   * broken if the answer is false: then a later statement may be cancelled.
   */
  cancel(): Promise<boolean>;
  /** `broken` drops the connection instead of pooling it. */
  release(broken?: boolean): void;
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
  /** Whether a server that does not answer has stopped because its disk is full. Default: not known. */
  readonly isDiskFull?: () => boolean;
  /** True of a replica. Any other server that takes no writes was not promoted yet, or its installation is being moved. */
  readonly isReplica?: boolean;
  /** Hears whether the server answers. */
  readonly outages?: OutageLog;
  /** Hears whether it takes changes. */
  readonly pauses?: OutageLog;
}

const UNLIMITED: TimeLimits = { statementMs: 0, lockMs: 0 };
const UNKNOWN: TimeLimits = { statementMs: NaN, lockMs: NaN };

export type Pool = ReturnType<typeof openPool>;

/** Opens a pool of pipelined connections. Connects lazily: an unreachable server is not an error here. */
export function openPool({
  url,
  size,
  isPrepared,
  isPooled = false,
  isReplica = false,
  isDiskFull = () => false,
  outages,
  pauses,
}: PoolOptions) {
  const pool = new pg.Pool({
    connectionString: url,
    max: size,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    pipeline: true,
  });
  pool.on('error', () => {}); // an idle connection was cut: the pool drops it, and the next use opens another
  // When a connection in use is cut, the client emits 'error', not the pool; without a listener that would end the
  // process.
  pool.on('connect', (client) => {
    client.on('error', () => {});
    // Statements here are short: compiling one took up to 1.7 s where running it took 2 ms (decision 34).
    if (!isPooled) client.query('set jit = off').catch(() => {}); // a connection that is lost; its next use says so
  });
  const runStatement = createStatementRunner({ isPrepared, isPooled });
  const limited = new WeakMap<pg.ClientBase, TimeLimits>();
  let refusal: { readonly atMs: number; readonly reason: string } | null = null;

  /** A connection loss, or a full disk, as the problem that callers get. Undefined for every other error. */
  function toProblem(error: unknown): Problem | undefined {
    if (error instanceof Error && 'code' in error && error.code === DISK_FULL) {
      refusal = { atMs: performance.now(), reason: error.message };
      return diskFull(error);
    }
    if (!isReplica && error instanceof pg.DatabaseError && error.code === READ_ONLY) {
      pauses?.failed(error);
      return Object.assign(databaseErrors.readOnly({ retryAfterSeconds: READ_ONLY_RETRY_SECONDS }), { cause: error });
    }
    return isConnectionLoss(error) ? lost(error) : undefined;
  }

  function lost(error: unknown): Problem {
    outages?.failed(error);
    return isDiskFull() ? diskFull(error) : unavailable(error);
  }

  /** Its errors, with those of the connection as problems. */
  async function observe<T>(statement: Promise<T>, isChange: (result: T) => boolean): Promise<T> {
    try {
      const result = await statement;
      outages?.answered();
      if (isChange(result)) pauses?.answered();
      return result;
    } catch (error) {
      const problem = toProblem(error);
      if (problem) throw problem;
      // The driver's stack ends at the socket, without our frames.
      if (error instanceof Error) Error.captureStackTrace(error);
      throw error;
    }
  }

  function run<R>(client: pg.ClientBase, sql: string, values?: readonly unknown[]): Promise<StatementResult<R>> {
    return observe(runStatement<R>(client, sql, values), ({ command }) => CHANGES.has(command));
  }

  async function connect(limits = UNLIMITED): Promise<Connection> {
    const client = await checkOut(limits);
    return {
      query(sql, values) {
        gather(client);
        return run(client, sql, values);
      },
      copy(sql, content) {
        gather(client);
        return observe(runCopy(client, sql, content), () => true);
      },
      cancel: () => cancelStatement(client),
      release: (broken) => client.release(broken),
    };
  }

  async function query<R = Record<string, unknown>>(
    sql: string,
    values: readonly unknown[] = [],
  ): Promise<StatementResult<R>> {
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
        // With all connections open and busy, the server answers: requests wait for one another.
        if (!client) return reject(pool.totalCount >= size ? unavailable(error) : lost(error));
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
    client.query(`set statement_timeout = ${statementMs}; set lock_timeout = ${lockMs}`).catch(() => {
      limited.set(client, UNKNOWN); // a request that is given up may cancel this in place of its own statement
    });
  }

  return {
    connect,
    query,
    waiting: () => pool.waitingCount,
    /** How many there are now: in use, idle, and callers that wait for one. */
    connections: () => ({
      busy: pool.totalCount - pool.idleCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
    }),
    /** What the server said when it last refused a statement because its disk is full; null if not within `ms`. */
    diskRefusal: (ms: number) => (refusal && performance.now() - refusal.atMs < ms ? refusal.reason : null),
    close: () => pool.end(),
  };
}

function diskFull(cause: unknown) {
  return Object.assign(databaseErrors.diskFull({ retryAfterSeconds: FULL_RETRY_SECONDS }), { cause });
}

const AWAY = new Set([databaseErrors.unavailable.code, databaseErrors.readOnly.code]);

/** The server does not answer, or takes no changes; the pool has told its `outages` or `pauses` of it. */
export function isDatabaseAway(error: unknown): boolean {
  return error instanceof Problem && AWAY.has(error.code);
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
