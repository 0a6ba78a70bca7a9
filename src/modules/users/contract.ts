import { Type, type Static } from 'typebox';
import { NAME_PATTERN } from '#kernel/name.ts';
import { definePermission, type Actor } from '#kernel/access.ts';
import { defineEvent } from '#kernel/event.ts';
import type { Language } from '#kernel/language.ts';
import { defineError } from '#kernel/problem.ts';
import { Email, Id, Nullable } from '#kernel/schema.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import type { Authenticate, CallerOf, StepUp } from '#platform/http/port.ts';

/** In characters of the composed form. */
export const PASSWORD_LENGTH = { least: 12, most: 256 };
const MAX_DECOMPOSED = 4; // at most so many characters become one in the composed form (NFC)

const Name = Type.String({ minLength: 1, maxLength: 100, pattern: NAME_PATTERN, examples: ['سارا'] });
export const Password = Type.String({
  minLength: 1,
  maxLength: PASSWORD_LENGTH.most * MAX_DECOMPOSED,
  description: '12 to 256 characters of any script',
  examples: ['correct horse battery'],
});

export const Registration = Type.Object(
  { email: Email, firstName: Name, lastName: Name, password: Password },
  {
    title: 'Registration',
    examples: [{ email: 'sara@example.com', firstName: 'سارا', lastName: 'محمدی', password: 'correct horse battery' }],
  },
);
export type Registration = Static<typeof Registration>;

export const SignedInUser = Type.Object(
  {
    id: Id,
    email: Type.With(Nullable(Type.String()), { examples: ['sara@example.com'] }),
    phone: Type.With(Nullable(Type.String()), { description: 'E.164', examples: ['+989121234567'] }),
    firstName: Type.String({ examples: ['سارا'] }),
    lastName: Type.String({ examples: ['محمدی'] }),
    roles: Type.Array(Type.String(), { examples: [['user']] }),
  },
  { title: 'SignedInUser' },
);
export type SignedInUser = Static<typeof SignedInUser>;

export const userPermissions = {
  access: definePermission('users.access', 'See and administer accounts'),
  impersonate: definePermission('users.impersonate', 'Act on behalf of other people, for support'),
  metadata: definePermission('users.metadata', 'Read and change the own fields of accounts'),
};

