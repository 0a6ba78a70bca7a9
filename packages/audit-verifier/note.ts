import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { HASH_BYTES, sha256 } from './entry.ts';

const ED25519 = 1; // the algorithm byte of C2SP signed-note
const ID_BYTES = 4;
const SIGNATURE_BYTES = 64;
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex'); // of a raw Ed25519 key
const SIGNATURE_LINE = /^\u2014 ([^ +]+) ([A-Za-z0-9+/]+={0,2})$/;
const BRANCH = 'branch ';
const KEPT = /^kept (0|[1-9]\d{0,15}) ([0-9a-f]{64})$/;
const SIZE = /^(0|[1-9]\d{0,15})$/;

/** A key that verifies notes, as the C2SP signed-note format names it. */
export interface NoteKey {
  /** Of the log: its origin. */
  readonly name: string;
  /** Raw Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** Trusted only for trees up to this size, where another key took over. Absent: for all. */
  readonly upTo?: number;
}

export interface Signer extends NoteKey {
  readonly privateKey: KeyObject;
}

/** The head of a tree: the root of its first `size` entries. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Buffer;
  /** The branch of the trail, named by the statement of a restored backup; empty before any restore. */
  readonly branch: string;
  /** The newest checkpoint that was kept before this head was signed; absent before the first. */
  readonly kept?: KeptCheckpoint;
}

/** Names a checkpoint that was kept, so that its deletion is found. */
export interface KeptCheckpoint {
  readonly size: number;
  /** SHA-256 of the whole note, in hexadecimal. */
  readonly hash: string;
}

export function toKeptCheckpoint(size: number, note: string): KeptCheckpoint {
  return { size, hash: sha256(note).toString('hex') };
}

/** The checkpoints that these signed heads name as kept, without those that are among `notes`. */
export function findMissingKept(heads: readonly Checkpoint[], notes: readonly string[]): KeptCheckpoint[] {
  const known = new Set(notes.map((note) => sha256(note).toString('hex')));
  const named = new Map(heads.flatMap(({ kept }) => (kept && !known.has(kept.hash) ? [[kept.hash, kept]] : [])));
  return [...named.values()];
}

/** First four bytes of SHA-256 over name, line feed, algorithm and key; in hexadecimal. */
export function toKeyId({ name, publicKey }: NoteKey): string {
  return keyIdBytes({ name, publicKey }).toString('hex');
}

/** `name+id+key`, the form that other tools for signed notes accept. */
export function toVerifierKey(key: NoteKey): string {
  const encoded = Buffer.concat([Buffer.from([ED25519]), key.publicKey]).toString('base64');
  return `${key.name}+${toKeyId(key)}+${encoded}`;
}

/** @throws Error for a text that is not a verifier key of this kind. */
export function parseVerifierKey(text: string): NoteKey {
  const [, name = '', id, encoded = ''] = /^([^\s+\p{C}]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u.exec(text.trim()) ?? [];
  const bytes = Buffer.from(encoded, 'base64');
  const key = { name, publicKey: bytes.subarray(1) };
  if (bytes.length !== 1 + HASH_BYTES || bytes[0] !== ED25519 || toKeyId(key) !== id)
    throw new Error('not a verifier key: expected name+id+key, Ed25519');
  return key;
}

/** `text` ends with a line feed; one signature line for each signer. */
export function signNote(text: string, signers: readonly Signer[]): string {
  const lines = signers.map((signer) => {
    const signature = sign(null, Buffer.from(text), signer.privateKey);
    return `\u2014 ${signer.name} ${Buffer.concat([keyIdBytes(signer), signature]).toString('base64')}\n`;
  });
  return `${text}\n${lines.join('')}`;
}

/**
 * The text of a note that at least one of `keys` has signed, and which of them did. Null when none has, or one of
 * their signatures is wrong. Signatures of other keys are ignored, as the format demands.
 */
export function openNote(
  note: string,
  keys: readonly NoteKey[],
): { readonly text: string; readonly signedBy: readonly NoteKey[] } | null {
  const cut = note.lastIndexOf('\n\n');
  if (cut < 0 || !note.endsWith('\n')) return null;
  const text = note.slice(0, cut + 1);
  const signedBy: NoteKey[] = [];
  for (const line of note.slice(cut + 2, -1).split('\n')) {
    const [, name, encoded = ''] = SIGNATURE_LINE.exec(line) ?? [];
    if (name === undefined) return null;
    const bytes = Buffer.from(encoded, 'base64');
    const id = bytes.subarray(0, ID_BYTES);
    const key = keys.find((known) => known.name === name && keyIdBytes(known).equals(id));
    if (!key) continue;
    const signature = bytes.subarray(ID_BYTES);
    if (signature.length !== SIGNATURE_BYTES || !verify(null, Buffer.from(text), toPublicKey(key), signature))
      return null;
    signedBy.push(key);
  }
  return signedBy.length > 0 ? { text, signedBy } : null;
}

/** C2SP tlog-checkpoint: origin, size, root, one line each; branch and kept checkpoint, where present, as extensions. */
export function toCheckpointText({ origin, size, root, branch, kept }: Checkpoint): string {
  const extensions = [branch && `${BRANCH}${branch}\n`, kept && `kept ${kept.size} ${kept.hash}\n`];
  return `${origin}\n${size}\n${root.toString('base64')}\n${extensions.filter(Boolean).join('')}`;
}

/** Null for a text that is not a checkpoint. Other extensions are ignored. */
export function parseCheckpoint(text: string): Checkpoint | null {
  const [origin = '', size = '', encoded = '', ...extensions] = text.split('\n');
  const root = Buffer.from(encoded, 'base64');
  if (origin === '' || !SIZE.test(size) || root.length !== HASH_BYTES || root.toString('base64') !== encoded)
    return null;
  const branch = extensions.find((line) => line.startsWith(BRANCH))?.slice(BRANCH.length) ?? '';
  const [, keptSize, hash] = extensions.map((line) => KEPT.exec(line)).find((found) => found !== null) ?? [];
  const kept = hash === undefined ? {} : { kept: { size: Number(keptSize), hash } };
  return { origin, size: Number(size), root, branch, ...kept };
}

/** A checkpoint that one of the keys has signed for the log of its name; null for any other. */
export function openCheckpoint(note: string, keys: readonly NoteKey[]): Checkpoint | null {
  const opened = openNote(note, keys);
  const checkpoint = opened && parseCheckpoint(opened.text);
  if (!checkpoint) return null;
  const isSigned = opened.signedBy.some(
    ({ name, upTo = Infinity }) => name === checkpoint.origin && checkpoint.size <= upTo,
  );
  return isSigned ? checkpoint : null;
}

function keyIdBytes({ name, publicKey }: NoteKey): Buffer {
  const bytes = Buffer.concat([Buffer.from(`${name}\n`), Buffer.from([ED25519]), publicKey]);
  return sha256(bytes).subarray(0, ID_BYTES);
}

function toPublicKey({ publicKey }: NoteKey): KeyObject {
  return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicKey]), format: 'der', type: 'spki' });
}
