import type { Actor } from '#kernel/access.ts';
import { mapPage, type PageQuery } from '#kernel/page.ts';
import { orThrow } from '#kernel/problem.ts';
import { withoutTables } from '#platform/database/port.ts';
import { httpErrors, type Caller } from '#platform/http/port.ts';
import type { ApiKeys } from '../api-keys/service.ts';
import { deleteChallengesOf } from '../challenges/queries.ts';
import { userErrors, userEvents } from '../contract.ts';
import { isLocked } from '../failed-attempts/lockout.ts';
import type { UsersNeeds, UsersUnit } from '../needs.ts';
import { lockLive } from '../queries.ts';
import type { Tokens } from '../schemas.ts';
import type { SessionRow, UserRow, UsersWriter } from '../tables.ts';
import { occurrenceOf } from '../user-agent.ts';
import type { AccessTokens } from './access-tokens.ts';
import { IDLE_MS, type SessionIssuer } from './issue.ts';
import {
  deleteEndedSessions,
  findLiveSession,
  findOwner,
  listLiveSessions,
  lockSession,
  revokeSessions,
  updateSession,
} from './queries.ts';
import { parseRefreshToken, type PresentedToken, type RefreshTokens } from './refresh-tokens.ts';
import type { Session } from './schemas.ts';

const SESSIONS = 'users.session';
const RACE_MS = 10_000; // two tabs that refresh at once have the same token; both get the same new one
const KEPT_AFTER_END_MS = 30 * 86_400_000; // so that past sessions can be investigated

export interface SessionsNeeds extends Pick<UsersNeeds, 'db' | 'decisionCache' | 'notifications' | 'now'> {
  readonly apiKeys: Pick<ApiKeys, 'endImpersonations'>;
  readonly accessTokens: Pick<AccessTokens, 'verify'>;
  readonly refreshTokens: Pick<RefreshTokens, 'isGenuine'>;
  readonly sessionIssuer: Pick<SessionIssuer, 'toTokens'>;
}

