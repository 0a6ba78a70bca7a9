import type { NamedProvider } from '#platform/identity/port.ts';
import { userErrors } from '../contract.ts';
import type { UserRow, UsersReader } from '../tables.ts';
import { listLinkedProviders, listPasskeys } from './queries.ts';

/**
 * Part of a unit that has removed a credential and holds the account's row: another one must be left. A provider that is
 * no longer configured does not count. @throws `users.last_way_in`
 */
export async function requireOtherCredential(
  tx: UsersReader,
  { id, passwordHash }: Pick<UserRow, 'id' | 'passwordHash'>,
  providers: readonly NamedProvider[],
): Promise<void> {
  const passkeys = await listPasskeys(tx, id);
  if (passwordHash !== null || passkeys.some(({ isSecondFactorOnly }) => !isSecondFactorOnly)) return;
  const linked = await listLinkedProviders(tx, id);
  if (!providers.some(({ name }) => linked.includes(name))) throw userErrors.lastWayIn();
}
