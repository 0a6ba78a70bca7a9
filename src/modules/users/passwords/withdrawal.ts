import type { UsersUnit } from '../needs.ts';
import { updateUser } from '../queries.ts';
import type { UserRow } from '../tables.ts';

/**
 * Part of the caller's unit: a password that was given before the address was proved may be a stranger's. Without it the
 * owner sets one with a mailed link.
 */
export async function withdrawPassword(
  { tx, audit }: UsersUnit,
  { id, passwordHash }: Pick<UserRow, 'id' | 'passwordHash'>,
): Promise<void> {
  if (passwordHash === null) return;
  await updateUser(tx, id, { passwordHash: null });
  audit({ action: 'users.password_withdrawn', resourceType: 'user', resourceId: id });
}
