import type { AuthorizationUnit } from './tables.ts';

/** The name under which nodes cache what each user may do. */
export const SUBJECTS = 'authorization.subject';
const EVERYBODY = '*';

/** The unit has changed what this user may do. */
export function invalidateSubject({ invalidate }: AuthorizationUnit, userId: string): void {
  invalidate(SUBJECTS, userId);
}

/** The unit has changed the catalogue, or a role that anybody may hold. */
export function invalidateAllSubjects({ invalidate }: AuthorizationUnit): void {
  invalidate(SUBJECTS, EVERYBODY);
}
