/**
 * A service that says who somebody is: OpenID Connect, or OAuth 2.0 with an API of its own. The browser is sent there
 * and comes back with an answer; what that is worth is asked of the service itself.
 */
export interface IdentityProvider {
  /** Where to send the browser. Asks for the authorization code flow with PKCE (S256). */
  authorizationUrl(request: AuthorizationRequest): Promise<string>;
  /**
   * Who came back. Checks state, nonce, the answer's `iss` and the redirect address, and trades the code. Rejects when
   * the service cannot be used; whatever is wrong with the answer itself is `refused`.
   */
  identify(request: AuthorizationRequest, answer: string): Promise<Identification>;
}

/** Known to us and, but for `codeVerifier`, to the browser; each used once. */
export interface AuthorizationRequest {
  readonly redirectUri: string;
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

export type Identification =
  | { readonly outcome: 'identified'; readonly identity: ProviderIdentity }
  | { readonly outcome: 'refused'; readonly reason: string };

/** The key is issuer and subject; an address can change hands. */
export interface ProviderIdentity {
  readonly issuer: string;
  readonly subject: string;
  /** Null where the service tells none. */
  readonly email: string | null;
  /** True only where the service vouches that the address is the person's. */
  readonly isEmailVerified: boolean;
  readonly firstName: string;
  readonly lastName: string;
}

/** A provider under the name that paths and the configuration give it. */
export interface NamedProvider {
  readonly name: string;
  /** As people know it. */
  readonly title: string;
  readonly provider: IdentityProvider;
}
