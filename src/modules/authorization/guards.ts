import type { Actor } from '#kernel/access.ts';
import { authorizationErrors as errors } from './contract.ts';
import { unknownPermissions } from './roles/queries.ts';
import { hasOtherAdministrator } from './subjects/queries.ts';
import type { OwnUnit } from './tables.ts';

/** What the program does on its own (seeds, the first administrator) is not bounded by permissions. */
export function refuseBeyond(actor: Actor, codes: readonly string[]): void {
  if (actor.type === 'system') return;
  const missing = codes.filter((code) => !actor.permissions.has(code));
  if (missing.length > 0) throw errors.exceedsOwn({ permissions: [...new Set(missing)].toSorted() });
}

export async function refuseUnknown({ tx }: OwnUnit, codes: readonly string[]): Promise<void> {
  const unknown = await unknownPermissions(tx, codes);
  if (unknown.length > 0) throw errors.permissionUnknown({ permissions: unknown });
}

/** With the lock on the role `admin` held, else two could each count on the other. */
export async function requireOtherAdministrator({ tx }: OwnUnit, userId: string): Promise<void> {
  if (!(await hasOtherAdministrator(tx, userId))) throw errors.lastAdministrator();
}
