import type { SealedColumn, Secrets } from '#platform/keys/port.ts';

/** The secret fields of a payload. */
export const sealedPayloadSecrets: SealedColumn = {
  table: 'scheduler.job',
  key: { id: 'uuid' },
  column: 'secret',
  purpose: 'scheduler.job',
};

export const schedulerSecrets: Secrets = { sealed: [sealedPayloadSecrets], persistentMacs: [] };
