import type { Actor } from '#kernel/access.ts';
import { orThrow, Problem } from '#kernel/problem.ts';
import type { StepUp } from '#platform/http/port.ts';
import { userErrors } from '../contract.ts';
import type { Factors } from '../factors/second-factors.ts';
import type { GuessKind } from '../tables.ts';
import type { Proof } from '../factors/schemas.ts';
import type { Guesses } from '../failed-attempts/service.ts';
import type { OwnUnit, UsersNeeds } from '../needs.ts';
import type { Passkeys } from '../factors/passkeys.ts';
import type { Passwords } from '../passwords/hashing.ts';
import { findUser, lockUser, type UserRow } from '../queries.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { Totp } from '../factors/totp.ts';

const RECENT_MS = 10 * 60_000; // long enough for a settings page, short for a screen left alone

type Method = 'password' | 'totp' | 'passkey';

export interface StepUpNeeds extends Pick<UsersNeeds, 'db'> {
  readonly passwords: Pick<Passwords, 'verify'>;
  readonly sessions: Pick<Sessions, 'provedWithin' | 'renewProof'>;
  readonly guesses: Guesses;
  readonly factors: Pick<Factors, 'methodsOf'>;
  readonly totp: Pick<Totp, 'use'>;
  readonly passkeys: Pick<Passkeys, 'verify' | 'accept'>;
}

/** Sensitive calls demand that the session proved who uses it a short while ago; signing in is such a proof. */
export function createStepUp({ db, passwords, sessions, guesses, factors, totp, passkeys }: StepUpNeeds) {
  function demand({ id, sessionId }: Actor): void | Promise<void> {
    const isRecent = sessionId !== null && sessions.provedWithin(sessionId, RECENT_MS);
    if (isRecent instanceof Promise) return isRecent.then((proved) => (proved ? undefined : refuse(id)));
    return isRecent ? undefined : refuse(id);
  }

  async function refuse(userId: string): Promise<void> {
    throw userErrors.stepUpRequired({ methods: await methodsOf(userId) });
  }

  /**
   * How a session can prove itself again: by a second factor where the account has one, since a password alone would
   * not have opened it. Where there is none, by signing in anew, which always does.
   */
  async function methodsOf(userId: string): Promise<Method[]> {
    const second = (await factors.methodsOf(db.read, userId)).filter((method) => method !== 'recoveryCode');
    if (second.length > 0) return second;
    const user = await findUser(db.read, { id: userId });
    return user && user.passwordHash !== null ? ['password'] : [];
  }

  /**
   * @throws `users.step_up_required` for a method that the account does not go by; `users.credentials_invalid`,
   * `users.code_invalid`, `users.challenge_invalid`, `users.passkey_invalid`; `users.factor_blocked`
   */
  async function prove(actor: Actor, proof: Proof, signal: AbortSignal): Promise<void> {
    const methods = await methodsOf(actor.id);
    const { password, code, challengeToken, credential } = proof;
    if (password !== undefined && methods.includes('password')) return byPassword(actor, password, signal);
    if (code !== undefined && methods.includes('totp')) return byCode(actor, code);
    if (credential && challengeToken !== undefined && methods.includes('passkey'))
      return byPasskey(actor, { credential, challengeToken });
    throw userErrors.stepUpRequired({ methods });
  }

  async function byPassword(actor: Actor, password: string, signal: AbortSignal): Promise<void> {
    const known = await findUser(db.read, { id: actor.id });
    const isRight = await passwords.verify(known?.passwordHash ?? null, password, signal);
    await renew(actor, 'password', async (unit, user) => {
      const isCurrent = user.passwordHash === known?.passwordHash; // changed while we hashed?
      const judged = await judge(unit, user, 'password', async () => isRight && isCurrent);
      return judged === 'wrong' ? userErrors.credentialsInvalid() : judged;
    });
  }

  function byCode(actor: Actor, code: string): Promise<void> {
    return renew(actor, 'totp', async (unit, user) => {
      const judged = await judge(unit, user, 'factor', () => totp.use(unit, user.id, code));
      return judged === 'wrong' ? userErrors.codeInvalid() : judged;
    });
  }

  async function byPasskey(actor: Actor, answer: Parameters<Passkeys['verify']>[0]): Promise<void> {
    const asserted = await passkeys.verify(answer);
    if (asserted.passkey.userId !== actor.id) throw userErrors.passkeyInvalid();
    await renew(actor, 'passkey', (unit) => passkeys.accept(unit, asserted));
  }

  async function renew(
    actor: Actor,
    method: Method,
    refusalOf: (unit: OwnUnit, user: UserRow) => Promise<Problem | null>,
  ): Promise<void> {
    const { id, sessionId } = actor;
    if (sessionId === null) throw userErrors.stepUpRequired({ methods: [] }); // a key is no session
    const outcome = await db.write(actor, async (unit) => {
      const user = await lockUser(unit.tx, { id });
      const refusal = user ? await refusalOf(unit, user) : userErrors.credentialsInvalid();
      if (refusal) return refusal;
      await sessions.renewProof(unit, sessionId);
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

  /** Null when it is right. A wrong one is counted; none is judged while there were too many. */
  async function judge(
    unit: OwnUnit,
    { id }: UserRow,
    kind: GuessKind,
    isRight: () => Promise<boolean>,
  ): Promise<Problem | 'wrong' | null> {
    const blocked = await guesses.refusal(unit, id, kind);
    if (blocked) return blocked;
    if (await isRight()) return null;
    await guesses.count(unit, id, kind);
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
  return { required, prove };
}
