import { createHmac, hash } from 'node:crypto';

/** Length of every hash here: SHA-256. */
export const HASH_BYTES = 32;
/** The previous checksum of the first entry. */
export const GENESIS = Buffer.alloc(HASH_BYTES);
const SALT_BYTES = 16;
const VERSION = 1;
const HEAD_BYTES = 9; // version and sequence

/** The fields of an entry that its checksum covers, as they are chained. */
export interface ChainedFields {
  readonly id: string;
  /** RFC 3339 in UTC with milliseconds. */
  readonly timestampUtc: string;
  readonly actorType: string;
  readonly actorId: string;
  /** The person who acted as the actor, for support; left out, or null, where nobody did. */
  readonly impersonatorId?: string | null;
  /** The person whose personal data the payload is; empty for no person, null in entries older than this field. */
  readonly subjectId: string | null;
  readonly action: string;
  readonly resourceType: string;
  readonly resourceId: string;
  readonly outcome: string;
  readonly requestId: string;
  readonly traceId: string | null;
}

/** What the commitment to the payload covers. */
export interface Committed {
  readonly payload: unknown;
  readonly ip: string | null;
  readonly userAgent: string | null;
}

export function sha256(data: Uint8Array | string): Buffer {
  return hash('sha256', data, 'buffer');
}

/**
 * RFC 8785 (JCS) text of the fields. Written by hand, since a report does this for every entry. An entry without an
 * impersonator has the text that it had before there was this field.
 */
export function toCanonical(entry: ChainedFields): string {
  const text = JSON.stringify;
  const { action, actorId, actorType, id, outcome, requestId } = entry;
  const { resourceId, resourceType, subjectId, timestampUtc, traceId } = entry;
  const { impersonatorId = null } = entry;
  const impersonator = impersonatorId === null ? '' : `"impersonatorId":${text(impersonatorId)},`;
  return `{"action":${text(action)},"actorId":${text(actorId)},"actorType":${text(actorType)},"id":${text(id)},${impersonator}"outcome":${text(outcome)},"requestId":${text(requestId)},"resourceId":${text(resourceId)},"resourceType":${text(resourceType)},"subjectId":${text(subjectId)},"timestampUtc":${text(timestampUtc)},"traceId":${text(traceId)}}`;
}

/**
 * SHA-256 over version (1 byte), sequence (8 bytes, big-endian), canonical fields (UTF-8), the payload's commitment
 * (32 bytes) and the predecessor's checksum (32 bytes). All parts but the fields have a fixed length, so the
 * input is unambiguous.
 */
export function toChecksum(
  sequence: number,
  canonical: string,
  payloadHash: Uint8Array,
  previousChecksum: Uint8Array,
): Buffer {
  const textBytes = Buffer.byteLength(canonical);
  const data = Buffer.allocUnsafe(HEAD_BYTES + textBytes + payloadHash.length + previousChecksum.length);
  data[0] = VERSION;
  data.writeBigInt64BE(BigInt(sequence), 1); // signed, since a forged sequence can be negative
  data.write(canonical, HEAD_BYTES);
  data.set(payloadHash, HEAD_BYTES + textBytes);
  data.set(previousChecksum, HEAD_BYTES + textBytes + payloadHash.length);
  return sha256(data);
}

/**
 * HMAC-SHA-256 under the entry's salt over the JCS text of payload, address and user agent.
 * @throws RangeError for a salt of another length than 16 bytes: HMAC takes one with zeros behind it for the same key
 */
export function toCommitment(salt: Uint8Array, { payload, ip, userAgent }: Committed): Buffer {
  return toCommitmentOf(salt, toJcs(payload), ip, userAgent);
}

/** The same for a payload that is canonical already. @throws RangeError, see `toCommitment` */
export function toCommitmentOf(
  salt: Uint8Array,
  payloadJcs: string,
  ip: string | null,
  userAgent: string | null,
): Buffer {
  if (salt.length !== SALT_BYTES) throw new RangeError(`a salt has ${SALT_BYTES} bytes`);
  const text = `{"ip":${JSON.stringify(ip)},"payload":${payloadJcs},"userAgent":${JSON.stringify(userAgent)}}`;
  return createHmac('sha256', salt).update(text).digest();
}

/** RFC 8785: keys in the order of their UTF-16 units, numbers and texts as ECMAScript writes them. */
export function toJcs(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => toJcs(item ?? null)).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const fields = Object.entries(value).filter(([, inner]) => inner !== undefined);
  const sorted = fields.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([key, inner]) => `${JSON.stringify(key)}:${toJcs(inner)}`).join(',')}}`;
}
