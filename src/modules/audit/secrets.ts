import type { SealedColumn, Secrets } from '#platform/keys/port.ts';

export const sealedSigningKeys: SealedColumn = {
  table: 'audit.signing_key',
  key: { key_id: 'text' },
  column: 'private_sealed',
  purpose: 'audit.signing_key',
};
export const sealedCursor: SealedColumn = {
  table: 'audit.verified',
  key: { is_only: 'boolean' },
  column: 'position',
  purpose: 'audit.verified',
};

/**
 * Not columns, but fields of lines in object storage. Those of earlier versions are not bound to their place, but the
 * signed manifest has the hash of the object.
 */
export const archivedPayloads: SealedColumn = {
  table: 'audit.archive',
  key: { entry_id: 'uuid' },
  column: 'payload',
  purpose: 'audit.archive',
  acceptsUnbound: true,
};
export const archivedSalts: SealedColumn = { ...archivedPayloads, column: 'salt' };

/** Payloads are not listed: the platform encrypts them under the keys of persons, or under its own persistent key. */
export const auditSecrets: Secrets = {
  sealed: [sealedSigningKeys, sealedCursor],
  persistentMacs: [],
  persistentSeals: [archivedPayloads.purpose], // what is archived is never encrypted again
};
