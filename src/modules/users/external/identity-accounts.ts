import { newId } from '#kernel/id.ts';
import type { Language } from '#kernel/language.ts';
import { Problem } from '#kernel/problem.ts';
import type { ProviderIdentity } from '#platform/identity/port.ts';
import type { Admission } from '../accounts/admission.ts';
import { userErrors } from '../contract.ts';
import { localPart, toSpelling } from '../addresses/forms.ts';
import type { FactorNotices } from '../factors/notices.ts';
import type { UsersUnit } from '../needs.ts';
import { lockLive } from '../queries.ts';
import { findAddress } from '../addresses/typed.ts';
import { refusalFor } from '../sessions/account-refusal.ts';
import type { UserRow } from '../tables.ts';
import { insertIdentity, lockIdentity, touchIdentity } from './queries.ts';

export interface IdentityAccountsNeeds {
  readonly admission: Pick<Admission, 'open'>;
  readonly notices: FactorNotices;
  readonly now: () => Date;
}

/** A provider's name in the configuration, and the title that users see. */
export interface NamedOrigin {
  readonly provider: string;
  readonly title: string;
}

/** Finds or creates the account of an identity. All methods are part of the caller's unit, and return their refusals. */
export function createIdentityAccounts({ admission, notices, now }: IdentityAccountsNeeds) {
  /**
   * The account that the identity is linked to; else, if the provider has verified the address, the account with that
   * address, which is linked now, or one that is opened. Null when the address, in its one form, is not verified: then the
   * person must confirm it.
   */
  async function resolve(
    unit: UsersUnit,
    origin: NamedOrigin,
    identity: ProviderIdentity,
    language: Language,
  ): Promise<UserRow | Problem | null> {
    const known = await lockIdentity(unit.tx, identity);
    if (known) {
      await touchIdentity(unit.tx, known.id, now().toISOString());
      return toUsable(await lockLive(unit.tx, { id: known.userId }));
    }
    if (identity.email === null) return userErrors.externalEmailMissing();
    if (!identity.isEmailVerified) return null;
    const email = await findAddress(unit.tx, identity.email);
    // An invisible character before the `@` may name another mailbox, of another person: its proof is none of this one.
    if (localPart(email) !== localPart(toSpelling(identity.email))) return null;
    const existing = await lockLive(unit.tx, { address: email });
    if (existing && existing.status !== 'pending') return link(unit, origin, identity, existing);
    return create(unit, origin, identity, email, language);
  }

  /**
   * The address must be verified by the provider and here. Else a person who registered it first would share the
   * account.
   */
  async function link(
    unit: UsersUnit,
    { provider, title }: NamedOrigin,
    identity: ProviderIdentity,
    user: UserRow,
  ): Promise<UserRow | Problem> {
    if (user.emailVerifiedAt === null) return userErrors.externalLinkRefused();
    const refusal = refusalFor(user, now());
    if (refusal) return refusal;
    await insert(unit, provider, identity, user.id);
    await notices.announce(unit, user.id, 'identity', 'added', { name: title });
    return user;
  }

  /** An account without a password, also in place of a pending one. `users.email_taken` when somebody has the address. */
  async function create(
    unit: UsersUnit,
    { provider }: NamedOrigin,
    identity: ProviderIdentity,
    email: string,
    language: Language,
  ): Promise<UserRow | Problem> {
    const firstName = identity.firstName || localPart(email).slice(0, 100);
    const person = { address: email, firstName, lastName: identity.lastName, passwordHash: null, language };
    const account = await admission.open(unit, person, 'proof');
    if (!account) return userErrors.emailTaken();
    await insert(unit, provider, identity, account.id);
    unit.audit({
      action: 'users.registered',
      resourceType: 'user',
      resourceId: account.id,
      payload: { provider },
    });
    return toUsable(await lockLive(unit.tx, { id: account.id }));
  }

  async function insert({ tx }: UsersUnit, provider: string, { issuer, subject }: ProviderIdentity, userId: string) {
    const at = now().toISOString();
    await insertIdentity(tx, { id: newId(), userId, provider, issuer, subject, createdAt: at, lastUsedAt: at });
  }

  function toUsable(user: UserRow | undefined): UserRow | Problem {
    if (!user) return userErrors.credentialsInvalid();
    return refusalFor(user, now()) ?? user;
  }

  return { resolve, create };
}

export type IdentityAccounts = ReturnType<typeof createIdentityAccounts>;
