import type { Actor } from '#kernel/access.ts';
import { withoutTables } from '#platform/database/port.ts';
import type { Precondition } from '#platform/http/port.ts';
import { userErrors, userEvents } from '../contract.ts';
import { deleteIdentity } from '../external/queries.ts';
import { requireOtherCredential } from '../factors/last-credential.ts';
import { deletePasskey, deleteTotp, findConfirmedTotp } from '../factors/queries.ts';
import type { RecoveryCodes } from '../factors/recovery-codes.ts';
import type { UsersNeeds, UsersUnit } from '../needs.ts';
import { listFactors } from '../queries.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { occurrenceAt } from '../user-agent.ts';
import { createAccountLock, requireAccount } from './account-lock.ts';
import type { AccountFactors, FactorToRemove } from './schemas.ts';

type Needs = Pick<UsersNeeds, 'db' | 'authorization' | 'notifications' | 'providers' | 'now'>;

export interface AccountFactorsNeeds extends Needs {
  readonly recoveryCodes: Pick<RecoveryCodes, 'countLeft' | 'dropUnneeded'>;
  readonly sessions: Pick<Sessions, 'endAll'>;
}

/** What signs in to an account beside the password, for administrators: they see no secrets and add nothing. */
export function createAccountFactors(needs: AccountFactorsNeeds) {
  const { db, notifications, providers, recoveryCodes, sessions, now } = needs;
  const lockAccount = createAccountLock(needs);
  /** The title of a provider that is no longer configured is its name. */
  const titleOf = (provider: string) => providers.find(({ name }) => name === provider)?.title ?? provider;

  /** @throws `users.not_found` */
  async function list(userId: string): Promise<AccountFactors> {
    const { passwordHash } = await requireAccount(db.read, userId);
    const factors = await listFactors(db.read, userId);
    const items = factors.map((one) => (one.factor === 'identity' ? { ...one, name: titleOf(one.name) } : one));
    return {
      items,
      hasPassword: passwordHash !== null,
      recoveryCodesLeft: await recoveryCodes.countLeft(db.read, userId),
    };
  }

  /**
   * Tells the owner the reason, and ends the sessions: they may be of somebody who signed in by this factor.
   * @throws `users.not_found`, `users.factor_not_found`, `users.last_way_in`, `authorization.exceeds_own`,
   * `http.precondition_failed`
   */
  function remove(actor: Actor, userId: string, wanted: FactorToRemove, precondition: Precondition): Promise<void> {
    return db.write(actor, async (unit) => {
      const user = await lockAccount(unit, userId);
      precondition.require(user.version);
      const { factor, reason } = wanted;
      const name = await deleteFactor(unit, userId, wanted);
      if (name === null) throw userErrors.factorNotFound({ userId });
      if (factor !== 'totp') await requireOtherCredential(unit.tx, user, providers);
      await recoveryCodes.dropUnneeded(unit, userId);
      unit.publish(userEvents.factorRemoved, { userId, factor });
      const payload = { factor, name, reason };
      unit.audit({ action: 'users.factor_removed', resourceType: 'user', resourceId: userId, payload });
      await sessions.endAll(unit, userId, 'factorRemoved');
      await notifications.send(withoutTables(unit), {
        template: 'users.factor_withdrawn',
        to: { userId },
        category: 'security',
        occurrence: occurrenceAt(now()),
        variables: { factor, name, reason },
      });
    });
  }

  /** Answers its name; null when the account has no such factor. */
  async function deleteFactor({ tx }: UsersUnit, userId: string, { factor, id }: FactorToRemove) {
    if (factor === 'totp') {
      if (id !== null || !(await findConfirmedTotp(tx, userId))) return null;
      await deleteTotp(tx, userId);
      return '';
    }
    if (id === null) return null;
    if (factor === 'passkey') return (await deletePasskey(tx, userId, id))?.name ?? null;
    const removed = await deleteIdentity(tx, userId, id);
    return removed ? titleOf(removed.provider) : null;
  }

  return { list, remove };
}

export type AccountFactorsService = ReturnType<typeof createAccountFactors>;
