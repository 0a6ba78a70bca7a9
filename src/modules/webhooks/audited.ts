import type { AuditedOperations } from '#platform/module.ts';

export const audited: AuditedOperations = {
  'POST /api/v1/webhooks': ['webhooks.created'],
  'PATCH /api/v1/webhooks/{webhookId}': ['webhooks.updated'],
  'DELETE /api/v1/webhooks/{webhookId}': ['webhooks.deleted'],
  'POST /api/v1/webhooks/{webhookId}/rotate-secret': ['webhooks.secret_rotated'],
  'POST /api/v1/webhooks/{webhookId}/test': ['webhooks.tested'],
  'POST /api/v1/webhooks/{webhookId}/deliveries/replay-failed': ['webhooks.replayed'],
  'POST /api/v1/webhooks/{webhookId}/deliveries/{deliveryId}/replay': ['webhooks.replayed'],
};
