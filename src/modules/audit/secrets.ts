import type { Secrets } from '#platform/keys/port.ts';

export const SIGNING_KEY_PURPOSE = 'audit.signing_key';
export const VERIFIED_PURPOSE = 'audit.verified';

/** Payloads are not listed: the platform encrypts them under the keys of persons, or under its own persistent key. */
export const auditSecrets: Secrets = {
  sealed: [
    { table: 'audit.signing_key', key: { key_id: 'text' }, column: 'private_sealed', purpose: SIGNING_KEY_PURPOSE },
    { table: 'audit.verified', key: { is_only: 'boolean' }, column: 'position', purpose: VERIFIED_PURPOSE },
  ],
  persistentMacs: [],
};
