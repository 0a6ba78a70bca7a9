import type { Actor } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { orThrow, Problem } from '#kernel/problem.ts';
import { defineQueue } from '#kernel/work.ts';
import { withoutTables } from '#platform/database/port.ts';
import type { Settlement, Work } from '#platform/work/port.ts';
import { refuseCode } from '../codes/codes.ts';
import { userErrors, type CodeSent, type LinkPassword, type NewPassword } from '../contract.ts';
import { normaliseEmail } from '../email.ts';
import { inEvenTime, orThrowInTime } from '../constant-time.ts';
import type { OwnUnit } from '../needs.ts';
import type { UsersParts } from '../parts.ts';
import type { PasswordChange } from './change.ts';
import {
  findUser,
  insertCodeRequest,
  lockUser,
  takeCodeRequest,
  type Purpose,
  type UserRow,
  type UsersTables,
} from '../queries.ts';
import { codeSent } from '../accounts/registration.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { SignIn } from '../sign-in/sign-in.ts';

export const codeRequestQueue = defineQueue('users.code_request');
export const CODE_REQUEST_PURPOSE = 'users.code_request';

export interface RecoveryNeeds extends UsersParts {
  readonly sessions: Pick<Sessions, 'endAll'>;
  readonly signIn: Pick<SignIn, 'unlock'>;
  readonly passwordChange: Pick<PasswordChange, 'refuseUsedBefore' | 'store'>;
  /** Part of the worker's unit. */
  readonly resendVerification: (unit: OwnUnit, email: string) => Promise<void>;
}

/** New codes on request, and a new password with one. */
export function createRecovery({
  db,
  keys,
  notifications,
  passwords,
  passwordRules,
  codes,
  sendCode,
  now,
  sessions,
  signIn,
  passwordChange,
  resendVerification,
}: RecoveryNeeds) {
  /** Only notes the wish: whether there is an account shows neither in the answer nor in its time. */
  async function requestCode(actor: Actor, address: string, purpose: Purpose): Promise<CodeSent> {
    const id = newId();
    const addressSealed = keys.seal(CODE_REQUEST_PURPOSE, normaliseEmail(address));
    const accept = async ({ tx, enqueue }: OwnUnit) => {
      await insertCodeRequest(tx, { id, purpose, addressSealed });
      enqueue(codeRequestQueue, { ref: id, lane: 'high' });
    };
    await inEvenTime(() => db.write(actor, accept));
    return codeSent(now());
  }

  async function workOffRequest({ ref }: Work): Promise<Settlement<UsersTables>> {
    return {
      write: async (unit) => {
        const request = await takeCodeRequest(unit.tx, ref);
        if (!request) return;
        const email = keys.open(CODE_REQUEST_PURPOSE, request.addressSealed).toString();
        if (request.purpose === 'verification') await resendVerification(unit, email);
        else await resetWhereActive(unit, email);
      },
    };
  }

  async function resetWhereActive(unit: OwnUnit, email: string): Promise<void> {
    const user = await lockUser(unit.tx, { email });
    if (user?.status === 'active') await startReset(unit, user);
  }

  /** Part of the caller's unit. Nothing during the cooldown: the code that is under way still counts. */
  async function startReset(unit: OwnUnit, user: UserRow): Promise<void> {
    const issued = await codes.create(unit.tx, user, 'reset');
    if (!issued) return;
    unit.audit({ action: 'users.reset_requested', resourceType: 'user', resourceId: user.id });
    await sendCode(unit, user.id, 'reset', issued);
  }

  /**
   * Ends every session and lifts a lock. The hash comes first, so that it takes as long for an unknown address; the
   * older passwords are compared only once the code was right, and outside of any transaction.
   * @throws `users.password_refused`; `users.code_invalid`, also for an unknown address
   */
  async function resetPassword(actor: Actor, input: NewPassword, signal: AbortSignal): Promise<void> {
    const email = normaliseEmail(input.email);
    await passwordRules.check(input.newPassword, email);
    const passwordHash = await passwords.hash(input.newPassword, signal);
    const admit = async (unit: OwnUnit) => {
      const user = await lockUser(unit.tx, { email });
      if (user?.status !== 'active') return userErrors.codeInvalid();
      return (await codes.check(unit.tx, user, 'reset', input.code)) ? user : refuseCode(unit, user, 'reset'); // the guess counts
    };
    const known = await orThrowInTime(() => db.write(actor, admit));
    await passwordChange.refuseUsedBefore(known, input.newPassword, signal);
    const refusal = await db.write(actor, async (unit) => {
      const user = await admit(unit);
      return user instanceof Problem ? user : replacePassword(unit, user, passwordHash);
    });
    orThrow(refusal);
  }

  /** As with a code. @throws `users.link_invalid`, `users.password_refused` */
  async function resetPasswordByLink(actor: Actor, input: LinkPassword, signal: AbortSignal): Promise<void> {
    const userId = await codes.findLink(db.read, 'reset', input.token);
    const known = userId === null ? undefined : await findUser(db.read, { id: userId });
    if (!known) throw userErrors.linkInvalid();
    await passwordRules.check(input.newPassword, known.email);
    await passwordChange.refuseUsedBefore(known, input.newPassword, signal);
    const passwordHash = await passwords.hash(input.newPassword, signal);
    await db.write(actor, async (unit) => {
      const user = await lockUser(unit.tx, { id: known.id });
      if (user?.status !== 'active') throw userErrors.linkInvalid();
      if (!(await codes.checkLink(unit.tx, user.id, 'reset', input.token))) throw userErrors.linkInvalid();
      await replacePassword(unit, user, passwordHash);
    });
  }

  async function replacePassword(unit: OwnUnit, user: UserRow, passwordHash: string): Promise<void> {
    await passwordChange.store(unit, user, passwordHash);
    await sessions.endAll(unit, user.id, 'passwordReset');
    await signIn.unlock(unit, user, 'passwordReset');
    unit.audit({ action: 'users.password_reset', resourceType: 'user', resourceId: user.id });
    await notifications.send(withoutTables(unit), {
      template: 'users.password_changed',
      to: { userId: user.id },
      category: 'security',
      variables: {},
    });
  }

  return { requestCode, startReset, workOffRequest, resetPassword, resetPasswordByLink };
}

export type Recovery = ReturnType<typeof createRecovery>;
