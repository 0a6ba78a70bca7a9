import { setImmediate } from 'node:timers/promises';
import type { Pool } from '../pool.ts';

/** How far the history of the primary reached at some moment. */
export interface Position {
  /** In the write-ahead log: `16/B374D848`. */
  readonly lsn: string;
  /** Positions of different timelines say nothing about each other: a promotion begins another one. */
  readonly timeline: number;
}

export type Positions = ReturnType<typeof createPositions>;

/**
 * Where the primary is now. One statement answers all who ask in the same turn of the event loop; it is sent after they
 * have asked, so whatever was acknowledged to anyone before that lies before the answer.
 *
 * The position of what was inserted, not of what was flushed: a change that is visible, but does not wait for the disk
 * (`synchronous_commit = off`, claims of work), lies before it too.
 */
export function createPositions(pool: Pick<Pool, 'query'>) {
  let next: Promise<Position> | null = null;

  async function ask(): Promise<Position> {
    await setImmediate();
    next = null; // who comes from here on may know more than this statement sees
    const { rows } = await pool.query<Position>(POSITION, []);
    const [position] = rows;
    if (!position) throw new Error('the primary did not tell its position');
    return position;
  }

  return { now: (): Promise<Position> => (next ??= ask()) };
}

/** The name of a segment begins with its timeline, in hexadecimal. Fails on a server that is no primary. */
const POSITION = `
  select lsn::text as lsn, ('x' || left(pg_walfile_name(lsn), 8))::bit(32)::int as timeline
  from pg_current_wal_insert_lsn() lsn`;
