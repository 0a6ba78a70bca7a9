import type { SealedColumn, Secrets } from '#platform/keys/port.ts';

/** The data key of each encrypted blob. A change of the secret wraps it again; the object stays as it is. */
export const sealedDataKeys: SealedColumn = {
  table: 'files.blob',
  key: { id: 'uuid' },
  column: 'key_sealed',
  purpose: 'files.blob',
};

export const fileSecrets: Secrets = { sealed: [sealedDataKeys], persistentMacs: [] };
