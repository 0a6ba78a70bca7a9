import { randomBytes } from 'node:crypto';
import type { Actor } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import type { Problem } from '#kernel/problem.ts';
import { userErrors, userEvents, type Credentials, type SignedInUser, type SignInTokens } from '../contract.ts';
import { liftLockouts } from '../administration/queries.ts';
import { toDevice } from '../user-agent.ts';
import { normaliseEmail } from '../email.ts';
import { orThrowInTime } from '../constant-time.ts';
import { afterFailure, isLocked, noFailures, type Failures } from '../failed-attempts/lockout.ts';
import type { Factors } from '../factors/second-factors.ts';
import type { SignInAnswer } from '../factors/schemas.ts';
import type { OwnUnit } from '../needs.ts';
import type { UsersParts } from '../parts.ts';
import {
  findUser,
  insertSession,
  lockLockout,
  lockUser,
  updateLockout,
  updateUser,
  type SessionRow,
  type UserRow,
  type UsersTables,
} from '../queries.ts';
import { ACCESS_SECONDS } from '../sessions/signing-keys.ts';

const DAY_MS = 86_400_000;
export const IDLE_MS = 14 * DAY_MS;
const ABSOLUTE_MS = 90 * DAY_MS;
const LOCKOUT_PURPOSE = 'users.lockout';

export interface SignInCredentials extends Omit<Credentials, 'deviceToken'> {
  /** What the device was given at an earlier sign-in; null for a stranger. */
  readonly deviceToken: string | null;
}

/** Signing in with a password. Until that is right, every refusal is the same. */
export function createSignIn(
  { db, keys, authorization, passwords, tokens, refreshTokens, devices, now }: UsersParts,
  factors: Pick<Factors, 'demand'>,
) {
  /** @throws `users.credentials_invalid`; with the right password also `users.email_not_verified`, `users.disabled` */
  async function login(actor: Actor, credentials: SignInCredentials, signal: AbortSignal): Promise<SignInAnswer> {
    const email = normaliseEmail(credentials.email);
    const known = await findUser(db.read, { email });
    const isRight = await passwords.verify(known?.passwordHash ?? null, credentials.password, signal);
    const renewed =
      isRight && known?.passwordHash && passwords.isOutdated(known.passwordHash)
        ? await passwords.hash(credentials.password, signal)
        : null;
    const judge = async (unit: OwnUnit) => {
      const lockout = await lockLockout(unit.tx, keys.mac(LOCKOUT_PURPOSE, email), now().toISOString());
      const user = known && (await lockUser(unit.tx, { id: known.id }));
      const isCurrent = user !== undefined && user.passwordHash === known?.passwordHash; // changed while we hashed?
      const counter = await counterFor(unit, lockout, user, credentials.deviceToken);
      if (isLocked(counter.failures, now()) || (user && isLocked(user, now()))) return refuse(unit, user, 'locked');
      if (!isRight || !isCurrent || user.status === 'deleted') return fail(unit, counter, user);
      await counter.save({ ...counter.failures, ...noFailures });
      if (renewed !== null) await updateUser(unit.tx, user.id, { passwordHash: renewed });
      if (user.status === 'pending') return userErrors.emailNotVerified();
      if (user.status === 'disabled') return userErrors.disabled();
      const missing = await factors.demand(unit, user);
      return missing ?? { user, session: await startSession(unit, user, credentials.deviceToken) };
    };
    const accepted = await orThrowInTime(() => db.write(actor, judge));
    if ('mfaRequired' in accepted) return accepted;
    const { user, session } = accepted;
    return toTokens(user, session);
  }

  /** A device that signed in before is counted by itself; all strangers at one address together. */
  async function counterFor(
    { tx }: OwnUnit,
    lockout: UsersTables['users.lockout'],
    user: UserRow | undefined,
    deviceToken: string | null,
  ): Promise<Counter> {
    const id = devices.parse(deviceToken);
    const device = user && id !== null ? await devices.hold(tx, user.id, id) : undefined;
    const userId = user?.id ?? null;
    if (!device) return { failures: lockout, save: (next) => updateLockout(tx, { ...lockout, ...next, userId }) };
    return {
      failures: device,
      save: ({ failures, lastFailureAt, lockedUntil }) =>
        devices.count(tx, device, { failures, lastFailureAt, lockedUntil }),
    };
  }

  /** Counts a wrong password. The refusal is returned, so that the count commits. */
  async function fail(unit: OwnUnit, { failures, save }: Counter, user: UserRow | undefined): Promise<Problem> {
    const next = afterFailure(failures, now());
    await save(next);
    const { lockedUntil } = next;
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

  /** Part of the caller's unit, which has made sure who it is. */
  async function startSession(unit: OwnUnit, user: UserRow, deviceToken: string | null = null): Promise<NewSession> {
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
    const remembered = await devices.remember(unit, user, deviceToken);
    await insertSession(unit.tx, session);
    unit.publish(userEvents.loggedIn, { userId: user.id, sessionId: session.id });
    unit.audit({
      action: 'users.logged_in',
      resourceType: 'user',
      resourceId: user.id,
      payload: { sessionId: session.id },
    });
    return { ...session, deviceToken: remembered };
  }

  async function toTokens(
    user: UserRow,
    session: Pick<SessionRow, 'id' | 'secret' | 'counter' | 'absoluteExpiresAt'> & { deviceToken?: string },
  ): Promise<SignInTokens> {
    const refreshMs = Math.min(IDLE_MS, Date.parse(session.absoluteExpiresAt) - now().getTime());
    return {
      tokenType: 'Bearer',
      accessToken: await tokens.issue({ userId: user.id, sessionId: session.id }),
      expiresIn: ACCESS_SECONDS,
      refreshToken: refreshTokens.toToken(session),
      refreshExpiresIn: Math.floor(refreshMs / 1000),
      ...(session.deviceToken !== undefined && { deviceToken: session.deviceToken }),
      user: await toSignedInUser(user),
    };
  }

  async function toSignedInUser({ id, email, firstName, lastName }: UserRow): Promise<SignedInUser> {
    const roles = await authorization.rolesOf([id]);
    return { id, email, firstName, lastName, roles: roles.get(id) ?? [] };
  }

  /** Part of the caller's unit: lifts the locks of strangers and devices, and records that they were lifted. */
  async function unlock(unit: OwnUnit, { id }: UserRow, reason: string): Promise<void> {
    const areStrangers = await liftLockouts(unit.tx, id, now().toISOString());
    const areDevices = await devices.unlock(unit, id);
    if (!areStrangers && !areDevices) return;
    unit.audit({ action: 'users.unlocked', resourceType: 'user', resourceId: id, payload: { reason } });
  }

  return { login, startSession, toTokens, toSignedInUser, unlock };
}

export type SignIn = ReturnType<typeof createSignIn>;

interface Counter {
  readonly failures: Failures;
  save(next: Failures): Promise<void>;
}

type NewSession = SessionRow & { readonly deviceToken: string };
