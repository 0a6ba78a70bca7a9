import type { AuditedOperations } from '#platform/module.ts';

export const audited: AuditedOperations = {
  'POST /api/v1/logging/events': 'an event is a record itself',
  'POST /api/v1/logging/events/bulk': 'events are records themselves',
  'POST /v1/logs': 'events are records themselves',
  'POST /api/v1/logging/validate': 'stores nothing',
  'POST /api/v1/logging/transform': 'stores nothing',
  'DELETE /api/v1/logging/events/{eventId}': ['logging.event_deleted'],
};
