import { sql, type RawBuilder } from 'kysely';
import type { Actor } from '#kernel/access.ts';
import { parseEmail } from '#kernel/forms/email-address.ts';
import { httpErrors } from '#platform/http/port.ts';
import { toSpelling } from './email.ts';
import type { KeptFactor } from './schemas.ts';
import type { UserRow, UsersReader, UsersTables, UsersWriter } from './tables.ts';

export function findUser(db: UsersReader, by: { id: string } | { email: string }): Promise<UserRow | undefined> {
  const rows = db.selectFrom('users.user').selectAll();
  return ('id' in by ? rows.where('id', '=', by.id) : rows.where('email', '=', by.email)).executeTakeFirst();
}

export async function isClosed(db: UsersReader, id: string): Promise<boolean> {
  const user = await db.selectFrom('users.user').select('status').where('id', '=', id).executeTakeFirst();
  return user?.status === 'disabled' || user?.status === 'deleted';
}

/**
 * The address of an account as it is stored, for an address that somebody has typed: its one form, except where an account
 * from before there was one form could not take it, because another account had it. Such a twin is found by its own
 * spelling alone. Another query, whatever the outcome, only for an address that is not typed in its form.
 * @throws `http.invalid`
 */
export async function findAddress(db: UsersReader, typed: string): Promise<string> {
  const email = parseEmail(typed);
  if (email === null) throw httpErrors.invalid({ errors: [{ path: '/email', code: 'format' }] });
  const spelling = toSpelling(typed);
  if (spelling === email) return email;
  return (await findUser(db, { email: spelling })) ? spelling : email;
}

/**
 * Holds the account's row until the unit ends. Undefined also for a deleted account: every unit that adds a row of a user
 * calls this first, so that nothing is added after the deletion.
 */
export function lockLive(tx: UsersWriter, by: { id: string } | { email: string }): Promise<UserRow | undefined> {
  const rows = tx.selectFrom('users.user').selectAll().where('status', '<>', 'deleted').forUpdate();
  return ('id' in by ? rows.where('id', '=', by.id) : rows.where('email', '=', by.email)).executeTakeFirst();
}

/**
 * The same for the account of a signed-in user. Undefined also when the session ended while the call waited for the row:
 * what an intruder has sent before a reset must not be done after it.
 */
export async function lockOwn(
  tx: UsersWriter,
  { id, sessionId }: Pick<Actor, 'id' | 'sessionId'>,
): Promise<UserRow | undefined> {
  const user = await lockLive(tx, { id });
  if (sessionId === null) return user;
  const live = tx.selectFrom('users.session').select('id').where('id', '=', sessionId).where('revokedAt', 'is', null);
  return (await live.executeTakeFirst()) && user;
}

/** False when another account has the address. */
export async function insertUser(
  tx: UsersWriter,
  row: Omit<UserRow, 'lockedUntil' | 'resetAt' | 'createdAt' | 'version'>,
): Promise<boolean> {
  const insert = tx
    .insertInto('users.user')
    .values({ ...row, lockedUntil: null, resetAt: null, createdAt: sql<string>`now()`, version: 1 });
  const { numInsertedOrUpdatedRows } = await insert
    .onConflict((conflict) => conflict.column('email').doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

export async function updateUser(
  tx: UsersWriter,
  id: string,
  change: Partial<
    Pick<
      UserRow,
      | 'email'
      | 'firstName'
      | 'lastName'
      | 'passwordHash'
      | 'status'
      | 'language'
      | 'emailVerifiedAt'
      | 'lockedUntil'
      | 'resetAt'
    >
  >,
): Promise<void> {
  await tx
    .updateTable('users.user')
    .set((eb) => ({ ...change, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .execute();
}

/**
 * Deletes up to `limit` of the rows whose `column` is before, the oldest first: in the order of its index, or the planner
 * takes the whole table where it expects many. Rows that somebody has locked wait for the next call. Answers how many.
 */
export async function deleteSome(
  tx: UsersWriter,
  table: keyof UsersTables,
  { column, before, unless = sql`false` }: Ended,
  limit: number,
): Promise<number> {
  const at = sql.ref(column);
  const { numAffectedRows } = await sql`delete from ${sql.table(table)} where ctid = any (array(
    select ctid from ${sql.table(table)} where ${at} < ${before} and (${unless}) is not true order by ${at} limit ${limit}
    for update skip locked))`.execute(tx);
  return Number(numAffectedRows);
}

interface Ended {
  readonly column: string;
  readonly before: string;
  /** Rows that stay all the same. */
  readonly unless?: RawBuilder<unknown>;
}

/** What signs in to the account, or is needed for it, beside the password; the oldest first. */
export async function listFactors(db: UsersReader, userId: string): Promise<KeptFactor[]> {
  const { rows } = await sql<KeptFactor>`
    select 'totp' as factor, null::uuid as id, '' as name, created_at
    from users.totp where user_id = ${userId}::uuid and confirmed_at is not null
    union all select 'passkey', id, name, created_at from users.passkey where user_id = ${userId}::uuid
    union all select 'identity', id, provider, created_at from users.external_identity where user_id = ${userId}::uuid
    order by created_at`.execute(db);
  return rows;
}
