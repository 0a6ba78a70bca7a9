import { withoutTables } from '#platform/database/port.ts';
import { userErrors } from '../contract.ts';
import type { UsersNeeds, UsersUnit } from '../needs.ts';
import { findUser, lockLive } from '../queries.ts';
import type { UserRow, UsersReader } from '../tables.ts';

/**
 * Locks the row of an account without permissions that the actor lacks, until the unit ends.
 * @throws `users.not_found`, `authorization.exceeds_own`
 */
export function createAccountLock({ authorization }: Pick<UsersNeeds, 'authorization'>) {
  return async (unit: UsersUnit, id: string): Promise<UserRow> => {
    const user = await lockLive(unit.tx, { id });
    if (!user) throw userErrors.notFound({ id });
    await authorization.requireNoMore(withoutTables(unit), id);
    return user;
  };
}

/** @throws `users.not_found`, also for a deleted account */
export async function requireAccount(db: UsersReader, id: string): Promise<UserRow> {
  const user = await findUser(db, { id });
  if (!user || user.status === 'deleted') throw userErrors.notFound({ id });
  return user;
}
