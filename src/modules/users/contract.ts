import { Type, type Static } from 'typebox';
import { NAME_PATTERN } from '#kernel/name.ts';
import { definePermission, type Actor } from '#kernel/access.ts';
import { defineEvent } from '#kernel/event.ts';
import { defineError } from '#kernel/problem.ts';
import { Email, Id } from '#kernel/schema.ts';
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
    email: Type.String({ examples: ['sara@example.com'] }),
    firstName: Type.String({ examples: ['سارا'] }),
    lastName: Type.String({ examples: ['محمدی'] }),
    roles: Type.Array(Type.String(), { examples: [['user']] }),
  },
  { title: 'SignedInUser' },
);
export type SignedInUser = Static<typeof SignedInUser>;

export const userPermissions = {
  access: definePermission('users.access', 'See and administer accounts'),
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
  notActive: defineError('users.not_active', 409, 'The account is disabled'),
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
  botCheckNone: defineError('users.bot_check_none', 404, 'No work is asked of clients'),
  emailTaken: defineError('users.email_taken', 409, 'Another account has this address'),
  networkBlocked: defineError('users.network_blocked', 429, 'Too many failed attempts from this network'),
  factorBlocked: defineError('users.factor_blocked', 429, 'Too many wrong attempts'),
  providerUnavailable: defineError('users.provider_unavailable', 503, 'The external provider cannot be reached'),
  busy: defineError('users.busy', 503, 'Too many sign-ins at once'),
  botCheckAway: defineError('users.bot_check_away', 503, 'Proofs cannot be checked now'),
};

/** Of the requests that may need a proof. */
export const botCheckRefusals = [userErrors.botCheckRequired, userErrors.botCheckFailed, userErrors.botCheckAway];

const UserRef = Type.Object({ userId: Type.String() });
const FactorRef = Type.Object({ userId: Type.String(), factor: Type.String() });
const SessionRef = Type.Object({ userId: Type.String(), sessionId: Type.String() });

export const userEvents = {
  registered: defineEvent('users.registered', 1, 'userId', UserRef),
  emailVerified: defineEvent('users.email_verified', 1, 'userId', UserRef),
  emailChanged: defineEvent('users.email_changed', 1, 'userId', UserRef),
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

/** What the HTTP server and the command line may call, in process. */
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
}
