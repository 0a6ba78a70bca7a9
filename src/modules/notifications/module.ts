/**
 * Notifications: messages to people over many channels, now or later, from a template in their language or in plain
 * text, with every attempt on record. Read `messages/compose.ts` (how a message is accepted),
 * `delivery/reserve-attempt.ts` and `delivery/deliver.ts` (how it is sent), `channels/port.ts` (what a provider is).
 *
 * Offers    `/api/v1/notifications`, `/api/v1/notification-templates`; `putRecipient(s)`, `setReader`, `send`, `notifyIncident` to other
 *           modules (`NotificationsApi`), which declare their messages in `Module.templates`.
 * Publishes `notifications.created`, `notifications.sent`, `notifications.failed`, `notifications.archived`,
 *           `notifications.arrived` (in an inbox).
 * Hears     nothing: a module that has a message calls `send` in its own unit.
 * Stores    schema `notifications`; addresses and contents sealed.
 */
import { system } from '#kernel/access.ts';
import type { Module } from '#platform/module.ts';
import { job, type WorkResult } from '#platform/work/port.ts';
import { audited } from './audited.ts';
import type { Channels, OwnProviders } from './channels/port.ts';
import { createOwnProviders, openChannels } from './channels/registry.ts';
import {
  deliveryReportErrors,
  notificationErrors,
  notificationEvents,
  notificationPermissions,
  type NotificationsApi,
} from './contract.ts';
import { createDeliveryReports } from './delivery-reports/service.ts';
import { createDelivery } from './delivery/service.ts';
import { inboxRoutes } from './inbox/routes.ts';
import { createInbox } from './inbox/service.ts';
import { createMessages } from './messages/service.ts';
import { inUnits } from './jobs.ts';
import type { NotificationsNeeds } from './needs.ts';
import { MESSAGE_RESOURCE, type AccessListCondition } from './queries.ts';
import { createRecipients } from './recipients/service.ts';
import { createReports } from './reports/service.ts';
import { createSchedules } from './schedules/service.ts';
import { createSealing } from './sealing.ts';
import { notificationSecrets } from './secrets.ts';
import type { NotificationsTables, NotificationsWriter } from './tables.ts';
import { templateRoutes } from './templates/routes.ts';
import { createTemplates } from './templates/service.ts';
import templates from './templates.json' with { type: 'json' };
import texts from './texts.json' with { type: 'json' };

/** `channels`: what messages are sent through, for tests that send without a message in the database. */
export function createNotifications(
  needs: NotificationsNeeds,
  { makers, environment }: OwnProviders,
): Module<NotificationsApi> & { readonly channels: Channels } {
  const { db, keys, services, config, authorization, branding, inboxSignal, now } = needs;
  const { accessLists, membersOf } = authorization;
  const sealing = createSealing(keys);
  const isAllowed: AccessListCondition = (actor, right) => accessLists.allows(actor, MESSAGE_RESOURCE, 'm.id', right);

  const own = createOwnProviders(makers, { ...services, environment, now });
  const channels = openChannels(config, services, own, now);
  const { enabled } = channels;
  const deliveryReports = createDeliveryReports({ db, sealing, config, now });
  const { suppressions } = deliveryReports;
  const inbox = createInbox({ db, sealing, signal: inboxSignal });
  const templating = createTemplates({ db, branding });
  const recipients = createRecipients({
    db,
    keys,
    sealing,
    enabled,
    suppressions,
    accessLists,
    config,
    branding,
  });
  const { unsubscribe } = recipients;
  const schedules = createSchedules({ db, sealing, isAllowed, branding, now });
  const delivery = createDelivery({
    db,
    sealing,
    channels: suppressions.recordBounces(channels),
    config,
    branding,
    tracer: needs.services.tracer,
    now,
  });
  const days = config.notificationDays;
  const messages = createMessages({ db, sealing, channels, unsubscribe, isAllowed, accessLists, branding, days, now });
  const { compose, send } = messages;
  const reports = createReports({
    db,
    sealing,
    channels,
    membersOf,
    compose,
    send,
    linkBase: branding.linkBase,
    now,
  });

  const routes = [
    messages.routes,
    schedules.routes,
    templateRoutes(templating),
    inboxRoutes(inbox),
    recipients.preferenceRoutes,
    recipients.pushKeyRoutes,
    ...reports.routes,
    recipients.unsubscribeRoutes,
    deliveryReports.routes,
  ];

  /** A job that repeats this work, each time in a unit of its own. */
  const inOwnUnits = (...works: ((tx: NotificationsWriter, limit: number) => Promise<number>)[]) =>
    async function run(signal: AbortSignal): Promise<WorkResult<NotificationsTables>> {
      for (const workOnSome of works)
        await inUnits(signal, (limit) => db.write(system('notifications'), ({ tx }) => workOnSome(tx, limit)));
      return { write: async () => {} };
    };

  return {
    name: 'notifications',
    topics: [
      {
        name: 'notifications.inbox',
        access: 'user',
        about: 'each new message in your inbox, and the number of unread ones',
        open: inbox.stream,
      },
    ],
    channels,
    api: {
      prepare: templating.prepare,
      putRecipient: recipients.put,
      putRecipients: recipients.putAll,
      setReader: recipients.setReader,
      send,
      notifyIncident: reports.notifyIncident,
    },
    routes: async (http) => {
      for (const each of routes) await http.register(each);
    },
    tags: {
      notifications:
        'Messages over e-mail, SMS, push, chat and the inbox: creation, schedules, preferences, delivery reports.',
      'notification-templates': 'Texts of messages, by channel and language.',
    },
    permissions: Object.values(notificationPermissions),
    errors: [...Object.values(notificationErrors), ...Object.values(deliveryReportErrors)],
    texts,
    templates,
    publishes: Object.values(notificationEvents),
    workers: [...delivery.workers, ...schedules.workers, recipients.eraser],
    jobs: [
      job({
        name: 'notifications.tidy',
        description: 'Deletes the counters of past seconds, and closed digests',
        everySeconds: 600,
        run: inOwnUnits(delivery.deleteOldSeconds, schedules.deleteClosedDigests),
      }),
      job({
        name: 'notifications.retention',
        description: 'Deletes messages that ended long ago, if BONYAN_NOTIFICATION_DAYS is set',
        everySeconds: 3600,
        run: messages.deleteOld,
      }),
      job({
        name: 'notifications.report',
        description: 'Adds the changes of messages to the counts that reports read',
        everySeconds: 300, // reports also read what is not added yet
        run: inOwnUnits(reports.addChanges, reports.countOlder),
      }),
    ],
    handlers: messages.handlers,
    gauges: reports.gauges,
    migrations: new URL('./migrations/', import.meta.url),
    resourceRules: [messages.rule],
    sharedPaths: [
      '/api/v1/notification-templates',
      '/api/v1/notifications/templates',
      '/api/v1/notifications/suppressions',
    ],
    audited,
    privacy: recipients.privacy,
    secrets: notificationSecrets,
    menu: [
      {
        path: '/notifications',
        title: { en: 'Notifications', fa: 'اعلان‌ها' },
        permission: notificationPermissions.read.code,
      },
    ],
  };
}
