import type { Actor } from '#kernel/access.ts';
import { withoutTables } from '#platform/database/port.ts';
import { httpErrors } from '#platform/http/port.ts';
import type { ApiKeys } from '../api-keys/service.ts';
import { userErrors, userEvents, userPermissions } from '../contract.ts';
import { isLocked } from '../failed-attempts/lockout.ts';
import type { UsersNeeds, UsersUnit } from '../needs.ts';
import { deleteSome, lockLive } from '../queries.ts';
import { lockSession } from '../sessions/queries.ts';
import type { UserRow, UsersWriter } from '../tables.ts';
import { occurrenceAt } from '../user-agent.ts';
import { claimMail, deleteExpired, listRunning } from './queries.ts';
import type { Impersonation, NewImpersonation } from './schemas.ts';

const DEFAULT_MINUTES = 30;
const MINUTE_MS = 60_000;
const MAIL_EVERY_MS = 24 * 60 * MINUTE_MS;
const MAX_RUNNING = 10; // of one supporter

export interface ImpersonationNeeds extends Pick<UsersNeeds, 'db' | 'authorization' | 'notifications' | 'now'> {
  readonly apiKeys: Pick<ApiKeys, 'createImpersonation' | 'endImpersonations'>;
}

/** Who takes part: the person, and who acts on their behalf, in a session. */
interface Pair {
  readonly person: UserRow;
  readonly supporter: UserRow;
  readonly session: { readonly id: string; readonly endsMs: number };
}

/**
 * Acting on behalf of somebody else, for support. It is an API key of the person: so it has no access to secrets and
 * factors. It ends with the session in which it began, and whenever all sessions of either are ended. The trail has both
 * names.
 */
export function createImpersonations({ db, authorization, notifications, apiKeys, now }: ImpersonationNeeds) {
  /**
   * Ends an older one on behalf of the same person.
   * @throws `users.not_found`, `users.not_active`, `users.impersonation_refused`, `users.impersonations_too_many`,
   * `authorization.exceeds_own`
   */
  function start(actor: Actor, userId: string, { reason, minutes = DEFAULT_MINUTES }: NewImpersonation) {
    return db.write(actor, async (unit): Promise<Impersonation> => {
      const { person, supporter, session } = await lockPair(unit, userId);
      await authorization.requireNoMore(withoutTables(unit), person.id);
      await apiKeys.endImpersonations(unit, { by: actor.id, userId: person.id });
      const running = await listRunning(unit.tx, actor.id, now().toISOString());
      if (running.length >= MAX_RUNNING) throw userErrors.impersonationsTooMany({ most: MAX_RUNNING });
      const endsMs = Math.min(now().getTime() + minutes * MINUTE_MS, session.endsMs);
      const expiresAt = new Date(endsMs).toISOString();
      const { id, key } = await apiKeys.createImpersonation(unit, {
        userId: person.id,
        impersonatorSessionId: session.id,
        reason,
        scopes: [...actor.permissions].filter((code) => code !== userPermissions.impersonate.code),
        expiresAt,
      });
      unit.publish(userEvents.impersonationStarted, { userId: person.id, impersonatorId: actor.id });
      const payload = { reason, expiresAt, keyId: id };
      unit.audit({ action: 'users.impersonation_started', resourceType: 'user', resourceId: person.id, payload });
      await tell(unit, person.id, { supporter: `${supporter.firstName} ${supporter.lastName}`, reason, minutes });
      return { id, userId: person.id, token: key, expiresAt };
    });
  }

  /** The rows are locked in the order of their ids, or two who begin on behalf of each other would wait for each other. */
  async function lockPair({ tx, actor }: UsersUnit, userId: string): Promise<Pair> {
    const personId = userId.toLowerCase();
    const rows = new Map<string, UserRow | undefined>();
    for (const id of [personId, actor.id].toSorted()) rows.set(id, await lockLive(tx, { id }));
    const [supporter, person] = [rows.get(actor.id), rows.get(personId)];
    if (!person) throw userErrors.notFound({ id: userId });
    const session = actor.sessionId === null ? undefined : await lockSession(tx, actor.sessionId); // its end waits
    if (!supporter || !session || session.revokedAt !== null) throw httpErrors.notSignedIn(); // meanwhile
    if (person.id === supporter.id) throw userErrors.impersonationRefused({ reason: 'oneself' });
    if (person.status !== 'active' || isLocked(person, now())) throw userErrors.notActive();
    const endsMs = Math.min(Date.parse(session.absoluteExpiresAt), Date.parse(session.idleExpiresAt));
    return { person, supporter, session: { id: session.id, endsMs } };
  }

  /** Always in the inbox; by mail once a day for each who acts, however often they begin. */
  async function tell(
    unit: UsersUnit,
    userId: string,
    { minutes, ...facts }: { supporter: string; reason: string; minutes: number },
  ): Promise<void> {
    const at = now();
    const mail = {
      userId,
      impersonatorId: unit.actor.id,
      sentAt: at.toISOString(),
      before: new Date(at.getTime() - MAIL_EVERY_MS).toISOString(),
    };
    await notifications.send(withoutTables(unit), {
      template: 'users.impersonated',
      to: { userId },
      channels: (await claimMail(unit.tx, mail)) ? ['email', 'inApp'] : ['inApp'],
      category: 'security',
      occurrence: occurrenceAt(at),
      variables: { ...facts, minutes: String(minutes) },
    });
  }

  /** The person ends it among their API keys. @throws `users.impersonation_not_found`, also for one of somebody else */
  function end(actor: Actor, id: string): Promise<void> {
    return db.write(actor, async (unit) => {
      const ended = await apiKeys.endImpersonations(unit, { by: actor.id, id });
      if (ended === 0) throw userErrors.impersonationNotFound({ id });
    });
  }

  return {
    start,
    end,
    list: (actor: Actor) => listRunning(db.read, actor.id, now().toISOString()),
    deleteExpired: (tx: UsersWriter, limit: number) => deleteExpired(tx, now().toISOString(), limit),
    deleteOldMails: (tx: UsersWriter, limit: number) =>
      deleteSome(
        tx,
        'users.impersonationMail',
        { column: 'sent_at', before: new Date(now().getTime() - MAIL_EVERY_MS).toISOString() },
        limit,
      ),
  };
}

export type Impersonations = ReturnType<typeof createImpersonations>;
