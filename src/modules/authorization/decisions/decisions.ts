import { LRUCache } from 'lru-cache';
import type { Db } from '#platform/database/port.ts';
import type { Freshness } from '#platform/freshness/port.ts';
import type { Caller, PermissionsOf } from '#platform/http/port.ts';
import { findEffective } from '../subjects/queries.ts';
import type { AuthorizationTables, OwnUnit } from '../tables.ts';

const SUBJECTS = 'authorization.subject';
const EVERYBODY = '*';
const MAX_SHARED = 1000; // of 500 codes each, about 20 MB
const NOTHING: ReadonlySet<string> = new Set();

/** Decides for the HTTP server: at once, without I/O, for whom it remembers; nobody who is not admitted may anything. */
export function createDecisions(db: Db<AuthorizationTables>, freshness: Freshness): PermissionsOf {
  const share = createSharing();
  const subjects = freshness.remember(SUBJECTS, async (userId) => {
    const found = await findEffective(db.read, userId);
    if (!found) return null;
    return found.isSuspended ? NOTHING : share(found.codes);
  });

  return ({ id }: Caller) => {
    const known = subjects.get(id);
    return known instanceof Promise ? known.then((permissions) => permissions ?? NOTHING) : known;
  };
}

/** Many users hold the same: they share one set, and all sets the texts of their codes. `codes` are sorted. */
function createSharing(): (codes: readonly string[]) => ReadonlySet<string> {
  const texts = new Map<string, string>(); // as large as the catalogue
  const sets = new LRUCache<string, ReadonlySet<string>>({ max: MAX_SHARED });

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

/** The unit has changed what this user may do. */
export function decideAnew({ invalidate }: OwnUnit, userId: string): void {
  invalidate(SUBJECTS, userId);
}

/** The unit has changed a role that anybody may hold, or the catalogue. */
export function decideAllAnew({ invalidate }: OwnUnit): void {
  invalidate(SUBJECTS, EVERYBODY);
}
