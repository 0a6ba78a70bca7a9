import { withoutTables } from '#platform/database/port.ts';
import { userErrors, userEvents } from '../contract.ts';
import type { UsersNeeds, UsersUnit } from '../needs.ts';
import { occurrenceAt } from '../user-agent.ts';
import { deletePasskeys, deleteTotp, findConfirmedTotp, replaceRecoveryCodes } from './queries.ts';

/** Removes the second factors of somebody who has lost them. */
export function createFactorRemoval({ notifications, now }: Pick<UsersNeeds, 'notifications' | 'now'>) {
  /**
   * Part of the caller's unit, which holds the account's row: removes authenticator app, passkeys and recovery codes, and
   * tells the owner. Linked identities stay. @throws `users.factor_not_found`
   */
  async function removeAll(unit: UsersUnit, userId: string): Promise<void> {
    const hasTotp = (await findConfirmedTotp(unit.tx, userId)) !== null;
    const passkeys = await deletePasskeys(unit.tx, userId);
    if (!hasTotp && passkeys === 0) throw userErrors.factorNotFound({ userId });
    await deleteTotp(unit.tx, userId);
    await replaceRecoveryCodes(unit.tx, userId, []);
    if (hasTotp) unit.publish(userEvents.factorRemoved, { userId, factor: 'totp' });
    if (passkeys > 0) unit.publish(userEvents.factorRemoved, { userId, factor: 'passkey' });
    unit.audit({
      action: 'users.factors_removed',
      resourceType: 'user',
      resourceId: userId,
      payload: { before: { totp: hasTotp, passkeys } },
    });
    await notifications.send(withoutTables(unit), {
      template: 'users.factors_removed',
      to: { userId },
      category: 'security',
      occurrence: occurrenceAt(now()),
      variables: {},
    });
  }

  return { removeAll };
}

export type FactorRemoval = ReturnType<typeof createFactorRemoval>;
