import type { AuditedOperations } from '#platform/module.ts';

export const audited: AuditedOperations = {
  'POST /api/v1/organisations': ['organisations.created'],
  'PUT /api/v1/organisations/active': 'a choice of the session, which gives nothing that the member lacks',
  'PATCH /api/v1/organisations/{organisationId}': ['organisations.updated'],
  'DELETE /api/v1/organisations/{organisationId}': ['organisations.deleted'],
  'PUT /api/v1/organisations/{organisationId}/members/{userId}': [
    'organisations.member_added',
    'organisations.role_changed',
  ],
  'DELETE /api/v1/organisations/{organisationId}/members/{userId}': ['organisations.member_removed'],
  'POST /api/v1/organisations/{organisationId}/invitations': ['organisations.invited'],
  'DELETE /api/v1/organisations/{organisationId}/invitations/{invitationId}': ['organisations.invitation_withdrawn'],
  'POST /api/v1/organisations/invitations/{invitationId}/accept': ['organisations.member_added'],
  'POST /api/v1/organisations/invitations/{invitationId}/decline': ['organisations.invitation_declined'],
};
