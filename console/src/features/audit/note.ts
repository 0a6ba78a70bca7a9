import { concat, fromBase64, HASH_BYTES, isSame, sha256, toBytes, toHex, type Bytes } from './bytes.ts';

const ED25519 = 1; // the algorithm byte of C2SP signed-note
const ID_BYTES = 4;
const SIGNATURE_BYTES = 64;
const SIGNATURE_LINE = /^\u2014 ([^ +]+) ([A-Za-z0-9+/]+={0,2})$/;

/** A key of `GET /audit/keys`, as far as a signature needs it. */
export interface NamedKey {
  readonly verifierKey: string;
}

/** The head of the trail, as a note says it. What it says is believed only if it `isSigned`. */
export interface Head {
  readonly origin: string;
  /** Entries below the root. */
  readonly size: number;
  readonly root: Bytes;
  /** Of the known key that has signed; null where none of them has. */
  readonly keyId: string | null;
  /** Null where the browser cannot verify Ed25519. */
  readonly isSigned: boolean | null;
}

/** Reads a checkpoint (C2SP tlog-checkpoint in a signed note) and verifies it here. Null for a text that is none. */
export async function openCheckpoint(note: string, keys: readonly NamedKey[]): Promise<Head | null> {
  const cut = note.lastIndexOf('\n\n');
  if (cut < 0 || !note.endsWith('\n')) return null;
  const text = note.slice(0, cut + 1);
  const [origin = '', size = '', encoded = ''] = text.split('\n');
  const root = fromBase64(encoded);
  if (origin === '' || !/^(0|[1-9]\d{0,15})$/.test(size) || root?.length !== HASH_BYTES) return null;
  const head = { origin, size: Number(size), root };
  const known = await Promise.all(keys.map(({ verifierKey }) => openKey(verifierKey)));
  for (const line of note.slice(cut + 2, -1).split('\n')) {
    const [, name, signed = ''] = SIGNATURE_LINE.exec(line) ?? [];
    const bytes = fromBase64(signed);
    if (name !== origin || !bytes) continue;
    const key = known.find((one) => one?.name === name && isSame(one.id, bytes.slice(0, ID_BYTES)));
    if (!key) continue;
    const isSigned = await verify(key.publicKey, bytes.slice(ID_BYTES), toBytes(text));
    return { ...head, keyId: toHex(key.id), isSigned };
  }
  return { ...head, keyId: null, isSigned: false };
}

/** A key as `name+id+key`; null where its id is not that of name and key. */
async function openKey(verifierKey: string) {
  const [, name = '', id = '', encoded = ''] = /^(.+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(verifierKey) ?? [];
  const bytes = fromBase64(encoded);
  if (bytes?.length !== 1 + HASH_BYTES || bytes[0] !== ED25519) return null;
  const found = (await sha256(concat(toBytes(`${name}\n`), bytes))).slice(0, ID_BYTES);
  return toHex(found) === id ? { name, id: found, publicKey: bytes.slice(1) } : null;
}

async function verify(publicKey: Bytes, signature: Bytes, text: Bytes): Promise<boolean | null> {
  if (signature.length !== SIGNATURE_BYTES) return false;
  try {
    const key = await crypto.subtle.importKey('raw', publicKey, { name: 'Ed25519' }, false, ['verify']);
    return await crypto.subtle.verify({ name: 'Ed25519' }, key, signature, text);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotSupportedError') return null;
    return false; // no point of the curve, for one
  }
}
