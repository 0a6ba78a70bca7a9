import type { Actor } from '#kernel/access.ts';
import { orThrow } from '#kernel/problem.ts';
import { userErrors, userEvents } from '../contract.ts';
import type { Passkeys } from '../factors/passkeys.ts';
import { findPasskey } from '../factors/queries.ts';
import type { PasskeyAnswer } from '../factors/schemas.ts';
import type { UsersNeeds } from '../needs.ts';
import { lockLive } from '../queries.ts';
import type { Tokens } from '../schemas.ts';
import { refusalFor } from '../sessions/account-refusal.ts';
import type { SessionIssuer } from '../sessions/issue.ts';

export interface PasskeySignInNeeds extends Pick<UsersNeeds, 'db' | 'now'> {
  readonly passkeys: Pick<Passkeys, 'startSignIn' | 'verify' | 'accept'>;
  readonly sessionIssuer: Pick<SessionIssuer, 'startSession' | 'toTokens'>;
}

/** Signing in with a passkey: alone, or after a password. In both cases no further step is needed. */
export function createPasskeySignIn({ db, now, passkeys, sessionIssuer }: PasskeySignInNeeds) {
  /** @throws `users.challenge_invalid`, `users.passkey_invalid`; with the right passkey also `users.disabled` */
  async function finish(actor: Actor, answer: PasskeyAnswer, deviceToken: string | null): Promise<Tokens> {
    const verified = await passkeys.verify(answer, 'signIn').catch((refusal: unknown) => fail(actor, answer, refusal));
    const outcome = await db.write(actor, async (unit) => {
      const user = await lockLive(unit.tx, { id: verified.passkey.userId });
      if (!user) return userErrors.passkeyInvalid();
      const refusal = (await passkeys.accept(unit, verified)) ?? refusalFor(user, now());
      return refusal ?? { user, session: await sessionIssuer.startSession(unit, user, deviceToken) };
    });
    const { user, session } = orThrow(outcome);
    return sessionIssuer.toTokens(user, session);
  }

  /** Records the failure where the owner of the passkey is known. */
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

  return { start: passkeys.startSignIn, finish };
}
