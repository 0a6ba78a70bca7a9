import { findEmailChange } from '../accounts/queries.ts';
import { listIdentities } from '../external/queries.ts';
import { findTotp, listPasskeys, listRecoveryCodes } from '../factors/queries.ts';
import type { Reader } from '../queries.ts';

/** What is held about how the person proves who they are; without what would open the account. */
export async function exportFactors(db: Reader, userId: string) {
  const [totp, codes, passkeys, identities, change] = await Promise.all([
    findTotp(db, userId),
    listRecoveryCodes(db, userId),
    listPasskeys(db, userId),
    listIdentities(db, userId),
    findEmailChange(db, userId),
  ]);
  return {
    totp: totp ? { createdAt: totp.createdAt, confirmedAt: totp.confirmedAt } : null,
    recoveryCodes: codes.map(({ createdAt, usedAt }) => ({ createdAt, usedAt })),
    passkeys: passkeys.map(({ id, name, isBackedUp, transports, createdAt, lastUsedAt }) => ({
      id,
      name,
      isBackedUp,
      transports,
      createdAt,
      lastUsedAt,
    })),
    identities: identities.map(({ provider, issuer, subject, createdAt, lastUsedAt }) => ({
      provider,
      issuer,
      subject,
      createdAt,
      lastUsedAt,
    })),
    emailChange: change ? { email: change.email, requestedAt: change.requestedAt } : null,
  };
}
