import { Page, PageQuery, pageErrors } from '#kernel/page.ts';
import { ById, NoContent } from '#kernel/schema.ts';
import type { Routes } from '#platform/module.ts';
import {
  InboxItem,
  Notification,
  notificationErrors,
  notificationPermissions,
  NotificationQuery,
  Preferences,
} from './contract.ts';
import type { NotificationService } from './service.ts';

const { read } = notificationPermissions;
const listErrors = [pageErrors.cursorInvalid];
const errors = [notificationErrors.notFound];

export function notificationRoutes(notifications: NotificationService): Routes {
  return async (http) => {
    http.get(
      '/notifications',
      {
        config: { access: read, errors: listErrors },
        schema: {
          operationId: 'listNotifications',
          querystring: NotificationQuery,
          response: { 200: Page(Notification) },
        },
      },
      ({ actor, query }) => notifications.list(actor, query),
    );

    http.get(
      '/notifications/:id',
      {
        config: { access: read, errors },
        schema: { operationId: 'getNotification', params: ById, response: { 200: Notification } },
      },
      ({ actor, params }) => notifications.get(actor, params.id),
    );

    http.get(
      '/notifications/inbox',
      {
        config: { access: 'user', errors: listErrors },
        schema: { operationId: 'listInbox', querystring: PageQuery, response: { 200: Page(InboxItem) } },
      },
      ({ actor, query }) => notifications.inbox(actor, query),
    );

    http.post(
      '/notifications/inbox/:id/read',
      {
        config: { access: 'user', errors },
        schema: { operationId: 'readInboxItem', params: ById, response: { 204: NoContent } },
      },
      async ({ actor, params }, reply) => reply.code(204).send(await notifications.read(actor, params.id)),
    );

    http.post(
      '/notifications/inbox/read-all',
      {
        config: { access: 'user' },
        schema: { operationId: 'readInbox', response: { 204: NoContent } },
      },
      async ({ actor }, reply) => reply.code(204).send(await notifications.readAll(actor)),
    );

    http.get(
      '/notifications/preferences',
      {
        config: { access: 'user' },
        schema: { operationId: 'getNotificationPreferences', response: { 200: Preferences } },
      },
      ({ actor }) => notifications.preferences(actor),
    );

    http.put(
      '/notifications/preferences',
      {
        config: { access: 'user' },
        schema: { operationId: 'setNotificationPreferences', body: Preferences, response: { 200: Preferences } },
      },
      ({ actor, body }) => notifications.setPreferences(actor, body),
    );
  };
}
