import type { Actor } from '#kernel/access.ts';
import { orThrow } from '#kernel/problem.ts';
import { userErrors, userEvents, type Tokens } from '../contract.ts';
import { findPasskey } from '../factors/queries.ts';
import type { PasskeyAnswer } from '../factors/schemas.ts';
import type { UsersNeeds } from '../needs.ts';
import type { Passkeys } from '../factors/passkeys.ts';
import { lockUser } from '../queries.ts';
import type { SignIn } from './sign-in.ts';
import { refusalFor } from '../sessions/account-refusal.ts';

export interface PasskeySignInNeeds extends Pick<UsersNeeds, 'db' | 'now'> {
  readonly passkeys: Pick<Passkeys, 'verify' | 'accept'>;
  readonly signIn: Pick<SignIn, 'startSession' | 'toTokens'>;
}

/** Signing in with a passkey: alone, or after a password. Either way nothing is missing then. */
export function createPasskeySignIn({ db, now, passkeys, signIn }: PasskeySignInNeeds) {
  /** @throws `users.challenge_invalid`, `users.passkey_invalid`; with the right passkey also `users.disabled` */
  async function finish(actor: Actor, answer: PasskeyAnswer, deviceToken: string | null): Promise<Tokens> {
    const asserted = await passkeys.verify(answer).catch((refusal: unknown) => fail(actor, answer, refusal));
    const outcome = await db.write(actor, async (unit) => {
      const user = await lockUser(unit.tx, { id: asserted.passkey.userId });
      if (!user) return userErrors.passkeyInvalid();
      const refusal = (await passkeys.accept(unit, asserted)) ?? refusalFor(user, now());
      return refusal ?? { user, session: await signIn.startSession(unit, user, deviceToken) };
    });
    const { user, session } = orThrow(outcome);
    return signIn.toTokens(user, session);
  }

  /** Leaves a trace where it is known whose passkey was not accepted. */
  async function fail(actor: Actor, { credential }: PasskeyAnswer, refusal: unknown): Promise<never> {
    const passkey = await findPasskey(db.read, credential.id);
    if (passkey)
      await db.write(actor, async ({ publish, audit }) => {
        publish(userEvents.loginFailed, { userId: passkey.userId });
        audit({
          action: 'users.login_failed',
          resourceType: 'user',
          resourceId: passkey.userId,
          outcome: 'failure',
          payload: { reason: 'passkeyNotAccepted' },
        });
      });
    throw refusal;
  }

  return { finish };
}
