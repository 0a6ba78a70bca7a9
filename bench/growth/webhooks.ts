import { admin, byExample, type Asking } from './asking.ts';
import type { GrowthStage } from './stage.ts';

const webhook = async (stage: GrowthStage) => ({ webhookId: stage.idOf('webhook', 2) });
const delivery = async (stage: GrowthStage, n: number) => ({
  webhookId: stage.idOf('webhook', 2),
  deliveryId: stage.idOf('delivery', 20 + 2 * n),
});
// Nothing listens there, and no delivery is sent: the bench runs no background.
const NEW = { url: 'https://example.com/hooks', eventTypes: ['todos.deleted.v1'] };
const made = async ({ call }: GrowthStage) => ({
  webhookId: (await call('admin', 'POST', '/api/v1/webhooks', NEW)).body.id,
});
const ANY = { headers: { 'if-match': '*' } };

export const WEBHOOKS: Readonly<Record<string, Asking>> = {
  ...byExample('admin', 'GET /api/v1/webhooks'),
  'POST /api/v1/webhooks': { ...admin, body: NEW },
  'GET /api/v1/webhooks/{webhookId}': { ...admin, prepare: webhook },
  'PATCH /api/v1/webhooks/{webhookId}': { ...admin, ...ANY, body: { description: 'x' }, prepare: webhook },
  'DELETE /api/v1/webhooks/{webhookId}': { ...admin, ...ANY, prepare: made },
  'POST /api/v1/webhooks/{webhookId}/rotate-secret': { ...admin, ...ANY, body: {}, prepare: webhook },
  'GET /api/v1/webhooks/{webhookId}/deliveries': { ...admin, prepare: webhook },
  'GET /api/v1/webhooks/{webhookId}/deliveries/{deliveryId}': { ...admin, prepare: delivery },
  // Disabled ones refuse these after they have looked.
  'POST /api/v1/webhooks/{webhookId}/test': { ...admin, refused: 409, prepare: webhook },
  'POST /api/v1/webhooks/{webhookId}/deliveries/replay-failed': { ...admin, refused: 409, prepare: webhook },
  'POST /api/v1/webhooks/{webhookId}/deliveries/{deliveryId}/replay': { ...admin, refused: 409, prepare: delivery },
};
