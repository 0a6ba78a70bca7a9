import { Type } from 'typebox';
import { Page, PageQuery, pageErrors } from '#kernel/page.ts';
import { ById, NoContent } from '#kernel/schema.ts';
import { httpErrors } from '#platform/http/port.ts';
import type { Routes } from '#platform/module.ts';
import { notificationErrors } from '../contract.ts';
import type { Inbox } from './service.ts';
import { InboxItem, UnreadCount } from './schemas.ts';

const access = 'user';

export function inboxRoutes(inbox: Inbox): Routes {
  return async (http) => {
    http.get(
      '/notifications/inbox',
      {
        config: { access, errors: Object.values(pageErrors) },
        schema: {
          operationId: 'listInbox',
          summary: 'List my inbox',
          description: 'Your own messages, newest first.',
          querystring: PageQuery,
          response: { 200: Page(InboxItem) },
        },
      },
      ({ actor, query }) => inbox.list(actor, query),
    );

    http.get(
      '/notifications/inbox/unread-count',
      {
        config: { access },
        schema: { operationId: 'countUnread', summary: 'Count my unread messages', response: { 200: UnreadCount } },
      },
      ({ actor }) => inbox.unread(actor),
    );

    http.get(
      '/notifications/inbox/stream',
      {
        config: { access, errors: [httpErrors.tooManyStreams, httpErrors.overloaded] },
        schema: {
          operationId: 'streamInbox',
          summary: 'Stream my inbox',
          description: `Server-sent events: \`message\` for each new message, \`unread\` with the count at the start and
            after each change. A heartbeat comes every 15 seconds. Ends within a second after the session has ended;
            at most 10 streams per caller.`,
          response: { 200: { content: { 'text/event-stream': { schema: Type.String() } } } },
        },
      },
      ({ actor, headers }, reply) =>
        reply.streamEvents((disconnected) =>
          inbox.stream(actor, headers['last-event-id']?.toString() ?? null, disconnected),
        ),
    );

    http.post(
      '/notifications/inbox/:id/read',
      {
        config: { access, errors: [notificationErrors.notFound] },
        schema: {
          operationId: 'readInboxItem',
          summary: 'Mark a message as read',
          description: 'Reading twice changes nothing.',
          params: ById,
          response: { 204: NoContent },
        },
      },
      async ({ actor, params }, reply) => reply.code(204).send(await inbox.read(actor, params.id)),
    );

    http.post(
      '/notifications/inbox/read-all',
      {
        config: { access },
        schema: { operationId: 'readInbox', summary: 'Mark all my messages as read', response: { 204: NoContent } },
      },
      async ({ actor }, reply) => reply.code(204).send(await inbox.readAll(actor)),
    );
  };
}
