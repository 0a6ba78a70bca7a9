import { sql } from 'kysely';
import type { Category, Channel } from '../contract.ts';
import type { NotificationsTables, PreferenceRow, Reader, RecipientRow, Writer } from '../tables.ts';

type KnownRecipient = Omit<RecipientRow, 'quietFrom' | 'quietTo' | 'timeZone'> &
  Partial<Pick<RecipientRow, 'timeZone'>>;

/** Keeps the hours of silence and, where none is given, the zone. */
export async function upsertRecipient(tx: Writer, row: KnownRecipient): Promise<void> {
  const { userId, ...change } = row;
  await tx
    .insertInto('notifications.recipient')
    .values({ timeZone: 'UTC', ...row, quietFrom: null, quietTo: null })
    .onConflict((conflict) => conflict.column('userId').doUpdateSet(change))
    .execute();
  await adoptOptOuts(tx, { userId, emailHash: row.emailHash });
}

/** What was declined at the address before it was somebody's is their choice, until they choose anew. */
async function adoptOptOuts(
  tx: Writer,
  { userId, emailHash }: Pick<RecipientRow, 'userId' | 'emailHash'>,
): Promise<void> {
  await sql`
    insert into notifications.preference (user_id, category, channel, wanted)
    select ${userId}, category, 'email', false from notifications.opt_out where recipient_hash = ${emailHash}
    on conflict do nothing`.execute(tx);
}

export function findRecipient(db: Reader, userId: string): Promise<RecipientRow | undefined> {
  return db.selectFrom('notifications.recipient').selectAll().where('userId', '=', userId).executeTakeFirst();
}

/** The person whose address this is. */
export function findRecipientByEmail(db: Reader, emailHash: Buffer): Promise<RecipientRow | undefined> {
  return db.selectFrom('notifications.recipient').selectAll().where('emailHash', '=', emailHash).executeTakeFirst();
}

export async function updateRecipient(
  tx: Writer,
  userId: string,
  change: Partial<Pick<RecipientRow, 'timeZone' | 'quietFrom' | 'quietTo'>>,
): Promise<void> {
  await tx.updateTable('notifications.recipient').set(change).where('userId', '=', userId).execute();
}

/** What the person said; undefined where they said nothing. */
export function findPreference(
  db: Reader,
  userId: string,
  category: Category,
  channel: Channel,
): Promise<PreferenceRow | undefined> {
  const rows = db.selectFrom('notifications.preference').selectAll().where('userId', '=', userId);
  return rows.where('category', '=', category).where('channel', '=', channel).executeTakeFirst();
}

export function listPreferences(db: Reader, userId: string): Promise<PreferenceRow[]> {
  return db.selectFrom('notifications.preference').selectAll().where('userId', '=', userId).execute();
}

export async function upsertPreference(
  tx: Writer,
  row: NotificationsTables['notifications.preference'],
  keepsDigest: boolean,
): Promise<void> {
  const { wanted, digestMinutes } = row;
  const change = keepsDigest ? { wanted } : { wanted, digestMinutes };
  await tx
    .insertInto('notifications.preference')
    .values(row)
    .onConflict((conflict) => conflict.columns(['userId', 'category', 'channel']).doUpdateSet(change))
    .execute();
}

export async function insertOptOut(tx: Writer, recipientHash: Buffer, category: Category): Promise<void> {
  await tx
    .insertInto('notifications.optOut')
    .values({ recipientHash, category })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function hasOptedOut(db: Reader, recipientHash: Buffer, category: Category): Promise<boolean> {
  const rows = db.selectFrom('notifications.optOut').select('category').where('recipientHash', '=', recipientHash);
  return (await rows.where('category', '=', category).executeTakeFirst()) !== undefined;
}

/** The next place in the person's inbox; its lock is held until the unit ends, so places are in the order of commits. */
export async function takeInboxPlace(tx: Writer, userId: string): Promise<number> {
  const { rows } = await sql<{ seq: number }>`
    insert into notifications.inbox as i (user_id, seq) values (${userId}, 1)
    on conflict (user_id) do update set seq = i.seq + 1 returning seq`.execute(tx);
  const [place] = rows;
  if (!place) throw new Error('an inbox gave no place');
  return place.seq;
}
