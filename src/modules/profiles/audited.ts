import type { AuditedOperations } from '#platform/module.ts';

export const audited: AuditedOperations = {
  'POST /api/v1/profiles/me': ['profiles.created'],
  'PUT /api/v1/profiles/me/basic': ['profiles.basic_changed'],
  'PATCH /api/v1/profiles/me/bio': ['profiles.bio_changed'],
  'PATCH /api/v1/profiles/me/contact': ['profiles.contact_changed'],
  'PATCH /api/v1/profiles/me/privacy': ['profiles.privacy_changed'],
  'PATCH /api/v1/profiles/me/preferences': ['profiles.preferences_changed'],
  'PATCH /api/v1/profiles/me/social-links': ['profiles.links_changed'],
  'PUT /api/v1/profiles/me/music': ['profiles.music_changed'],
  'POST /api/v1/profiles/me/interests': ['profiles.interests_changed'],
  'DELETE /api/v1/profiles/me/interests/{interest}': ['profiles.interests_changed'],
  'PUT /api/v1/profiles/me/avatar': ['profiles.avatar_changed'],
  'DELETE /api/v1/profiles/me/avatar': ['profiles.avatar_changed'],
};
