import type { AuthorizationUnit } from './tables.ts';

/** The topic of the decision cache for what each user may do. */
export const SUBJECTS = 'authorization.subject';
/** And for what they may do in each organisation. */
export const MEMBERS = 'authorization.member';
const EVERYBODY = '*';

/** The unit has changed what this user may do. */
export function invalidateSubject({ invalidate }: AuthorizationUnit, userId: string): void {
  invalidate(SUBJECTS, userId);
  invalidate(MEMBERS, userId);
}

/** The unit has changed the catalogue, or a role, which any user may hold. */
export function invalidateAllSubjects({ invalidate }: AuthorizationUnit): void {
  invalidate(SUBJECTS, EVERYBODY);
  invalidate(MEMBERS, EVERYBODY);
}

/** The unit has changed what this user may do in an organisation. */
export function invalidateMember({ invalidate }: AuthorizationUnit, userId: string): void {
  invalidate(MEMBERS, userId);
}
