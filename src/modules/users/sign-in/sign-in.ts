import type { Actor } from '#kernel/access.ts';
import type { Problem } from '#kernel/problem.ts';
import { addressOf } from '../addresses/forms.ts';
import { orThrowInConstantTime } from '../constant-time.ts';
import { userErrors, userEvents } from '../contract.ts';
import type { Devices } from '../devices/service.ts';
import type { SecondFactors } from '../factors/second-factors.ts';
import { afterFailure, isLocked, noFailures } from '../failed-attempts/lockout.ts';
import { lockLockout, updateLockout } from '../failed-attempts/queries.ts';
import type { FailedAttempts } from '../failed-attempts/service.ts';
import type { UsersNeeds, UsersUnit } from '../needs.ts';
import type { PasswordHashing } from '../passwords/hashing.ts';
import { findUser, lockLive, updateUser } from '../queries.ts';
import { notVerified } from '../sessions/account-refusal.ts';
import type { ToAddress } from '../addresses/typed.ts';
import type { SessionIssuer } from '../sessions/issue.ts';
import type { Failures, UserRow, UsersTables } from '../tables.ts';
import type { Credentials, SignInAnswer } from './schemas.ts';

const LOCKOUT_PURPOSE = 'users.lockout';

export interface SignInCredentials extends Omit<Credentials, 'deviceToken'> {
  /** The token of an earlier sign-in on this device; null on a new device. */
  readonly deviceToken: string | null;
}

export interface SignInNeeds extends Pick<UsersNeeds, 'db' | 'keys' | 'now'> {
  readonly toAddress: ToAddress;
  readonly devices: Pick<Devices, 'parse' | 'lock' | 'update'>;
  readonly failedAttempts: Pick<FailedAttempts, 'enter'>;
  readonly hashing: Pick<PasswordHashing, 'hash' | 'verify' | 'isOutdated'>;
  readonly secondFactors: Pick<SecondFactors, 'startSecondStep'>;
  readonly sessionIssuer: Pick<SessionIssuer, 'startSession' | 'toTokens'>;
}

/** Signing in with a password. As long as the password is not right, every refusal is the same. */
export function createSignIn({
  db,
  keys,
  toAddress,
  devices,
  failedAttempts,
  hashing,
  secondFactors,
  sessionIssuer,
  now,
}: SignInNeeds) {
  /**
   * @throws `users.credentials_invalid`, `users.network_blocked`; with the right password also
   * `users.email_not_verified`, `users.disabled`
   */
  async function login(actor: Actor, credentials: SignInCredentials, signal: AbortSignal): Promise<SignInAnswer> {
    const address = await toAddress(credentials);
    const countFailures = await failedAttempts.enter(actor, { address }, credentials.deviceToken);
    const known = await findUser(db.read, { address });
    const isRight = await hashing.verify(known?.passwordHash ?? null, credentials.password, actor.origin, signal);
    const decide = async (unit: UsersUnit) => {
      // One counter for both addresses of an account: with two there are not more guesses.
      const lockout = await lockLockout(
        unit.tx,
        keys.mac(LOCKOUT_PURPOSE, known ? addressOf(known) : address),
        now().toISOString(),
      );
      const user = known && (await lockLive(unit.tx, { id: known.id }));
      const isCurrent = user !== undefined && user.passwordHash === known?.passwordHash; // changed meanwhile?
      const counter = await counterFor(unit, lockout, user, credentials.deviceToken);
      if (isLocked(counter.failures, now()) || (user && isLocked(user, now()))) return refuse(unit, user, 'locked');
      if (!isRight || !isCurrent) return fail(unit, counter, user);
      await counter.save({ ...counter.failures, ...noFailures });
      if (user.status === 'pending') return notVerified(user);
      if (user.status === 'disabled') return userErrors.disabled();
      const secondStep = await secondFactors.startSecondStep(unit, user);
      return secondStep ?? { user, session: await sessionIssuer.startSession(unit, user, credentials.deviceToken) };
    };
    const accepted = await orThrowInConstantTime(() => db.write(actor, countFailures(decide)));
    // Behind the decision: while an account is locked, a right password takes no longer than a wrong one.
    if (known) await renewHash(actor, known, credentials.password, signal).catch(() => {}); // the next sign-in tries again
    if ('mfaRequired' in accepted) return accepted;
    const { user, session } = accepted;
    return sessionIssuer.toTokens(user, session);
  }

  /** Of a right password, when its hash was made with other parameters than ours. */
  async function renewHash(
    actor: Actor,
    { id, passwordHash: before }: Pick<UserRow, 'id' | 'passwordHash'>,
    password: string,
    signal: AbortSignal,
  ): Promise<void> {
    if (before === null || !hashing.isOutdated(before, password)) return;
    const passwordHash = await hashing.hash(password, actor.origin, signal);
    await db.write(actor, async ({ tx }) => {
      const user = await lockLive(tx, { id });
      if (user?.passwordHash === before) await updateUser(tx, id, { passwordHash }); // else it was changed meanwhile
    });
  }

  /** A device that signed in before has a counter of its own; all other devices share the counter of the address. */
  async function counterFor(
    { tx }: UsersUnit,
    lockout: UsersTables['users.lockout'],
    user: UserRow | undefined,
    deviceToken: string | null,
  ): Promise<Counter> {
    const id = devices.parse(deviceToken);
    const device = user && id !== null ? await devices.lock(tx, user.id, id) : undefined;
    const userId = user?.id ?? null;
    if (!device) return { failures: lockout, save: (next) => updateLockout(tx, { ...lockout, ...next, userId }) };
    return {
      failures: device,
      save: ({ failures, lastFailureAt, lockedUntil }) =>
        devices.update(tx, device, { failures, lastFailureAt, lockedUntil }),
    };
  }

  /** Counts a wrong password. The refusal is returned, so that the count commits. */
  async function fail(unit: UsersUnit, { failures, save }: Counter, user: UserRow | undefined): Promise<Problem> {
    const next = afterFailure(failures, now());
    await save(next);
    const { lockedUntil } = next;
    if (user && lockedUntil !== null) {
      unit.publish(userEvents.locked, { userId: user.id });
      unit.audit({ action: 'users.locked', resourceType: 'user', resourceId: user.id, payload: { lockedUntil } });
    }
    return refuse(unit, user, 'wrongPassword');
  }

  function refuse(unit: UsersUnit, user: UserRow | undefined, reason: string): Problem {
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

  return { login };
}

export type SignIn = ReturnType<typeof createSignIn>;

interface Counter {
  readonly failures: Failures;
  save(next: Failures): Promise<void>;
}
