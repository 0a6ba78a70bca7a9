import type { Db } from '#platform/database/port.ts';
import type { DecisionCache } from '#platform/decision-cache/port.ts';
import type { Caller, PermissionsOf } from '#platform/http/port.ts';
import { findEffective } from '../subjects/queries.ts';
import { createPermissionSets } from '../roles/permission-sets.ts';
import { SUBJECTS } from '../invalidation.ts';
import type { AuthorizationTables } from '../tables.ts';

const NOTHING: ReadonlySet<string> = new Set();

/** What a caller may do, for the HTTP server: from the cache without I/O. A user who is not admitted may do nothing. */
export function createDecisions(db: Db<AuthorizationTables>, decisionCache: DecisionCache): PermissionsOf {
  const share = createPermissionSets();
  const subjects = decisionCache.forTopic(SUBJECTS, async (userId) => {
    const found = await findEffective(db.read, userId);
    if (!found) return null;
    return found.isSuspended ? NOTHING : share(found.codes);
  });

  return ({ id }: Caller) => {
    const known = subjects.get(id);
    return known instanceof Promise ? known.then((permissions) => permissions ?? NOTHING) : known;
  };
}
