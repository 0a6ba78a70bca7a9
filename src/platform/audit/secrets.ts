import type { SealedColumn } from '#platform/keys/port.ts';
import { PERSON_KEY_PURPOSE } from './person-keys.ts';
import { AUDIT_PURPOSE } from './port.ts';

const personKeys: SealedColumn = {
  table: 'platform.person_key',
  key: { person_id: 'text' },
  column: 'wrapped',
  purpose: PERSON_KEY_PURPOSE,
};

/** The parts of recorded entries that depend on the application secret. */
export const recordSecrets = {
  sealed: [personKeys],
  /** Payloads that concern no person are never encrypted again, so their key outlives every secret. */
  lastingSeals: [AUDIT_PURPOSE],
};
