import { createCipheriv, pbkdf2Sync, scryptSync, timingSafeEqual } from 'node:crypto';
import { verifySync as verifyArgon2 } from '@node-rs/argon2';
import { verifySync as verifyBcrypt } from '@node-rs/bcrypt';

const MAX_BCRYPT_COST = 14; // a second of one core
const MAX_ITERATIONS = 5_000_000;
const MAX_MEMORY = 256 * 2 ** 20; // bytes, of one check
const MAX_KEY = 128; // bytes

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
  /** What one check costs more than it may; null if it does not. */
  excess(...parts: readonly string[]): string | null;
  isRight(password: string, stored: string, ...parts: readonly string[]): boolean;
}

const BASE64 = '[A-Za-z0-9+/]{2,400}={0,2}';
const patternOf = (form: string) => new RegExp(`^${form.replaceAll('B64', `(${BASE64})`)}$`);

const forms: readonly HashForm[] = [
  {
    pattern: /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/,
    excess: (cost) => (Number(cost) <= MAX_BCRYPT_COST ? null : `a cost above ${MAX_BCRYPT_COST}`),
    isRight: (password, stored) => verifyBcrypt(password, stored),
  },
  {
    pattern: patternOf('\\$argon2(?:id|i|d)\\$v=19\\$m=(\\d{1,9}),t=(\\d{1,3}),p=\\d{1,2}\\$B64\\$B64'),
    excess: (kib, passes) => memoryExcess(1024 * Number(kib)) ?? (Number(passes) <= 10 ? null : 'more than 10 passes'),
    isRight: (password, stored) => verifyArgon2(stored, password),
  },
  {
    pattern: patternOf('\\$scrypt\\$ln=(\\d{1,2}),r=(\\d{1,3}),p=(\\d{1,2})\\$B64\\$B64'),
    excess: (ln, r, p) => memoryExcess(128 * 2 ** Number(ln) * Number(r) * Number(p)),
    isRight: (password, _, ln, r, p, salt, hash) =>
      equals(hash, (size) => scryptOf(password, decode(salt), { ln, r, p }, size)),
  },
  {
    pattern: patternOf('\\$pbkdf2-(sha1|sha256|sha512)\\$i=(\\d{1,8})\\$B64\\$B64'),
    excess: (_, iterations) => (Number(iterations) <= MAX_ITERATIONS ? null : `more than ${MAX_ITERATIONS} iterations`),
    isRight: (password, _, digest = '', iterations, salt, hash) =>
      equals(hash, (size) => pbkdf2Sync(password, decode(salt), Number(iterations), size, digest)),
  },
  {
    pattern: patternOf('\\$firebase-scrypt\\$ln=(\\d{1,2}),r=(\\d{1,3})\\$B64\\$B64\\$B64\\$B64'),
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
  return parts.every((part) => decode(part).length <= 4 * MAX_KEY) ? null : 'too long';
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
