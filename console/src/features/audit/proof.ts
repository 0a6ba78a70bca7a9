import type { AuditEntry, InclusionProof } from '#client';
import { concat, fromBase64, fromHex, HASH_BYTES, isSame, sha256, toBytes, toHex, type Bytes } from './bytes.ts';
import { openCheckpoint, type NamedKey } from './note.ts';

/** What is compared, in this order. */
export type StepName = 'key' | 'signature' | 'entry' | 'path';

export interface Step {
  readonly name: StepName;
  /** `unknown`: this browser cannot compare it. */
  readonly state: 'ok' | 'bad' | 'unknown';
  /** What was expected and what was found, in hexadecimal, where they say something. */
  readonly expected?: string;
  readonly found?: string;
}

export interface Verdict {
  readonly steps: readonly Step[];
  /** Of the signed head. */
  readonly size: number;
  readonly keyId: string | null;
  /** How many hashes led from the entry to the root. */
  readonly hashes: number;
}

/** Two numbers and a hash before and behind the fields: `docs/audit.md`, "The format". */
const VERSION = 1;
const HEAD_BYTES = 9;

/**
 * Verifies here that the signed head of the trail contains the entry as it is shown. Nothing that the server says of itself is
 * believed but its keys. The payload is not compared: the salt of its commitment does not leave the server.
 */
export async function verifyEntry(
  entry: AuditEntry,
  { note, keys, proof }: { readonly note: string; readonly keys: readonly NamedKey[]; readonly proof: InclusionProof },
): Promise<Verdict> {
  const head = await openCheckpoint(note, keys);
  const stored = fromHex(proof.checksum);
  const own = await toChecksum(entry);
  const path = proof.proof.map(fromBase64);
  const isOfHead = proof.treeSize === head?.size && proof.leafIndex + 1 === entry.sequence;
  const root = isOfHead && stored ? await toRoot(await leafHash(stored), proof.leafIndex, proof.treeSize, path) : null;
  const steps: Step[] = [
    { name: 'key', state: head?.keyId ? 'ok' : 'bad' },
    { name: 'signature', state: head?.isSigned === null ? 'unknown' : head?.isSigned ? 'ok' : 'bad' },
    {
      name: 'entry',
      state: isSame(own, stored) ? 'ok' : 'bad',
      expected: proof.checksum,
      found: own ? toHex(own) : '',
    },
    {
      name: 'path',
      state: head && isSame(root, head.root) ? 'ok' : 'bad',
      expected: head ? toHex(head.root) : '',
      found: root ? toHex(root) : '',
    },
  ];
  return { steps, size: head?.size ?? 0, keyId: head?.keyId ?? null, hashes: path.length };
}

/** SHA-256 over version, sequence, fields, commitment and the checksum before. Null where a part is none. */
async function toChecksum(entry: AuditEntry): Promise<Bytes | null> {
  const hash = fromHex(entry.payloadHash);
  const previous = fromHex(entry.previousChecksum ?? '');
  if (entry.sequence === null || hash?.length !== HASH_BYTES || previous?.length !== HASH_BYTES) return null;
  const start = new Uint8Array(HEAD_BYTES);
  start[0] = VERSION;
  new DataView(start.buffer).setBigInt64(1, BigInt(entry.sequence));
  return sha256(concat(start, toBytes(toCanonical(entry)), hash, previous));
}

/** RFC 8785 of the chained fields; without an impersonator, the object has no such field. */
function toCanonical(entry: AuditEntry): string {
  const { action, actorId, actorType, id, impersonatorId, outcome, requestId } = entry;
  const { resourceId, resourceType, subjectId, timestampUtc, traceId } = entry;
  return JSON.stringify({
    action,
    actorId,
    actorType,
    id,
    ...(impersonatorId !== null && { impersonatorId }),
    outcome,
    requestId,
    resourceId,
    resourceType,
    subjectId,
    timestampUtc,
    traceId,
  });
}

function leafHash(data: Bytes): Promise<Bytes> {
  return sha256(concat(Uint8Array.of(0), data));
}

function nodeHash(left: Bytes, right: Bytes): Promise<Bytes> {
  return sha256(concat(Uint8Array.of(1), left, right));
}

/** RFC 9162, section 2.1.3.2. Null where the path has not the length that index and size demand. */
async function toRoot(
  leaf: Bytes,
  index: number,
  size: number,
  path: readonly (Bytes | null)[],
): Promise<Bytes | null> {
  if (!(index >= 0 && index < size)) return null;
  let [at, last, hash] = [index, size - 1, leaf];
  for (const sibling of path) {
    if (last === 0 || sibling?.length !== HASH_BYTES) return null;
    if (at % 2 === 1 || at === last) {
      hash = await nodeHash(sibling, hash);
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)];
    } else hash = await nodeHash(hash, sibling);
    [at, last] = [half(at), half(last)];
  }
  return last === 0 ? hash : null;
}

function half(value: number): number {
  return Math.floor(value / 2);
}
