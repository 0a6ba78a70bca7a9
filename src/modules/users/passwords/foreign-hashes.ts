import { createCipheriv, pbkdf2Sync, scryptSync, timingSafeEqual } from 'node:crypto';
import { verifySync as verifyArgon2 } from '@node-rs/argon2';
import { verifySync as verifyBcrypt } from '@node-rs/bcrypt';

const MAX_BCRYPT_COST = 14; // a second of one core
const MAX_ITERATIONS = 5_000_000;
const MAX_MEMORY = 256 * 2 ** 20; // bytes, of one check
const HASH_BYTES = { least: 16, most: 64 };
const DIGEST_BYTES: Readonly<Record<string, number>> = { sha1: 20, sha256: 32, sha512: 64 };

/**
 * Hashes as other systems keep them, as strings that begin with their kind:
 * - `$2b$10$…`: bcrypt, also `2a` and `2y`
 * - `$argon2id$v=19$m=…,t=…,p=…$salt$hash`, also `argon2i` and `argon2d`
 * - `$scrypt$ln=15,r=8,p=1$salt$hash`; `ln` is the logarithm of N
 * - `$pbkdf2-sha256$i=600000$salt$hash`, also `sha1` and `sha512`
 * - `$firebase-scrypt$ln=14,r=8$salt$hash$separator$key`: the scrypt of Firebase, with the parameters of its project
 *
 * Salts, hashes and keys are in Base64, with or without padding.
 */
interface HashForm {
  readonly pattern: RegExp;
  /** Which part of the pattern is the hash; null where the pattern says how long it is. */
  readonly hash: number | null;
  /** What one check costs more than it may; null if it does not. */
  excess(...parts: readonly string[]): string | null;
  isRight(password: string, stored: string, ...parts: readonly string[]): boolean;
}

const BASE64 = '[A-Za-z0-9+/]{2,200}={0,2}';
const patternOf = (form: string) => new RegExp(`^${form.replaceAll('B64', `(${BASE64})`)}$`);

const forms: readonly HashForm[] = [
  {
    pattern: /^\$2[aby]\$(0[4-9]|[1-3]\d)\$[./A-Za-z0-9]{53}$/,
    hash: null,
    excess: (cost) => (Number(cost) <= MAX_BCRYPT_COST ? null : `a cost above ${MAX_BCRYPT_COST}`),
    isRight: (password, stored) => verifyBcrypt(password, stored),
  },
  {
    pattern: patternOf('\\$argon2(?:id|i|d)\\$v=19\\$m=([1-9]\\d{0,8}),t=([1-9]\\d{0,2}),p=[1-9]\\d?\\$B64\\$B64'),
    hash: 3,
    excess: (kib, passes) => memoryExcess(1024 * Number(kib)) ?? (Number(passes) <= 10 ? null : 'more than 10 passes'),
    isRight: (password, stored) => verifyArgon2(stored, password),
  },
  {
    pattern: patternOf('\\$scrypt\\$ln=([1-9]\\d?),r=([1-9]\\d{0,2}),p=([1-9]\\d?)\\$B64\\$B64'),
    hash: 4,
    excess: (ln, r, p) => memoryExcess(128 * 2 ** Number(ln) * Number(r) * Number(p)),
    isRight: (password, _, ln, r, p, salt, hash) =>
      equals(hash, (size) => scryptOf(password, decode(salt), { ln, r, p }, size)),
  },
  {
    pattern: patternOf('\\$pbkdf2-(sha1|sha256|sha512)\\$i=([1-9]\\d{0,7})\\$B64\\$B64'),
    hash: 3,
    excess(digest = '', iterations = '', _salt = '', hash = '') {
      const blocks = Math.ceil(decode(hash).length / (DIGEST_BYTES[digest] ?? 1)); // each takes all iterations
      return blocks * Number(iterations) <= MAX_ITERATIONS ? null : `more than ${MAX_ITERATIONS} iterations`;
    },
    isRight: (password, _, digest = '', iterations, salt, hash) =>
      equals(hash, (size) => pbkdf2Sync(password, decode(salt), Number(iterations), size, digest)),
  },
  {
    pattern: patternOf('\\$firebase-scrypt\\$ln=([1-9]\\d?),r=([1-9]\\d{0,2})\\$B64\\$B64\\$B64\\$B64'),
    hash: 3,
    excess: (ln, r) => memoryExcess(128 * 2 ** Number(ln) * Number(r)),
    isRight(password, _, ln, r, salt, hash, separator, signer) {
      const salted = Buffer.concat([decode(salt), decode(separator)]);
      const key = scryptOf(password, salted, { ln, r, p: '1' }, 64).subarray(0, 32);
      const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
      return equals(hash, () => Buffer.concat([cipher.update(decode(signer)), cipher.final()]));
    },
  },
];

/** Why accounts cannot have this hash; null if they can. */
export function refusalOfHash(stored: string): string | null {
  const [form, parts] = formOf(stored);
  if (!form) return 'no form of a hash that is known';
  const excess = form.excess(...parts);
  if (excess !== null) return `a check would take too long: ${excess}`;
  if (form.hash === null) return null;
  const { length } = decode(parts[form.hash]);
  return length >= HASH_BYTES.least && length <= HASH_BYTES.most
    ? null
    : `a hash has ${HASH_BYTES.least} to ${HASH_BYTES.most} bytes, and not ${length}`;
}

/** Takes as long as the parameters in the hash say. @throws Error for a form that is not known */
export function verifyHash(stored: string, password: string): boolean {
  const [form, parts] = formOf(stored);
  if (!form) throw new Error('the stored hash has no known form');
  return form.isRight(password, stored, ...parts);
}

function formOf(stored: string): [HashForm | undefined, string[]] {
  const form = forms.find(({ pattern }) => pattern.test(stored));
  return [form, [...(form?.pattern.exec(stored) ?? [])].slice(1)];
}

function memoryExcess(bytes: number): string | null {
  return bytes <= MAX_MEMORY ? null : `more than ${MAX_MEMORY / 2 ** 20} MiB of memory`;
}

type ScryptParameters = Readonly<Record<'ln' | 'r' | 'p', string | undefined>>;

function scryptOf(password: string, salt: Buffer, { ln, r, p }: ScryptParameters, size: number): Buffer {
  return scryptSync(password, salt, size, { N: 2 ** Number(ln), r: Number(r), p: Number(p), maxmem: 2 * MAX_MEMORY });
}

function equals(stored: string | undefined, compute: (size: number) => Buffer): boolean {
  const expected = decode(stored);
  const computed = compute(expected.length);
  return computed.length === expected.length && timingSafeEqual(computed, expected);
}

function decode(text = ''): Buffer {
  return Buffer.from(text, 'base64');
}
