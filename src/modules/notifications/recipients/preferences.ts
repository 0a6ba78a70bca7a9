import type { Actor } from '#kernel/access.ts';
import { isTimeZone } from '#kernel/recurrence.ts';
import type { Db } from '#platform/database/port.ts';
import { toWish } from '../schedules/release.ts';
import { notificationErrors } from '../contract.ts';
import * as people from './queries.ts';
import type { Channel } from '../channels/port.ts';
import type { NotificationsTables, Reader } from '../tables.ts';
import type { Preferences, PreferencesChange } from '../schemas.ts';

const CHOOSABLE = ['general', 'reminders', 'incidents', 'product'] as const;

export interface PreferencesNeeds {
  readonly db: Db<NotificationsTables>;
  readonly enabled: readonly Channel[];
}

/** What each person wants to hear of, where and when. */
export function createPreferences({ db, enabled }: PreferencesNeeds) {
  async function get({ id }: Pick<Actor, 'id'>): Promise<Preferences> {
    return read(db.read, id);
  }

  /** Every choice there is, said or not. */
  async function read(reader: Reader, userId: string): Promise<Preferences> {
    const said = await people.listPreferences(reader, userId);
    const recipient = await people.findRecipient(reader, userId);
    const { quietFrom = null, quietTo = null, timeZone = 'UTC' } = recipient ?? {};
    const choices = CHOOSABLE.flatMap((category) =>
      enabled.map((channel) => {
        const row = said.find((each) => each.category === category && each.channel === channel);
        return { category, channel, ...toWish(row, category, channel) };
      }),
    );
    const quietHours =
      quietFrom === null || quietTo === null ? null : { from: quietFrom.slice(0, 5), to: quietTo.slice(0, 5) };
    return { timeZone, quietHours, choices };
  }

  /** @throws `notifications.time_zone_invalid`, `notifications.recipient_invalid` for zone or hours of somebody without an address */
  function change(actor: Actor, { timeZone, quietHours, choices = [] }: PreferencesChange): Promise<Preferences> {
    if (timeZone !== undefined && !isTimeZone(timeZone)) throw notificationErrors.timeZoneInvalid();
    return db.write(actor, async ({ tx }) => {
      const times = {
        ...(timeZone !== undefined && { timeZone }),
        ...(quietHours !== undefined && { quietFrom: quietHours?.from ?? null, quietTo: quietHours?.to ?? null }),
      };
      if (Object.keys(times).length > 0) {
        if (!(await people.findRecipient(tx, actor.id)))
          throw notificationErrors.recipientInvalid({ reason: 'nothing is sent to this account' });
        await people.updateRecipient(tx, actor.id, times);
      }
      for (const { category, channel, isWanted, digestMinutes } of choices) {
        const row = { userId: actor.id, category, channel, wanted: isWanted, digestMinutes: digestMinutes ?? null };
        await people.upsertPreference(tx, row, digestMinutes === undefined);
      }
      return read(tx, actor.id);
    });
  }

  return { get, read, change };
}
