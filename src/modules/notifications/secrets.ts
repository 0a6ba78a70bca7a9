import type { SealedColumn, Secrets } from '#platform/keys/port.ts';

export const HASH_PURPOSE = 'notifications.recipient';
export const UNSUBSCRIBE_PURPOSE = 'notifications.unsubscribe';

const purpose = 'notifications';
const ofMessage = { table: 'notifications.message', key: { id: 'uuid' }, purpose } as const;

export const sealedAddresses: SealedColumn = {
  table: 'notifications.recipient',
  key: { user_id: 'uuid' },
  column: 'email_sealed',
  purpose,
};
export const sealedPhones: SealedColumn = { ...sealedAddresses, column: 'phone_sealed' };
export const sealedRecipients: SealedColumn = { ...ofMessage, column: 'recipient_sealed' };
export const sealedContents: SealedColumn = { ...ofMessage, column: 'content_sealed' };
export const sealedTargets: SealedColumn = {
  table: 'notifications.route',
  key: { severity: 'text' },
  column: 'targets_sealed',
  purpose,
};

/** Suppressed and declined addresses are kept as hashes only, and unsubscribe links never expire. */
export const notificationSecrets: Secrets = {
  sealed: [sealedAddresses, sealedPhones, sealedRecipients, sealedContents, sealedTargets],
  persistentMacs: [HASH_PURPOSE, UNSUBSCRIBE_PURPOSE],
};
