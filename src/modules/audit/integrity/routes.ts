import { ById, NoContent } from '#kernel/schema.ts';
import type { Routes } from '#platform/module.ts';
import { auditErrors, auditPermissions } from '../contract.ts';
import { IntegrityQuery, IntegrityReport, IntegrityRun } from '../schemas.ts';
import type { IntegrityService } from './service.ts';

const { read: access } = auditPermissions;
const { runNotFound } = auditErrors;
const RUNS = '/api/v1/audit/integrity/runs';

export function integrityRoutes(integrity: IntegrityService): Routes {
  return async (http) => {
    http.get(
      '/audit/integrity',
      {
        config: { access },
        schema: {
          operationId: 'checkAuditIntegrity',
          summary: 'Check the integrity of the audit trail',
          description: `Verifies chain, payloads, checkpoints and anchors. A short check is answered at once; a long one
            answers 202 and goes on as a run that can be read and cancelled.`,
          querystring: IntegrityQuery,
          response: { 200: IntegrityReport, 202: IntegrityRun },
        },
      },
      async ({ actor, query, disconnectSignal }, reply) => {
        const answer = await integrity.request(actor, query, disconnectSignal);
        if ('report' in answer) return reply.send(answer.report);
        return reply.code(202).header('location', `${RUNS}/${answer.run.id}`).send(answer.run);
      },
    );

    http.get(
      '/audit/integrity/runs/:id',
      {
        config: { access, errors: [runNotFound] },
        schema: {
          operationId: 'getAuditIntegrityRun',
          summary: 'Get an integrity check',
          description: 'How far it is, and the report when it has finished.',
          params: ById,
          response: { 200: IntegrityRun },
        },
      },
      ({ params }) => integrity.get(params.id),
    );

    http.delete(
      '/audit/integrity/runs/:id',
      {
        config: { access, errors: [runNotFound] },
        schema: {
          operationId: 'cancelAuditIntegrityRun',
          summary: 'Cancel an integrity check',
          params: ById,
          response: { 204: NoContent },
        },
      },
      async ({ actor, params }, reply) => reply.code(204).send(await integrity.cancel(actor, params.id)),
    );
  };
}
