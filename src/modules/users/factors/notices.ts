import { withoutTables } from '#platform/database/port.ts';
import { userEvents } from '../contract.ts';
import type { UsersNeeds, UsersUnit } from '../needs.ts';
import { occurrenceOf } from '../user-agent.ts';

export type Factor = 'totp' | 'passkey' | 'recoveryCodes' | 'identity';
/** What happened to a factor. `used` exists for recovery codes only; `refused` for a passkey that seems copied. */
export type FactorChange = 'added' | 'removed' | 'used' | 'refused';

const events = {
  added: userEvents.factorAdded,
  removed: userEvents.factorRemoved,
  used: userEvents.factorUsed,
  refused: userEvents.factorRefused,
};

const actions = {
  added: 'users.factor_added',
  removed: 'users.factor_removed',
  used: 'users.factor_used',
  refused: 'users.factor_refused',
};

/** For each change of a factor: the event, the audit entry and the mail to the owner, as part of the caller's unit. */
export function createFactorNotices({ notifications, now }: Pick<UsersNeeds, 'notifications' | 'now'>) {
  async function announce(
    unit: UsersUnit,
    userId: string,
    factor: Factor,
    change: FactorChange,
    details: { readonly name?: string; readonly left?: number } = {},
  ): Promise<void> {
    unit.publish(events[change], { userId, factor });
    unit.audit({
      action: actions[change],
      resourceType: 'user',
      resourceId: userId,
      outcome: change === 'refused' ? 'denied' : 'success',
      payload: { factor, ...details },
    });
    await notifications.send(withoutTables(unit), {
      template: 'users.factor_changed',
      to: { userId },
      category: 'security',
      occurrence: occurrenceOf(unit, now()),
      variables: { change: `${factor}.${change}`, name: '', left: 0, ...details },
    });
  }

  return { announce };
}

export type FactorNotices = ReturnType<typeof createFactorNotices>;
