import { kindOf, type AddressKind } from '#kernel/forms/address.ts';
import type { Actor } from '#kernel/access.ts';
import { orThrow, type Problem } from '#kernel/problem.ts';
import { withoutTables } from '#platform/database/port.ts';
import { httpErrors } from '#platform/http/port.ts';
import { maskAddress, toReceiver } from '../addresses/forms.ts';
import { toHost } from '../codes/code-message.ts';
import { CODE_MINUTES, endOfCode, codeSent } from '../codes/code-rules.ts';
import { refuseCode } from '../codes/mailed-codes.ts';
import { deleteAddressChanges, deleteSent } from '../codes/queries.ts';
import type { Codes } from '../codes/service.ts';
import { userErrors, userEvents } from '../contract.ts';
import type { UsersNeeds, UsersUnit } from '../needs.ts';
import { findUser, lockOwn, updateUser } from '../queries.ts';
import type { CodeSent } from '../schemas.ts';
import type { UserRow } from '../tables.ts';
import type { GivenAddress, ToAddress } from '../addresses/typed.ts';
import { occurrenceOf } from '../user-agent.ts';
import type { Admission } from './admission.ts';
import { findAddressChange, setAddress, upsertAddressChange } from './queries.ts';

const PURPOSE = 'addressChange';
const DAY_SECONDS = 86_400;
const UNIQUE_VIOLATION = '23505';

export interface AddressChangeNeeds extends Pick<UsersNeeds, 'db' | 'notifications' | 'branding' | 'now'> {
  readonly toAddress: ToAddress;
  readonly codes: Pick<Codes, 'limits' | 'mailed' | 'sms'>;
  readonly admission: Pick<Admission, 'endPending'>;
}

