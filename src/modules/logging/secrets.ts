import type { Secrets } from '#platform/keys/port.ts';

export const CHECKSUM_PURPOSE = 'logging.checksum';

/** Checksums are never computed again, so their key outlives a change of the application secret. */
export const loggingSecrets: Secrets = { sealed: [], persistentMacs: [CHECKSUM_PURPOSE] };
