import { Type } from 'typebox';
import { pickLanguage } from '#kernel/language.ts';
import type { Routes } from '#platform/module.ts';
import { sendPage } from '#platform/pages/port.ts';
import { notificationErrors } from '../contract.ts';
import type { Unsubscribe } from './unsubscribe.ts';
import { unsubscribePage } from './unsubscribe-page.ts';

const config = { access: 'public' as const, isPage: true, errors: [notificationErrors.unsubscribeInvalid] };
const ByToken = Type.Object({
  token: Type.String({ minLength: 1, maxLength: 500, description: 'Of the link in the message' }),
});
const html = { 200: { content: { 'text/html': { schema: Type.String() } } } };
const MAX_BYTES = 1024; // `List-Unsubscribe=One-Click`, in one form or the other

export function unsubscribeRoutes(unsubscribe: Unsubscribe): Routes {
  return async (http) => {
    http.removeContentTypeParser('multipart/form-data'); // which only routes that take a form accept
    // RFC 8058 lets mail programs send such a body; it is ignored, because the link contains everything.
    http.addContentTypeParser(
      ['application/x-www-form-urlencoded', 'multipart/form-data'],
      { parseAs: 'string' },
      (_request, _body, done) => done(null, undefined),
    );

    http.get(
      '/notifications/unsubscribe',
      {
        config,
        schema: {
          operationId: 'showUnsubscribe',
          summary: 'Show the page to unsubscribe',
          description: 'For the link at the end of a product message. The page asks before anything changes.',
          querystring: ByToken,
          response: html,
        },
      },
      async ({ query, headers }, reply) =>
        sendPage(
          reply,
          unsubscribePage(pickLanguage(headers['accept-language']), unsubscribe.parse(query.token) && 'question'),
        ),
    );

    http.post(
      '/notifications/unsubscribe',
      {
        bodyLimit: MAX_BYTES,
        config,
        schema: {
          operationId: 'unsubscribe',
          summary: 'Unsubscribe',
          description: `One click for mail programs (RFC 8058), and the button of the page. The recipient gets no
            further messages of the category over the channel. Idempotent.`,
          querystring: ByToken,
          response: html,
        },
      },
      async ({ actor, query, headers }, reply) => {
        await unsubscribe.decline(actor.origin, query.token);
        return sendPage(reply, unsubscribePage(pickLanguage(headers['accept-language']), 'done'));
      },
    );
  };
}
