import { Type, type Static } from 'typebox';
import { FirebaseParameters } from '../contract.ts';

const { saltSeparator: Base64 } = FirebaseParameters.properties;

/** Hash of one person, as Firebase exports it; parameters in the line come before those of the command. */
export const FirebaseHash = Type.Object(
  { hash: Base64, salt: Base64, ...Type.Partial(FirebaseParameters).properties },
  { additionalProperties: false },
);
export type FirebaseHash = Static<typeof FirebaseHash>;

/** A hash in the spelling of another system, in the form in which accounts keep it; null for parameters that lack. */
export function toHashForm(given: string | FirebaseHash, project: Partial<FirebaseParameters> = {}): string | null {
  if (typeof given !== 'string') return fromFirebase(given, project);
  return spellings.reduce((hash, [pattern, convert]) => {
    const match = pattern.exec(hash);
    return match ? convert(...match.slice(1)) : hash;
  }, given);
}

function fromFirebase({ hash, salt, ...own }: FirebaseHash, project: Partial<FirebaseParameters>): string | null {
  const { rounds, memoryCost, saltSeparator, signerKey } = { ...project, ...own };
  if (rounds === undefined || memoryCost === undefined) return null;
  if (saltSeparator === undefined || signerKey === undefined) return null;
  const texts = [salt, hash, saltSeparator, signerKey].map(toStandard);
  return `$firebase-scrypt$ln=${memoryCost},r=${rounds}$${texts.join('$')}`;
}

type Spelling = readonly [pattern: RegExp, convert: (...parts: string[]) => string];

/** Django salts with the text itself, passlib writes `.` for `+`. Hashes of a hash, such as `bcrypt_sha256`, stay refused. */
const spellings: readonly Spelling[] = [
  [/^bcrypt\$(\$2[aby]\$.+)$/, (hash = '') => hash],
  [/^argon2(\$argon2.+)$/, (hash = '') => hash],
  [
    /^pbkdf2_(sha1|sha256)\$(\d{1,8})\$([^$]+)\$([^$]+)$/,
    (digest, iterations, salt, hash) => `$pbkdf2-${digest}$i=${iterations}$${ofText(salt)}$${hash}`,
  ],
  [
    /^scrypt\$(\d{1,10})\$([^$]+)\$(\d{1,3})\$(\d{1,2})\$([^$]+)$/,
    (n, salt, r, p, hash) => `$scrypt$ln=${Math.log2(Number(n))},r=${r},p=${p}$${ofText(salt)}$${hash}`,
  ],
  [
    /^\$pbkdf2(-sha256|-sha512)?\$(\d{1,8})\$([^$]+)\$([^$]+)$/,
    (digest, iterations, salt, hash) =>
      `$pbkdf2${digest ?? '-sha1'}$i=${iterations}$${ofPasslib(salt)}$${ofPasslib(hash)}`,
  ],
];

function ofText(text = ''): string {
  return Buffer.from(text).toString('base64');
}

function ofPasslib(text = ''): string {
  return text.replaceAll('.', '+');
}

function toStandard(base64: string): string {
  return base64.replaceAll('-', '+').replaceAll('_', '/');
}
