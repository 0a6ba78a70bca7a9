import type { ColumnType, Generated, GeneratedAlways, Kysely, Transaction } from 'kysely';
import type { AddressKind } from '#kernel/forms/address.ts';
import type { Language } from '#kernel/language.ts';

/** Mirrors migrations/; the only tables this module can name. */
export type UsersTables = {
  'users.user': UserRow & { searchText: GeneratedAlways<string> };
  'users.session': SessionRow;
  'users.device': DeviceRow;
  'users.signingKey': SigningKeyRow;
  'users.passwordHistory': { id: string; userId: string; hash: string };
  'users.lockout': LockoutRow;
  'users.wrongGuess': { userId: string; kind: AttemptKind; guesser: string | null; guessedAt: string };
  'users.networkFailure': { networkMac: Buffer; failedAt: string };
  'users.challenge': ChallengeRow;
  'users.code': CodeRow;
  'users.codeLimit': CodeLimitRow;
  'users.unaskedMail': { addressMac: Buffer; since: string; mails: number };
  'users.codeRequest': { id: string; purpose: RequestedCode; addressSealed: Buffer; createdAt: string };
  'users.unfoldedAddress': { userId: string };
  'users.addressChange': AddressChangeRow;
  'users.invitation': { userId: string; linkMac: Buffer; sentAt: string; expiresAt: string };
  'users.apiKey': ApiKeyRow;
  'users.impersonationMail': ImpersonationMailRow;
  'users.totp': TotpRow;
  'users.recoveryCode': { userId: string; codeMac: Buffer; createdAt: string; usedAt: string | null };
  'users.passkey': PasskeyRow & { counter: ColumnType<string, number, number> };
  'users.externalIdentity': ExternalIdentityRow;
  'users.metadata': MetadataRow;
  'users.smsSpending': {
    day: string;
    country: string;
    audience: 'known' | 'strangers';
    cost: number;
    messages: number;
  };
  'users.imported': { externalId: string; userId: string; importedAt: Generated<string> };
  'users.externalCode': CodeState & { addressMac: Buffer };
};
export type UsersReader = Kysely<UsersTables>;
export type UsersWriter = Transaction<UsersTables>;

export type UserRow = {
  id: string;
  /** Null for an account with a phone number alone. */
  email: string | null;
  /** E.164; null for an account with an e-mail address alone. */
  phone: string | null;
  firstName: string;
  lastName: string;
  /** Null for an account that has no password: it never had one, or it was withdrawn. */
  passwordHash: string | null;
  status: 'pending' | 'active' | 'disabled' | 'deleted';
  language: Language;
  emailVerifiedAt: string | null;
  phoneVerifiedAt: string | null;
  /** Set by an administrator; locks after wrong passwords are in `users.lockout` and `users.device`. */
  lockedUntil: string | null;
  /** When the owner last set a password by a code or link that was sent. */
  resetAt: string | null;
  createdAt: string;
  version: number;
};

/** An address that the account has once its code was given. */
export type AddressChangeRow = { userId: string; kind: AddressKind; address: string; requestedAt: string };

/** What other programs keep about a person. */
export type MetadataRow = {
  userId: string;
  public: JsonColumn;
  private: JsonColumn;
  unsafe: JsonColumn;
  version: number;
};
type JsonColumn = ColumnType<Readonly<Record<string, unknown>>, string, string>;

export type SessionRow = {
  id: string;
  userId: string;
  secret: Buffer;
  counter: number;
  rotatedAt: string;
  createdAt: string;
  lastUsedAt: string;
  idleExpiresAt: string;
  absoluteExpiresAt: string;
  ip: string | null;
  device: string;
  /** When the session last authenticated by a password or a factor. */
  provedAt: string;
  revokedAt: string | null;
  /** In which the person works; null: in none. */
  organisationId: string | null;
};

export type SigningKeyRow = {
  kid: string;
  publicJwk: string;
  privateSealed: Buffer;
  createdAt: string;
  signsFrom: string;
};

/** Consecutive wrong passwords, counted for one address, device or account. */
export type Failures = {
  failures: number;
  lastFailureAt: string;
  lockedUntil: string | null;
};

export type LockoutRow = Failures & {
  addressMac: Buffer;
  /** The account with this address; null where there is none. */
  userId: string | null;
};

export type DeviceRow = Failures & {
  userId: string;
  id: string;
  label: string;
  firstSeenAt: string;
  lastSeenAt: string;
};

/** What was wrong: the code of a second factor, or the password of a step-up. */
export type AttemptKind = 'factor' | 'password';

export type ChallengeRow = {
  tokenMac: Buffer;
  kind: string;
  userId: string | null;
  dataSealed: Buffer;
  wrong: number;
  expiresAt: string;
};

/** The newest code for a purpose. */
export type CodeState = {
  /** Null once used, where no code is right, and for a mail that was sent while guesses were blocked. */
  codeMac: Buffer | null;
  expiresAt: string;
  sentAt: string;
};

/** What was mailed to a subject, and guessed at its codes. Wrong guesses are counted over all codes of a window. */
export type CodeLimitRow = {
  subjectMac: Buffer;
  /** Null before the first mail. */
  sentAt: string | null;
  wrong: number;
  /** When the window of counted guesses began. */
  windowAt: string;
  blockedUntil: string | null;
};

export type CodePurpose = RequestedCode | 'addressChange';
/** Codes that anybody can request for an address. */
export type RequestedCode = 'verification' | 'reset' | 'signIn';
export type CodeRow = CodeState & {
  userId: string;
  purpose: CodePurpose;
  /** Of the address that it was sent to. */
  kind: AddressKind;
  linkMac: Buffer | null;
  /** In which browser the link signs in; null: in none. */
  browser: string | null;
};

export type ApiKeyRow = {
  id: string;
  userId: string;
  name: string;
  prefix: string;
  hash: Buffer;
  scopes: string[];
  createdAt: string;
  expiresAt: string;
  lastUsedAt: string | null;
  /** Who acts on behalf of the owner with it, for support, the session in which they began, and why; null for an own key. */
  impersonatorId: string | null;
  impersonatorSessionId: string | null;
  reason: string | null;
};

export type ImpersonationMailRow = {
  userId: string;
  impersonatorId: string;
  sentAt: string;
};

export type TotpRow = {
  userId: string;
  secretSealed: Buffer;
  confirmedAt: string | null;
  lastStep: number | null;
  createdAt: string;
};

export type PasskeyRow = {
  id: string;
  userId: string;
  credentialId: string;
  publicKey: Buffer;
  transports: string[];
  isBackedUp: boolean;
  isSecondFactorOnly: boolean;
  name: string;
  createdAt: string;
  lastUsedAt: string | null;
};

export type ExternalIdentityRow = {
  id: string;
  userId: string;
  provider: string;
  issuer: string;
  subject: string;
  createdAt: string;
  lastUsedAt: string;
};
