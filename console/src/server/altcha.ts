import type { BotChallenge } from '#client';

const AT_ONCE = 8; // keys that are derived at a time, beside the page: it does not stand still
const HASHES: Readonly<Record<string, string>> = {
  'PBKDF2/SHA-256': 'SHA-256',
  'PBKDF2/SHA-384': 'SHA-384',
  'PBKDF2/SHA-512': 'SHA-512',
};

interface Parameters {
  readonly algorithm: string;
  readonly nonce: string;
  readonly salt: string;
  readonly cost: number;
  readonly keyLength: number;
  readonly keyPrefix: string;
}

/** The proof of work of ALTCHA, version 2: the counter whose key begins as the challenge says. About a second. */
export async function solve(challenge: BotChallenge): Promise<string | null> {
  const parameters = challenge.parameters as unknown as Parameters;
  const hash = HASHES[parameters.algorithm];
  if (hash === undefined) return null;
  const started = performance.now();
  for (let first = 0; first < 100_000; first += AT_ONCE) {
    const counters = Array.from({ length: AT_ONCE }, (_, at) => first + at);
    const keys = await Promise.all(counters.map((counter) => deriveKey(parameters, hash, counter)));
    const at = keys.findIndex((key) => key.startsWith(parameters.keyPrefix));
    const derivedKey = keys[at];
    if (derivedKey === undefined) continue;
    const solution = { counter: first + at, derivedKey, time: Math.round(performance.now() - started) };
    return btoa(JSON.stringify({ challenge, solution }));
  }
  return null;
}

async function deriveKey({ nonce, salt, cost, keyLength }: Parameters, hash: string, counter: number): Promise<string> {
  const start = toBytes(nonce);
  const password = new Uint8Array(start.length + 4);
  password.set(start);
  new DataView(password.buffer).setUint32(start.length, counter);
  const key = await crypto.subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits']);
  const settings = { name: 'PBKDF2', hash, salt: toBytes(salt), iterations: cost };
  return toHex(await crypto.subtle.deriveBits(settings, key, keyLength * 8));
}

function toBytes(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function toHex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
