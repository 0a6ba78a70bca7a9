import type { Actor } from '#kernel/access.ts';
import { withoutTables } from '#platform/database/port.ts';
import type { Precondition } from '#platform/http/port.ts';
import type { Admission } from '../accounts/admission.ts';
import { withdrawPassword } from '../passwords/withdrawal.ts';
import type { ApiKeys } from '../api-keys/service.ts';
import { userErrors, userEvents } from '../contract.ts';
import type { Deletion } from '../deletion/service.ts';
import type { FactorRemoval } from '../factors/removal.ts';
import { isLocked } from '../failed-attempts/lockout.ts';
import type { FailedAttempts } from '../failed-attempts/service.ts';
import { addressOf, provedSince } from '../addresses/forms.ts';
import type { UsersNeeds, UsersUnit } from '../needs.ts';
import type { Recovery } from '../passwords/recovery.ts';
import { updateUser } from '../queries.ts';
import { findAddress } from '../addresses/typed.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { UserRow } from '../tables.ts';
import { createAccountLock } from './account-lock.ts';
import type { AccountNotices } from './account-notices.ts';
import type { Invitations } from './invitations.ts';
import { findAccount, listAccounts, type ListedAccount } from './queries.ts';
import type { NewUser, User, UserChange, UserQuery } from './schemas.ts';

const MAX_LOCK_DAYS = 30; // for longer than that, an account can be disabled
const MAX_LOCK_MS = MAX_LOCK_DAYS * 86_400_000;

export interface AdministrationNeeds extends Pick<UsersNeeds, 'db' | 'authorization' | 'branding' | 'now'> {
  readonly admission: Pick<Admission, 'open'>;
  readonly invitations: Pick<Invitations, 'send'>;
  readonly recovery: Pick<Recovery, 'startReset'>;
  readonly sessions: Pick<Sessions, 'endAll'>;
  readonly failedAttempts: Pick<FailedAttempts, 'unlock'>;
  readonly apiKeys: Pick<ApiKeys, 'invalidate'>;
  readonly factorRemoval: Pick<FactorRemoval, 'removeAll'>;
  readonly deletion: Pick<Deletion, 'remove'>;
  readonly notices: Pick<AccountNotices, 'tell'>;
}

/**
 * What administrators do with accounts. They cannot change, lock, reset or delete an account with a permission that they
 * do not have themselves. Only the owner of an account sets its password.
 */
