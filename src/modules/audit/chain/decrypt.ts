import { AUDIT_ID_LENGTH, sealedOrigins, sealedPayloads, type PersonSealing } from '#platform/audit/port.ts';
import type { PayloadState } from '#verifier/chain.ts';
import { toCommitment, toCommitmentOf } from '#verifier/entry.ts';

/** An encrypted payload, and the fields of its entry that decide on its keys and verify it. */
export interface EncryptedPayload {
  readonly id: string;
  readonly actorType: string;
  readonly actorId: string;
  readonly impersonatorId?: string | null;
  readonly subjectId: string | null;
  readonly payloadHash: Buffer;
  readonly salt: Buffer | null;
  readonly sealed: Buffer | null;
  readonly origin: Buffer | null;
}

/** `payload` is JCS text; null where it is missing or cannot be decrypted. */
export interface DecryptedPayload {
  readonly state: PayloadState;
  readonly payload: string | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
}

type Owned = Pick<EncryptedPayload, 'id' | 'actorType' | 'actorId' | 'impersonatorId' | 'subjectId'>;
type From = Pick<DecryptedPayload, 'ip' | 'userAgent'>;
const NOWHERE: From = { ip: null, userAgent: null };
const MISSING: DecryptedPayload = { state: 'missing', payload: null, ...NOWHERE };
const CHANGED: DecryptedPayload = { state: 'changed', payload: null, ...NOWHERE };

/** The people whose keys decrypt the rows. */
export function peopleOf(rows: readonly EncryptedPayload[]): string[] {
  return rows.flatMap((row) => [subjectOf(row), authorOf(row)]);
}

/** Decrypts a payload and compares it with the commitment of its entry. */
export function decryptPayload(row: EncryptedPayload, sealing: PersonSealing): DecryptedPayload {
  if (!row.sealed) return MISSING;
  try {
    const clear = sealing.open(sealedPayloads, row.id, subjectOf(row), row.sealed)?.toString();
    if (clear === undefined) return MISSING;
    if (row.subjectId === null) return decryptWhole(row, clear);
    if (!clear.startsWith(row.id)) return CHANGED;
    return decryptParts(row, clear.slice(AUDIT_ID_LENGTH), sealing);
  } catch {
    return CHANGED; // the key is wrong, or the bytes were changed
  }
}

function decryptParts(
  { id, salt, origin, payloadHash, ...row }: EncryptedPayload,
  payload: string,
  sealing: PersonSealing,
): DecryptedPayload {
  const clear = origin && openOrigin({ id, ...row }, origin, sealing)?.toString();
  if (!salt || !clear) return { state: 'unsalted', payload, ...NOWHERE };
  if (!clear.startsWith(id)) return CHANGED;
  const { ip, userAgent } = JSON.parse(clear.slice(AUDIT_ID_LENGTH)) as From;
  const state = toCommitmentOf(salt, payload, ip, userAgent).equals(payloadHash) ? 'intact' : 'changed';
  return { state, payload, ip, userAgent };
}

/** Of a request before sign-in, under the key of the subject; in older entries under the application's key. */
function openOrigin(row: Owned, origin: Buffer, sealing: PersonSealing): Buffer | null {
  const author = authorOf(row);
  try {
    return sealing.open(sealedOrigins, row.id, author || subjectOf(row), origin);
  } catch (error) {
    if (author !== '') throw error;
    return sealing.open(sealedOrigins, row.id, '', origin);
  }
}

/** Entries from before payloads belonged to people: one part holds everything. */
function decryptWhole({ salt, payloadHash }: EncryptedPayload, clear: string): DecryptedPayload {
  const { payload, ip, userAgent } = JSON.parse(clear) as From & { payload: unknown };
  const isIntact = salt !== null && toCommitment(salt, { payload, ip, userAgent }).equals(payloadHash);
  return { state: isIntact ? 'intact' : 'changed', payload: JSON.stringify(payload), ip, userAgent };
}

/** The person under whose key the payload is encrypted; empty for the application's key. */
export function subjectOf({ subjectId }: Pick<EncryptedPayload, 'subjectId'>): string {
  return subjectId ?? '';
}

/**
 * The person whose address and user agent these are, and under whose key they are encrypted: the actor, or who acted as
 * them. Empty for the application's key.
 */
export function authorOf({
  actorType,
  actorId,
  impersonatorId,
}: Pick<EncryptedPayload, 'actorType' | 'actorId' | 'impersonatorId'>): string {
  return isPerson(actorType) ? (impersonatorId ?? actorId) : '';
}

export function isPerson(actorType: string): boolean {
  return actorType === 'user' || actorType === 'apiKey';
}
