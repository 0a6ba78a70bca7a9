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
const { userNotFound, roleNotFound, organisationNotFound } = authorizationErrors;
const { notFound, alreadySent, ended } = notificationErrors;
const ByNotification = Type.Object({ notificationId: Type.With(Id, { description: 'Id of the message' }) });

export function messageRoutes(messages: MessageRequests, accessLists: MessageAccess): Routes {
  return async (http) => {
    http.get(
      '/notifications',
      {
        config: { access: read, errors: Object.values(pageErrors) },
        schema: {
          operationId: 'listNotifications',
          summary: 'List messages',
          description: `Newest first: messages that you created, that are addressed to you, or that are shared with you;
            with \`notifications.manage_all\` those of everybody. Addresses are masked. A filter is looked for in a few
            thousand messages for each page: a page may have fewer items than it could, and a \`nextCursor\` that goes
            on; then \`totalCount\` is null.`,
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
        schema: {
          operationId: 'createNotification',
          summary: 'Create a message',
          description: `Accepts a message, from a template (\`templateId\`, \`variables\`) or raw (\`subject\`,
            \`body\`), and delivers it now or at \`scheduledAtUtc\`. It is stored encrypted, rendered at once, and
            delivered with retries. Preferences and quiet hours of the recipient apply.`,
          body: NewNotification,
          response: { 201: Notification },
        },
      },
      async ({ actor, body }, reply) => reply.code(201).send(await messages.create(actor, body)),
    );

    http.get(
      '/notifications/:notificationId',
      {
        config: { access: read, errors: [notFound] },
        schema: {
          operationId: 'getNotification',
          summary: 'Get a message',
          description: 'With each attempt to deliver it. The content is not shown.',
          params: ByNotification,
          response: { 200: Notification },
        },
      },
      ({ actor, params }) => messages.get(actor, params.notificationId),
    );

    http.put(
      '/notifications/:notificationId/cancel',
      {
        config: { access: write, errors: [notFound, alreadySent, ended] },
        schema: {
          operationId: 'cancelNotification',
          summary: 'Cancel a message',
          description: 'A message that was sent, or is being sent, cannot be cancelled (409).',
          params: ByNotification,
          response: { 200: Notification },
        },
      },
      ({ actor, params }) => messages.cancel(actor, params.notificationId),
    );

    http.delete(
      '/notifications/archive/:id',
      {
        config: { access: write, errors: [notFound, alreadySent] },
        schema: {
          operationId: 'archiveNotification',
          summary: 'Archive a message',
          description: `A message that waits is not sent any more, and its schedule ends. A message that is being sent
            cannot be archived (409).`,
          params: ById,
          response: { 204: NoContent },
        },
      },
      async ({ actor, params }, reply) => reply.code(204).send(await messages.archive(actor, params.id)),
    );

    http.get(
      '/notifications/:notificationId/permissions',
      {
        config: { access, errors: [notFound] },
        schema: {
          operationId: 'listNotificationAccess',
          summary: 'List who may see a message',
          description: 'The access list of the message: users first, then roles and organisations.',
          params: ByNotification,
          response: { 200: Type.Object({ items: Type.Array(AccessEntry) }) },
        },
      },
      ({ actor, params }) => accessLists.list(actor, params.notificationId),
    );

    http.put(
      '/notifications/:notificationId/permissions',
      {
        config: { access, errors: [notFound, userNotFound, roleNotFound, organisationNotFound] },
        schema: {
          operationId: 'setNotificationAccess',
          summary: 'Share a message',
          description: 'Replaces the entry of one user, role or organisation; an entry without any right is removed.',
          params: ByNotification,
          body: AccessEntry,
          response: { 200: AccessEntry },
        },
      },
      ({ actor, params, body }) => accessLists.put(actor, params.notificationId, body),
    );
  };
}
