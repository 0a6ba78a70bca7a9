import { sql } from 'kysely';
import type { Found, Paging } from '#kernel/page.ts';
import { countRows } from '#platform/database/port.ts';
import type { Reader, UsersTables, Writer } from '../queries.ts';
import type { User, UserQuery } from './schemas.ts';

/** All of an account but its roles, which authorization knows. */
export type Account = Omit<User, 'roles'>;

/** How a list can be ordered, and what stands in its cursor. */
export const sorts = {
  createdAt: { by: sql`u.id`, value: ({ id }: Account) => id },
  email: { by: sql`u.email`, value: ({ email }: Account) => email },
  lastName: { by: sql`u.last_name`, value: ({ lastName }: Account) => lastName },
};

const lockedUntil = sql<string | null>`greatest(u.locked_until, (
  select max(l.locked_until) from users.lockout l where l.user_id = u.id))`;

/** Every account that is there: the one access rule, for lists and single rows. `now` tells which locks still hold. */
function accounts(db: Reader, now: string) {
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
  db: Reader,
  now: string,
  { search, status, sortBy = 'createdAt', sortOrder = 'desc' }: UserQuery,
  { after, pageSize, offset }: Paging,
): Promise<Found<Account>> {
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
  const found: Account[] = await page.execute();
  if (after) return { rows: found, total: null };
  return { rows: found, total: await countRows(db, rows) };
}

export function findAccount(db: Reader, now: string, id: string): Promise<Account | undefined> {
  return accounts(db, now).where('u.id', '=', id).executeTakeFirst();
}

export async function upsertInvitation(tx: Writer, row: UsersTables['users.invitation']): Promise<void> {
  const insert = tx.insertInto('users.invitation').values(row);
  await insert.onConflict((conflict) => conflict.column('userId').doUpdateSet(row)).execute();
}

export function findInvitation(db: Reader, linkMacs: readonly Buffer[]) {
  return db.selectFrom('users.invitation').selectAll().where('linkMac', 'in', linkMacs).executeTakeFirst();
}

/** Whether there was one: two that are accepted at once are one. */
export async function takeInvitation(tx: Writer, linkMacs: readonly Buffer[]): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('users.invitation')
    .where('linkMac', 'in', linkMacs)
    .executeTakeFirstOrThrow();
  return numDeletedRows === 1n;
}

/** Lifts what wrong passwords have locked, whatever address the account had then. Whether anything was locked. */
export async function liftLockouts(tx: Writer, userId: string, now: string): Promise<boolean> {
  const rows = await tx
    .selectFrom('users.lockout')
    .select('lockedUntil')
    .where('userId', '=', userId)
    .forUpdate()
    .execute();
  await tx.updateTable('users.lockout').set({ failures: 0, lockedUntil: null }).where('userId', '=', userId).execute();
  return rows.some((row) => row.lockedUntil !== null && new Date(row.lockedUntil) > new Date(now));
}