export const userErrors = {
  passwordRefused: defineError('users.password_refused', 400, 'The password breaks a rule'),
  codeInvalid: defineError('users.code_invalid', 400, 'The code is wrong or no longer valid'),
  returnUrlRefused: defineError('users.return_url_refused', 400, 'Redirects to this address are not allowed'),
  oauthStateInvalid: defineError('users.oauth_state_invalid', 400, 'This browser did not start that sign-in'),
  passkeyInvalid: defineError('users.passkey_invalid', 400, 'The passkey was not accepted'),
  credentialsInvalid: defineError('users.credentials_invalid', 401, 'E-mail or password is wrong'),
  refreshInvalid: defineError('users.refresh_invalid', 401, 'The refresh token is not valid'),
  challengeInvalid: defineError('users.challenge_invalid', 401, 'This step has ended; start again'),
  tokenReuseDetected: defineError(
    'users.token_reuse_detected',
    401,
    'The refresh token was used before; the session has ended',
  ),
  passwordWrong: defineError('users.password_wrong', 403, 'The current password is wrong'),
  linkInvalid: defineError('users.link_invalid', 400, 'The link is no longer valid'),
  csrfHeaderMissing: defineError(
    'users.csrf_header_missing',
    403,
    'A request with a cookie needs the header X-Requested-With',
  ),
  originRefused: defineError('users.origin_refused', 403, 'A page of this origin may not use the cookies'),
  apiKeyExpiryInvalid: defineError('users.api_key_expiry_invalid', 400, 'The key must expire within a year'),
  apiKeyNotFound: defineError('users.api_key_not_found', 404, 'No such API key'),
  apiKeysTooMany: defineError('users.api_keys_too_many', 409, 'There are too many API keys'),
  phoneNotVerified: defineError('users.phone_not_verified', 403, 'Verify the phone number first'),
  emailNotVerified: defineError('users.email_not_verified', 403, 'Verify the e-mail address first'),
  disabled: defineError('users.disabled', 403, 'The account is disabled'),
  stepUpRequired: defineError('users.step_up_required', 403, 'Authenticate again'),
  externalRefused: defineError('users.external_refused', 403, 'The external provider did not sign you in'),
  externalEmailMissing: defineError(
    'users.external_email_missing',
    403,
    'The external provider sent no e-mail address',
  ),
  externalLinkRefused: defineError(
    'users.external_link_refused',
    403,
    'The account with this address is disabled, and its address is not verified',
  ),
  setupClosed: defineError('users.setup_closed', 403, 'The set-up link is not valid, or was used'),
  notFound: defineError('users.not_found', 404, 'No such account'),
  metadataInvalid: defineError('users.metadata_invalid', 400, 'These fields cannot be stored'),
  lockTooLong: defineError('users.lock_too_long', 400, 'A lock lasts 30 days at most'),
  notActive: defineError('users.not_active', 409, 'The account is disabled or locked'),
  sessionNotFound: defineError('users.session_not_found', 404, 'No such session'),
  providerNotFound: defineError('users.provider_not_found', 404, 'No such provider'),
  identityNotFound: defineError('users.identity_not_found', 404, 'No such identity'),
  lastWayIn: defineError('users.last_way_in', 409, 'This is the last way to sign in'),
  passkeyNotFound: defineError('users.passkey_not_found', 404, 'No such passkey'),
  factorNotFound: defineError('users.factor_not_found', 404, 'The account has no such factor'),
  factorExists: defineError('users.factor_exists', 409, 'The account has this factor already'),
  codeTooSoon: defineError('users.code_too_soon', 429, 'A code was sent a moment ago'),
  botCheckRequired: defineError('users.bot_check_required', 403, 'Show that no bot sends this'),
  botCheckFailed: defineError('users.bot_check_failed', 403, 'The proof is not good, or was used before'),
  impersonationRefused: defineError('users.impersonation_refused', 409, 'You are this person'),
  impersonationsTooMany: defineError('users.impersonations_too_many', 409, 'You act on behalf of too many people'),
  impersonationNotFound: defineError(
    'users.impersonation_not_found',
    404,
    'You do not act on behalf of anybody by this id',
  ),
  botCheckNone: defineError('users.bot_check_none', 404, 'No work is asked of clients'),
  phoneCountryRefused: defineError('users.phone_country_refused', 400, 'Numbers of this country are not accepted'),
  smsTooMany: defineError('users.sms_too_many', 429, 'Too many codes were asked for from this network'),
  smsUsedUp: defineError('users.sms_used_up', 503, 'No more codes are sent to this country today'),
  phoneTaken: defineError('users.phone_taken', 409, 'Another account has this number'),
  emailTaken: defineError('users.email_taken', 409, 'Another account has this address'),
  networkBlocked: defineError('users.network_blocked', 429, 'Too many failed attempts from this network'),
  factorBlocked: defineError('users.factor_blocked', 429, 'Too many wrong attempts'),
  providerUnavailable: defineError('users.provider_unavailable', 503, 'The external provider cannot be reached'),
  busy: defineError('users.busy', 503, 'Too many sign-ins at once'),
  botCheckAway: defineError('users.bot_check_away', 503, 'Proofs cannot be checked now'),
};

/** Of the requests that may need a proof. */
export const botCheckRefusals = [userErrors.botCheckRequired, userErrors.botCheckFailed, userErrors.botCheckAway];

/** Of the requests that have a code sent. */
export const smsRefusals = [userErrors.phoneCountryRefused, userErrors.smsTooMany, userErrors.smsUsedUp];

