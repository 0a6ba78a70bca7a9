import { sql } from 'kysely';
import type { FoundRows, Paging } from '#kernel/page.ts';
import { countRows } from '#platform/database/port.ts';
import type { UsersReader, UsersTables, UsersWriter } from '../tables.ts';
import type { User, UserQuery } from './schemas.ts';

/** An account without its roles, which are stored by the module authorization. */
export type ListedAccount = Omit<User, 'roles'>;

/** The orders of the list, and the value of each in a cursor. */
export const sorts = {
  createdAt: { by: sql`u.id`, value: ({ id }: ListedAccount) => id },
  email: { by: sql`u.email`, value: ({ email }: ListedAccount) => email },
  lastName: { by: sql`u.last_name`, value: ({ lastName }: ListedAccount) => lastName },
};

const lockedUntil = sql<string | null>`greatest(u.locked_until, (
  select max(l.locked_until) from users.lockout l where l.user_id = u.id))`;

/** All accounts except deleted ones, for the list and for single rows. `now` decides which locks are still in force. */
function accounts(db: UsersReader, now: string) {
  const lock = sql<string | null>`case when ${lockedUntil} > ${now} then ${lockedUntil} end`;
  return db
    .selectFrom('users.user as u')
    .where('u.status', '<>', 'deleted')
    .select(['u.id', 'u.email', 'u.firstName', 'u.lastName', 'u.language', 'u.emailVerifiedAt', 'u.createdAt'])
    .select(['u.version', lock.as('lockedUntil'), statusAt(now).as('status')]);
}

function statusAt(now: string) {
  return sql<User['status']>`case when u.status = 'active' and ${lockedUntil} > ${now} then 'locked' else u.status end`;
}

/** Newest first by default, up to `pageSize + 1` rows, and the capped count. */
export async function listAccounts(
  db: UsersReader,
  now: string,
  { search, status, sortBy = 'createdAt', sortOrder = 'desc' }: UserQuery,
  { after, pageSize, offset }: Paging,
): Promise<FoundRows<ListedAccount>> {
  const { by } = sorts[sortBy];
  let rows = accounts(db, now);
  if (status) rows = rows.where(statusAt(now), '=', status);
  if (search) {
    const text = sql`platform.search_text(concat_ws(' ', u.email, u.first_name, u.last_name))`;
    rows = rows.where(sql<boolean>`strpos(${text}, platform.search_text(${search})) > 0`);
  }
  let page = rows
    .orderBy(by, sortOrder)
    .orderBy('u.id', sortOrder)
    .limit(pageSize + 1)
    .offset(offset);
  if (after) {
    const side = sql.raw(sortOrder === 'desc' ? '<' : '>');
    const value = sortBy === 'createdAt' ? sql`${after.value}::uuid` : sql`${after.value}::text`;
    page = page.where(sql<boolean>`(${by}, u.id) ${side} (${value}, ${after.id}::uuid)`);
  }
  const found: ListedAccount[] = await page.execute();
  if (after) return { rows: found, total: null };
  return { rows: found, total: await countRows(db, rows) };
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

/** Answers whether there was one: of two concurrent acceptances one gets it. */
export async function takeInvitation(tx: UsersWriter, linkMacs: readonly Buffer[]): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('users.invitation')
    .where('linkMac', 'in', linkMacs)
    .executeTakeFirstOrThrow();
  return numDeletedRows === 1n;
}
