import type { Actor } from '#kernel/access.ts';
import { orThrow, type Problem } from '#kernel/problem.ts';
import type { Challenges } from '../challenges/service.ts';
import { userErrors, userEvents, type Tokens } from '../contract.ts';
import type { MfaAnswer } from '../factors/schemas.ts';
import type { Guesses } from '../failed-attempts/service.ts';
import type { OwnUnit, UsersNeeds } from '../needs.ts';
import { lockUser, type UserRow } from '../queries.ts';
import type { RecoveryCodes } from '../factors/recovery-codes.ts';
import type { SignIn } from './sign-in.ts';
import type { Totp } from '../factors/totp.ts';
import { refusalFor } from '../sessions/account-refusal.ts';

export interface SecondStepNeeds extends Pick<UsersNeeds, 'db' | 'now'> {
  readonly challenges: Challenges;
  readonly guesses: Guesses;
  readonly totp: Pick<Totp, 'use'>;
  readonly recoveryCodes: Pick<RecoveryCodes, 'use'>;
  readonly signIn: Pick<SignIn, 'startSession' | 'toTokens'>;
}

/** Finishes a sign-in that waits for a code. Passkeys finish theirs in a file of their own. */
export function createSecondStep({ db, now, challenges, guesses, totp, recoveryCodes, signIn }: SecondStepNeeds) {
  /** @throws `users.code_invalid`, `users.challenge_invalid` (sign in anew), `users.factor_blocked`, `users.disabled` */
  async function finish(
    actor: Actor,
    { challengeToken, code }: MfaAnswer,
    deviceToken: string | null,
  ): Promise<Tokens> {
    const begun = await challenges.find(db.read, challengeToken, 'mfa');
    if (!begun || begun.userId === null) throw userErrors.challengeInvalid();
    const { userId } = begun;
    const outcome = await db.write(actor, async (unit) => {
      const user = await lockUser(unit.tx, { id: userId }); // before the challenge, as whoever ends challenges
      if (!user || !(await challenges.lock(unit.tx, challengeToken, 'mfa'))) return userErrors.challengeInvalid();
      const refusal = refusalFor(user, now()) ?? (await guesses.refusal(unit, userId, 'factor'));
      if (refusal) return refusal;
      if (!(await isRight(unit, userId, code))) return fail(unit, user, challengeToken);
      await challenges.take(unit.tx, challengeToken, 'mfa');
      return { user, session: await signIn.startSession(unit, user, deviceToken) };
    });
    const { user, session } = orThrow(outcome);
    return signIn.toTokens(user, session);
  }

  async function isRight(unit: OwnUnit, userId: string, code: string): Promise<boolean> {
    return (await totp.use(unit, userId, code)) || recoveryCodes.use(unit, userId, code);
  }

  async function fail(unit: OwnUnit, { id }: UserRow, challengeToken: string): Promise<Problem> {
    await guesses.count(unit, id, 'factor');
    await challenges.fail(unit.tx, challengeToken);
    unit.publish(userEvents.loginFailed, { userId: id });
    unit.audit({
      action: 'users.login_failed',
      resourceType: 'user',
      resourceId: id,
      outcome: 'failure',
      payload: { reason: 'wrongFactor' },
    });
    return userErrors.codeInvalid();
  }

  return { finish };
}
