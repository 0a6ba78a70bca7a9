import type { Actor } from '#kernel/access.ts';
import { withoutTables } from '#platform/database/port.ts';
import { httpErrors } from '#platform/http/port.ts';
import type { ApiKeys } from '../api-keys/service.ts';
import { userErrors, userEvents, userPermissions } from '../contract.ts';
import type { UsersNeeds, UsersUnit } from '../needs.ts';
import { lockLive, lockOwn } from '../queries.ts';
import { occurrenceOf } from '../user-agent.ts';
import type { Impersonation, NewImpersonation } from './schemas.ts';

const DEFAULT_MINUTES = 30;
const MINUTE_MS = 60_000;

export interface ImpersonationNeeds extends Pick<UsersNeeds, 'db' | 'authorization' | 'notifications' | 'now'> {
  readonly apiKeys: Pick<ApiKeys, 'createImpersonation' | 'endImpersonation'>;
}

/**
 * Acting as somebody else, for support. It is an API key of the person: so it has no access to secrets and factors, and
 * ends with the next request when the person, or whoever acts, loses the right to it. The trail has both names.
 */
export function createImpersonations({ db, authorization, notifications, apiKeys, now }: ImpersonationNeeds) {
  /** @throws `users.not_found`, `users.not_active`, `users.impersonation_refused`, `authorization.exceeds_own` */
  function start(actor: Actor, userId: string, { reason, minutes = DEFAULT_MINUTES }: NewImpersonation) {
    const expiresAt = new Date(now().getTime() + minutes * MINUTE_MS).toISOString();
    return db.write(actor, async (unit): Promise<Impersonation> => {
      if (userId === actor.id) throw userErrors.impersonationRefused({ reason: 'oneself' });
      const person = await lockLive(unit.tx, { id: userId });
      if (!person) throw userErrors.notFound({ id: userId });
      if (person.status !== 'active') throw userErrors.notActive();
      if (!(await lockOwn(unit.tx, actor))) throw httpErrors.notSignedIn(); // meanwhile
      await authorization.requireNoMore(withoutTables(unit), userId);
      const scopes = [...actor.permissions].filter((code) => code !== userPermissions.impersonate.code);
      const { id, key } = await apiKeys.createImpersonation(unit, { userId, reason, scopes, expiresAt });
      unit.publish(userEvents.impersonated, { userId });
      const payload = { reason, expiresAt, keyId: id };
      unit.audit({ action: 'users.impersonation_started', resourceType: 'user', resourceId: userId, payload });
      await tell(unit, userId, reason, minutes);
      return { id, userId, token: key, expiresAt };
    });
  }

  /** The person may end it too, as an API key. @throws `users.api_key_not_found`, also for one of somebody else */
  function end(actor: Actor, userId: string, id: string): Promise<void> {
    return db.write(actor, async (unit) => {
      if (!(await apiKeys.endImpersonation(unit, userId, id))) throw userErrors.apiKeyNotFound({ id });
    });
  }

  async function tell(unit: UsersUnit, userId: string, reason: string, minutes: number): Promise<void> {
    await notifications.send(withoutTables(unit), {
      template: 'users.impersonated',
      to: { userId },
      category: 'security',
      occurrence: occurrenceOf(unit, now()),
      variables: { reason, minutes: String(minutes) },
    });
  }

  return { start, end };
}

export type Impersonations = ReturnType<typeof createImpersonations>;
