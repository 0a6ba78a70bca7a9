import type { ApiKey } from './api-keys/schemas.ts';
import type { Failures } from './failed-attempts/lockout.ts';

/** Tables beside accounts and sessions. */
export type AccountTables = {
  'users.lockout': Failures & {
    addressMac: Buffer;
    /** Who has the address; null for nobody. */
    userId: string | null;
  };
  'users.passwordHistory': { id: string; userId: string; hash: string };
  'users.device': DeviceRow;
  'users.invitation': { userId: string; linkMac: Buffer; sentAt: string; expiresAt: string };
  'users.apiKey': ApiKey & { userId: string; hash: Buffer };
  'users.signingKey': {
    kid: string;
    publicJwk: string;
    privateSealed: Buffer;
    createdAt: string;
    signsFrom: string;
  };
};
export type DeviceRow = Failures & {
  userId: string;
  id: string;
  label: string;
  firstSeenAt: string;
  lastSeenAt: string;
};
