import type { Actor } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { orThrow } from '#kernel/problem.ts';
import { withoutTables } from '#platform/database/port.ts';
import { defineQueue } from '#kernel/work.ts';
import type { Settlement, Work } from '#platform/work/port.ts';
import { CODE_MINUTES, refuseCode } from './codes.ts';
import { userErrors, userEvents, type CodeSent, type NewPassword } from './contract.ts';
import { normaliseEmail } from './email.ts';
import type { OwnUnit, UsersParts } from './needs.ts';
import { checkPassword } from './passwords.ts';
import {
  findUser,
  insertCodeRequest,
  lockUser,
  takeCodeRequest,
  updateUser,
  type Purpose,
  type UsersTables,
} from './queries.ts';
import { codeSent } from './registration.ts';
import type { Sessions } from './sessions.ts';
import type { SignIn } from './sign-in.ts';

export const codeRequestQueue = defineQueue('users.code_request');
const SEALED = 'users.code_request';

export interface RecoveryNeeds extends UsersParts {
  readonly sessions: Pick<Sessions, 'endAll'>;
  readonly signIn: Pick<SignIn, 'unlock'>;
  /** Part of the worker's unit. */
  readonly resendVerification: (unit: OwnUnit, email: string) => Promise<void>;
}

/** New codes on request, and a new password with one. */
export function createRecovery({
  db,
  keys,
  notifications,
  passwords,
  codes,
  now,
  sessions,
  signIn,
  resendVerification,
}: RecoveryNeeds) {
  /** Only notes the wish: whether there is an account shows neither in the answer nor in its time. */
  async function requestCode(actor: Actor, address: string, purpose: Purpose): Promise<CodeSent> {
    const id = newId();
    await db.write(actor, async ({ tx, enqueue }) => {
      await insertCodeRequest(tx, { id, purpose, addressSealed: keys.seal(SEALED, normaliseEmail(address)) });
      enqueue(codeRequestQueue, { ref: id, lane: 'high' });
    });
    return codeSent(now());
  }

  async function workOffRequest({ ref }: Work): Promise<Settlement<UsersTables>> {
    return {
      write: async (unit) => {
        const request = await takeCodeRequest(unit.tx, ref);
        if (!request) return;
        const email = keys.open(SEALED, request.addressSealed).toString();
        if (request.purpose === 'verification') await resendVerification(unit, email);
        else await sendReset(unit, email);
      },
    };
  }

  async function sendReset(unit: OwnUnit, email: string): Promise<void> {
    const user = await findUser(unit.tx, { email });
    if (user?.status !== 'active') return;
    const code = await codes.create(unit.tx, user, 'reset');
    if (code === null) return;
    unit.audit({ action: 'users.reset_requested', resourceType: 'user', resourceId: user.id });
    await notifications.send(withoutTables(unit), {
      template: 'users.password_reset',
      to: { userId: user.id },
      category: 'security',
      priority: 'high',
      variables: { code, minutes: CODE_MINUTES },
    });
  }

  /** Ends every session and lifts a lock. @throws `users.code_invalid`, also for an unknown address */
  async function resetPassword(actor: Actor, input: NewPassword, signal: AbortSignal): Promise<void> {
    const email = normaliseEmail(input.email);
    checkPassword(input.newPassword, email);
    const passwordHash = await passwords.hash(input.newPassword, signal);
    const refusal = await db.write(actor, async (unit) => {
      const user = await lockUser(unit.tx, { email });
      if (!user || user.status !== 'active') return userErrors.codeInvalid();
      if (!(await codes.use(unit.tx, user, 'reset', input.code))) return refuseCode(unit, user, 'reset'); // the guess counts
      await updateUser(unit.tx, user.id, { passwordHash });
      await sessions.endAll(unit, user.id, 'passwordReset');
      await signIn.unlock(unit, user);
      unit.publish(userEvents.passwordChanged, { userId: user.id });
      unit.audit({ action: 'users.password_reset', resourceType: 'user', resourceId: user.id });
      await notifications.send(withoutTables(unit), {
        template: 'users.password_changed',
        to: { userId: user.id },
        category: 'security',
        variables: {},
      });
      return undefined;
    });
    orThrow(refusal);
  }

  return { requestCode, workOffRequest, resetPassword };
}
