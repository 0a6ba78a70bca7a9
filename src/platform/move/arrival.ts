import type pg from 'pg';
import { RESTORING } from '#platform/database/migrate.ts';
import { requireEmpty } from '#platform/backup/schema.ts';
import { BackupError } from '#platform/backup/port.ts';
import { inTransaction } from './changes.ts';
import { ARRIVED, MOVED_OBJECT, MoveError } from './port.ts';

const LOCK = 7_226_003; // that of a restore, which must not run at the same time

/** An object that the new storage has. */
export interface MovedObject {
  readonly key: string;
  readonly bytes: number;
  readonly sha256: string;
}

export type Arrival = Awaited<ReturnType<typeof openArrival>>;

/**
 * The new database, which is empty or belongs to the move whose id `begin` answers; until `client` ends, nothing else fills
 * it. No server starts on it before the end. `begin` gets the id that the database knows.
 * @throws {MoveError} when it is in use
 */
export async function openArrival(client: pg.Client, begin: (known: string | null) => Promise<string>) {
  await takeLock(client);
  const known = await readMoveId(client);
  if (known === null) await requireNew(client);
  const id = await begin(known);
  if (known === null) await take(client, id);
  else if (known !== id)
    throw new MoveError(
      'The new database belongs to the move of another installation, or to one that was cancelled. Use an empty one.',
    );
  // What is lost with the server is asked for again.
  await client.query('set synchronous_commit = off');

  return {
    id,
    /** Whether it holds all of the installation, and with which storage, by its mark; null: not yet. */
    async completed(): Promise<{ readonly mark: string | null } | null> {
      const { rows } = await client.query<{ mark: string | null }>(
        `select mark from ${ARRIVED} where to_regclass($1) is null`,
        [RESTORING],
      );
      return rows[0] ?? null;
    },
    /** The mark of the new storage; null when there was none so far. */
    async mark(): Promise<string | null> {
      const { rows } = await client.query<{ mark: string | null }>(`select mark from ${ARRIVED}`);
      return rows[0]?.mark ?? null;
    },
    /** Of another storage, which has nothing of what an earlier run has copied. */
    async setMark(mark: string): Promise<void> {
      await client.query(`delete from ${MOVED_OBJECT}`);
      await client.query(`update ${ARRIVED} set mark = $1`, [mark]);
    },
    /** Those of these keys that no run of this move has copied, or begun to. */
    async unknown(keys: readonly string[]): Promise<string[]> {
      const { rows } = await client.query<{ key: string }>(
        `select key from unnest($1::text[]) key where not exists (select from ${MOVED_OBJECT} m where m.key = key.key)`,
        [keys],
      );
      return rows.map(({ key }) => key);
    },
    /**
     * What is known of these objects, which the old storage has. Those that are new are noted before they are copied, so that
     * a killed run leaves none of which it is not known whose it is.
     */
    async seen(keys: readonly string[]): Promise<Map<string, MovedObject>> {
      const { rows } = await client.query<{ key: string; bytes: string; sha256: string }>(
        `insert into ${MOVED_OBJECT} (key, bytes, sha256, is_seen) select key, -1, '', true from unnest($1::text[]) key
         on conflict (key) do update set is_seen = true returning key, bytes, sha256`,
        [keys],
      );
      return new Map(rows.map(({ key, bytes, sha256 }) => [key, { key, bytes: Number(bytes), sha256 }]));
    },
    async note({ key, bytes, sha256 }: MovedObject): Promise<void> {
      await client.query(
        `insert into ${MOVED_OBJECT} (key, bytes, sha256, is_seen) values ($1, $2, $3, true)
         on conflict (key) do update set bytes = excluded.bytes, sha256 = excluded.sha256, is_seen = true`,
        [key, bytes, sha256],
      );
    },
    beginPass: () => client.query(`update ${MOVED_OBJECT} set is_seen = false where is_seen`),
    /** Keys that the last pass has not seen; they are forgotten. */
    async takeUnseen(): Promise<string[]> {
      const { rows } = await client.query<{ key: string }>(
        `delete from ${MOVED_OBJECT} where not is_seen returning key`,
      );
      return rows.map(({ key }) => key);
    },
    /** Part of the transaction with all rows, which is on the disk when it ends: servers may start now. */
    complete: (hasObjects: boolean) =>
      client.query(
        `set local synchronous_commit = on; update ${ARRIVED} set mark = case when ${hasObjects} then mark end;
         drop table ${RESTORING}; drop table ${MOVED_OBJECT}`,
      ),
  };
}

async function takeLock(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [LOCK]);
  if (!rows[0]?.taken)
    throw new MoveError('Another move or restore into the new database is running. Wait for its end.');
}

/** Of the move that brings, or has brought, an installation into this database; null without one. */
export async function readMoveId(client: pg.Client): Promise<string | null> {
  const { rows } = await client.query('select 1 where to_regclass($1) is not null', [ARRIVED]);
  if (rows.length === 0) return null;
  const { rows: moves } = await client.query<{ id: string }>(`select id from ${ARRIVED}`);
  return moves[0]?.id ?? null;
}

async function requireNew(client: pg.Client): Promise<void> {
  await requireEmpty(client).catch((error: unknown) => {
    if (!(error instanceof BackupError)) throw error;
    throw new MoveError('The new database is not empty. Use an empty one: an installation is not added to another.', {
      cause: error,
    });
  });
}

async function take(client: pg.Client, id: string): Promise<void> {
  await inTransaction(client, async () => {
    await client.query(
      `create schema if not exists bonyan; create table ${RESTORING} (at timestamptz not null default now());
       create table ${MOVED_OBJECT} (key text collate "C" primary key, bytes bigint not null, sha256 text not null,
         is_seen boolean not null);
       create table ${ARRIVED} (is_current boolean primary key default true check (is_current), id uuid not null,
         mark text)`,
    );
    await client.query(`insert into ${ARRIVED} (id) values ($1)`, [id]);
  });
}
