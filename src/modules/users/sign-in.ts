import { randomBytes } from 'node:crypto';
import type { Actor } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { orThrow, Problem } from '#kernel/problem.ts';
import { userErrors, userEvents, type Credentials, type SignedInUser, type Tokens } from './contract.ts';
import { toDevice } from './device.ts';
import { normaliseEmail } from './email.ts';
import type { Factors } from './factors.ts';
import type { SignInAnswer } from './factor-schemas.ts';
import type { OwnUnit, UsersParts } from './needs.ts';
import {
  findUser,
  insertSession,
  lockLockout,
  lockUser,
  updateLockout,
  type SessionRow,
  type UserRow,
  type UsersTables,
} from './queries.ts';
import { ACCESS_SECONDS } from './tokens.ts';

const MAX_FAILURES = 5;
const LOCK_MS = 15 * 60_000;
const DAY_MS = 86_400_000;
export const IDLE_MS = 14 * DAY_MS;
const ABSOLUTE_MS = 90 * DAY_MS;
const LOCKOUT_PURPOSE = 'users.lockout';

/** Signing in with a password. Until that is right, every refusal is the same. */
export function createSignIn(
  { db, keys, authorization, passwords, tokens, refreshTokens, now }: UsersParts,
  factors: Pick<Factors, 'demand'>,
) {
  /** @throws `users.credentials_invalid`; with the right password also `users.email_not_verified`, `users.disabled` */
  async function login(actor: Actor, credentials: Credentials, signal: AbortSignal): Promise<SignInAnswer> {
    const email = normaliseEmail(credentials.email);
    const known = await findUser(db.read, { email });
    const isRight = await passwords.verify(known?.passwordHash ?? null, credentials.password, signal);
    const outcome = await db.write(actor, async (unit) => {
      const lockout = await lockLockout(unit.tx, keys.mac(LOCKOUT_PURPOSE, email), now().toISOString());
      const user = known && (await lockUser(unit.tx, { id: known.id }));
      const isCurrent = user !== undefined && user.passwordHash === known?.passwordHash; // changed while we hashed?
      if (isLocked(lockout)) return refuse(unit, user, 'locked');
      if (!isRight || !isCurrent || user.status === 'deleted') return fail(unit, lockout, user);
      await updateLockout(unit.tx, { ...lockout, failures: 0, lockedUntil: null });
      if (user.status === 'pending') return userErrors.emailNotVerified();
      if (user.status === 'disabled') return userErrors.disabled();
      const missing = await factors.demand(unit, user);
      return missing ?? { user, session: await startSession(unit, user) };
    });
    const accepted = orThrow(outcome);
    if ('mfaRequired' in accepted) return accepted;
    const { user, session } = accepted;
    return toTokens(user, session);
  }

  function isLocked({ lockedUntil }: UsersTables['users.lockout']): boolean {
    return lockedUntil !== null && now() < new Date(lockedUntil);
  }

  /** Counts a wrong password. The refusal is returned, so that the count commits. */
  async function fail(
    unit: OwnUnit,
    lockout: UsersTables['users.lockout'],
    user: UserRow | undefined,
  ): Promise<Problem> {
    const at = now();
    const isOld = at.getTime() - Date.parse(lockout.lastFailureAt) >= LOCK_MS;
    const failures = lockout.lockedUntil !== null || isOld ? 1 : lockout.failures + 1;
    const lockedUntil = failures >= MAX_FAILURES ? new Date(at.getTime() + LOCK_MS).toISOString() : null;
    await updateLockout(unit.tx, { ...lockout, failures, lastFailureAt: at.toISOString(), lockedUntil });
    if (user && lockedUntil !== null) {
      unit.publish(userEvents.locked, { userId: user.id });
      unit.audit({ action: 'users.locked', resourceType: 'user', resourceId: user.id, payload: { lockedUntil } });
    }
    return refuse(unit, user, 'wrongPassword');
  }

  function refuse(unit: OwnUnit, user: UserRow | undefined, reason: string): Problem {
    if (user) {
      unit.publish(userEvents.loginFailed, { userId: user.id });
      unit.audit({
        action: 'users.login_failed',
        resourceType: 'user',
        resourceId: user.id,
        outcome: 'failure',
        payload: { reason },
      });
    }
    return userErrors.credentialsInvalid();
  }

  async function startSession(unit: OwnUnit, user: UserRow): Promise<SessionRow> {
    const at = now();
    const { ip, userAgent } = unit.actor.origin;
    const session: SessionRow = {
      id: newId(),
      userId: user.id,
      secret: randomBytes(32),
      counter: 0,
      rotatedAt: at.toISOString(),
      createdAt: at.toISOString(),
      lastUsedAt: at.toISOString(),
      idleExpiresAt: new Date(at.getTime() + IDLE_MS).toISOString(),
      absoluteExpiresAt: new Date(at.getTime() + ABSOLUTE_MS).toISOString(),
      ip,
      device: toDevice(userAgent),
      provedAt: at.toISOString(),
      revokedAt: null,
    };
    await insertSession(unit.tx, session);
    unit.publish(userEvents.loggedIn, { userId: user.id, sessionId: session.id });
    unit.audit({
      action: 'users.logged_in',
      resourceType: 'user',
      resourceId: user.id,
      payload: { sessionId: session.id },
    });
    return session;
  }

  async function toTokens(
    user: UserRow,
    session: Pick<SessionRow, 'id' | 'secret' | 'counter' | 'absoluteExpiresAt'>,
  ): Promise<Tokens> {
    const refreshMs = Math.min(IDLE_MS, Date.parse(session.absoluteExpiresAt) - now().getTime());
    return {
      tokenType: 'Bearer',
      accessToken: await tokens.issue({ userId: user.id, sessionId: session.id }),
      expiresIn: ACCESS_SECONDS,
      refreshToken: refreshTokens.toToken(session),
      refreshExpiresIn: Math.floor(refreshMs / 1000),
      user: await toSignedInUser(user),
    };
  }

  async function toSignedInUser({ id, email, firstName, lastName }: UserRow): Promise<SignedInUser> {
    const roles = await authorization.rolesOf([id]);
    return { id, email, firstName, lastName, roles: roles.get(id) ?? [] };
  }

  /** Part of the caller's unit: lifts a lock, and records that it was lifted. */
  async function unlock(unit: OwnUnit, { id, email }: UserRow): Promise<void> {
    const lockout = await lockLockout(unit.tx, keys.mac(LOCKOUT_PURPOSE, email), now().toISOString());
    if (isLocked(lockout)) unit.audit({ action: 'users.unlocked', resourceType: 'user', resourceId: id });
    await updateLockout(unit.tx, { ...lockout, failures: 0, lockedUntil: null });
  }

  return { login, startSession, toTokens, toSignedInUser, unlock };
}

export type SignIn = ReturnType<typeof createSignIn>;
