import { sql } from 'kysely';
import type { Category, Channel } from '../contract.ts';
import type {
  NotificationsTables,
  PreferenceRow,
  NotificationsReader,
  RecipientRow,
  NotificationsWriter,
} from '../tables.ts';

type KnownRecipient = Omit<RecipientRow, 'quietFrom' | 'quietTo' | 'timeZone' | 'preferredLanguage'> &
  Partial<Pick<RecipientRow, 'timeZone'>>;

/** A person as messages are written for them. */
export type KnownReader = Omit<RecipientRow, 'language' | 'preferredLanguage'> & {
  /** BCP 47, the best one first: what they prefer, and that of their account. */
  readonly languages: readonly string[];
};

/** Keeps quiet hours and preferred language, and the time zone unless a new one is given. */
export async function upsertRecipient(tx: NotificationsWriter, row: KnownRecipient): Promise<void> {
  const { userId, ...change } = row;
  await tx
    .insertInto('notifications.recipient')
    .values({ timeZone: null, ...row, preferredLanguage: null, quietFrom: null, quietTo: null })
    .onConflict((conflict) => conflict.column('userId').doUpdateSet(change))
    .execute();
  await applyOptOuts(tx, { userId, emailHash: row.emailHash });
}

/** What an address had declined before it belonged to an account becomes the choice of the account. */
async function applyOptOuts(
  tx: NotificationsWriter,
  { userId, emailHash }: Pick<RecipientRow, 'userId' | 'emailHash'>,
): Promise<void> {
  await sql`
    insert into notifications.preference (user_id, category, channel, wanted)
    select ${userId}, category, 'email', false from notifications.opt_out where recipient_hash = ${emailHash}
    on conflict do nothing`.execute(tx);
}

export async function findRecipient(db: NotificationsReader, userId: string): Promise<KnownReader | undefined> {
  const rows = db.selectFrom('notifications.recipient').selectAll().where('userId', '=', userId);
  return toReader(await rows.executeTakeFirst());
}

/** The person whose address this is. */
export async function findRecipientByEmail(
  db: NotificationsReader,
  emailHash: Buffer,
): Promise<KnownReader | undefined> {
  const rows = db.selectFrom('notifications.recipient').selectAll().where('emailHash', '=', emailHash);
  return toReader(await rows.executeTakeFirst());
}

function toReader(row: RecipientRow | undefined): KnownReader | undefined {
  if (!row) return undefined;
  const { language, preferredLanguage, ...reader } = row;
  return { ...reader, languages: preferredLanguage === null ? [language] : [preferredLanguage, language] };
}

export async function updateRecipient(
  tx: NotificationsWriter,
  userId: string,
  change: Partial<Pick<RecipientRow, 'timeZone' | 'preferredLanguage' | 'quietFrom' | 'quietTo'>>,
): Promise<void> {
  await tx.updateTable('notifications.recipient').set(change).where('userId', '=', userId).execute();
}

/** Undefined where the person has not chosen. */
export function findPreference(
  db: NotificationsReader,
  userId: string,
  category: Category,
  channel: Channel,
): Promise<PreferenceRow | undefined> {
  const rows = db.selectFrom('notifications.preference').selectAll().where('userId', '=', userId);
  return rows.where('category', '=', category).where('channel', '=', channel).executeTakeFirst();
}

export function listPreferences(db: NotificationsReader, userId: string): Promise<PreferenceRow[]> {
  return db.selectFrom('notifications.preference').selectAll().where('userId', '=', userId).execute();
}

export async function upsertPreference(
  tx: NotificationsWriter,
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

export async function insertOptOut(tx: NotificationsWriter, recipientHash: Buffer, category: Category): Promise<void> {
  await tx
    .insertInto('notifications.optOut')
    .values({ recipientHash, category })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function hasOptedOut(
  db: NotificationsReader,
  recipientHash: Buffer,
  category: Category,
): Promise<boolean> {
  const rows = db.selectFrom('notifications.optOut').select('category').where('recipientHash', '=', recipientHash);
  return (await rows.where('category', '=', category).executeTakeFirst()) !== undefined;
}
