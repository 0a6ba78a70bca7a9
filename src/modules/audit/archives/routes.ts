import { ById } from '#kernel/schema.ts';
import type { Routes } from '#platform/module.ts';
import { AuditArchive, auditErrors, auditPermissions, NewArchive } from '../contract.ts';
import { AuditArchives } from '../schemas.ts';
import type { Archives } from './service.ts';

const { read: access, manage } = auditPermissions;
const { archiveNotFound, nothingToArchive, archiveRunning } = auditErrors;
const ARCHIVES = '/api/v1/audit/archives';

export function archiveRoutes(archives: Archives): Routes {
  return async (http) => {
    http.post(
      '/audit/archives',
      {
        config: { access: manage, recent: true, errors: [nothingToArchive, archiveRunning], location: ARCHIVES },
        schema: {
          operationId: 'archiveAudit',
          summary: 'Archive old entries of the audit trail',
          description: `Starts to move all entries before \`before\` to object storage, up to the last signed checkpoint
            among them. Integrity checks verify the signed manifest from then on.`,
          body: NewArchive,
          response: { 202: AuditArchive },
        },
      },
      async ({ actor, body }, reply) => reply.code(202).send(await archives.begin(actor, body)),
    );

    http.get(
      '/audit/archives',
      {
        config: { access },
        schema: {
          operationId: 'listAuditArchives',
          summary: 'List archives of the audit trail',
          response: { 200: AuditArchives },
        },
      },
      () => archives.list(),
    );

    http.get(
      '/audit/archives/:id',
      {
        config: { access, errors: [archiveNotFound] },
        schema: {
          operationId: 'getAuditArchive',
          summary: 'Get an archive of the audit trail',
          params: ById,
          response: { 200: AuditArchive },
        },
      },
      ({ params }) => archives.get(params.id),
    );
  };
}
