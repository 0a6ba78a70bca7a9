import type { AuditedOperations } from '#platform/module.ts';
import { authorizationActions } from '#modules/authorization/contract.ts';

export const audited: AuditedOperations = {
  'PUT /api/v1/notifications/{notificationId}/cancel': ['notifications.message_cancelled'],
  'DELETE /api/v1/notifications/archive/{id}': ['notifications.message_archived'],
  'PUT /api/v1/notifications/{notificationId}/permissions': [authorizationActions.accessChanged],
  'DELETE /api/v1/notifications/schedules/{scheduleId}': ['notifications.schedule_cancelled'],
  'POST /api/v1/notifications/templates': ['notifications.template_created'],
  'PUT /api/v1/notifications/templates/{templateId}': ['notifications.template_changed'],
  'DELETE /api/v1/notification-templates/{templateId}': ['notifications.template_deleted'],
  'DELETE /api/v1/notifications/suppressions/{id}': ['notifications.suppression_lifted'],
  'PUT /api/v1/notifications/routing': ['notifications.routing_changed'],
  'POST /api/v1/notifications/inbox/{id}/read': 'a user’s own messages',
  'POST /api/v1/notifications/inbox/read-all': 'a user’s own messages',
  'PUT /api/v1/notifications/preferences': 'a user’s own preferences; messages about security are sent regardless',
  'POST /api/v1/notifications': 'the message itself is kept, with its author',
  'POST /api/v1/notifications/{notificationId}/schedule':
    'the schedule itself is kept, with its author; cancelling it is recorded',
  'POST /api/v1/notifications/unsubscribe': 'a user’s own preference',
  'POST /api/v1/notifications/status/{provider}': 'a provider’s report on a message, kept with its attempts',
  'POST /api/v1/notification-templates/{templateId}/preview': 'changes nothing',
  'POST /api/v1/notifications/schedules/preview': 'changes nothing',
};
