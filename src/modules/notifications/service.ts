import { withTables, type AnyUnit, type Db } from '#platform/database/port.ts';
import type { Keys } from '#platform/keys/port.ts';
import type { Settlement } from '#platform/work/port.ts';
import type { AuthorizationApi } from '#modules/authorization/contract.ts';
import { createBegin, type Limits } from './begin.ts';
import type { NotificationsApi } from './contract.ts';
import { createDeliver } from './deliver.ts';
import { deleteClosedDigests } from './digest-queries.ts';
import { createDigest } from './digest.ts';
import { createInbox } from './inbox.ts';
import type { InboxSignal } from './inbox-watch.ts';
import { createMessages } from './messages.ts';
import * as people from './people.ts';
import { createPreferences } from './preferences.ts';
import type { Channels } from './providers/port.ts';
import type { StatusSource } from './providers/status-sources.ts';
import { createStatus } from './providers/status.ts';
import { createSuppressions } from './providers/suppressions.ts';
import { deletePerson, listMessagesOf, type Allows } from './queries.ts';
import { createReports } from './reports.ts';
import { createRouting } from './routing.ts';
import type { NotificationsTables } from './rows.ts';
import { createSchedules } from './schedules.ts';
import { deleteOldSeconds } from './second-queries.ts';
import { createSealing } from './sealing.ts';
import { createSharing, RESOURCE_TYPE } from './sharing.ts';
import { shipTemplates } from './shipped.ts';
import { createTemplates } from './templates.ts';
import { createUnsubscribe } from './unsubscribe.ts';

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
