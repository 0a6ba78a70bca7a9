import { Type } from 'typebox';
import { pageErrors } from '#kernel/page.ts';
import { ById, NoContent } from '#kernel/schema.ts';
import type { Routes } from '#platform/module.ts';
import {
  AuditArchive,
  AuditArchives,
  auditErrors,
  AuditExportQuery,
  AuditKeys,
  AuditPage,
  auditPermissions,
  AuditQuery,
  ConsistencyProof,
  ConsistencyQuery,
  InclusionProof,
  InclusionQuery,
  IntegrityQuery,
  IntegrityReport,
  IntegrityRun,
  NewArchive,
} from '../contract.ts';
import type { AuditService } from '../service.ts';

const { read: access, manage } = auditPermissions;
const { nothingSealed, sequenceUnknown, rangeInvalid, runNotFound } = auditErrors;
const { entryArchived, archiveNotFound, nothingToArchive, archiveRunning } = auditErrors;
const ARCHIVES = '/api/v1/audit/archives';
const RUNS = '/api/v1/audit/integrity/runs';
const TYPES = { csv: 'text/csv; charset=utf-8', ndjson: 'application/x-ndjson' };
const Text = (type: string) => ({ description: 'Text', content: { [type]: { schema: Type.String() } } });

export function auditRoutes(audit: AuditService): Routes {
  return async (http) => {
    http.get(
      '/audit',
      {
        config: { access, errors: [pageErrors.cursorInvalid] },
        schema: { operationId: 'searchAudit', querystring: AuditQuery, response: { 200: AuditPage } },
      },
      ({ query }) => audit.search(query),
    );

    http.get(
      '/audit/export',
      {
        config: { access },
        schema: {
          operationId: 'exportAudit',
          querystring: AuditExportQuery,
          response: {
            200: {
              description: 'Newest first',
              content: { ...Text('text/csv').content, ...Text('application/x-ndjson').content },
            },
          },
        },
      },
      async ({ actor, query }, reply) => {
        const { format, total, content } = await audit.download(actor, query);
        reply
          .header('content-type', TYPES[format])
          .header('content-disposition', `attachment; filename="audit.${format}"`);
        if (total !== null) reply.header('x-total-count', total);
        return reply.send(content as unknown as string); // a stream of such text
      },
    );

    http.get(
      '/audit/integrity',
      {
        config: { access },
        schema: {
          operationId: 'checkAuditIntegrity',
          querystring: IntegrityQuery,
          response: { 200: IntegrityReport, 202: IntegrityRun },
        },
      },
      async ({ actor, query, gone }, reply) => {
        const answer = await audit.runs.ask(actor, query, gone);
        if ('report' in answer) return reply.send(answer.report);
        return reply.code(202).header('location', `${RUNS}/${answer.run.id}`).send(answer.run);
      },
    );

    http.get(
      '/audit/integrity/runs/:id',
      {
        config: { access, errors: [runNotFound] },
        schema: { operationId: 'getAuditIntegrityRun', params: ById, response: { 200: IntegrityRun } },
      },
      ({ params }) => audit.runs.get(params.id),
    );

    http.delete(
      '/audit/integrity/runs/:id',
      {
        config: { access, errors: [runNotFound] },
        schema: { operationId: 'cancelAuditIntegrityRun', params: ById, response: { 204: NoContent } },
      },
      async ({ actor, params }, reply) => reply.code(204).send(await audit.runs.cancel(actor, params.id)),
    );

    http.get(
      '/audit/checkpoint',
      {
        config: { access, errors: [nothingSealed] },
        schema: { operationId: 'getAuditCheckpoint', response: { 200: Text('text/plain') } },
      },
      async (_, reply) => reply.type('text/plain; charset=utf-8').send(await audit.checkpoint()),
    );

    http.get(
      '/audit/proof/inclusion',
      {
        config: { access, errors: [nothingSealed, sequenceUnknown, entryArchived] },
        schema: { operationId: 'proveAuditInclusion', querystring: InclusionQuery, response: { 200: InclusionProof } },
      },
      ({ query }) => audit.inclusion(query.sequence, query.size),
    );

    http.get(
      '/audit/proof/consistency',
      {
        config: { access, errors: [nothingSealed, sequenceUnknown, entryArchived, rangeInvalid] },
        schema: {
          operationId: 'proveAuditConsistency',
          querystring: ConsistencyQuery,
          response: { 200: ConsistencyProof },
        },
      },
      ({ query }) => audit.consistency(query.from, query.to),
    );

    http.post(
      '/audit/archives',
      {
        config: { access: manage, recent: true, errors: [nothingToArchive, archiveRunning], location: ARCHIVES },
        schema: { operationId: 'archiveAudit', body: NewArchive, response: { 202: AuditArchive } },
      },
      async ({ actor, body }, reply) => reply.code(202).send(await audit.archives.begin(actor, body)),
    );

    http.get(
      '/audit/archives',
      { config: { access }, schema: { operationId: 'listAuditArchives', response: { 200: AuditArchives } } },
      () => audit.archives.list(),
    );

    http.get(
      '/audit/archives/:id',
      {
        config: { access, errors: [archiveNotFound] },
        schema: { operationId: 'getAuditArchive', params: ById, response: { 200: AuditArchive } },
      },
      ({ params }) => audit.archives.get(params.id),
    );

    http.get(
      '/audit/keys',
      { config: { access }, schema: { operationId: 'listAuditKeys', response: { 200: AuditKeys } } },
      () => audit.listKeys(),
    );
  };
}
