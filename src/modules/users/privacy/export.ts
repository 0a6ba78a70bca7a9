import { listAddressChanges } from '../accounts/queries.ts';
import { listApiKeys } from '../api-keys/queries.ts';
import { listDevices } from '../devices/queries.ts';
import { listIdentities } from '../external/queries.ts';
import { listRunning } from '../impersonation/queries.ts';
import { findMetadata } from '../metadata/queries.ts';
import { findTotp, listPasskeys, listRecoveryCodes } from '../factors/queries.ts';
import type { UsersNeeds } from '../needs.ts';
import { findImported, findUser } from '../queries.ts';
import { exportLiveSessions } from '../sessions/queries.ts';
import type { UsersReader } from '../tables.ts';

/** Everything that the module stores about a user, without the secrets; null for an unknown id. */
export async function exportUser({ db, now }: Pick<UsersNeeds, 'db' | 'now'>, userId: string) {
  const user = await findUser(db.read, { id: userId });
  if (!user) return null;
  const { id, email, phone, firstName, lastName, status, language, resetAt, createdAt } = user;
  const { emailVerifiedAt, phoneVerifiedAt } = user;
  const devices = await listDevices(db.read, userId);
  return {
    id,
    email,
    phone,
    firstName,
    lastName,
    status,
    language,
    emailVerifiedAt,
    phoneVerifiedAt,
    passwordResetAt: resetAt,
    createdAt,
    sessions: exportSessions(db.read, userId, now().toISOString()),
    devices: devices.map(({ label, firstSeenAt, lastSeenAt }) => ({ device: label, firstSeenAt, lastSeenAt })),
    apiKeys: (await listApiKeys(db.read, userId)).map(({ impersonatorName: _, ...key }) => key), // of somebody else
    impersonations: (await listRunning(db.read, userId, now().toISOString())).map(({ userId: _, ...own }) => own),
    metadata: await exportMetadata(db.read, userId),
    imported: await exportImport(db.read, userId),
    ...(await exportCredentials(db.read, userId)),
  };
}

async function* exportSessions(db: UsersReader, userId: string, now: string) {
  for await (const { id, device, ip, createdAt, lastUsedAt } of exportLiveSessions(db, userId, now))
    yield { id, device, ip, startedAt: createdAt, lastUsedAt };
}

async function exportMetadata(db: UsersReader, userId: string) {
  const row = await findMetadata(db, userId);
  return row ? { public: row.public, private: row.private, unsafe: row.unsafe } : null;
}

async function exportImport(db: UsersReader, userId: string) {
  const row = await findImported(db, userId);
  return row ? { externalId: row.externalId, importedAt: row.importedAt } : null;
}

async function exportCredentials(db: UsersReader, userId: string) {
  const [totp, codes, passkeys, identities, changes] = await Promise.all([
    findTotp(db, userId),
    listRecoveryCodes(db, userId),
    listPasskeys(db, userId),
    listIdentities(db, userId),
    listAddressChanges(db, userId),
  ]);
  return {
    totp: totp ? { createdAt: totp.createdAt, confirmedAt: totp.confirmedAt } : null,
    recoveryCodes: codes.map(({ createdAt, usedAt }) => ({ createdAt, usedAt })),
    passkeys: passkeys.map(({ id, name, isBackedUp, isSecondFactorOnly, transports, createdAt, lastUsedAt }) => ({
      id,
      name,
      isBackedUp,
      isSecondFactorOnly,
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
    addressChanges: changes.map(({ address, requestedAt }) => ({ address, requestedAt })),
  };
}
