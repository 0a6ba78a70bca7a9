import { sql } from 'kysely';
import { parseEmail } from '#kernel/forms/email-address.ts';
import { UUID_PATTERN } from '#kernel/id.ts';
import { containing, pageQuery } from '#platform/database/port.ts';
import type { UsersReader, UsersTables, UsersWriter } from '../tables.ts';
import type { User, UserQuery } from './schemas.ts';

/** An account without its roles, which are stored by the module authorization. */
export type ListedAccount = Omit<User, 'roles'>;

const isText = (text: string) => text.length <= 320 && text.isWellFormed() && !text.includes('\0');

/** The orders of the list, and the value of each in a cursor. */
const orders = {
  createdAt: { value: ({ id }: ListedAccount) => id, isValue: (text: string) => UUID_PATTERN.test(text) },
  email: {
    by: { sql: "coalesce(u.email, '')", type: 'text' },
    value: ({ email }: ListedAccount) => email ?? '',
    isValue: isText,
  },
  lastName: {
    by: { sql: 'u.last_name', type: 'text' },
    value: ({ lastName }: ListedAccount) => lastName,
    isValue: isText,
  },
};

const lockedUntil = sql<string | null>`greatest(u.locked_until, (
  select max(l.locked_until) from users.lockout l where l.user_id = u.id))`;

/** All accounts except deleted ones, for the list and for single rows. A lock until a time after `now` is in force. */
function accounts(db: UsersReader, now: string) {
  const lock = sql<string | null>`case when ${lockedUntil} > ${now} then ${lockedUntil} end`;
  const isLocked = sql`u.status = 'active' and ${lockedUntil} > ${now}`;
  const status = sql<User['status']>`case when ${isLocked} then 'locked' else u.status end`;
  return db
    .selectFrom('users.user as u')
    .where(sql<boolean>`u.status <> 'deleted'`) // no parameter: the indexes have this condition
    .select([
      'u.id',
      'u.email',
      'u.phone',
      'u.phoneVerifiedAt',
      'u.firstName',
      'u.lastName',
      'u.language',
      'u.emailVerifiedAt',
      'u.createdAt',
    ])
    .select(['u.version', lock.as('lockedUntil'), status.as('status')]);
}

/** Whether an account is in this state. Locked ones are found by their locks: they are few, and the others many. */
function isInStatus(status: User['status'], now: string) {
  const locked = sql`select id from users.user where locked_until > ${now}
    union all select user_id from users.lockout where locked_until > ${now} and user_id is not null`;
  if (status === 'locked') return sql<boolean>`u.status = 'active' and u.id = any (array(${locked}))`;
  if (status === 'active') return sql<boolean>`u.status = 'active' and u.id not in (${locked})`;
  return sql<boolean>`u.status = ${sql.lit(status)}`;
}

/** One page, newest first by default. */
export function listAccounts(db: UsersReader, now: string, query: UserQuery) {
  const { search, status, sortBy = 'createdAt', sortOrder = 'desc' } = query;
  let rows = accounts(db, now);
  if (status) rows = rows.where(isInStatus(status, now));
  const found = search ? containing({ table: 'users.user', alias: 'u' }, parseEmail(search) ?? search) : null;
  const order = { name: `${sortBy}:${sortOrder}`, direction: sortOrder, id: 'u.id', ...orders[sortBy] };
  return pageQuery(db, rows, query, order, found ? [found] : []);
}

export function findAccount(db: UsersReader, now: string, id: string): Promise<ListedAccount | undefined> {
  return accounts(db, now).where('u.id', '=', id).executeTakeFirst();
}

export async function upsertInvitation(tx: UsersWriter, row: UsersTables['users.invitation']): Promise<void> {
  const insert = tx.insertInto('users.invitation').values(row);
  await insert.onConflict((conflict) => conflict.column('userId').doUpdateSet(row)).execute();
}

export function findInvitation(db: UsersReader, linkMacs: readonly Buffer[]) {
  return db.selectFrom('users.invitation').selectAll().where('linkMac', 'in', linkMacs).executeTakeFirst();
}

/** Answers whether there was one: only one of two concurrent calls gets `true`. */
export async function takeInvitation(tx: UsersWriter, linkMacs: readonly Buffer[]): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('users.invitation')
    .where('linkMac', 'in', linkMacs)
    .executeTakeFirstOrThrow();
  return numDeletedRows === 1n;
}
