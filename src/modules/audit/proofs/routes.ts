import { Type } from 'typebox';
import type { Routes } from '#platform/module.ts';
import { auditErrors, auditPermissions } from '../contract.ts';
import { AuditKeys, ConsistencyProof, ConsistencyQuery, InclusionProof, InclusionQuery } from '../schemas.ts';
import type { ProofService } from './service.ts';

const { read: access } = auditPermissions;
const { nothingSealed, sequenceUnknown, rangeInvalid, entryArchived } = auditErrors;
const Note = { description: 'Text', content: { 'text/plain': { schema: Type.String() } } };

export function proofRoutes(proofs: ProofService): Routes {
  return async (http) => {
    http.get(
      '/audit/checkpoint',
      {
        config: { access, errors: [nothingSealed] },
        schema: { operationId: 'getAuditCheckpoint', response: { 200: Note } },
      },
      async (_, reply) => reply.type('text/plain; charset=utf-8').send(await proofs.checkpoint()),
    );

    http.get(
      '/audit/proof/inclusion',
      {
        config: { access, errors: [nothingSealed, sequenceUnknown, entryArchived] },
        schema: { operationId: 'proveAuditInclusion', querystring: InclusionQuery, response: { 200: InclusionProof } },
      },
      ({ query }) => proofs.inclusion(query.sequence, query.size),
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
      ({ query }) => proofs.consistency(query.from, query.to),
    );

    http.get(
      '/audit/keys',
      { config: { access }, schema: { operationId: 'listAuditKeys', response: { 200: AuditKeys } } },
      () => proofs.listKeys(),
    );
  };
}
