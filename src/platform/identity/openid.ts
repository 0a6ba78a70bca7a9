import * as client from 'openid-client';
import type { AuthorizationRequest, Identification, ProviderIdentity } from './port.ts';

const CALL_SECONDS = 5; // of one call; a sign-in makes a few

/** `http://` is only for what runs on this machine, as the configuration has checked. */
export function toSettings(url: string) {
  return { timeout: CALL_SECONDS, execute: url.startsWith('http:') ? [client.allowInsecureRequests] : [] };
}

/** The authorization request of RFC 9700: code flow, PKCE, and a state and nonce of its own. */
export async function toAuthorizationUrl(
  configuration: client.Configuration,
  { redirectUri, state, nonce, codeVerifier }: AuthorizationRequest,
  parameters: Readonly<Record<string, string>>,
): Promise<string> {
  const url = client.buildAuthorizationUrl(configuration, {
    redirect_uri: redirectUri,
    state,
    code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
    ...(parameters['scope']?.startsWith('openid') && { nonce }),
    ...parameters,
  });
  return url.href;
}

/** Runs what may find the answer wrong: that is a refusal, and no trouble of the service. */
export async function judge(identify: () => Promise<ProviderIdentity>): Promise<Identification> {
  try {
    return { outcome: 'identified', identity: await identify() };
  } catch (error) {
    if (isAboutAnswer(error)) return { outcome: 'refused', reason: error.code ?? error.name };
    throw error;
  }
}

const TROUBLE = new Set([
  'OAUTH_TIMEOUT',
  'OAUTH_ABORT',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_RESPONSE_IS_NOT_JSON',
]);

function isAboutAnswer(error: unknown): error is Error & { code?: string } {
  if (error instanceof client.AuthorizationResponseError || error instanceof client.ResponseBodyError) return true;
  return error instanceof client.ClientError && error.code !== undefined && !TROUBLE.has(error.code);
}

/** A name as we keep names: one line, up to 100 characters. */
export function toName(value: unknown): string {
  if (typeof value !== 'string' || !value.isWellFormed()) return '';
  return value
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, 100)
    .toWellFormed();
}

/** Null for what is no address, or longer than one can be. */
export function toEmail(value: unknown): string | null {
  return typeof value === 'string' && value.length <= 254 && /^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+\.[^\s@\p{Cc}]+$/u.test(value)
    ? value
    : null;
}
