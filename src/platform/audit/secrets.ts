import type { SealedColumn } from '#platform/keys/port.ts';
import { AUDIT_PURPOSE } from './port.ts';

export const sealedPersonKeys: SealedColumn = {
  table: 'platform.person_key',
  key: { person_id: 'text' },
  column: 'wrapped',
  purpose: 'platform.person_key',
};

/** The parts of recorded entries that depend on the application secret. */
export const recordSecrets = {
  sealed: [sealedPersonKeys],
  /** Payloads that concern no person are never encrypted again, so their key outlives every secret. */
  persistentSeals: [AUDIT_PURPOSE],
};
