import type { Secrets } from '#platform/keys/port.ts';
import { VERIFIED_PURPOSE } from './integrity/verification-cursor.ts';
import { SIGNING_KEY_PURPOSE } from './chain/signing-keys.ts';

/** Payloads are sealed under keys of people, or under the platform's lasting key for nobody in particular. */
export const auditSecrets: Secrets = {
  sealed: [
    { table: 'audit.signing_key', key: { key_id: 'text' }, column: 'private_sealed', purpose: SIGNING_KEY_PURPOSE },
    { table: 'audit.verified', key: { is_only: 'boolean' }, column: 'position', purpose: VERIFIED_PURPOSE },
  ],
  lastingMacs: [],
};
