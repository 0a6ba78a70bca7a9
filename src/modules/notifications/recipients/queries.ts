import { sql } from 'kysely';
import type { Category, Channel } from '../contract.ts';
import type {
  NotificationsTables,
  PreferenceRow,
  NotificationsReader,
  RecipientRow,
  NotificationsWriter,
} from '../tables.ts';

/** Without a time zone: unchanged. */
type KnownRecipient = Omit<RecipientRow, 'quietFrom' | 'quietTo' | 'preferredLanguage'>;

/** A person as messages are written for them. */
export type KnownReader = Omit<RecipientRow, 'language' | 'preferredLanguage'> & {
  /** BCP 47, the best one first: what they prefer, and that of their account. */
  readonly languages: readonly string[];
};

/**
 * Keeps quiet hours and preferred language, and the time zone unless a new one is given. What an address had declined
 * before it belonged to an account becomes the choice of the account.
 */
export async function upsertRecipients(tx: NotificationsWriter, rows: readonly KnownRecipient[]): Promise<void> {
  const userIds = rows.map(({ userId }) => userId);
  const hashes = rows.map(({ emailHash }) => emailHash);
  await sql`
    insert into notifications.recipient as r (user_id, email_sealed, email_hash, phone_sealed, phone_hash, language, time_zone)
    select * from unnest(${userIds}::uuid[], ${rows.map(({ emailSealed }) => emailSealed)}::bytea[], ${hashes}::bytea[], ${rows.map(({ phoneSealed }) => phoneSealed)}::bytea[], ${rows.map(({ phoneHash }) => phoneHash)}::bytea[],
      ${rows.map(({ language }) => language)}::text[], ${rows.map(({ timeZone }) => timeZone)}::text[])
    on conflict (user_id) do update set email_sealed = excluded.email_sealed, email_hash = excluded.email_hash,
       phone_sealed = excluded.phone_sealed, phone_hash = excluded.phone_hash,
      language = excluded.language, time_zone = coalesce(excluded.time_zone, r.time_zone)`.execute(tx);
  await sql`
    insert into notifications.preference (user_id, category, channel, wanted)
    select p.user_id, o.category, 'email', false
    from unnest(${userIds}::uuid[], ${hashes}::bytea[]) p (user_id, hash)
    join notifications.opt_out o on o.recipient_hash = p.hash
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
