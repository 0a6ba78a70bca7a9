import type { Actor } from '#kernel/access.ts';
import { orThrow, type Problem } from '#kernel/problem.ts';
import type { Challenges } from '../challenges/service.ts';
import { userErrors, userEvents } from '../contract.ts';
import type { Devices } from '../devices/service.ts';
import type { RecoveryCodes } from '../factors/recovery-codes.ts';
import type { Totp } from '../factors/totp.ts';
import type { FailedAttempts, Guesses } from '../failed-attempts/service.ts';
import type { UsersNeeds, UsersUnit } from '../needs.ts';
import { lockLive } from '../queries.ts';
import type { Tokens } from '../schemas.ts';
import { refusalFor } from '../sessions/account-refusal.ts';
import type { SessionIssuer } from '../sessions/issue.ts';
import type { MfaAnswer } from './schemas.ts';

export interface SecondStepNeeds extends Pick<UsersNeeds, 'db' | 'now'> {
  readonly devices: Pick<Devices, 'findKnown'>;
  readonly challenges: Challenges;
  readonly failedAttempts: FailedAttempts;
  readonly totp: Pick<Totp, 'use'>;
  readonly recoveryCodes: Pick<RecoveryCodes, 'use'>;
  readonly sessionIssuer: Pick<SessionIssuer, 'startSession' | 'toTokens'>;
}

/** Finishes a sign-in that needs a code. For passkeys see `passkey-sign-in.ts`. */
export function createSecondStep({
  db,
  now,
  devices,
  challenges,
  failedAttempts,
  totp,
  recoveryCodes,
  sessionIssuer,
}: SecondStepNeeds) {
  /**
   * @throws `users.code_invalid`, `users.challenge_invalid` (sign in again), `users.factor_blocked`,
   * `users.network_blocked`, `users.disabled`
   */
  async function finish(
    actor: Actor,
    { challengeToken, code }: MfaAnswer,
    deviceToken: string | null,
  ): Promise<Tokens> {
    const started = await challenges.find(db.read, challengeToken, 'mfa');
    if (!started || started.userId === null) throw userErrors.challengeInvalid();
    const { userId } = started;
    const countFailures = await failedAttempts.enter(actor, { id: userId }, deviceToken);
    const decide = async (unit: UsersUnit) => {
      const user = await lockLive(unit.tx, { id: userId }); // before the challenge: the order in which challenges are ended too
      if (!user || !(await challenges.lock(unit.tx, challengeToken, 'mfa'))) return userErrors.challengeInvalid();
      const guesser = await devices.findKnown(unit.tx, { id: userId }, deviceToken);
      const guesses = { userId, kind: 'factor', guesser } as const;
      const refusal = refusalFor(user, now()) ?? (await failedAttempts.blockedReason(unit, guesses));
      if (refusal) return refusal;
      if (!(await isRight(unit, userId, code))) return fail(unit, guesses, challengeToken);
      await challenges.take(unit.tx, challengeToken, 'mfa');
      return { user, session: await sessionIssuer.startSession(unit, user, deviceToken) };
    };
    const { user, session } = orThrow(await db.write(actor, countFailures(decide)));
    return sessionIssuer.toTokens(user, session);
  }

  async function isRight(unit: UsersUnit, userId: string, code: string): Promise<boolean> {
    return (await totp.use(unit, userId, code)) || recoveryCodes.use(unit, userId, code);
  }

  async function fail(unit: UsersUnit, guesses: Guesses, challengeToken: string): Promise<Problem> {
    const { userId } = guesses;
    await failedAttempts.count(unit, guesses);
    await challenges.fail(unit.tx, challengeToken);
    unit.publish(userEvents.loginFailed, { userId });
    unit.audit({
      action: 'users.login_failed',
      resourceType: 'user',
      resourceId: userId,
      outcome: 'failure',
      payload: { reason: 'wrongFactor' },
    });
    return userErrors.codeInvalid();
  }

  return { finish };
}
