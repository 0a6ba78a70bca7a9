import { inBatches, withTables, type AnyUnit, type Db } from '#platform/database/port.ts';
import type { AccessLists } from '#modules/authorization/contract.ts';
import type { Suppressions } from '../delivery-reports/suppressions.ts';
import { MESSAGE_RESOURCE } from '../queries.ts';
import type { MessageSealing } from '../sealing.ts';
import type { NotificationsTables, StoredMessage } from '../tables.ts';
import type { PreferencesService } from './preferences.ts';
import { deletePerson, listMessagesOf } from './privacy-queries.ts';
import { findRecipient } from './queries.ts';

export interface RecipientPrivacyNeeds {
  readonly db: Db<NotificationsTables>;
  readonly sealing: MessageSealing;
  readonly preferences: PreferencesService;
  readonly suppressions: Suppressions;
  readonly accessLists: AccessLists;
}

/** The data that the module stores about a person. */
export function createPrivacy({ db, sealing, preferences, suppressions, accessLists }: RecipientPrivacyNeeds) {
  async function exportFor(userId: string) {
    const recipient = await findRecipient(db.read, userId);
    return {
      recipient: recipient && {
        email: sealing.openEmail(recipient),
        language: recipient.language,
        timeZone: recipient.timeZone,
      },
      preferences: await preferences.get({ id: userId }),
      messages: messagesOf(userId),
    };
  }

  async function* messagesOf(userId: string) {
    const all = inBatches<StoredMessage>((after, limit) => listMessagesOf(db.read, userId, after?.id ?? null, limit));
    for await (const row of all) {
      const { subject, text } = sealing.openContent(row);
      const { id, channel, category, status, createdAt, readAt } = row;
      yield { id, channel, category, status, createdAt, readAt, subject, text };
    }
  }

  /** Part of the caller's unit. */
  async function erase(unit: AnyUnit, userId: string): Promise<void> {
    await suppressions.removeAllOf(unit, userId); // finds its addresses in the messages, so before them
    const messageIds = await deletePerson(withTables<NotificationsTables>(unit).tx, userId);
    await accessLists.forget(unit, MESSAGE_RESOURCE, messageIds);
  }

  return { export: exportFor, erase };
}
