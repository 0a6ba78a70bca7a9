import { newId } from '#kernel/id.ts';
import type { Language } from '#kernel/language.ts';
import { Problem } from '#kernel/problem.ts';
import type { Identity } from '#platform/identity/port.ts';
import { userErrors } from '../contract.ts';
import { localPart, normaliseEmail } from '../email.ts';
import type { FactorNews } from '../factors/notices.ts';
import type { OwnUnit } from '../needs.ts';
import { insertUser, lockUser, type UserRow } from '../queries.ts';
import type { Registrations } from '../accounts/registration.ts';
import { refusalFor } from '../sessions/account-refusal.ts';
import { insertIdentity, lockIdentity, touchIdentity } from './queries.ts';

export interface ExternalAccountsNeeds {
  readonly registration: Pick<Registrations, 'admit'>;
  readonly news: FactorNews;
  readonly now: () => Date;
}

/** Where an identity comes from, as the configuration and people name it. */
export interface Origin {
  readonly provider: string;
  readonly title: string;
}

/** Which account an identity opens. All are part of the caller's unit, and return their refusals. */
export function createExternalAccounts({ registration, news, now }: ExternalAccountsNeeds) {
  /**
   * The account that the identity is linked to, or that it may be linked to or made for now, because the provider
   * vouches for the address. Null when it does not: then the person has to show that it is theirs.
   */
  async function resolve(
    unit: OwnUnit,
    origin: Origin,
    identity: Identity,
    language: Language,
  ): Promise<UserRow | Problem | null> {
    const known = await lockIdentity(unit.tx, identity);
    if (known) {
      await touchIdentity(unit.tx, known.id, now().toISOString());
      return usable(await lockUser(unit.tx, { id: known.userId }));
    }
    if (identity.email === null) return userErrors.externalEmailMissing();
    if (!identity.isEmailVerified) return null;
    const email = normaliseEmail(identity.email);
    const existing = await lockUser(unit.tx, { email });
    return existing ? link(unit, origin, identity, existing) : create(unit, origin, identity, email, language);
  }

  /** Both sides must have verified the address; else whoever registered it first would share the account. */
  async function link(
    unit: OwnUnit,
    { provider, title }: Origin,
    identity: Identity,
    user: UserRow,
  ): Promise<UserRow | Problem> {
    if (user.emailVerifiedAt === null) return userErrors.externalLinkRefused();
    const refusal = refusalFor(user, now());
    if (refusal) return refusal;
    await insert(unit, provider, identity, user.id);
    await news.tell(unit, user.id, 'identity', 'added', { name: title });
    return user;
  }

  /** An account without a password. `users.email_taken` when another one was first. */
  async function create(
    unit: OwnUnit,
    { provider }: Origin,
    identity: Identity,
    email: string,
    language: Language,
  ): Promise<UserRow | Problem> {
    const account = {
      id: newId(),
      email,
      firstName: identity.firstName || localPart(email).slice(0, 100),
      lastName: identity.lastName,
      passwordHash: null,
      status: 'active',
      language,
      emailVerifiedAt: now().toISOString(),
    } as const;
    if (!(await insertUser(unit.tx, account))) return userErrors.emailTaken();
    await registration.admit(unit, account);
    await insert(unit, provider, identity, account.id);
    unit.audit({
      action: 'users.registered',
      resourceType: 'user',
      resourceId: account.id,
      payload: { provider },
    });
    return usable(await lockUser(unit.tx, { id: account.id }));
  }

  async function insert({ tx }: OwnUnit, provider: string, { issuer, subject }: Identity, userId: string) {
    const at = now().toISOString();
    await insertIdentity(tx, { id: newId(), userId, provider, issuer, subject, createdAt: at, lastUsedAt: at });
  }

  function usable(user: UserRow | undefined): UserRow | Problem {
    if (!user) return userErrors.credentialsInvalid();
    return refusalFor(user, now()) ?? user;
  }

  return { resolve, create };
}

export type ExternalAccounts = ReturnType<typeof createExternalAccounts>;
