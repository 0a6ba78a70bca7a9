import { Type } from 'typebox';
import { Page, pageErrors } from '#kernel/page.ts';
import { ById, Id, NoContent } from '#kernel/schema.ts';
import type { Routes } from '#platform/module.ts';
import { AccessEntry, authorizationErrors } from '#modules/authorization/contract.ts';
import {
  NewNotification,
  Notification,
  notificationErrors,
  notificationPermissions,
  NotificationQuery,
} from '../contract.ts';
import type { MessageAccess } from './access.ts';
import type { MessageRequests } from './messages.ts';

const { read, write, access } = notificationPermissions;
const { notFound, alreadySent } = notificationErrors;
const ByNotification = Type.Object({ notificationId: Id });

export function messageRoutes(messages: MessageRequests, accessLists: MessageAccess): Routes {
  return async (http) => {
    http.get(
      '/notifications',
      {
        config: { access: read, errors: [pageErrors.cursorInvalid] },
        schema: {
          operationId: 'listNotifications',
          querystring: NotificationQuery,
          response: { 200: Page(Notification) },
        },
      },
      ({ actor, query }) => messages.list(actor, query),
    );

    http.post(
      '/notifications',
      {
        config: {
          access: write,
          errors: [
            notificationErrors.templateNotFound,
            notificationErrors.templateChannelMismatch,
            notificationErrors.templateVariableMissing,
            notificationErrors.templateInvalid,
            notificationErrors.contentInvalid,
            notificationErrors.contentTooLarge,
            notificationErrors.scheduleInPast,
            notificationErrors.channelDisabled,
            notificationErrors.recipientInvalid,
          ],
        },
        schema: { operationId: 'createNotification', body: NewNotification, response: { 201: Notification } },
      },
      async ({ actor, body }, reply) => reply.code(201).send(await messages.create(actor, body)),
    );

    http.get(
      '/notifications/:notificationId',
      {
        config: { access: read, errors: [notFound] },
        schema: { operationId: 'getNotification', params: ByNotification, response: { 200: Notification } },
      },
      ({ actor, params }) => messages.get(actor, params.notificationId),
    );

    http.put(
      '/notifications/:notificationId/cancel',
      {
        config: { access: write, errors: [notFound, alreadySent] },
        schema: { operationId: 'cancelNotification', params: ByNotification, response: { 200: Notification } },
      },
      ({ actor, params }) => messages.cancel(actor, params.notificationId),
    );

    http.delete(
      '/notifications/archive/:id',
      {
        config: { access: write, errors: [notFound, alreadySent] },
        schema: { operationId: 'archiveNotification', params: ById, response: { 204: NoContent } },
      },
      async ({ actor, params }, reply) => reply.code(204).send(await messages.archive(actor, params.id)),
    );

    http.get(
      '/notifications/:notificationId/permissions',
      {
        config: { access, errors: [notFound] },
        schema: {
          operationId: 'listNotificationAccess',
          params: ByNotification,
          response: { 200: Type.Object({ items: Type.Array(AccessEntry) }) },
        },
      },
      ({ actor, params }) => accessLists.list(actor, params.notificationId),
    );

    http.put(
      '/notifications/:notificationId/permissions',
      {
        config: { access, errors: [notFound, authorizationErrors.userNotFound, authorizationErrors.roleNotFound] },
        schema: {
          operationId: 'setNotificationAccess',
          params: ByNotification,
          body: AccessEntry,
          response: { 200: AccessEntry },
        },
      },
      ({ actor, params, body }) => accessLists.put(actor, params.notificationId, body),
    );
  };
}
