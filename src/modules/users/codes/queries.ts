import { sql } from 'kysely';
import type { AddressKind } from '#kernel/forms/address.ts';
import { deleteSome } from '../queries.ts';
import type { CodeLimitRow, CodePurpose, CodeRow, UsersReader, UsersTables, UsersWriter } from '../tables.ts';

export function lockCode(
  tx: UsersWriter,
  userId: string,
  purpose: CodePurpose,
  kind: AddressKind,
): Promise<CodeRow | undefined> {
  const rows = tx.selectFrom('users.code').selectAll().where('userId', '=', userId).where('purpose', '=', purpose);
  return rows.where('kind', '=', kind).forUpdate().executeTakeFirst();
}

export function lockCodeByLink(
  tx: UsersWriter,
  userId: string,
  linkMacs: readonly Buffer[],
): Promise<CodeRow | undefined> {
  const rows = tx.selectFrom('users.code').selectAll().where('userId', '=', userId);
  return rows.where('linkMac', 'in', linkMacs).forUpdate().executeTakeFirst();
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

/** Everything that was sent to the addresses of the account and still works: codes, links, and an invitation. */
export async function deleteSent(tx: UsersWriter, userId: string): Promise<void> {
  await tx.deleteFrom('users.code').where('userId', '=', userId).execute();
  await tx.deleteFrom('users.invitation').where('userId', '=', userId).execute();
}

/** Ends changes of the addresses that have not been confirmed. */
export async function deleteAddressChanges(tx: UsersWriter, userId: string): Promise<void> {
  await tx.deleteFrom('users.addressChange').where('userId', '=', userId).execute();
  await deleteCodes(tx, userId, 'addressChange');
}

export async function upsertCode(tx: UsersWriter, row: CodeRow): Promise<void> {
  const insert = tx.insertInto('users.code').values(row);
  await insert.onConflict((conflict) => conflict.columns(['userId', 'purpose', 'kind']).doUpdateSet(row)).execute();
}

/** Creates the row where there is none, and locks it: mails to a subject and guesses are counted one by one. */
export function lockCodeLimit(tx: UsersWriter, subjectMac: Buffer, now: string): Promise<CodeLimitRow> {
  const row = { subjectMac, sentAt: null, wrong: 0, windowAt: now, blockedUntil: null };
  return tx
    .insertInto('users.codeLimit')
    .values(row)
    .onConflict((conflict) =>
      conflict.column('subjectMac').doUpdateSet((eb) => ({ wrong: eb.ref('users.codeLimit.wrong') })),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function updateCodeLimit(tx: UsersWriter, { subjectMac, ...change }: CodeLimitRow): Promise<void> {
  await tx.updateTable('users.codeLimit').set(change).where('subjectMac', '=', subjectMac).execute();
}

/** Counts one more of a subject. Answers how many there were since the first after `before`; one from the future counts as old. */
export async function countInDay(tx: UsersWriter, addressMac: Buffer, now: string, before: string): Promise<number> {
  const { rows } = await sql<{ mails: number }>`
    insert into users.unasked_mail as m (address_mac, since, mails) values (${addressMac}, ${now}, 1)
    on conflict (address_mac) do update set
      since = case when m.since > ${before} and m.since <= ${now} then m.since else excluded.since end,
      mails = case when m.since > ${before} and m.since <= ${now} then m.mails + 1 else 1 end
    returning mails`.execute(tx);
  return rows[0]?.mails ?? 1;
}

/** Rows that limit nothing any more. */
export async function deleteCodeLimits(tx: UsersWriter, before: string, limit: number): Promise<number> {
  const unless = sql`sent_at >= ${before}`;
  return Math.max(
    await deleteSome(tx, 'users.codeLimit', { column: 'windowAt', before, unless }, limit),
    await deleteSome(tx, 'users.unaskedMail', { column: 'since', before }, limit),
  );
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
