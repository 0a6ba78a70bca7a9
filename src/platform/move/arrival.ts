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
 * The new database, which is empty or belongs to the move `id`; until `client` ends, nothing else fills it.
 * No server starts on it before the end.
 * @throws {MoveError} when it is in use
 */
export async function openArrival(client: pg.Client, id: string) {
  await takeLock(client);
  const known = await readMoveId(client);
  if (known === null) await take(client, id);
  else if (known !== id)
    throw new MoveError(
      'The new database belongs to the move of another installation, or to one that was cancelled. Use an empty one.',
    );
  // What is lost with the server is asked for again.
  await client.query('set synchronous_commit = off');

  return {
    /** Whether it holds all of the installation. */
    async isComplete(): Promise<boolean> {
      const { rows } = await client.query('select 1 where to_regclass($1) is null', [RESTORING]);
      return rows.length > 0;
    },
    /** Those of these objects that it has, and notes that the old storage still has them. */
    async seen(keys: readonly string[]): Promise<Map<string, MovedObject>> {
      const { rows } = await client.query<{ key: string; bytes: string; sha256: string }>(
        `update ${MOVED_OBJECT} set is_seen = true where key = any ($1) returning key, bytes, sha256`,
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
    complete: () =>
      client.query(`set local synchronous_commit = on; drop table ${RESTORING}; drop table ${MOVED_OBJECT}`),
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

async function take(client: pg.Client, id: string): Promise<void> {
  await requireEmpty(client).catch((error: unknown) => {
    if (!(error instanceof BackupError)) throw error;
    throw new MoveError('The new database is not empty. Use an empty one: an installation is not added to another.', {
      cause: error,
    });
  });
  await inTransaction(client, async () => {
    await client.query(
      `create schema if not exists bonyan; create table ${RESTORING} (at timestamptz not null default now());
       create table ${MOVED_OBJECT} (key text collate "C" primary key, bytes bigint not null, sha256 text not null,
         is_seen boolean not null);
       create table ${ARRIVED} (is_current boolean primary key default true check (is_current), id uuid not null)`,
    );
    await client.query(`insert into ${ARRIVED} (id) values ($1)`, [id]);
  });
}
