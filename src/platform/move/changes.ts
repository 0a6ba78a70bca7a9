import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { MoveError } from './port.ts';

const END_MS = 10_000; // a session ends in milliseconds, unless it waits for a broken disk
const POLL_MS = 100;
const QUIET_POLLS = 3; // a session that is only starting is listed some moments later
const DENIED = '42501';

/** For the connections that a move writes by: the setting of the database does not hold for them. */
export const WRITING = 'set default_transaction_read_only = off';

interface Session {
  readonly pid: number;
  readonly login: string | null;
}

/**
 * From the end of this on the database takes no changes, from any process: each session that began before has ended, with
 * what it had not committed, and later ones only read. It lasts until `allowChanges`, also if this process dies. `within` is part of the
 * same transaction.
 * @throws {MoveError} when this login may not make the database read-only, or not end the sessions of others
 */
export async function refuseChanges(client: pg.Client, within: () => Promise<unknown>): Promise<void> {
  await inTransaction(client, async () => {
    await within();
    await setReadOnly(client, 'on');
  });
  const left = await endSessions(client);
  if (left.length === 0) return;
  throw new MoveError(
    `Other logins use this database, and this one may not end their sessions: ${left.map(({ login, pid }) => `${login} (pid ${pid})`).join(', ')}. Stop these processes, or use the DATABASE_URL of a superuser or of a member of pg_signal_backend and pg_read_all_stats, and run this command again. Until then the database takes no changes from new sessions (\`bonyan move cancel\` reverses that).`,
  );
}

/** Reverses `refuseChanges`, also for sessions that are open. */
export async function allowChanges(client: pg.Client, within: () => Promise<unknown>): Promise<void> {
  await inTransaction(client, async () => {
    await within();
    await setReadOnly(client, 'off');
  });
  await endSessions(client);
}

/** Of sessions that begin later. @throws {MoveError} when this login does not own the database */
export async function setReadOnly(client: pg.Client, state: 'on' | 'off'): Promise<void> {
  const { rows } = await client.query<{ name: string }>('select quote_ident(current_database()) as name');
  const change = state === 'on' ? 'set default_transaction_read_only = on' : 'reset default_transaction_read_only';
  await client.query(`alter database ${rows[0]?.name} ${change}`).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === DENIED)) throw error;
    throw new MoveError(
      'This login does not own the database, so it cannot make it read-only. Use the DATABASE_URL of its owner.',
    );
  });
}

/** Ends the sessions of this database that began before now; answers those that this login may not end. */
async function endSessions(client: pg.Client): Promise<readonly Session[]> {
  const { rows: times } = await client.query<{ now: string }>('select clock_timestamp()::text as now');
  const untilMs = performance.now() + END_MS;
  for (let quiet = 0; ;) {
    // Of other logins neither the kind nor the beginning can be seen, unless this one may see all.
    const { rows: sessions } = await client.query<Session>(
      `select pid, usename::text as login from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and coalesce(backend_type, 'client backend') = 'client backend'
         and coalesce(backend_start < $1::timestamptz, true)`,
      [times[0]?.now],
    );
    quiet = sessions.length === 0 ? quiet + 1 : 0;
    if (quiet === QUIET_POLLS || performance.now() > untilMs) return sessions;
    for (const { pid } of sessions) await client.query('select pg_terminate_backend($1)', [pid]).catch(() => {});
    await sleep(POLL_MS);
  }
}

export async function inTransaction<R>(client: pg.Client, work: () => Promise<R>): Promise<R> {
  await client.query('begin');
  try {
    const result = await work();
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => {}); // the connection may be lost
    throw error;
  }
}