export function createAdministration(needs: AdministrationNeeds) {
  const lockAccount = createAccountLock(needs);
  const { db, authorization, admission, invitations, recovery, sessions, failedAttempts, apiKeys } = needs;
  const { factorRemoval, deletion, notices, branding, now } = needs;

  async function list(query: UserQuery) {
    const page = await listAccounts(db.read, now().toISOString(), query);
    return { ...page, items: await withRoles(page.items) };
  }

  async function withRoles(accounts: readonly ListedAccount[]): Promise<User[]> {
    const roles = await authorization.rolesOf(accounts.map(({ id }) => id));
    return accounts.map((account) => ({ ...account, roles: roles.get(account.id) ?? [] }));
  }

  /** @throws `users.not_found`, like every method here with an id. */
  async function get(id: string): Promise<User> {
    const account = await findAccount(db.read, now().toISOString(), id);
    const [user] = account ? await withRoles([account]) : [];
    if (!user) throw userErrors.notFound({ id });
    return user;
  }

  /**
   * Also for an address that somebody has registered and nobody has confirmed: the invitation replaces the registration.
   * @throws `users.email_taken`, `authorization.role_not_found`, `authorization.exceeds_own`
   */
  async function invite(actor: Actor, { language = branding.language, roles = [], ...input }: NewUser): Promise<User> {
    const { firstName, lastName } = input;
    const email = await findAddress(db.read, input.email);
    return db.write(actor, async (unit) => {
      const person = { address: email, firstName, lastName, language, passwordHash: null };
      const account = await admission.open(unit, person, 'invitation');
      if (!account) throw userErrors.emailTaken();
      if (roles.length > 0) await authorization.assignRoles(withoutTables(unit), account.id, roles);
      await invitations.send(unit, account);
      unit.audit({ action: 'users.invited', resourceType: 'user', resourceId: account.id, payload: { roles } });
      const made = await findAccount(unit.tx, now().toISOString(), account.id);
      if (!made) throw new Error('the new account was not found in the unit that created it');
      const held = (await authorization.rolesOf([account.id])).get(account.id) ?? []; // before this unit
      return { ...made, roles: [...new Set(['user', ...held, ...roles])].toSorted() };
    });
  }

  /**
   * @throws `http.precondition_failed`, `authorization.exceeds_own`, `authorization.last_administrator`,
   * `users.lock_too_long`
   */
  async function change(actor: Actor, id: string, wanted: UserChange, precondition: Precondition): Promise<User> {
    const { status, lockedUntil, ...names } = wanted;
    await db.write(actor, async (unit) => {
      const user = await lockAccount(unit, id);
      precondition.require(user.version);
      await updateUser(unit.tx, id, names);
      if (status === 'disabled' && user.status !== 'disabled') await disable(unit, user);
      if (status === 'active' && user.status === 'disabled') await enable(unit, user);
      if (lockedUntil === null) await lift(unit, user);
      else if (lockedUntil !== undefined) await lock(unit, user, new Date(lockedUntil));
      const before = { firstName: user.firstName, lastName: user.lastName, status: user.status };
      const payload = { before: { ...before, lockedUntil: user.lockedUntil }, after: wanted };
      unit.audit({ action: 'users.changed', resourceType: 'user', resourceId: id, payload });
    });
    return get(id);
  }

  async function disable(unit: UsersUnit, user: UserRow): Promise<void> {
    const { id } = user;
    await authorization.suspend(withoutTables(unit), id);
    await updateUser(unit.tx, id, { status: 'disabled' });
    await endAccess(unit, id, 'disabled');
    await notices.tell(unit, user, 'disabled');
  }

  /** An account whose address was never verified is pending again. */
  async function enable(unit: UsersUnit, user: UserRow): Promise<void> {
    const isProved = provedSince(user) !== null;
    if (isProved) await authorization.resume(withoutTables(unit), user.id);
    await updateUser(unit.tx, user.id, { status: isProved ? 'active' : 'pending' });
  }

  async function lock(unit: UsersUnit, user: UserRow, until: Date): Promise<void> {
    if (until <= now()) return lift(unit, user);
    if (until.getTime() - now().getTime() > MAX_LOCK_MS) throw userErrors.lockTooLong({ mostDays: MAX_LOCK_DAYS });
    await authorization.suspendUntil(withoutTables(unit), user.id, until.toISOString());
    await updateUser(unit.tx, user.id, { lockedUntil: until.toISOString() });
    unit.publish(userEvents.locked, { userId: user.id });
    await endAccess(unit, user.id, 'locked');
    await notices.tell(unit, user, 'locked');
  }

  /** Lifts the administrator's lock, and those after wrong passwords. */
  async function lift(unit: UsersUnit, user: UserRow): Promise<void> {
    await failedAttempts.unlock(unit, user, 'administrator');
    if (!isLocked(user, now())) return;
    await authorization.suspendUntil(withoutTables(unit), user.id, null);
    await updateUser(unit.tx, user.id, { lockedUntil: null });
    unit.audit({ action: 'users.lock_lifted', resourceType: 'user', resourceId: user.id });
  }

  /** Takes effect immediately, on every node. */
  async function endAccess(unit: UsersUnit, id: string, reason: string): Promise<void> {
    await sessions.endAll(unit, id, reason);
    await apiKeys.invalidate(unit, id);
  }

  /** @throws `authorization.exceeds_own`, `authorization.last_administrator`, `http.precondition_failed` */
  function remove(actor: Actor, id: string, precondition: Precondition): Promise<void> {
    return db.write(actor, async (unit) => {
      const user = await lockAccount(unit, id);
      precondition.require(user.version);
      await notices.tell(unit, user, 'deleted');
      await deletion.remove(unit, user);
    });
  }

  /**
   * Mails the owner an invitation, or a code for a new password where the address is confirmed.
   * @throws `http.precondition_failed`
   */
  function startReset(actor: Actor, id: string, precondition: Precondition): Promise<void> {
    return db.write(actor, async (unit) => {
      const user = await lockAccount(unit, id);
      precondition.require(user.version);
      if (user.status === 'disabled') throw userErrors.notActive({ id });
      unit.audit({ action: 'users.reset_started', resourceType: 'user', resourceId: id });
      if (user.status === 'active') return recovery.startReset(unit, { id, address: addressOf(user) });
      await withdrawPassword(unit, user); // of somebody who has not proved the address
      await invitations.send(unit, user);
    });
  }

  /**
   * For an owner who has lost them all. Ends the sessions, which may be of who has found them.
   * @throws `users.factor_not_found`, `authorization.exceeds_own`, `http.precondition_failed`
   */
  function removeFactors(actor: Actor, id: string, precondition: Precondition): Promise<void> {
    return db.write(actor, async (unit) => {
      const user = await lockAccount(unit, id);
      precondition.require(user.version);
      await factorRemoval.removeAll(unit, user.id);
      await sessions.endAll(unit, user.id, 'factorsRemoved');
    });
  }

  return { list, get, invite, change, remove, startReset, removeFactors };
}

export type Administration = ReturnType<typeof createAdministration>;
