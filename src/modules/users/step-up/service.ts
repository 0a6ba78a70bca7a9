import type { Actor } from '#kernel/access.ts';
import { orThrow, Problem } from '#kernel/problem.ts';
import type { StepUp } from '#platform/http/port.ts';
import { userErrors } from '../contract.ts';
import type { Factors } from '../factors/service.ts';
import type { FailedAttempts } from '../failed-attempts/service.ts';
import type { UsersNeeds, UsersUnit } from '../needs.ts';
import type { PasswordHashing } from '../passwords/hashing.ts';
import { findUser, lockOwn } from '../queries.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { AttemptKind, UserRow } from '../tables.ts';
import type { StepUpProof } from './schemas.ts';

const RECENT_MS = 10 * 60_000; // long enough for a settings page, short enough for an unattended screen

type Method = 'password' | 'totp' | 'passkey' | 'securityKey';

/** Null when the proof is accepted. */
type Check = (unit: UsersUnit, user: UserRow) => Promise<Problem | null>;

export interface StepUpNeeds extends Pick<UsersNeeds, 'db'> {
  readonly hashing: Pick<PasswordHashing, 'verify'>;
  readonly sessions: Pick<Sessions, 'reauthenticatedWithin' | 'recordReauthentication'>;
  readonly failedAttempts: Pick<FailedAttempts, 'blockedReason' | 'count'>;
  readonly factors: Pick<Factors, 'secondFactors' | 'totp' | 'passkeys'>;
}

/**
 * Step-up authentication: sensitive calls need a session that authenticated its user a short while ago, at sign-in or
 * again later.
 */
export function createStepUp({ db, hashing, sessions, failedAttempts, factors }: StepUpNeeds) {
  const { secondFactors, totp, passkeys } = factors;

  function demand({ id, sessionId }: Actor): void | Promise<void> {
    const isRecent = sessionId !== null && sessions.reauthenticatedWithin(sessionId, RECENT_MS);
    if (isRecent instanceof Promise) return isRecent.then((is) => (is ? undefined : refuse(id)));
    return isRecent ? undefined : refuse(id);
  }

  async function refuse(userId: string): Promise<void> {
    throw userErrors.stepUpRequired({ methods: await methodsOf(userId) });
  }

  /**
   * How the user of a session can authenticate again: by a second factor where the account has one, since a password
   * alone is not enough to sign in; else by the password. A key that does not verify its user is not enough either:
   * anybody can touch one that is left in a computer. Without any of them, only a new sign-in helps.
   */
  async function methodsOf(userId: string): Promise<Method[]> {
    const second = (await secondFactors.methodsOf(db.read, userId)).filter((method) => method !== 'recoveryCode');
    const user = await findUser(db.read, { id: userId });
    const hasPassword = user !== undefined && user.passwordHash !== null;
    if (second.length === 0) return hasPassword ? ['password'] : [];
    const keys = await passkeys.kindsOf(userId);
    return [
      ...(second.includes('totp') ? (['totp'] as const) : []),
      ...(keys.has('passkey') ? (['passkey'] as const) : []),
      ...(keys.has('securityKey') && hasPassword ? (['securityKey'] as const) : []),
    ];
  }

  /**
   * @throws `users.step_up_required` for a method that is not one of the account's; `users.credentials_invalid`,
   * `users.code_invalid`, `users.challenge_invalid`, `users.passkey_invalid`; `users.factor_blocked`
   */
  async function reauthenticate(actor: Actor, proof: StepUpProof, signal: AbortSignal): Promise<void> {
    const methods = await methodsOf(actor.id);
    const { password, code, challengeToken, credential } = proof;
    if (password !== undefined && methods.includes('password'))
      return renew(actor, 'password', await passwordCheck(actor, password, signal));
    if (code !== undefined && methods.includes('totp')) return byCode(actor, code);
    const hasKey = methods.includes('passkey') || methods.includes('securityKey');
    if (!credential || challengeToken === undefined || !hasKey) throw userErrors.stepUpRequired({ methods });
    const verified = await passkeys.verify({ credential, challengeToken }, 'stepUp');
    if (verified.passkey.userId !== actor.id) throw userErrors.passkeyInvalid();
    if (!verified.passkey.isSecondFactorOnly) return renew(actor, 'passkey', (unit) => passkeys.accept(unit, verified));
    if (password === undefined || !methods.includes('securityKey')) throw userErrors.stepUpRequired({ methods });
    const checkPassword = await passwordCheck(actor, password, signal);
    return renew(
      actor,
      'securityKey',
      async (unit, user) => (await checkPassword(unit, user)) ?? passkeys.accept(unit, verified),
    );
  }

  /** Hashes outside the unit, which then counts the result. */
  async function passwordCheck(actor: Actor, password: string, signal: AbortSignal): Promise<Check> {
    const known = await findUser(db.read, { id: actor.id });
    const isRight = await hashing.verify(known?.passwordHash ?? null, password, actor.origin, signal);
    return async (unit, user) => {
      const isCurrent = user.passwordHash === known?.passwordHash; // changed meanwhile?
      const refusal = await check(unit, user, 'password', async () => isRight && isCurrent);
      return refusal === 'wrong' ? userErrors.credentialsInvalid() : refusal;
    };
  }

  function byCode(actor: Actor, code: string): Promise<void> {
    return renew(actor, 'totp', async (unit, user) => {
      const refusal = await check(unit, user, 'factor', () => totp.use(unit, user.id, code));
      return refusal === 'wrong' ? userErrors.codeInvalid() : refusal;
    });
  }

  async function renew(actor: Actor, method: Method, refusalOf: Check): Promise<void> {
    const { sessionId } = actor;
    if (sessionId === null) throw userErrors.stepUpRequired({ methods: [] }); // an API key has no session
    const outcome = await db.write(actor, async (unit) => {
      const user = await lockOwn(unit.tx, actor);
      const refusal = user ? await refusalOf(unit, user) : userErrors.credentialsInvalid();
      if (refusal) return refusal;
      await sessions.recordReauthentication(unit, sessionId);
      unit.audit({
        action: 'users.stepped_up',
        resourceType: 'session',
        resourceId: sessionId,
        payload: { method },
      });
      return undefined;
    });
    orThrow(outcome);
  }

  /** Null when it is right. A wrong one is counted; after too many nothing is checked for a while. */
  async function check(
    unit: UsersUnit,
    { id }: UserRow,
    kind: AttemptKind,
    isRight: () => Promise<boolean>,
  ): Promise<Problem | 'wrong' | null> {
    const guesses = { userId: id, kind, guesser: unit.actor.sessionId };
    const blocked = await failedAttempts.blockedReason(unit, guesses);
    if (blocked) return blocked;
    if (await isRight()) return null;
    await failedAttempts.count(unit, guesses);
    unit.audit({
      action: 'users.step_up_failed',
      resourceType: 'user',
      resourceId: id,
      outcome: 'failure',
      payload: { kind },
    });
    return 'wrong';
  }

  const required: StepUp = { demand, error: userErrors.stepUpRequired };
  return { required, reauthenticate };
}

export type StepUpService = ReturnType<typeof createStepUp>;
