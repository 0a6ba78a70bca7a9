import { Problem } from '#kernel/problem.ts';
import type { StatementResult } from '../driver/statement.ts';
import { databaseErrors, isDatabaseAway, type Connection, type Pool } from '../pool.ts';
import type { RequestScope, RequestScopes } from '../requests/request-scope.ts';
import type { Position, Positions } from './positions.ts';
import { reach, Unreached } from './reach.ts';
import type { Replica } from './replica.ts';

const FRESH_MS = 100; // what a request reads later may decide whether its bytes may still leave
const REFUSALS = new Set([databaseErrors.timeout.code, databaseErrors.shareUsed.code]);

export interface ReplicaReadsNeeds {
  /** The pools as requests use them, of the primary and of the replica. */
  readonly primary: Pool;
  readonly there: Pick<Pool, 'connect'>;
  readonly replica: Pick<Replica, 'isUsable' | 'answered' | 'missed' | 'skipped' | 'suspected' | 'failed' | 'onFailed'>;
  readonly positions: Positions;
  readonly scopes: RequestScopes;
}

/** What is known of one request. */
interface Reading {
  /** Of the primary after the request came; null when it did not tell. */
  position: Promise<Position | null> | undefined;
  /** When the position was asked for. */
  askedMs: number;
  /** It has read or written there, and the replica may not have that yet. */
  isOnPrimary: boolean;
}

/**
 * The pool of the primary, from which single statements of requests that only read go to the replica, if it has replayed
 * all that the primary had when the request first read, or a tenth of a second ago. So a request sees whatever was acknowledged to anyone before it
 * came: its own writes, a revocation, what an earlier request has seen.
 *
 * The replica is asked on the connection of the statement, and right before it, in the same packet. So it does not matter
 * which of several is behind the address, or what it was a moment ago. A statement that it cannot answer, for whatever
 * reason, is sent to the primary, as are all later ones of the same request.
 */
export function createReplicaReads({ primary, there, replica, positions, scopes }: ReplicaReadsNeeds): Pool {
  const readings = new WeakMap<RequestScope, Reading>();

  function readingOf(scope: RequestScope): Reading {
    const known = readings.get(scope);
    if (known) return known;
    const opened = { position: undefined, askedMs: 0, isOnPrimary: false };
    readings.set(scope, opened);
    return opened;
  }

  function connect(): Promise<Connection> {
    const scope = scopes.current();
    if (scope) readingOf(scope).isOnPrimary = true;
    return primary.connect();
  }

  async function query<R = Record<string, unknown>>(
    sql: string,
    values: readonly unknown[] = [],
  ): Promise<StatementResult<R>> {
    const scope = scopes.reading();
    if (!scope || scope.isGone) return primary.query<R>(sql, values);
    const reading = readingOf(scope);
    if (!reading.isOnPrimary) {
      const found = await readThere<R>(reading, sql, values);
      if (found) return found;
    }
    reading.isOnPrimary = true;
    return primary.query<R>(sql, values);
  }

  /** A request that goes on for long, such as a download, sees what was acknowledged since it came. */
  function positionOf(reading: Reading): Promise<Position | null> {
    const atMs = performance.now();
    if (reading.position && atMs - reading.askedMs <= FRESH_MS) return reading.position;
    reading.askedMs = atMs;
    return (reading.position = positions.now().catch(() => null));
  }

  /** Null when it is to be read from the primary. */
  async function readThere<R>(
    reading: Reading,
    sql: string,
    values: readonly unknown[],
  ): Promise<StatementResult<R> | null> {
    if (!replica.isUsable()) {
      replica.skipped();
      return null;
    }
    const position = await positionOf(reading);
    if (!position) return null; // the primary is away, and says so when it is asked
    try {
      const found = await send<R>(position, sql, values);
      if (found) replica.answered();
      else replica.missed();
      return found;
    } catch (error) {
      if (error instanceof Problem && REFUSALS.has(error.code)) throw error;
      if (error instanceof Unreached && !error.wasConnected) replica.suspected();
      else if (error instanceof Unreached || isDatabaseAway(error)) replica.failed(error);
      return null; // other statements are refused there, such as one that locks rows, or were in the way of the replay
    }
  }

  /** Null when the replica is behind `position`, or on another timeline. */
  async function send<R>(
    { lsn, timeline }: Position,
    sql: string,
    values: readonly unknown[],
  ): Promise<StatementResult<R> | null> {
    const { connection, answer } = await reach(there, async (asked) => {
      const checking = asked.query<{ isThere: boolean }>(CHECK, [lsn, timeline]);
      const sent = asked.query<R>(sql, values);
      sent.catch(() => {}); // it is awaited later
      const { rows } = await checking;
      return { sent, isThere: rows[0]?.isThere === true };
    });
    if (answer.isThere) return receive(connection, answer.sent);
    receive(connection, answer.sent).catch(() => {}); // it was sent all the same: the connection is free when it has ended
    return null;
  }

  /** Not waited for any more when the replica does not answer others: it may be silent for ever. */
  async function receive<R>(connection: Connection, sent: Promise<StatementResult<R>>): Promise<StatementResult<R>> {
    const { promise: lost, reject } = Promise.withResolvers<never>();
    let isLost = false;
    const stopListening = replica.onFailed((error) => {
      isLost = true;
      reject(new Unreached(error, true));
    });
    try {
      return await Promise.race([sent, lost]);
    } finally {
      stopListening();
      connection.release(isLost);
    }
  }

  return { ...primary, connect, query };
}

/** Whether the server has replayed the history of the primary up to a position. */
const CHECK = `
  select pg_is_in_recovery() and coalesce(pg_last_wal_replay_lsn() >= $1::pg_lsn, false)
    and exists (select from pg_stat_wal_receiver where status = 'streaming' and received_tli = $2::int) as is_there`;