/** Sessions: who sent an access token, how a session is refreshed, and how it ends. */
export function createSessions(needs: SessionsNeeds) {
  const { db, decisionCache, notifications, apiKeys, accessTokens, refreshTokens, sessionIssuer, now } = needs;
  const live = decisionCache.forTopic(SESSIONS, readLive);
  type Live = {
    userId: string;
    endsMs: number;
    idleEndsMs: number;
    authenticatedMs: number;
    organisationId: string | null;
  };

  async function readLive(id: string): Promise<Live | null> {
    const row = await findLiveSession(db.read, id, now().toISOString());
    if (!row) return null;
    return {
      userId: row.userId,
      endsMs: Date.parse(row.absoluteExpiresAt),
      idleEndsMs: Date.parse(row.idleExpiresAt),
      authenticatedMs: Date.parse(row.provedAt),
      organisationId: row.organisationId,
    };
  }

  /** Null for a forged or expired token, and for a session that has ended. */
  function authenticate(token: string): Caller | null | Promise<Caller | null> {
    const subject = accessTokens.verify(token);
    if (subject === null) return null;
    return subject instanceof Promise
      ? subject.then((resolved) => resolved && callerOf(resolved.sessionId))
      : callerOf(subject.sessionId);
  }

  /** Null for a session that has ended. */
  function callerOf(sessionId: string): Caller | null | Promise<Caller | null> {
    const session = live.get(sessionId);
    return session instanceof Promise ? session.then((row) => check(row, sessionId)) : check(session, sessionId);
  }

  function check(session: Live | null, sessionId: string): Caller | null | Promise<Caller | null> {
    const atMs = now().getTime();
    if (!session || session.endsMs <= atMs) return null;
    // A refresh is no invalidation, so the session may have been refreshed since it was cached.
    if (session.idleEndsMs <= atMs) return readLive(sessionId).then((row) => row && toCaller(row, sessionId));
    return toCaller(session, sessionId);
  }

  function toCaller({ userId, organisationId }: Live, sessionId: string): Caller {
    return { type: 'user', id: userId, sessionId, organisationId };
  }

  /**
   * Whether the session authenticated its user within the last `withinMs`. Never stale, like `authenticate`.
   * @throws `http.not_signed_in` when it has ended since the request came
   */
  function reauthenticatedWithin(sessionId: string, withinMs: number): boolean | Promise<boolean> {
    const isRecent = (session: Live | null) => {
      if (session === null) throw httpErrors.notSignedIn();
      return now().getTime() - session.authenticatedMs < withinMs;
    };
    const session = live.get(sessionId);
    return session instanceof Promise ? session.then(isRecent) : isRecent(session);
  }

  /** Part of the caller's unit: the session has just authenticated its user again. */
  async function recordReauthentication({ tx, invalidate }: UsersUnit, sessionId: string): Promise<void> {
    await updateSession(tx, sessionId, { provedAt: now().toISOString() });
    invalidate(SESSIONS, sessionId); // a node that has cached the old time would refuse
  }

  /** Part of the caller's unit. The organisation counts from the next request on, on every node. */
  async function workIn(unit: UsersUnit, sessionId: string, organisationId: string | null): Promise<void> {
    await updateSession(unit.tx, sessionId, { organisationId });
    unit.invalidate(SESSIONS, sessionId);
  }

  /** @throws `users.refresh_invalid`; `users.token_reuse_detected` when the token was used before, which ends the session */
  async function refresh(actor: Actor, token: string): Promise<Tokens> {
    const presented = parseRefreshToken(token);
    if (!presented) throw userErrors.refreshInvalid();
    const outcome = await db.write(actor, async (unit) => {
      const userId = await findOwner(unit.tx, presented.sessionId);
      const user = userId && (await lockLive(unit.tx, { id: userId })); // before the session: the order in which all are ended
      const session = user && (await lockSession(unit.tx, presented.sessionId));
      if (!session || !refreshTokens.isGenuine(presented, session)) return userErrors.refreshInvalid();
      if (!isUsable(user) || !isLive(session)) return userErrors.refreshInvalid();
      if (presented.counter === session.counter) return { user, session: await rotate(unit, session) };
      if (isRace(presented, session)) return { user, session };
      await endForReuse(unit, user, session);
      return userErrors.tokenReuseDetected();
    });
    const { user, session } = orThrow(outcome);
    return sessionIssuer.toTokens(user, session);
  }

  /** A lock after wrong passwords does not end sessions: else anybody could end them. */
  function isUsable(user: UserRow): boolean {
    return user.status === 'active' && !isLocked(user, now());
  }

  function isLive({ revokedAt, idleExpiresAt, absoluteExpiresAt }: SessionRow): boolean {
    const at = now();
    return revokedAt === null && at < new Date(idleExpiresAt) && at < new Date(absoluteExpiresAt);
  }

  function isRace({ counter }: PresentedToken, session: SessionRow): boolean {
    return counter === session.counter - 1 && now().getTime() - Date.parse(session.rotatedAt) <= RACE_MS;
  }

  async function rotate({ tx }: UsersUnit, session: SessionRow): Promise<SessionRow> {
    const at = now();
    const change = {
      counter: session.counter + 1,
      rotatedAt: at.toISOString(),
      lastUsedAt: at.toISOString(),
      idleExpiresAt: new Date(at.getTime() + IDLE_MS).toISOString(),
    };
    await updateSession(tx, session.id, change);
    return { ...session, ...change };
  }

  async function endForReuse(unit: UsersUnit, user: UserRow, { id, device }: SessionRow): Promise<void> {
    await updateSession(unit.tx, id, { revokedAt: now().toISOString() });
    unit.publish(userEvents.tokenReuseDetected, { userId: user.id, sessionId: id });
    await announceEnd(unit, user.id, [id], 'tokenReuse');
    await notifications.send(withoutTables(unit), {
      template: 'users.token_reused',
      to: { userId: user.id },
      category: 'security',
      occurrence: occurrenceOf(unit, now()),
      variables: { device },
    });
  }

  /** Signs out. An invalid token, and one whose session has ended, change nothing. */
  async function revoke(actor: Actor, token: string): Promise<void> {
    const presented = parseRefreshToken(token);
    if (!presented) return;
    await db.write(actor, async (unit) => {
      const session = await lockSession(unit.tx, presented.sessionId);
      if (!session || !refreshTokens.isGenuine(presented, session) || session.revokedAt !== null) return;
      await updateSession(unit.tx, session.id, { revokedAt: now().toISOString() });
      await announceEnd(unit, session.userId, [session.id], 'signedOut');
    });
  }

  /** @throws `http.cursor_invalid`, `http.page_too_far` */
  async function list(actor: Actor, userId: string, query: PageQuery) {
    const page = await listLiveSessions(db.read, userId, now().toISOString(), query);
    return mapPage(page, ({ id, device, ip, createdAt, lastUsedAt }): Session => {
      return { id, device, ip, createdAt, lastUsedAt, isCurrent: id === actor.sessionId };
    });
  }

  function revokeOne(actor: Actor, id: string): Promise<void> {
    return db.write(actor, (unit) => endOne(unit, actor.id, id, 'revoked'));
  }

  /** Part of the caller's unit. @throws `users.session_not_found`, also for one of another user */
  async function endOne(unit: UsersUnit, userId: string, id: string, reason: string): Promise<void> {
    const session = await lockSession(unit.tx, id);
    if (!session || session.userId !== userId || session.revokedAt !== null) throw userErrors.sessionNotFound({ id });
    await updateSession(unit.tx, id, { revokedAt: now().toISOString() });
    await announceEnd(unit, userId, [id], reason);
  }

  function revokeAll(actor: Actor, exceptId: string | null): Promise<void> {
    return db.write(actor, (unit) => endAll(unit, actor.id, 'revoked', exceptId));
  }

  /**
   * Part of the caller's unit. Also nobody acts on behalf of the user any more, nor the user on behalf of others, whichever
   * session that began in.
   */
  async function endAll(
    unit: UsersUnit,
    userId: string,
    reason: string,
    exceptId: string | null = null,
  ): Promise<void> {
    await deleteChallengesOf(unit.tx, userId); // a sign-in or step-up that was started before cannot be finished
    const ended = await revokeSessions(unit.tx, userId, now().toISOString(), exceptId);
    await announceEnd(unit, userId, ended, reason);
    await apiKeys.endImpersonations(unit, { involving: userId }); // after the sessions, which each start of one locks
  }

  async function announceEnd(
    unit: UsersUnit,
    userId: string,
    sessionIds: readonly string[],
    reason: string,
  ): Promise<void> {
    if (sessionIds.length === 0) return;
    await apiKeys.endImpersonations(unit, { by: userId, sessionIds });
    for (const sessionId of sessionIds) {
      unit.publish(userEvents.sessionRevoked, { userId, sessionId });
      unit.invalidate(SESSIONS, sessionId);
      unit.audit({
        action: 'users.session_revoked',
        resourceType: 'session',
        resourceId: sessionId,
        subjectId: userId,
        payload: { userId, reason },
      });
    }
  }

  function deleteEnded(tx: UsersWriter, limit: number): Promise<number> {
    return deleteEndedSessions(tx, new Date(now().getTime() - KEPT_AFTER_END_MS).toISOString(), limit);
  }

  return {
    authenticate,
    callerOf,
    reauthenticatedWithin,
    recordReauthentication,
    workIn,
    refresh,
    revoke,
    list,
    revokeOne,
    revokeAll,
    endOne,
    endAll,
    deleteEnded,
  };
}

export type Sessions = ReturnType<typeof createSessions>;
