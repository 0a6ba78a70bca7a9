import type { Actor } from '#kernel/access.ts';
import { isTimeZone } from '#kernel/time/zone.ts';
import type { Branding } from '#platform/branding/port.ts';
import { withTables, type Db } from '#platform/database/port.ts';
import { notificationErrors, type Category, type Channel, type NotificationsApi } from '../contract.ts';
import * as queries from './queries.ts';
import type { NotificationsReader, NotificationsTables, PreferenceRow } from '../tables.ts';
import type { Preferences, PreferencesChange } from './schemas.ts';

const CHOOSABLE = ['general', 'reminders', 'incidents', 'product'] as const;

export interface PreferencesNeeds {
  readonly db: Db<NotificationsTables>;
  readonly enabled: readonly Channel[];
  readonly branding: Pick<Branding, 'timeZone'>;
}

/** Which messages each person wants, over which channels, and when. */
export function createPreferences({ db, enabled, branding }: PreferencesNeeds) {
  async function get({ id }: Pick<Actor, 'id'>): Promise<Preferences> {
    return read(db.read, id);
  }

  /** Every combination of category and channel, with the default where the person has not chosen. */
  async function read(reader: NotificationsReader, userId: string): Promise<Preferences> {
    const chosen = await queries.listPreferences(reader, userId);
    const recipient = await queries.findRecipient(reader, userId);
    const { quietFrom = null, quietTo = null } = recipient ?? {};
    const timeZone = recipient?.timeZone ?? branding.timeZone;
    const choices = CHOOSABLE.flatMap((category) =>
      enabled.map((channel) => {
        const row = chosen.find((each) => each.category === category && each.channel === channel);
        return { category, channel, ...toPreference(row, category, channel) };
      }),
    );
    const quietHours =
      quietFrom === null || quietTo === null ? null : { from: quietFrom.slice(0, 5), to: quietTo.slice(0, 5) };
    return { timeZone, quietHours, choices };
  }

  /**
   * @throws `notifications.time_zone_invalid`; `notifications.recipient_invalid` for zone or hours of an account
   * without an address
   */
  function change(actor: Actor, { timeZone, quietHours, choices = [] }: PreferencesChange): Promise<Preferences> {
    if (timeZone !== undefined && !isTimeZone(timeZone)) throw notificationErrors.timeZoneInvalid();
    return db.write(actor, async ({ tx }) => {
      const times = {
        ...(timeZone !== undefined && { timeZone }),
        ...(quietHours !== undefined && { quietFrom: quietHours?.from ?? null, quietTo: quietHours?.to ?? null }),
      };
      if (Object.keys(times).length > 0) {
        if (!(await queries.findRecipient(tx, actor.id)))
          throw notificationErrors.recipientInvalid({ reason: 'nothing is sent to this account' });
        await queries.updateRecipient(tx, actor.id, times);
      }
      for (const { category, channel, isWanted, digestMinutes } of choices) {
        const row = { userId: actor.id, category, channel, wanted: isWanted, digestMinutes: digestMinutes ?? null };
        await queries.upsertPreference(tx, row, digestMinutes === undefined);
      }
      return read(tx, actor.id);
    });
  }

  const setReader: NotificationsApi['setReader'] = async (unit, { userId, language, timeZone, wantsProduct }) => {
    const { tx } = withTables<NotificationsTables>(unit);
    if (!(await queries.findRecipient(tx, userId))) return;
    const changed = {
      ...(language !== undefined && { preferredLanguage: language }),
      ...(timeZone !== undefined && { timeZone }),
    };
    if (Object.keys(changed).length > 0) await queries.updateRecipient(tx, userId, changed);
    if (wantsProduct === undefined) return;
    for (const channel of enabled) {
      const row = { userId, category: 'product' as const, channel, wanted: wantsProduct, digestMinutes: null };
      await queries.upsertPreference(tx, row, true);
    }
  };

  return { get, read, change, setReader };
}

export type PreferencesService = ReturnType<typeof createPreferences>;

/** Whether somebody wants messages of a category over a channel, and whether they are collected. */
export interface Preference {
  readonly isWanted: boolean;
  /** Messages within this time become one; null: each message is sent by itself. */
  readonly digestMinutes: number | null;
}

/** The preference of the person, or of the address. Security messages and the inbox cannot be declined. */
export async function preferenceOf(
  db: NotificationsReader,
  { userId, category, channel, hash }: { userId: string | null; category: Category; channel: Channel; hash: Buffer },
): Promise<Preference> {
  if (category === 'security' || channel === 'inApp') return { isWanted: true, digestMinutes: null };
  if (userId === null) return { isWanted: !(await queries.hasOptedOut(db, hash, category)), digestMinutes: null };
  return toPreference(await queries.findPreference(db, userId, category, channel), category, channel);
}

/** Without a choice of the person: everything but reminders by e-mail. */
function toPreference(row: PreferenceRow | undefined, category: Category, channel: Channel): Preference {
  if (row) return { isWanted: row.wanted, digestMinutes: row.digestMinutes };
  return { isWanted: category !== 'reminders' || channel !== 'email', digestMinutes: null };
}
