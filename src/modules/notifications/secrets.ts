import type { Secrets } from '#platform/keys/port.ts';
import { HASH_PURPOSE, SEALED_PURPOSE as purpose, UNSUBSCRIBE_PURPOSE } from './sealing.ts';

/** Suppressed and declined addresses are kept as hashes only, and unsubscribe links never expire. */
export const notificationSecrets: Secrets = {
  sealed: [
    { table: 'notifications.recipient', key: { user_id: 'uuid' }, column: 'email_sealed', purpose },
    { table: 'notifications.message', key: { id: 'uuid' }, column: 'recipient_sealed', purpose },
    { table: 'notifications.message', key: { id: 'uuid' }, column: 'content_sealed', purpose },
    { table: 'notifications.route', key: { severity: 'text' }, column: 'targets_sealed', purpose },
  ],
  persistentMacs: [HASH_PURPOSE, UNSUBSCRIBE_PURPOSE],
};
