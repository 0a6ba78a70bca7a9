/**
 * Notifications: messages to people, from a template in their language, with every attempt on record.
 *
 * Offers    `/api/v1/notifications`; `putRecipient` and `send` to other modules (`NotificationsApi`).
 * Publishes `notifications.created`, `notifications.sent`, `notifications.failed`.
 * Hears     nothing: whoever has something to say calls `send` in its own unit.
 * Stores    schema `notifications`; addresses and contents sealed.
 */
import type { Module } from '#platform/module.ts';
import { worker } from '#platform/work/port.ts';
import { notificationErrors, notificationEvents, notificationPermissions, type NotificationsApi } from './contract.ts';
import { createDeliver, deliveryQueue, MAX_ATTEMPTS } from './deliver.ts';
import type { Channels } from './providers/port.ts';
import { statusRoutes } from './providers/status-routes.ts';
import type { StatusSource } from './providers/status-sources.ts';
import { createStatus } from './providers/status.ts';
import { createSuppressions } from './providers/suppressions.ts';
import { notificationRoutes } from './routes.ts';
import { createNotificationService, type NotificationsNeeds } from './service.ts';
import { statusErrors } from './suppression-contract.ts';
import texts from './texts.json' with { type: 'json' };

export interface ModuleNeeds extends NotificationsNeeds {
  readonly channels: Channels;
  /** Providers that report what became of messages, with how their reports are verified. */
  readonly statusSources: readonly StatusSource[];
  readonly now: () => Date;
}

export function createNotifications(needs: ModuleNeeds): Module<NotificationsApi> {
  const { db, keys, now, statusSources: sources } = needs;
  const suppressions = createSuppressions({ db, keys });
  const status = createStatus({ db, keys, sources, suppressions, now });
  const notifications = createNotificationService(needs);
  const channels = suppressions.guard(needs.channels);
  const deliver = createDeliver({ ...needs, channels, openMessage: notifications.openMessage });
  return {
    name: 'notifications',
    api: notifications.api,
    routes: async (http) => {
      await http.register(notificationRoutes(notifications));
      await http.register(statusRoutes(status, suppressions));
    },
    permissions: Object.values(notificationPermissions),
    errors: [...Object.values(notificationErrors), ...Object.values(statusErrors)],
    texts,
    publishes: Object.values(notificationEvents),
    subscriptions: [],
    workers: [worker({ queue: deliveryQueue, maxAttempts: MAX_ATTEMPTS, leaseMs: 30_000, handle: deliver })],
    jobs: [],
    migrations: new URL('./migrations/', import.meta.url),
    health: [],
    privacy: {
      export: notifications.exportFor,
      async erase(unit, userId) {
        await suppressions.forget(unit, userId);
        await notifications.erase(unit, userId);
      },
    },
    menu: [
      {
        path: '/notifications',
        title: { en: 'Notifications', fa: 'اعلان‌ها' },
        permission: notificationPermissions.read.code,
      },
    ],
  };
}
