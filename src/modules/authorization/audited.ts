import type { AuditedOperations } from '#platform/module.ts';

export const audited: AuditedOperations = {
  'POST /api/v1/authorization/assign-role': ['authorization.role_assigned'],
  'POST /api/v1/authorization/revoke-role': ['authorization.role_revoked'],
  'POST /api/v1/authorization/assign-permission': ['authorization.permission_granted'],
  'POST /api/v1/authorization/revoke-permission': ['authorization.permission_revoked'],
  'POST /api/v1/authorization/grant-permission': ['authorization.user_granted'],
  'POST /api/v1/authorization/ungrant-permission': ['authorization.user_ungranted'],
  'POST /api/v1/authorization/deny-permission': ['authorization.user_denied'],
  'POST /api/v1/authorization/lift-denial': ['authorization.denial_lifted'],
  'POST /api/v1/authorization/roles': ['authorization.role_created'],
  'PUT /api/v1/authorization/roles/{id}': ['authorization.role_changed'],
  'DELETE /api/v1/authorization/roles/{id}': ['authorization.role_deleted'],
  'POST /api/v1/authorization/check': 'changes nothing',
  'POST /access/v1/evaluation': 'changes nothing',
  'POST /access/v1/evaluations': 'changes nothing',
  'POST /access/v1/search/subject': 'changes nothing',
  'POST /access/v1/search/resource': 'changes nothing',
  'POST /access/v1/search/action': 'changes nothing',
};
