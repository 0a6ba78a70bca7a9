import type { AuditedOperations } from '#platform/module.ts';

export const audited: AuditedOperations = {
  'POST /api/v1/files': ['files.uploaded'],
  'POST /api/v1/files/scan': 'keeps nothing',
  'POST /api/v1/files/validate': 'changes nothing',
  'POST /api/v1/files/{fileId}/retry': ['files.retried'],
  'PUT /api/v1/files/{fileId}': 'can be seen in the file itself',
  'PATCH /api/v1/files/{fileId}/move': 'can be seen in the file itself',
  'DELETE /api/v1/files/{fileId}': ['files.deleted'],
  'POST /api/v1/files/{fileId}/restore': ['files.restored'],
  'DELETE /api/v1/files/{fileId}/purge': ['files.purged'],
};
