import { authorizationActions } from '#modules/authorization/contract.ts';
import type { AuditedOperations } from '#platform/module.ts';

export const audited: AuditedOperations = {
  'POST /api/v1/logging/events': 'an event is a record itself',
  'POST /api/v1/logging/events/bulk': 'events are records themselves',
  'POST /v1/logs': 'events are records themselves',
  'POST /api/v1/logging/validate': 'stores nothing',
  'POST /api/v1/logging/transform': 'stores nothing',
  'DELETE /api/v1/logging/events/{eventId}': ['logging.event_deleted'],
  'POST /api/v1/logging/access-control/roles': [authorizationActions.roleCreated],
  'POST /api/v1/logging/access-control/assign': [authorizationActions.permissionGranted],
  'POST /api/v1/logging/alerts/rules': ['logging.rule_created'],
  'PUT /api/v1/logging/alerts/rules/{id}': ['logging.rule_changed'],
  'DELETE /api/v1/logging/alerts/rules/{id}': ['logging.rule_deleted'],
  'POST /api/v1/logging/alerts/rules/{id}/test': 'stores nothing',
  'POST /api/v1/logging/alerts/incidents/{id}/acknowledge': ['logging.incident_acknowledged'],
  'POST /api/v1/logging/alerts/incidents/{id}/resolve': ['logging.incident_resolved'],
  'POST /api/v1/logging/alerts/silences': ['logging.silence_created'],
  'DELETE /api/v1/logging/alerts/silences/{id}': ['logging.silence_deleted'],
};
