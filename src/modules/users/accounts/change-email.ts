import type { Actor } from '#kernel/access.ts';
import { orThrow, type Problem } from '#kernel/problem.ts';
import { withoutTables } from '#platform/database/port.ts';
import { httpErrors } from '#platform/http/port.ts';
import { CODE_MINUTES, endOfCode, codeSent } from '../codes/code-rules.ts';
import { refuseCode } from '../codes/mailed-codes.ts';
import { deleteEmailChange, deleteMailed } from '../codes/queries.ts';
import type { Codes } from '../codes/service.ts';
import { userErrors, userEvents } from '../contract.ts';
import { maskEmail } from '../email.ts';
import type { UsersNeeds, UsersUnit } from '../needs.ts';
import { findAddress, findUser, lockOwn } from '../queries.ts';
import type { CodeSent } from '../schemas.ts';
import type { UserRow } from '../tables.ts';
import { occurrenceOf } from '../user-agent.ts';
import type { Admission } from './admission.ts';
import { findEmailChange, setEmail, upsertEmailChange } from './queries.ts';

const PURPOSE = 'emailChange';
const UNIQUE_VIOLATION = '23505';

export interface EmailChangeNeeds extends Pick<UsersNeeds, 'db' | 'notifications' | 'now'> {
  readonly codes: Pick<Codes, 'limits' | 'mailed'>;
  readonly admission: Pick<Admission, 'endPending'>;
}

/** A new address takes effect when its code is given; until then the old address stays. */
export function createEmailChange({ db, notifications, codes, admission, now }: EmailChangeNeeds) {
  /**
   * The answer is the same for an address that has an account: then its owner is notified, and no code is sent. A pending
   * account belongs to nobody: it does not count. The answer is also the same while no mail may be sent to the address,
   * because of what others have asked for.
   * @throws `users.code_too_soon` because of what this account has asked for, or guessed
   */
  async function request(actor: Actor, address: string): Promise<CodeSent> {
    const email = await findAddress(db.read, address);
    return db.write(actor, async (unit) => {
      const user = await lockOwn(unit.tx, actor);
      if (!user) throw httpErrors.notSignedIn(); // meanwhile
      const retryAfterSeconds = await codes.limits.waitSeconds(unit.tx, 'unproved', user.id);
      if (retryAfterSeconds > 0) throw userErrors.codeTooSoon({ retryAfterSeconds });
      await codes.limits.mayMail(unit.tx, 'unproved', user.id, { isUnasked: false }); // one address a minute
      const issued = await codes.mailed.create(unit.tx, { id: user.id, email }, PURPOSE, { isUnasked: false });
      await upsertEmailChange(unit.tx, { userId: user.id, email, requestedAt: now().toISOString() });
      unit.audit({
        action: 'users.email_change_requested',
        resourceType: 'user',
        resourceId: user.id,
        payload: { email: maskEmail(email) },
      });
      if (issued) await mailNewAddress(unit, user, email, issued.code);
      return codeSent(now());
    });
  }

  async function mailNewAddress(unit: UsersUnit, user: UserRow, email: string, code: string | null): Promise<void> {
    const holder = await findUser(unit.tx, { email });
    const occurrence = occurrenceOf(unit, now());
    const security = { category: 'security', priority: 'high', occurrence } as const;
    if (holder && holder.status !== 'pending') {
      const message = { template: 'users.already_registered', to: { userId: holder.id }, variables: {} } as const;
      return notifications.send(withoutTables(unit), { ...security, ...message });
    }
    if (code === null) return; // guesses at the address are blocked
    const to = { email, language: user.language, readerId: user.id };
    const variables = { code, minutes: CODE_MINUTES };
    return notifications.send(withoutTables(unit), {
      ...security,
      template: 'users.email_change',
      to,
      variables,
      expiresAt: endOfCode(now()),
    });
  }

  /** @throws `users.code_invalid`; `users.email_taken` when another account verified the address first */
  async function confirm(actor: Actor, code: string): Promise<void> {
    orThrow(await db.write(actor, (unit) => tryConfirm(unit, code)).catch(toRefusal));
  }

  async function tryConfirm(unit: UsersUnit, code: string): Promise<Problem | undefined> {
    const user = await lockOwn(unit.tx, unit.actor);
    const change = user && (await findEmailChange(unit.tx, user.id));
    if (!change) return userErrors.codeInvalid();
    const { email } = change;
    if (!(await codes.mailed.check(unit.tx, { id: user.id, email }, PURPOSE, code)))
      return refuseCode(unit, user, PURPOSE); // the wrong guess counts
    await admission.endPending(unit, email);
    await setEmail(unit.tx, user.id, email, now().toISOString());
    await deleteEmailChange(unit.tx, user.id);
    await deleteMailed(unit.tx, user.id); // to the old address
    const { language } = user;
    await notifications.putRecipient(withoutTables(unit), { userId: user.id, email, language });
    await announce(unit, user, email);
    return undefined;
  }

  async function announce(unit: UsersUnit, before: UserRow, email: string): Promise<void> {
    unit.publish(userEvents.emailChanged, { userId: before.id });
    unit.audit({
      action: 'users.email_changed',
      resourceType: 'user',
      resourceId: before.id,
      payload: { before: maskEmail(before.email), after: maskEmail(email) },
    });
    await notifications.send(withoutTables(unit), {
      template: 'users.email_changed',
      to: { email: before.email, language: before.language, readerId: before.id },
      category: 'security',
      occurrence: occurrenceOf(unit, now()),
      variables: { email: maskEmail(email) },
    });
  }

  return { request, confirm };
}

/** When two accounts verify one address at once, the unique index accepts one. */
function toRefusal(error: unknown): Problem {
  if (error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION) return userErrors.emailTaken();
  throw error;
}
