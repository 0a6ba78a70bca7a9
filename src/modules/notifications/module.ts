/**
 * Notifications: messages to people over many channels, now or later, from a template in their language or in words of
 * one's own, with every attempt on record. Read `accept.ts` (how a message comes in), `begin.ts` and `deliver.ts` (how
 * it goes out), `providers/port.ts` (what a provider is).
 *
 * Offers    `/api/v1/notifications`, `/api/v1/notification-templates`; `putRecipient`, `send`, `notifyIncident` to other
 *           modules (`NotificationsApi`).
 * Publishes `notifications.created`, `notifications.sent`, `notifications.failed`, `notifications.archived`,
 *           `notifications.arrived` (in an inbox).
 * Hears     nothing: whoever has something to say calls `send` in its own unit.
 * Stores    schema `notifications`; addresses and contents sealed.
 */
import type { Module } from '#platform/module.ts';
import { job, worker } from '#platform/work/port.ts';
import { deliveryQueues, digestQueue } from './schedules/release.ts';
import { notificationErrors, notificationEvents, notificationPermissions, type NotificationsApi } from './contract.ts';
import { notificationRoutes } from './routes.ts';
import { scheduleQueue } from './schedules/service.ts';
import { notificationSecrets } from './secrets.ts';
import { createNotificationService, type NotificationsNeeds } from './service.ts';
import { statusErrors } from './delivery-reports/schemas.ts';
import texts from './texts.json' with { type: 'json' };

const FOR_EVER = 2 ** 31 - 1; // waiting for quiet hours and limits is no attempt; a message counts its own
const SURGE = 64; // as far as providers are quick: a process that dies has used as many attempts
const LEASE_MS = 10_000; // renewed while a hand-over lasts; so long a code waits at most when its worker dies

export function createNotifications(needs: NotificationsNeeds): Module<NotificationsApi> {
  const notifications = createNotificationService(needs);
  const lasting = { maxAttempts: FOR_EVER, leaseMs: LEASE_MS };
  return {
    name: 'notifications',
    api: notifications.api,
    routes: notificationRoutes(notifications),
    permissions: Object.values(notificationPermissions),
    errors: [...Object.values(notificationErrors), ...Object.values(statusErrors)],
    texts,
    publishes: Object.values(notificationEvents),
    subscriptions: [],
    workers: [
      ...[...deliveryQueues.values()].map((queue) =>
        worker({ queue, ...lasting, hands: { surge: SURGE }, handle: notifications.deliver }),
      ),
      worker({ queue: scheduleQueue, ...lasting, handle: notifications.schedules.run }),
      worker({ queue: digestQueue, ...lasting, handle: notifications.closeDigest }),
    ],
    jobs: [
      job({
        name: 'notifications.tidy',
        description: 'Forgets counted seconds and closed digests',
        everySeconds: 600,
        run: notifications.tidy,
      }),
    ],
    migrations: new URL('./migrations/', import.meta.url),
    health: [],
    decides: [notifications.sharing.rule],
    privacy: { export: notifications.exportFor, erase: notifications.erase },
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
