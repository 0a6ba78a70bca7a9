import type { Readable } from 'node:stream';
import { Type } from 'typebox';
import { Page, pageErrors } from '#kernel/page.ts';
import type { Routes } from '#platform/module.ts';
import { notificationPermissions } from '../contract.ts';
import type { Statistics } from './reports.ts';
import { DeliveriesQuery, Detail, DetailsQuery, ReportQuery, Summary } from './schemas.ts';

const { reports: access } = notificationPermissions;

export function reportRoutes(reports: Statistics): Routes {
  return async (http) => {
    http.get(
      '/notifications/reports/summary',
      {
        config: { access },
        schema: {
          operationId: 'summariseDelivery',
          summary: 'Summarise delivery',
          description: `Totals, success rate and latency of the messages that match, by default of the last 30 days. Whole
            hours are counted: those that \`from\` and \`to\` are in belong to it. Messages that were deleted since stay
            counted if they had ended.`,
          querystring: ReportQuery,
          response: { 200: Summary },
        },
      },
      ({ query }) => reports.summary(query),
    );

    http.get(
      '/notifications/reports/details',
      {
        config: { access, errors: Object.values(pageErrors) },
        schema: {
          operationId: 'listDeliveries',
          summary: 'List deliveries',
          description: `The messages behind the summary, newest first, with their last attempt. A filter is looked for in a
            few thousand messages for each page: a page may have fewer items than it could, and a \`nextCursor\` that
            goes on; then \`totalCount\` is null.`,
          querystring: DetailsQuery,
          response: { 200: Page(Detail) },
        },
      },
      ({ query }) => reports.details(query),
    );

    http.get(
      '/notifications/reports/details.csv',
      {
        config: { access },
        schema: {
          operationId: 'exportDeliveries',
          summary: 'Export deliveries as CSV',
          description: 'The same rows as `listDeliveries`, as one file that is streamed.',
          querystring: DeliveriesQuery,
          response: { 200: { content: { 'text/csv': { schema: Type.Unsafe<Readable>({ type: 'string' }) } } } },
        },
      },
      async ({ query }, reply) =>
        reply
          .type('text/csv; charset=utf-8')
          .header('content-disposition', 'attachment; filename="deliveries.csv"')
          .send(reports.csv(query)),
    );
  };
}
