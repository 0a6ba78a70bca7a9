import { newId } from '#kernel/id.ts';
import type pg from 'pg';
import { allowChanges, refuseChanges } from './changes.ts';
import { LEAVING, MoveError } from './port.ts';

const LOCK = 7_226_004; // any number that nothing else here locks on

/** What the old database knows of its move. */
export interface Leaving {
  readonly id: string;
  /** For people: without a password. */
  readonly target: string;
  readonly isReadOnly: boolean;
  readonly isOver: boolean;
}

export type Departure = Awaited<ReturnType<typeof openDeparture>>;

/**
 * The move in the old database; until `client` ends, no other one runs there.
 * @throws {MoveError} when another one does
 */
export async function openDeparture(client: pg.Client) {
  const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [LOCK]);
  if (!rows[0]?.taken) throw new MoveError('Another move of this installation is running. Wait for its end.');

  async function find(): Promise<Leaving | null> {
    const { rows: tables } = await client.query('select 1 where to_regclass($1) is not null', [LEAVING]);
    if (tables.length === 0) return null;
    const { rows: moves } = await client.query<Leaving>(
      `select id, target, read_only_at is not null as "isReadOnly", ended_at is not null as "isOver" from ${LEAVING}`,
    );
    return moves[0] ?? null;
  }

  return {
    find,
    /**
     * The id of the move to `target`. `known`: the one that the new database has, which goes on. An empty database is another
     * move: what was left half-way elsewhere must not become a second installation later.
     */
    async begin(target: string, known: string | null): Promise<string> {
      const found = await find();
      if (found && known !== null && known !== found.id) return found.id;
      const id = found && known !== null ? known : newId();
      if (found) {
        await client.query(`update ${LEAVING} set id = $1, target = $2`, [id, target]);
        return id;
      }
      await client.query(
        `create table if not exists ${LEAVING} (is_current boolean primary key default true check (is_current), id uuid not null,
           target text not null, read_only_at timestamptz, ended_at timestamptz)`,
      );
      await client.query(`grant select on ${LEAVING} to public`); // also another login that runs the server must see it
      await client.query(`insert into ${LEAVING} (id, target) values ($1, $2)`, [id, target]);
      return id;
    },
    refuseChanges: () =>
      refuseChanges(client, () => client.query(`update ${LEAVING} set read_only_at = coalesce(read_only_at, now())`)),
    end: () => client.query(`update ${LEAVING} set ended_at = coalesce(ended_at, now())`),
    cancel: () => allowChanges(client, () => client.query(`drop table if exists ${LEAVING}`)),
  };
}
