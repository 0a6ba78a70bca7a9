import { Problem } from '#kernel/problem.ts';
import type { Connection, Pool } from '../pool.ts';

const REACH_MS = 500; // a replica that takes longer for a connection and an answer is as good as away

/** The replica did not answer in time, or there was no connection to it. */
export class Unreached extends Error {
  override readonly name = 'Unreached';
  /** False when it was waited for a connection: all may be busy, or the server away. */
  readonly wasConnected: boolean;

  constructor(cause: unknown, wasConnected: boolean) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.wasConnected = wasConnected;
  }
}

/**
 * What `ask` has answered, and the connection, which the caller then releases. A connection that does not answer in time
 * is dropped: it may be silent for ever.
 * @throws {Unreached}; problems of the pool as they are
 */
export async function reach<T>(pool: Pick<Pool, 'connect'>, ask: (connection: Connection) => Promise<T>) {
  let drop: (() => void) | undefined;
  let isGivenUp = false;

  async function reaching(): Promise<{ connection: Connection; answer: T }> {
    const connection = await pool.connect();
    drop = () => connection.release(true);
    if (!isGivenUp) return { connection, answer: await ask(connection) };
    connection.release();
    throw new Error('nobody waits any more');
  }

  try {
    return await within(reaching(), REACH_MS);
  } catch (error) {
    isGivenUp = true;
    drop?.();
    throw error instanceof Problem ? error : new Unreached(error, drop !== undefined);
  }
}

/** Rejects when `work` has not ended after `ms`; it goes on. */
export async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
