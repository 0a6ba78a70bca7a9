import type { AuditedOperations } from '#platform/module.ts';

/** The end of a replay is recorded as well, by the module itself: `observability.replay_finished`. */
export const audited: AuditedOperations = {
  'GET /api/v1/observability/messages': ['observability.messages_listed'],
  'GET /api/v1/observability/messages/{id}': ['observability.message_opened'],
  'POST /api/v1/observability/messages/{id}/discard': ['observability.message_discarded'],
  'POST /api/v1/observability/orchestration/replay/outbox': ['observability.replay_requested'],
  'POST /api/v1/observability/orchestration/replay/inbox': ['observability.replay_requested'],
  'POST /api/v1/observability/orchestration/replay/work': ['observability.replay_requested'],
};
