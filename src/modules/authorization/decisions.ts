import type { Db } from '#platform/database/port.ts';
import type { Freshness } from '#platform/freshness/port.ts';
import type { Caller, PermissionsOf } from '#platform/http/port.ts';
import { findEffective } from './subject-queries.ts';
import type { AuthorizationTables, OwnUnit } from './tables.ts';

const SUBJECTS = 'authorization.subject';
const EVERYBODY = '*';
const NOTHING: ReadonlySet<string> = new Set();

/** Decides for the HTTP server: at once, without I/O, for whom it remembers; nobody who is not admitted may anything. */
export function createDecisions(db: Db<AuthorizationTables>, freshness: Freshness): PermissionsOf {
  const subjects = freshness.remember(SUBJECTS, async (userId) => {
    const found = await findEffective(db.read, userId);
    if (!found) return null;
    return found.isSuspended ? NOTHING : new Set(found.codes);
  });

  return ({ id }: Caller) => {
    const known = subjects.get(id);
    return known instanceof Promise ? known.then((permissions) => permissions ?? NOTHING) : known;
  };
}

/** The unit has changed what this user may do. */
export function decideAnew({ invalidate }: OwnUnit, userId: string): void {
  invalidate(SUBJECTS, userId);
}

/** The unit has changed a role that anybody may hold, or the catalogue. */
export function decideAllAnew({ invalidate }: OwnUnit): void {
  invalidate(SUBJECTS, EVERYBODY);
}
