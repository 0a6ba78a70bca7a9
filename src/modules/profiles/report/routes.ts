import type { Readable } from 'node:stream';
import { Type } from 'typebox';
import { pageErrors } from '#kernel/page.ts';
import type { Routes } from '#platform/module.ts';
import { profilePermissions } from '../contract.ts';
import { ProfileReport, ProfileReportQuery, ReportFilters } from '../schemas.ts';
import type { Report } from './service.ts';

const { adminRead: access } = profilePermissions;

export function reportRoutes(report: Report): Routes {
  return async (http) => {
    http.get(
      '/profiles/reports/admin',
      {
        config: { access, errors: Object.values(pageErrors) },
        schema: {
          operationId: 'reportProfiles',
          summary: 'Report on all profiles',
          description: `How complete the profiles are that match all filters, with totals and distribution. It shows no contact
            data. A filter is looked for in a few thousand profiles for each page: a page may have fewer items than it could, and
            a \`nextCursor\` that goes on; then \`totalCount\` is null.`,
          querystring: ProfileReportQuery,
          response: { 200: ProfileReport },
        },
      },
      ({ query }) => report.page(query),
    );

    http.get(
      '/profiles/reports/admin.csv',
      {
        config: { access },
        schema: {
          operationId: 'exportProfileReport',
          summary: 'Export the report on all profiles as CSV',
          description: 'The same rows as `reportProfiles`, newest first, as one file that is streamed.',
          querystring: ReportFilters,
          response: { 200: { content: { 'text/csv': { schema: Type.Unsafe<Readable>({ type: 'string' }) } } } },
        },
      },
      async ({ query }, reply) =>
        reply
          .type('text/csv; charset=utf-8')
          .header('content-disposition', 'attachment; filename="profiles.csv"')
          .send(report.csv(query)),
    );
  };
}
