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
        schema: {
          operationId: 'getAuditCheckpoint',
          summary: 'Get the signed checkpoint of the audit trail',
          description: `The head of the Merkle tree as a C2SP signed note. Keep copies outside this installation: a
            trail that was rewritten does not match them.`,
          response: { 200: Note },
        },
      },
      async (_, reply) => reply.type('text/plain; charset=utf-8').send(await proofs.checkpoint()),
    );

    http.get(
      '/audit/proof/inclusion',
      {
        config: { access, errors: [nothingSealed, sequenceUnknown, entryArchived] },
        schema: {
          operationId: 'proveAuditInclusion',
          summary: 'Prove that the audit trail holds an entry',
          description: 'A proof of logarithmic size that every RFC 6962 verifier accepts.',
          querystring: InclusionQuery,
          response: { 200: InclusionProof },
        },
      },
      ({ query }) => proofs.inclusion(query.sequence, query.size),
    );

    http.get(
      '/audit/proof/consistency',
      {
        config: { access, errors: [nothingSealed, sequenceUnknown, entryArchived, rangeInvalid] },
        schema: {
          operationId: 'proveAuditConsistency',
          summary: 'Prove that the audit trail was only appended to',
          description: 'Proves that the tree of size `to` continues the tree of size `from`, as RFC 6962 defines it.',
          querystring: ConsistencyQuery,
          response: { 200: ConsistencyProof },
        },
      },
      ({ query }) => proofs.consistency(query.from, query.to),
    );

    http.get(
      '/audit/keys',
      {
        config: { access },
        schema: {
          operationId: 'listAuditKeys',
          summary: 'List the signing keys of the audit trail',
          description: 'Present and former public keys, for verifying checkpoints and archives.',
          response: { 200: AuditKeys },
        },
      },
      () => proofs.listKeys(),
    );
  };
}