const UserRef = Type.Object({ userId: Type.String() });
const FactorRef = Type.Object({ userId: Type.String(), factor: Type.String() });
/** `userId` is the person. */
const ImpersonationRef = Type.Object({ userId: Type.String(), impersonatorId: Type.String() });
const SessionRef = Type.Object({ userId: Type.String(), sessionId: Type.String() });

export const userEvents = {
  registered: defineEvent('users.registered', 1, 'userId', UserRef),
  emailVerified: defineEvent('users.email_verified', 1, 'userId', UserRef),
  emailChanged: defineEvent('users.email_changed', 1, 'userId', UserRef),
  phoneVerified: defineEvent('users.phone_verified', 1, 'userId', UserRef),
  phoneChanged: defineEvent('users.phone_changed', 1, 'userId', UserRef),
  loggedIn: defineEvent('users.logged_in', 1, 'userId', SessionRef),
  loginFailed: defineEvent('users.login_failed', 1, 'userId', UserRef),
  locked: defineEvent('users.locked', 1, 'userId', UserRef),
  passwordChanged: defineEvent('users.password_changed', 1, 'userId', UserRef),
  factorAdded: defineEvent('users.factor_added', 1, 'userId', FactorRef),
  factorRemoved: defineEvent('users.factor_removed', 1, 'userId', FactorRef),
  factorUsed: defineEvent('users.factor_used', 1, 'userId', FactorRef),
  factorRefused: defineEvent('users.factor_refused', 1, 'userId', FactorRef),
  tokenReuseDetected: defineEvent('users.token_reuse_detected', 1, 'userId', SessionRef),
  sessionRevoked: defineEvent('users.session_revoked', 1, 'userId', SessionRef),
  impersonationStarted: defineEvent('users.impersonation_started', 1, 'userId', ImpersonationRef),
  /** Before its time. */
  impersonationEnded: defineEvent('users.impersonation_ended', 1, 'userId', ImpersonationRef),
  metadataChanged: defineEvent('users.metadata_changed', 1, 'userId', UserRef),
  deleted: defineEvent('users.deleted', 1, 'userId', UserRef),
};

/** A public key in the form of RFC 7517. */
export interface PublishedKey {
  readonly kty: string;
  readonly crv: string;
  readonly x: string;
  /** Only of ES256. */
  readonly y?: string;
  readonly kid: string;
  readonly use: string;
  readonly alg: TokenAlgorithm;
}

/** A key signs by one of them, for its whole life. */
export type TokenAlgorithm = 'ES256' | 'EdDSA';

/** What is done with the lines of an import. */
export interface ImportOptions {
  /** Every check, and nothing stored. */
  readonly isDryRun: boolean;
  /** Of the Firebase project of the lines; those of a line come before them. */
  readonly firebase?: FirebaseParameters;
  /** In the order of the lines; awaited. */
  onRefused(refused: RefusedLine): Promise<void> | void;
  /** After each batch of up to a thousand lines. */
  readonly onProgress?: (summary: ImportSummary) => void;
}

const Base64 = Type.String({ minLength: 1, maxLength: 400, pattern: '^[A-Za-z0-9+/_-]+={0,2}$' });

/** Parameters of the scrypt of a Firebase project, as its console shows them; the signer key is a secret. */
export const FirebaseParameters = Type.Object(
  {
    rounds: Type.Integer({ minimum: 1, maximum: 120 }),
    memoryCost: Type.Integer({ minimum: 1, maximum: 30, description: 'Logarithm of N' }),
    saltSeparator: Base64,
    signerKey: Base64,
  },
  { additionalProperties: false },
);
export type FirebaseParameters = Static<typeof FirebaseParameters>;

/** Without a value of the line except its outside id. */
export interface RefusedLine {
  /** From 1. */
  readonly line: number;
  /** Null where the line has none that can be read. */
  readonly externalId: string | null;
  readonly code: string;
  readonly reason: string;
}