/** A new e-mail address or phone number takes effect when its code is given; until then the old one stays. */
export function createAddressChange(needs: AddressChangeNeeds) {
  const { db, toAddress, notifications, branding, codes, admission, now } = needs;

  /**
   * The answer is the same for an address that has an account: then its owner is notified, and no code is sent. A pending
   * account belongs to nobody: it does not count. The answer is also the same while nothing may be sent to the address,
   * because of what others have asked for.
   * @throws `users.code_too_soon` because of what this account has asked for, or guessed
   */
  async function request(actor: Actor, given: GivenAddress): Promise<CodeSent> {
    const address = await toAddress(given);
    const kind = kindOf(address);
    await codes.sms.demand(db.read, actor, address, 'strangers');
    return db.write(actor, async (unit) => {
      const user = await lockOwn(unit.tx, actor);
      if (!user) throw httpErrors.notSignedIn(); // meanwhile
      const retryAfterSeconds = await codes.limits.waitSeconds(unit.tx, 'unproved', user.id);
      if (retryAfterSeconds > 0) throw userErrors.codeTooSoon({ retryAfterSeconds });
      await codes.limits.mayMail(unit.tx, 'unproved', user.id, { isUnasked: false }); // one address a minute
      if (kind === 'phone' && !(await codes.limits.mayAsk(unit.tx, user.id)))
        throw userErrors.codeTooSoon({ retryAfterSeconds: DAY_SECONDS });
      const issued = await codes.mailed.create(unit.tx, { id: user.id, address }, PURPOSE, { isUnasked: false });
      await upsertAddressChange(unit.tx, { userId: user.id, kind, address, requestedAt: now().toISOString() });
      unit.audit({
        action: `users.${kind}_change_requested`,
        resourceType: 'user',
        resourceId: user.id,
        payload: { [kind]: maskAddress(address) },
      });
      if (issued) await tellNewAddress(unit, user, address, issued.code);
      return codeSent(now());
    });
  }

  async function tellNewAddress(unit: UsersUnit, user: UserRow, address: string, code: string | null): Promise<void> {
    const holder = await findUser(unit.tx, { address });
    const isEmail = kindOf(address) === 'email';
    const occurrence = occurrenceOf(unit, now());
    const security = { category: 'security', priority: 'high', occurrence } as const;
    if (holder && holder.status !== 'pending') {
      const message = { template: 'users.already_registered', to: { userId: holder.id }, variables: {} } as const;
      return notifications.send(withoutTables(unit), {
        ...security,
        ...message,
        channels: [isEmail ? 'email' : 'sms'],
      });
    }
    if (code === null) return; // guesses at the address are blocked
    const variables = { code, minutes: CODE_MINUTES };
    const rest = { ...security, expiresAt: endOfCode(now()) };
    const to = { ...toReceiver(address), language: user.language, readerId: user.id };
    if (isEmail)
      return notifications.send(withoutTables(unit), { ...rest, to, template: 'users.email_change', variables });
    return notifications.send(withoutTables(unit), {
      ...rest,
      to,
      template: 'users.phone_change',
      variables: { ...variables, host: toHost(branding) },
    });
  }

  /** @throws `users.code_invalid`; `users.email_taken`, `users.phone_taken` when another account verified the address first */
  async function confirm(actor: Actor, kind: AddressKind, code: string): Promise<void> {
    orThrow(await db.write(actor, (unit) => tryConfirm(unit, kind, code)).catch((error) => toRefusal(error, kind)));
  }

  async function tryConfirm(unit: UsersUnit, kind: AddressKind, code: string): Promise<Problem | undefined> {
    const user = await lockOwn(unit.tx, unit.actor);
    const change = user && (await findAddressChange(unit.tx, user.id, kind));
    if (!change) return userErrors.codeInvalid();
    const { address } = change;
    if (!(await codes.mailed.check(unit.tx, { id: user.id, address }, PURPOSE, code)))
      return refuseCode(unit, user, PURPOSE); // the wrong guess counts
    await admission.endPending(unit, address);
    await setAddress(unit.tx, user.id, address, now().toISOString());
    await deleteAddressChanges(unit.tx, user.id);
    await deleteSent(unit.tx, user.id); // to the old address
    await putRecipient(unit, { ...user, [kind]: address });
    await announce(unit, user, kind, address);
    return undefined;
  }

  /** An account without a number keeps its e-mail address. @throws `users.last_way_in` */
  async function removePhone(actor: Actor): Promise<void> {
    await db.write(actor, async (unit) => {
      const user = await lockOwn(unit.tx, actor);
      if (!user || user.phone === null) return;
      if (user.email === null) throw userErrors.lastWayIn();
      await updateUser(unit.tx, user.id, { phone: null, phoneVerifiedAt: null });
      await deleteAddressChanges(unit.tx, user.id);
      await deleteSent(unit.tx, user.id);
      await putRecipient(unit, { ...user, phone: null });
      await announce(unit, user, 'phone', null);
    });
  }

  function putRecipient(unit: UsersUnit, { id, email, phone, language }: UserRow): Promise<void> {
    return notifications.putRecipient(withoutTables(unit), { userId: id, email, phone, language });
  }

  /** Each address that the account had is told, so that no owner misses it. */
  async function announce(unit: UsersUnit, before: UserRow, kind: AddressKind, address: string | null): Promise<void> {
    const { id, language } = before;
    const former = before[kind];
    unit.publish(kind === 'email' ? userEvents.emailChanged : userEvents.phoneChanged, { userId: id });
    unit.audit({
      action: `users.${kind}_changed`,
      resourceType: 'user',
      resourceId: id,
      payload: { before: former && maskAddress(former), after: address && maskAddress(address) },
    });
    const masked = address === null ? '' : maskAddress(address);
    const message =
      kind === 'email'
        ? ({ template: 'users.email_changed', variables: { email: masked } } as const)
        : ({ template: 'users.phone_changed', variables: { phone: masked } } as const);
    const rest = { ...message, category: 'security', occurrence: occurrenceOf(unit, now()) } as const;
    for (const told of [before.email, before.phone]) {
      if (told === null) continue;
      const isKept = kind === 'email' && told === before.phone; // notices to the number of an account are counted
      const to = isKept ? { userId: id } : { ...toReceiver(told), language, readerId: id };
      await notifications.send(withoutTables(unit), { ...rest, to, ...(isKept && { channels: ['sms'] as const }) });
    }
  }

  return { request, confirm, removePhone };
}

/** When two accounts verify one address at once, the unique index accepts one. */
function toRefusal(error: unknown, kind: AddressKind): Problem {
  const isTaken = error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION;
  if (!isTaken) throw error;
  return kind === 'email' ? userErrors.emailTaken() : userErrors.phoneTaken();
}
