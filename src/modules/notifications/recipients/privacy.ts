import { system } from '#kernel/access.ts';
import { defineQueue } from '#kernel/work.ts';
import { inBatches, withoutTables, withTables, type AnyUnit, type Db } from '#platform/database/port.ts';
import { worker, type Work, type WorkResult } from '#platform/work/port.ts';
import type { AccessLists } from '#modules/authorization/contract.ts';
import type { Suppressions } from '../delivery-reports/suppressions.ts';
import { workOptions } from '../jobs.ts';
import { MESSAGE_RESOURCE } from '../queries.ts';
import type { MessageSealing } from '../sealing.ts';
import type { NotificationsTables, StoredMessage } from '../tables.ts';
import type { PreferencesService } from './preferences.ts';
import { deleteMessagesOf, deletePerson, forgetAuthor, listMessagesOf } from './privacy-queries.ts';
import { findRecipient } from './queries.ts';

const BATCH = 1000; // messages of one unit, with their attempts and schedules
const erasureQueue = defineQueue('notifications.erasure');

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
        phone: sealing.openPhone(recipient),
        languages: recipient.languages,
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

  /** Part of the caller's unit, which deletes a batch; a work item deletes the rest, each batch in a unit of its own. */
  async function erase(unit: AnyUnit, userId: string): Promise<void> {
    if (!(await eraseSome(unit, userId))) unit.enqueue(erasureQueue, { ref: userId });
  }

  /** Answers whether nothing is left. */
  async function eraseSome(unit: AnyUnit, userId: string): Promise<boolean> {
    const { tx } = withTables<NotificationsTables>(unit);
    await suppressions.removeSomeOf(unit, userId, BATCH); // finds its addresses in the messages, so before them
    const messageIds = await deleteMessagesOf(tx, userId, BATCH);
    await accessLists.forget(unit, MESSAGE_RESOURCE, messageIds);
    if (messageIds.length === BATCH || (await forgetAuthor(tx, userId, BATCH)) === BATCH) return false;
    await deletePerson(tx, userId);
    return true;
  }

  async function eraseRest({ ref, origin }: Work, signal: AbortSignal): Promise<WorkResult<NotificationsTables>> {
    const eraseBatch = () => db.write(system('notifications', origin), (unit) => eraseSome(withoutTables(unit), ref));
    while (!(await eraseBatch())) signal.throwIfAborted();
    return { write: async () => {} };
  }

  return { export: exportFor, erase, eraser: worker({ queue: erasureQueue, ...workOptions, handle: eraseRest }) };
}
