/**
 * Webhooks: events of the installation for programs outside.
 *
 * Offers    `/api/v1/webhooks`.
 * Publishes `webhooks.disabled`.
 * Hears     every event of the other modules; each delivery is a work item.
 * Stores    schema `webhooks`, two tables; addresses and secrets sealed.
 */
import { withTables } from '#platform/database/port.ts';
import type { Module } from '#platform/module.ts';
import { job, worker } from '#platform/work/port.ts';
import { audited } from './audited.ts';
import { webhookErrors, webhookEvents, webhookPermissions } from './contract.ts';
import { deliveryRoutes } from './deliveries/routes.ts';
import { createDeliveries, deliveryQueue } from './deliveries/service.ts';
import type { WebhooksNeeds } from './needs.ts';
import { forgetCreator, listCreatedBy } from './queries.ts';
import { webhookRoutes } from './routes.ts';
import { createSealing, webhookSecrets } from './secrets.ts';
import { createWebhookService } from './service.ts';
import type { WebhooksTables } from './tables.ts';
import templates from './templates.json' with { type: 'json' };
import texts from './texts.json' with { type: 'json' };

const UNLIMITED = 2 ** 31 - 1; // a delivery decides by its age

export function createWebhooks(needs: WebhooksNeeds): Module {
  const sealing = createSealing(needs.keys);
  const webhooks = createWebhookService({ ...needs, sealing });
  const deliveries = createDeliveries({ ...needs, sealing });
  return {
    name: 'webhooks',
    routes: async (http) => {
      await http.register(webhookRoutes(webhooks));
      await http.register(deliveryRoutes(deliveries));
    },
    tags: { webhooks: 'Events for programs outside.' },
    permissions: Object.values(webhookPermissions),
    errors: Object.values(webhookErrors),
    texts,
    templates,
    publishes: Object.values(webhookEvents),
    subscriptions: deliveries.subscriptions,
    workers: [
      worker<WebhooksTables>({
        queue: deliveryQueue,
        maxAttempts: UNLIMITED,
        leaseMs: 60_000,
        slots: { burst: 32 },
        handle: deliveries.handle,
      }),
    ],
    jobs: [
      job<WebhooksTables>({
        name: 'webhooks.tidy',
        description: 'Deletes deliveries of more than 30 days ago',
        everySeconds: 3600,
        run: deliveries.tidy,
      }),
    ],
    migrations: new URL('./migrations/', import.meta.url),
    sharedPaths: ['/api/v1/webhooks'],
    audited,
    secrets: webhookSecrets,
    privacy: {
      async export(userId) {
        const created = await listCreatedBy(needs.db.read, userId);
        return created.length > 0 ? { created } : null;
      },
      erase: (unit, userId) => forgetCreator(withTables<WebhooksTables>(unit).tx, userId),
    },
    menu: [{ path: '/webhooks', title: { en: 'Webhooks', fa: 'وب‌هوک‌ها' }, permission: webhookPermissions.read.code }],
  };
}
