import { createLru } from '#kernel/limits/lru.ts';
import type { Db } from '#platform/database/port.ts';
import type { DecisionCache } from '#platform/decision-cache/port.ts';
import type { Caller, PermissionsOf } from '#platform/http/port.ts';
import { findEffective } from '../subjects/queries.ts';
import { SUBJECTS } from '../invalidation.ts';
import type { AuthorizationTables } from '../tables.ts';

const MAX_SHARED = 1000; // of 500 codes each, about 20 MB
const NOTHING: ReadonlySet<string> = new Set();

/** What a caller may do, for the HTTP server: from the cache without I/O. A user who is not admitted may do nothing. */
export function createDecisions(db: Db<AuthorizationTables>, decisionCache: DecisionCache): PermissionsOf {
  const share = createSharing();
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

/** Users who hold the same permissions share one set, and all sets share the strings of their codes. `codes` are sorted. */
function createSharing(): (codes: readonly string[]) => ReadonlySet<string> {
  const texts = new Map<string, string>(); // as large as the catalogue
  const sets = createLru<ReadonlySet<string>>(MAX_SHARED);

  function sharedText(code: string): string {
    const known = texts.get(code);
    if (known !== undefined) return known;
    texts.set(code, code);
    return code;
  }

  return (codes) => {
    const key = codes.join(' ');
    const known = sets.get(key);
    if (known) return known;
    const made = new Set(codes.map(sharedText));
    sets.set(key, made);
    return made;
  };
}
