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
import { notificationRoutes } from './routes.ts';
import { createNotificationService, type NotificationsNeeds } from './service.ts';
import texts from './texts.json' with { type: 'json' };

export function createNotifications(needs: NotificationsNeeds & { now: () => Date }): Module<NotificationsApi> {
  const notifications = createNotificationService(needs);
  const deliver = createDeliver({ ...needs, openMessage: notifications.openMessage });
  return {
    name: 'notifications',
    api: notifications.api,
    routes: notificationRoutes(notifications),
    permissions: Object.values(notificationPermissions),
    errors: Object.values(notificationErrors),
    texts,
    publishes: Object.values(notificationEvents),
    subscriptions: [],
    workers: [worker({ queue: deliveryQueue, maxAttempts: MAX_ATTEMPTS, leaseMs: 30_000, handle: deliver })],
    jobs: [],
    migrations: new URL('./migrations/', import.meta.url),
    health: [],
    privacy: { export: notifications.exportFor, erase: notifications.erase },
    menu: [
      {
        path: '/notifications',
        title: { en: 'Notifications', fa: 'اعلان‌ها' },
        permission: notificationPermissions.read.code,
      },
    ],
  };
}
