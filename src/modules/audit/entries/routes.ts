import { Type } from 'typebox';
import { pageErrors } from '#kernel/page.ts';
import { ById } from '#kernel/schema.ts';
import type { Routes } from '#platform/module.ts';
import { auditErrors, auditPermissions } from '../contract.ts';
import { AuditEntry, AuditExportQuery, AuditPage, AuditQuery } from '../schemas.ts';
import type { EntrySearch } from './search.ts';

const { read: access } = auditPermissions;
const TYPES = { csv: 'text/csv; charset=utf-8', ndjson: 'application/x-ndjson' };
const Text = Type.String();

export function entryRoutes(entries: EntrySearch): Routes {
  return async (http) => {
    http.get(
      '/audit',
      {
        config: { access, errors: Object.values(pageErrors) },
        schema: {
          operationId: 'searchAudit',
          summary: 'Search the audit trail',
          description: `Newest first. A search by \`text\` reads some 5,000 entries at a time: a page that is not full
            and has a \`nextCursor\` goes on there, and its \`totalCount\` is null. A search by
            several filters that each find more than 10,000 entries does the same.`,
          querystring: AuditQuery,
          response: { 200: AuditPage },
        },
      },
      ({ query }) => entries.search(query),
    );

    http.get(
      '/audit/entries/:id',
      {
        config: { access, errors: [auditErrors.entryNotFound] },
        schema: {
          operationId: 'getAuditEntry',
          summary: 'Get an entry of the audit trail',
          description: 'As the search gives it. Answers 404 also for an entry that was moved to an archive.',
          params: ById,
          response: { 200: AuditEntry },
        },
      },
      ({ params }) => entries.get(params.id),
    );

    http.get(
      '/audit/export',
      {
        config: { access },
        schema: {
          operationId: 'exportAudit',
          summary: 'Export the audit trail',
          description: `All entries that match, newest first, as CSV or NDJSON that is streamed. The export is recorded
            in the trail.`,
          querystring: AuditExportQuery,
          response: {
            200: {
              description: 'Newest first',
              content: { 'text/csv': { schema: Text }, 'application/x-ndjson': { schema: Text } },
            },
          },
        },
      },
      async ({ actor, query }, reply) => {
        const { format, total, content } = await entries.download(actor, query);
        reply
          .header('content-type', TYPES[format])
          .header('content-disposition', `attachment; filename="audit.${format}"`);
        if (total !== null) reply.header('x-total-count', total);
        return reply.send(content as unknown as string); // a stream of such text
      },
    );
  };
}
