import type { NamedProvider } from '#platform/identity/port.ts';
import { userErrors } from '../contract.ts';
import { listIdentities } from '../external/queries.ts';
import { listPasskeys } from './queries.ts';
import type { Reader, UserRow } from '../queries.ts';

/**
 * Part of a unit that has taken a way away and holds the account's row. A provider that the configuration no longer
 * names is no way in. @throws `users.last_way_in`
 */
export async function requireWayIn(
  tx: Reader,
  { id, passwordHash }: Pick<UserRow, 'id' | 'passwordHash'>,
  providers: readonly NamedProvider[],
): Promise<void> {
  if (passwordHash !== null || (await listPasskeys(tx, id)).length > 0) return;
  const identities = await listIdentities(tx, id);
  if (!identities.some(({ provider }) => providers.some(({ name }) => name === provider))) throw userErrors.lastWayIn();
}
