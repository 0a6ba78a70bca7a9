/**
 * An external identity provider: OpenID Connect, or OAuth 2.0 with an API of its own. The browser is redirected to it
 * and returns with an answer, which the server then verifies with the provider itself.
 */
export interface IdentityProvider {
  /** The URL to which the browser is redirected: authorization code flow with PKCE (S256). */
  authorizationUrl(request: AuthorizationRequest): Promise<string>;
  /**
   * Identifies the user who returned: checks state, nonce, the answer's `iss` and the redirect URI, and exchanges the
   * code. Rejects when the provider cannot be used; an invalid answer is `refused`.
   */
  identify(request: AuthorizationRequest, answer: string): Promise<Identification>;
}

/** The browser knows these values except `codeVerifier`; each is used once. */
export interface AuthorizationRequest {
  readonly redirectUri: string;
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

export type Identification =
  | { readonly outcome: 'identified'; readonly identity: ProviderIdentity }
  | { readonly outcome: 'refused'; readonly reason: string };

/** Issuer and subject together identify the user; an e-mail address can later belong to another person. */
export interface ProviderIdentity {
  readonly issuer: string;
  readonly subject: string;
  /** Null when the provider sends none. */
  readonly email: string | null;
  /** True only when the provider states that the address belongs to the user. */
  readonly isEmailVerified: boolean;
  readonly firstName: string;
  readonly lastName: string;
}

/** A provider with its name in paths and settings. */
export interface NamedProvider {
  readonly name: string;
  /** Shown to people. */
  readonly title: string;
  readonly provider: IdentityProvider;
  /** Whether this provider identifies users of the issuer: such identities can sign in by it. */
  isIssuer(issuer: string): boolean;
}