/** Counts of lines: of each, one of the last three. */
export interface ImportSummary {
  readonly lines: number;
  readonly imported: number;
  /** An earlier import has made the account of this outside id. */
  readonly unchanged: number;
  readonly refused: number;
}

/** A person as other people may know them. */
export interface KnownPerson {
  readonly id: string;
  readonly firstName: string;
  readonly lastName: string;
  /** Null: none that is proved. */
  readonly email: string | null;
  /** E.164. Null: none that is proved. */
  readonly phone: string | null;
  readonly language: Language;
}

/** What other modules, the HTTP server and the command line may call, in process. */
export interface UsersApi {
  /** Answers synchronously while token and session are cached. */
  readonly authenticate: Authenticate;
  /** For requests and tokens that are good as long as the session or API key that they began with. */
  readonly callerOf: CallerOf;
  /** The check for routes with `recent`. */
  readonly stepUp: StepUp;
  /** Makes the first signing key where there is none. Called once, at start. */
  prepare(): Promise<void>;
  /** The public keys for access tokens: of the key that signs, of those that signed tokens still valid, and of the next. */
  publishedKeys(): Promise<readonly PublishedKey[]>;
  /** Publishes a new signing key if the newest one is too old, or has another algorithm than the setting. */
  renewSigningKey(): Promise<void>;
  /** Publishes a new signing key, unless one is pending already; until `signsFrom` the current one signs. */
  rotateSigningKey(): Promise<{ kid: string; signsFrom: string }>;
  /**
   * Withdraws a signing key: its tokens are refused with the next request on every node. Answers the `kid` of the key
   * that signs from now on; null if there is no such key.
   */
  withdrawSigningKey(kid: string): Promise<string | null>;
  /**
   * Deletes the account of the actor: immediately in this module, and on `users.deleted` in every other one.
   * @throws `authorization.last_administrator`
   */
  deleteOwn(actor: Actor): Promise<void>;
  /** Names and proved addresses of those of these people who are not deleted, by id. At most 1,000. */
  peopleOf(userIds: readonly string[]): Promise<ReadonlyMap<string, KnownPerson>>;
  /** The active account that has proved the address; null where there is none. `address` as `addressOf` answers it. */
  personAt(address: string): Promise<string | null>;
  /** The one form in which addresses are compared. @throws `http.invalid`, also where neither or both are given */
  addressOf(given: { readonly email?: string | undefined; readonly phone?: string | undefined }): Promise<string>;
  /** From the next request on the session works in this organisation, or in none. Part of the caller's unit. */
  workIn(unit: AnyUnit, sessionId: string, organisationId: string | null): Promise<void>;
  /** Whether the account is disabled or deleted. One that is locked for a while is neither. */
  isClosed(userId: string): Promise<boolean>;
  /** The secret of the set-up link; null when there is an administrator. */
  setupToken(): Promise<string | null>;
  /**
   * Creates a verified administrator. `onlyFirst`: null when there is one already.
   * @throws `users.password_refused`, `users.email_taken`
   */
  createAdministrator(registration: Registration, options: { onlyFirst: boolean }): Promise<SignedInUser | null>;
  /**
   * Makes the account with this address an administrator, for an operator of this machine.
   * @throws `users.not_found`, `users.email_not_verified`, `users.not_active`
   */
  promoteToAdministrator(email: string): Promise<Pick<SignedInUser, 'id' | 'email'>>;
  /**
   * Makes accounts of people of another system, one for each line of NDJSON (`docs/users-import.md`). Each batch of lines is
   * a unit of its own, and a line whose outside id is known is left alone: so it can run again after an end at any point,
   * and several may run at once.
   */
  importPeople(chunks: AsyncIterable<Buffer>, options: ImportOptions): Promise<ImportSummary>;
  /**
   * All people who are not deleted, as lines that an import takes, with their ends, in the order of their ids. Recorded
   * before the first. Hashes are secrets: anybody who has them can try passwords.
   */
  exportPeople(options: { readonly withHashes: boolean }): AsyncGenerator<string>;
}
