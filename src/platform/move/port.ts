/**
 * Moves: an installation goes to another PostgreSQL, and its objects to another storage.
 *
 * Objects are copied first, while the installation runs: their bytes never change. Then its database takes no changes any
 * more, what is still missing of the objects follows, and all rows are copied in one transaction. Each end knows of the other:
 * the old database says where the installation went, and the new one whether it holds all of it.
 */
import type { Queries } from '#platform/database/pool.ts';

/** In the old database, from the beginning of a move on. */
export const LEAVING = 'bonyan.leaving';
/** In the new one. */
export const ARRIVED = 'bonyan.arrived';
/** In the new one until the end: the objects that it has. */
export const MOVED_OBJECT = 'bonyan.moved_object';

/** Why an installation cannot be moved, or not be used; the message says what to do. */
export class MoveError extends Error {
  override readonly name = 'MoveError';
}

/** @throws {MoveError} when the installation is somewhere else, or on its way */
export async function requireHere(pool: Queries): Promise<void> {
  const { rows } = await pool.query('select 1 where to_regclass($1) is not null', [LEAVING]);
  if (rows.length === 0) return;
  const { rows: moves } = await pool.query<{ target: string; isOver: boolean; at: Date }>(
    `select target, ended_at is not null as "isOver", coalesce(ended_at, read_only_at) as at from ${LEAVING} where read_only_at is not null`,
  );
  const [move] = moves;
  if (!move) return;
  const at = new Date(move.at).toISOString();
  throw new MoveError(
    move.isOver
      ? `This installation was moved to ${move.target} (${at}). Start it there: with the settings that \`bonyan move\` named. Two installations would both send what is waiting to be sent. If the other one is never to be used, \`bonyan move cancel\` makes this one usable again.`
      : `This installation is being moved to ${move.target} (since ${at}), or the move was interrupted. Wait for its end, run the same \`bonyan move\` again, or end it by \`bonyan move cancel\`.`,
  );
}
