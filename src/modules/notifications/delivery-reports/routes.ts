import { Type } from 'typebox';
import { Page, pageErrors } from '#kernel/page.ts';
import { ById, NoContent } from '#kernel/schema.ts';
import type { Routes } from '#platform/module.ts';
import { deliveryReportErrors, notificationPermissions } from '../contract.ts';
import { Suppression, SuppressionQuery } from './schemas.ts';
import type { ReportReceiver } from './receive.ts';
import type { Suppressions } from './suppressions.ts';

const MAX_REPORT_BYTES = 65_536;
const { suppressionNotFound, ...reportErrors } = deliveryReportErrors;
const access = notificationPermissions.manageAll;

export function deliveryReportRoutes(reports: ReportReceiver, suppressions: Suppressions): Routes {
  return async (http) => {
    http.get(
      '/notifications/suppressions',
      {
        config: { access, errors: Object.values(pageErrors) },
        schema: {
          operationId: 'listSuppressions',
          summary: 'List suppressed addresses',
          description: `Addresses to which nothing is sent any more, because a provider reported that they do not exist
            or refuse messages. The address itself is not shown.`,
          querystring: SuppressionQuery,
          response: { 200: Page(Suppression) },
        },
      },
      ({ query }) => suppressions.list(query),
    );

    http.delete(
      '/notifications/suppressions/:id',
      {
        config: { access, errors: [suppressionNotFound] },
        schema: {
          operationId: 'liftSuppression',
          summary: 'Remove a suppression',
          description: 'Messages are sent to the address again.',
          params: ById,
          response: { 204: NoContent },
        },
      },
      async ({ actor, params }, reply) => reply.code(204).send(await suppressions.lift(actor, params.id)),
    );

    await http.register(webhookRoutes(reports));
  };
}

/** Registered separately, because signatures are over bytes: bodies are not parsed. */
function webhookRoutes(reports: ReportReceiver): Routes {
  return async (http) => {
    const limit = { parseAs: 'buffer', bodyLimit: MAX_REPORT_BYTES } as const;
    const parseJson = http.getDefaultJsonParser('error', 'error');
    http.removeAllContentTypeParsers();
    http.addContentTypeParser<Buffer>('application/x-www-form-urlencoded', limit, (_, bytes, done) =>
      done(null, bytes),
    );
    http.addContentTypeParser<Buffer>('application/json', limit, (request, bytes, done) => {
      if (bytes.length === 0) done(null, bytes);
      else void parseJson(request, bytes.toString(), (error) => done(error, bytes)); // malformed JSON is refused as everywhere else
    });

    http.post(
      '/notifications/status/:provider',
      {
        // Many reports come from few addresses, and an unsigned report costs only a hash.
        config: { access: 'public', errors: Object.values(reportErrors), isUnlimited: true },
        schema: {
          operationId: 'reportNotificationStatus',
          summary: 'Report the delivery status of a message',
          description: `For providers: the webhook with which they report delivery and bounces. The body is in the
            format of the provider and must carry its signature.`,
          params: Type.Object({
            provider: Type.String({
              pattern: '^[\\w-]{1,50}$',
              description: 'Name of the provider in the configuration',
            }),
          }),
          response: { 204: NoContent },
        },
      },
      async ({ params, headers, body }, reply) =>
        reply.code(204).send(await reports.receive(params.provider, { headers, body: toBytes(body) })),
    );
  };
}

function toBytes(body: unknown): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}
