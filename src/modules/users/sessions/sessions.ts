import type { FastifyRequest } from 'fastify';
import type { Actor } from '#kernel/access.ts';
import { orThrow } from '#kernel/problem.ts';
import { withoutTables } from '#platform/database/port.ts';
import type { Caller } from '#platform/http/port.ts';
import { userErrors, userEvents, type Session, type SignInTokens } from '../contract.ts';
import { isLocked } from '../failed-attempts/lockout.ts';
import { deleteChallengesOf } from '../challenges/queries.ts';
import type { OwnUnit } from '../needs.ts';
import type { UsersParts } from '../parts.ts';
import {
  findLiveSession,
  listLiveSessions,
  lockSession,
  lockUser,
  revokeSessions,
  updateSession,
  type SessionRow,
  type UserRow,
} from '../queries.ts';
import { parseRefreshToken, type Presented } from './refresh-tokens.ts';
import { IDLE_MS, type SignIn } from '../sign-in/sign-in.ts';

const SESSIONS = 'users.session';
const RACE_MS = 10_000; // two tabs that refresh at once hold the same token; both get the same successor
const SCHEME = 'Bearer ';

/** Sessions: who a token stands for, how it is renewed, and how it ends. */
export function createSessions(
  { db, freshness, notifications, tokens, refreshTokens, now }: UsersParts,
  { toTokens }: Pick<SignIn, 'toTokens'>,
) {
  const live = freshness.remember(SESSIONS, async (id) => {
    const row = await findLiveSession(db.read, id, now().toISOString());
    if (!row) return null;
    return { userId: row.userId, endsMs: Date.parse(row.absoluteExpiresAt), provedMs: Date.parse(row.provedAt) };
  });
  type Live = { userId: string; endsMs: number; provedMs: number };

  /** Null for a missing, forged or expired token, and for a session that has ended. */
  function authenticate({ headers }: FastifyRequest): Caller | null | Promise<Caller | null> {
    const { authorization } = headers;
    if (!authorization?.startsWith(SCHEME)) return null;
    const subject = tokens.verify(authorization.slice(SCHEME.length));
    if (subject === null) return null;
    return subject instanceof Promise
      ? subject.then((resolved) => resolved && toCaller(resolved.sessionId))
      : toCaller(subject.sessionId);
  }

  function toCaller(sessionId: string): Caller | null | Promise<Caller | null> {
    const session = live.get(sessionId);
    return session instanceof Promise ? session.then((row) => check(row, sessionId)) : check(session, sessionId);
  }

  function check(session: Live | null, sessionId: string): Caller | null {
    return session && session.endsMs > now().getTime() ? { type: 'user', id: session.userId, sessionId } : null;
  }

  /** Whether the session proved who uses it within the last `withinMs`. Never stale, as `authenticate`. */
  function provedWithin(sessionId: string, withinMs: number): boolean | Promise<boolean> {
    const isRecent = (session: Live | null) => session !== null && now().getTime() - session.provedMs < withinMs;
    const session = live.get(sessionId);
    return session instanceof Promise ? session.then(isRecent) : isRecent(session);
  }

  /** Part of the caller's unit: the session has just proved who uses it. */
  async function renewProof({ tx, invalidate }: OwnUnit, sessionId: string): Promise<void> {
    await updateSession(tx, sessionId, { provedAt: now().toISOString() });
    invalidate(SESSIONS, sessionId); // nodes that remember the old proof would refuse
  }

  /** @throws `users.refresh_invalid`; `users.token_reuse_detected` when the token was used before, which ends the session */
  async function refresh(actor: Actor, token: string): Promise<SignInTokens> {
    const presented = parseRefreshToken(token);
    if (!presented) throw userErrors.refreshInvalid();
    const outcome = await db.write(actor, async (unit) => {
      const session = await lockSession(unit.tx, presented.sessionId);
      if (!session || !refreshTokens.isGenuine(presented, session)) return userErrors.refreshInvalid();
      const user = await lockUser(unit.tx, { id: session.userId });
      if (!user || !canWork(user) || !isLive(session)) return userErrors.refreshInvalid();
      if (presented.counter === session.counter) return { user, session: await rotate(unit, session) };
      if (isRace(presented, session)) return { user, session };
      await endForReuse(unit, user, session);
      return userErrors.tokenReuseDetected();
    });
    const { user, session } = orThrow(outcome);
    return toTokens(user, session);
  }

  /** What strangers have locked by guessing does not end anybody's session. */
  function canWork(user: UserRow): boolean {
    return user.status === 'active' && !isLocked(user, now());
  }

  function isLive({ revokedAt, idleExpiresAt, absoluteExpiresAt }: SessionRow): boolean {
    const at = now();
    return revokedAt === null && at < new Date(idleExpiresAt) && at < new Date(absoluteExpiresAt);
  }

  function isRace({ counter }: Presented, session: SessionRow): boolean {
    return counter === session.counter - 1 && now().getTime() - Date.parse(session.rotatedAt) <= RACE_MS;
  }

  async function rotate({ tx }: OwnUnit, session: SessionRow): Promise<SessionRow> {
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

  async function endForReuse(unit: OwnUnit, user: UserRow, { id, device }: SessionRow): Promise<void> {
    await updateSession(unit.tx, id, { revokedAt: now().toISOString() });
    unit.publish(userEvents.tokenReuseDetected, { userId: user.id, sessionId: id });
    announceEnd(unit, user.id, [id], 'tokenReuse');
    await notifications.send(withoutTables(unit), {
      template: 'users.token_reused',
      to: { userId: user.id },
      category: 'security',
      variables: { device },
    });
  }

  /** Signs out. A token that is none, or has ended, is signed out already. */
  async function revoke(actor: Actor, token: string): Promise<void> {
    const presented = parseRefreshToken(token);
    if (!presented) return;
    await db.write(actor, async (unit) => {
      const session = await lockSession(unit.tx, presented.sessionId);
      if (!session || !refreshTokens.isGenuine(presented, session) || session.revokedAt !== null) return;
      await updateSession(unit.tx, session.id, { revokedAt: now().toISOString() });
      announceEnd(unit, session.userId, [session.id], 'signedOut');
    });
  }

  async function list(actor: Actor): Promise<Session[]> {
    const rows = await listLiveSessions(db.read, actor.id, now().toISOString());
    return rows.map(({ id, device, ip, createdAt, lastUsedAt }) => ({
      id,
      device,
      ip,
      createdAt,
      lastUsedAt,
      isCurrent: id === actor.sessionId,
    }));
  }

  /** @throws `users.session_not_found`, also for somebody else's */
  function revokeOne(actor: Actor, id: string): Promise<void> {
    return db.write(actor, async (unit) => {
      const session = await lockSession(unit.tx, id);
      if (!session || session.userId !== actor.id || session.revokedAt !== null)
        throw userErrors.sessionNotFound({ id });
      await updateSession(unit.tx, id, { revokedAt: now().toISOString() });
      announceEnd(unit, actor.id, [id], 'revoked');
    });
  }

  function revokeAll(actor: Actor, exceptId: string | null): Promise<void> {
    return db.write(actor, (unit) => endAll(unit, actor.id, 'revoked', exceptId));
  }

  /** Part of the caller's unit. */
  async function endAll(unit: OwnUnit, userId: string, reason: string, exceptId: string | null = null): Promise<void> {
    await deleteChallengesOf(unit.tx, userId); // what was begun before goes no further
    announceEnd(unit, userId, await revokeSessions(unit.tx, userId, now().toISOString(), exceptId), reason);
  }

  return { authenticate, provedWithin, renewProof, refresh, revoke, list, revokeOne, revokeAll, endAll };
}

export type Sessions = ReturnType<typeof createSessions>;

function announceEnd(
  { publish, invalidate, audit }: OwnUnit,
  userId: string,
  sessionIds: readonly string[],
  reason: string,
): void {
  for (const sessionId of sessionIds) {
    publish(userEvents.sessionRevoked, { userId, sessionId });
    invalidate(SESSIONS, sessionId);
    audit({
      action: 'users.session_revoked',
      resourceType: 'session',
      resourceId: sessionId,
      subjectId: userId,
      payload: { userId, reason },
    });
  }
}
