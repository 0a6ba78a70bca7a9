import { authorizationActions } from '#modules/authorization/contract.ts';
import type { AuditedOperations } from '#platform/module.ts';

export const audited: AuditedOperations = {
  'POST /api/v1/files': ['files.uploaded'],
  'POST /api/v1/files/uploads': ['files.uploaded'],
  'PATCH /api/v1/files/uploads/{uploadId}': ['files.uploaded'],
  'DELETE /api/v1/files/uploads/{uploadId}': 'ends what is no file yet',
  'POST /api/v1/files/scan': 'keeps nothing',
  'POST /api/v1/files/validate': 'changes nothing',
  'POST /api/v1/files/permissions/{fileId}': [authorizationActions.accessChanged],
  'POST /api/v1/files/{fileId}/retry': ['files.retried'],
  'PUT /api/v1/files/{fileId}': 'can be seen in the file itself',
  'PATCH /api/v1/files/{fileId}/move': 'can be seen in the file itself',
  'POST /api/v1/files/{fileId}/tags': 'can be seen in the file itself',
  'DELETE /api/v1/files/{fileId}/tags/{tag}': 'can be seen in the file itself',
  'DELETE /api/v1/files/{fileId}': ['files.deleted'],
  'POST /api/v1/files/{fileId}/restore': ['files.restored'],
  'DELETE /api/v1/files/{fileId}/purge': ['files.purged'],
  'POST /api/v1/files/encrypt/{fileId}': ['files.encryption_requested', 'files.encrypted'],
  'POST /api/v1/files/decrypt/{fileId}': ['files.decryption_requested', 'files.decrypted'],
  'GET /api/v1/files/{fileId}/link': ['files.link_created'],
  'POST /api/v1/files/{fileId}/share': ['files.link_created'],
  'DELETE /api/v1/files/{fileId}/links': ['files.links_revoked'],
  'DELETE /api/v1/files/{fileId}/links/{linkId}': ['files.links_revoked'],
  'POST /api/v1/files/public/{token}': 'recorded among the accesses of the file',
};
