import type { Actor } from '#kernel/access.ts';
import { orThrow, type Problem } from '#kernel/problem.ts';
import type { StepUp } from '#platform/http/port.ts';
import { userErrors } from './contract.ts';
import type { Proof } from './factor-schemas.ts';
import type { Guesses } from './guesses.ts';
import type { OwnUnit, UsersParts } from './needs.ts';
import { findUser, lockUser, type UserRow } from './queries.ts';
import type { Sessions } from './sessions.ts';

const RECENT_MS = 10 * 60_000; // long enough for a settings page, short for a screen left alone

export interface StepUpNeeds extends UsersParts {
  readonly sessions: Pick<Sessions, 'provedWithin' | 'renewProof'>;
  readonly guesses: Guesses;
}

/** Sensitive calls demand that the session proved who uses it a short while ago; signing in is such a proof. */
export function createStepUp({ db, passwords, sessions, guesses }: StepUpNeeds) {
  function demand({ id, sessionId }: Actor): void | Promise<void> {
    const isRecent = sessionId !== null && sessions.provedWithin(sessionId, RECENT_MS);
    if (isRecent instanceof Promise) return isRecent.then((proved) => (proved ? undefined : refuse(id)));
    return isRecent ? undefined : refuse(id);
  }

  async function refuse(userId: string): Promise<void> {
    throw userErrors.stepUpRequired({ methods: await methodsOf(userId) });
  }

  /** How a session can prove itself again. Where there are none, by signing in anew, which always does. */
  async function methodsOf(userId: string): Promise<string[]> {
    const user = await findUser(db.read, { id: userId });
    return user ? ['password'] : [];
  }

  /** @throws `users.credentials_invalid`, `users.factor_blocked` */
  async function prove(actor: Actor, { password }: Proof, signal: AbortSignal): Promise<void> {
    const known = await findUser(db.read, { id: actor.id });
    const isRight = await passwords.verify(known?.passwordHash ?? null, password, signal);
    const refusal = await db.write(actor, async (unit) => {
      const user = await lockUser(unit.tx, { id: actor.id });
      if (!user || actor.sessionId === null) return userErrors.credentialsInvalid();
      const blocked = await guesses.refusal(unit, user.id, 'password');
      if (blocked) return blocked;
      const isCurrent = user.passwordHash === known?.passwordHash; // changed while we hashed?
      if (!isRight || !isCurrent) return fail(unit, user);
      await sessions.renewProof(unit, actor.sessionId);
      unit.audit({
        action: 'users.stepped_up',
        resourceType: 'session',
        resourceId: actor.sessionId,
        payload: { method: 'password' },
      });
      return undefined;
    });
    orThrow(refusal);
  }

  async function fail(unit: OwnUnit, { id }: UserRow): Promise<Problem> {
    await guesses.count(unit, id, 'password');
    unit.audit({ action: 'users.step_up_failed', resourceType: 'user', resourceId: id, outcome: 'failure' });
    return userErrors.credentialsInvalid();
  }

  const required: StepUp = { demand, error: userErrors.stepUpRequired };
  return { required, prove };
}
