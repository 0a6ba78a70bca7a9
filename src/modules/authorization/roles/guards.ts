import type { Actor } from '#kernel/access.ts';
import { authorizationErrors as errors } from '../contract.ts';
import type { AuthorizationUnit } from '../tables.ts';
import { unknownPermissions } from './catalogue-queries.ts';

/** `system` actors are not limited: the program itself creates the first administrator, for example. */
export function refuseBeyond(actor: Actor, codes: readonly string[]): void {
  if (actor.type === 'system') return;
  const missing = codes.filter((code) => !actor.permissions.has(code));
  if (missing.length > 0) throw errors.exceedsOwn({ permissions: [...new Set(missing)].toSorted() });
}

export async function refuseUnknown({ tx }: AuthorizationUnit, codes: readonly string[]): Promise<void> {
  const unknown = await unknownPermissions(tx, codes);
  if (unknown.length > 0) throw errors.permissionUnknown({ permissions: unknown });
}
