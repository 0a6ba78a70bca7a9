import { withTables, type AnyUnit, type Db } from '#platform/database/port.ts';
import type { Keys } from '#platform/keys/port.ts';
import type { Settlement } from '#platform/work/port.ts';
import type { AuthorizationApi } from '#modules/authorization/contract.ts';
import { createBegin, type Limits } from './delivery/reserve-attempt.ts';
import type { NotificationsApi } from './contract.ts';
import { createDeliver } from './delivery/deliver.ts';
import { deleteClosedDigests } from './schedules/digest-queries.ts';
import { createDigest } from './schedules/digest.ts';
import { createInbox } from './inbox/service.ts';
import type { InboxSignal } from './inbox/watch.ts';
import { createMessages } from './messages/service.ts';
import * as people from './recipients/queries.ts';
import { createPreferences } from './recipients/preferences.ts';
import type { Channels } from './channels/port.ts';
import type { StatusSource } from './delivery-reports/sources.ts';
import { createStatus } from './delivery-reports/service.ts';
import { createSuppressions } from './delivery-reports/suppressions.ts';
import { deletePerson, listMessagesOf, type Allows } from './queries.ts';
import { createReports } from './reports/service.ts';
import { createRouting } from './reports/routing.ts';
import type { NotificationsTables } from './tables.ts';
import { createSchedules } from './schedules/service.ts';
import { deleteOldSeconds } from './delivery/rate-limit-queries.ts';
import { createSealing } from './sealing.ts';
import { createSharing, RESOURCE_TYPE } from './messages/access.ts';
import { shipTemplates } from './templates/built-in.ts';
import { createTemplates } from './templates/service.ts';
import { createUnsubscribe } from './recipients/unsubscribe.ts';

export interface NotificationsNeeds {
  readonly db: Db<NotificationsTables>;
  readonly keys: Keys;
  readonly channels: Channels;
  /** Providers that report what became of messages, with how their reports are verified. */
  readonly statusSources: readonly StatusSource[];
  readonly authorization: Pick<AuthorizationApi, 'accessLists' | 'membersOf'>;
  readonly inboxSignal: InboxSignal;
  readonly publicUrl: string;
  readonly limits: Limits;
  /** Before the second attempt at most; doubles with each. */
  readonly retryBaseMs: number;
  readonly now: () => Date;
}

/** Puts the use cases together; each has a file of its own. */
export function createNotificationService(given: NotificationsNeeds) {
  const { db, keys, channels, authorization, inboxSignal, limits, now } = given;
  const { accessLists } = authorization;
  const allows: Allows = (actor, right) => accessLists.allows(actor, RESOURCE_TYPE, 'm.id', right);
  const sealing = createSealing(keys);
  const unsubscribe = createUnsubscribe(given);
  const needs = { ...given, sealing, unsubscribe, allows, accessLists, signal: inboxSignal };
  const messages = createMessages(needs);
  const preferences = createPreferences({ db, enabled: channels.enabled });
  const routing = createRouting({ ...given, sealing, membersOf: authorization.membersOf, send: messages.send });
  const suppressions = createSuppressions({ db, sealing });
  const retry = { maxAttempts: limits.maxAttempts, baseMs: given.retryBaseMs };

  const api: NotificationsApi = {
    prepare: () => shipTemplates(db),
    putRecipient: (unit, { userId, email, language, timeZone }) =>
      people.upsertRecipient(withTables<NotificationsTables>(unit).tx, {
        userId,
        emailSealed: sealing.seal(email),
        emailHash: sealing.hash(email),
        language,
        ...(timeZone !== undefined && { timeZone }),
      }),
    send: messages.send,
    notifyIncident: routing.notifyIncident,
  };

  async function exportFor(userId: string) {
    const recipient = await people.findRecipient(db.read, userId);
    const rows = await listMessagesOf(db.read, userId);
    return {
      recipient: recipient && {
        email: sealing.open(recipient.emailSealed),
        language: recipient.language,
        timeZone: recipient.timeZone,
      },
      preferences: await preferences.get({ id: userId }),
      messages: rows.map((row) => {
        const { subject, text } = sealing.openContent(row);
        const { id, channel, category, status, createdAt, readAt } = row;
        return { id, channel, category, status, createdAt, readAt, subject, text };
      }),
    };
  }

  async function erase(unit: AnyUnit, userId: string): Promise<void> {
    await suppressions.forget(unit, userId);
    const messageIds = await deletePerson(withTables<NotificationsTables>(unit).tx, userId);
    await accessLists.forget(unit, RESOURCE_TYPE, messageIds);
  }

  async function tidy(): Promise<Settlement<NotificationsTables>> {
    return {
      write: async ({ tx }) => {
        await deleteOldSeconds(tx);
        await deleteClosedDigests(tx);
      },
    };
  }

  return {
    api,
    messages,
    templates: createTemplates(needs),
    schedules: createSchedules(needs),
    sharing: createSharing(needs),
    inbox: createInbox(needs),
    reports: createReports(needs),
    preferences,
    routing,
    unsubscribe,
    exportFor,
    suppressions,
    status: createStatus({ db, sealing, suppressions, now, sources: given.statusSources }),
    erase,
    tidy,
    deliver: createDeliver({
      channels: suppressions.guard(channels),
      sealing,
      now,
      retry,
      begin: createBegin({ db, now, limits }),
    }),
    closeDigest: createDigest({ sealing, now }),
  };
}

export type NotificationService = ReturnType<typeof createNotificationService>;
