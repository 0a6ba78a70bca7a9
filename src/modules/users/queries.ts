import { sql, type RawBuilder } from 'kysely';
import { kindOf } from '#kernel/forms/address.ts';
import type { Actor } from '#kernel/access.ts';
import type { AccountFactor } from './schemas.ts';
import type { UserRow, UsersReader, UsersTables, UsersWriter } from './tables.ts';

/** An account by its id, or by an address in the form in which it is stored (`addresses/forms.ts`). */
export type AccountRef = { readonly id: string } | { readonly address: string };

export function findUser(db: UsersReader, by: AccountRef): Promise<UserRow | undefined> {
  const [column, value] = keyOf(by);
  return db.selectFrom('users.user').selectAll().where(column, '=', value).executeTakeFirst();
}

function keyOf(by: AccountRef) {
  return 'id' in by ? (['id', by.id] as const) : ([kindOf(by.address), by.address] as const);
}

export async function isClosed(db: UsersReader, id: string): Promise<boolean> {
  const user = await db.selectFrom('users.user').select('status').where('id', '=', id).executeTakeFirst();
  return user?.status === 'disabled' || user?.status === 'deleted';
}

/** Undefined for an account that no import has made. */
export function findImported(db: UsersReader, userId: string) {
  return db.selectFrom('users.imported').selectAll().where('userId', '=', userId).executeTakeFirst();
}

/**
 * Holds the account's row until the unit ends. Undefined also for a deleted account: every unit that adds a row of a user
 * calls this first, so that nothing is added after the deletion.
 */
export function lockLive(tx: UsersWriter, by: AccountRef): Promise<UserRow | undefined> {
  const rows = tx.selectFrom('users.user').selectAll().where('status', '<>', 'deleted').forUpdate();
  const [column, value] = keyOf(by);
  return rows.where(column, '=', value).executeTakeFirst();
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
    .onConflict((conflict) => conflict.doNothing())
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
      | 'phone'
      | 'firstName'
      | 'lastName'
      | 'passwordHash'
      | 'status'
      | 'language'
      | 'emailVerifiedAt'
      | 'phoneVerifiedAt'
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
export async function listFactors(db: UsersReader, userId: string): Promise<AccountFactor[]> {
  // An authenticator app keeps the step of its last code: 30 s each, since 1970 (RFC 6238).
  const { rows } = await sql<AccountFactor>`
    select 'totp' as factor, null::uuid as id, '' as name, created_at, to_timestamp(last_step * 30.0) as last_used_at
    from users.totp where user_id = ${userId}::uuid and confirmed_at is not null
    union all select 'passkey', id, name, created_at, last_used_at from users.passkey where user_id = ${userId}::uuid
    union all select 'identity', id, provider, created_at, last_used_at
    from users.external_identity where user_id = ${userId}::uuid
    order by created_at`.execute(db);
  return rows;
}
