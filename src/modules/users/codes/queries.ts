import { sql } from 'kysely';
import type { CodePurpose, CodeRow, UsersReader, UsersTables, UsersWriter } from '../tables.ts';

export function lockCode(tx: UsersWriter, userId: string, purpose: CodePurpose): Promise<CodeRow | undefined> {
  return tx
    .selectFrom('users.code')
    .selectAll()
    .where('userId', '=', userId)
    .where('purpose', '=', purpose)
    .forUpdate()
    .executeTakeFirst();
}

export function findCodeByLink(db: UsersReader, linkMacs: readonly Buffer[]): Promise<CodeRow | undefined> {
  return db.selectFrom('users.code').selectAll().where('linkMac', 'in', linkMacs).executeTakeFirst();
}

export async function deleteCodes(tx: UsersWriter, userId: string, purpose: CodePurpose): Promise<void> {
  await tx.deleteFrom('users.code').where('userId', '=', userId).where('purpose', '=', purpose).execute();
}

export async function isInvited(db: UsersReader, userId: string): Promise<boolean> {
  const row = db.selectFrom('users.invitation').select('userId').where('userId', '=', userId);
  return (await row.executeTakeFirst()) !== undefined;
}

/** Everything that was mailed to the address of the account and still works: codes, links, and an invitation. */
export async function deleteMailed(tx: UsersWriter, userId: string): Promise<void> {
  await tx.deleteFrom('users.code').where('userId', '=', userId).execute();
  await tx.deleteFrom('users.invitation').where('userId', '=', userId).execute();
}

/** Ends a change of the address that has not been confirmed. */
export async function deleteEmailChange(tx: UsersWriter, userId: string): Promise<void> {
  await tx.deleteFrom('users.emailChange').where('userId', '=', userId).execute();
  await deleteCodes(tx, userId, 'emailChange');
}

export async function upsertCode(tx: UsersWriter, row: CodeRow): Promise<void> {
  const insert = tx.insertInto('users.code').values(row);
  await insert.onConflict((conflict) => conflict.columns(['userId', 'purpose']).doUpdateSet(row)).execute();
}

export async function insertCodeRequest(
  tx: UsersWriter,
  row: Omit<UsersTables['users.codeRequest'], 'createdAt'>,
): Promise<void> {
  await tx
    .insertInto('users.codeRequest')
    .values({ ...row, createdAt: sql<string>`now()` })
    .execute();
}

export async function takeCodeRequest(
  tx: UsersWriter,
  id: string,
): Promise<UsersTables['users.codeRequest'] | undefined> {
  return tx.deleteFrom('users.codeRequest').where('id', '=', id).returningAll().executeTakeFirst();
}
