import * as client from 'openid-client';
import { parseEmail } from '#kernel/forms/email-address.ts';
import { withoutHidden } from '#kernel/name.ts';
import { clip } from '#kernel/text.ts';
import type { AuthorizationRequest, Identification, ProviderIdentity } from './port.ts';

const CALL_SECONDS = 5; // timeout of one call; a sign-in makes several

/** `http://` is allowed only for this machine; the configuration has checked that. */
export function toSettings(url: string) {
  return { timeout: CALL_SECONDS, execute: url.startsWith('http:') ? [client.allowInsecureRequests] : [] };
}

/** The authorization request as in RFC 9700: code flow, PKCE, a new state and nonce. */
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

/** Runs `identify`; an invalid answer becomes `refused`, while failures of the provider reject. */
export async function toIdentification(identify: () => Promise<ProviderIdentity>): Promise<Identification> {
  try {
    return { outcome: 'identified', identity: await identify() };
  } catch (error) {
    if (isAboutAnswer(error)) return { outcome: 'refused', reason: error.code ?? error.name };
    throw error;
  }
}

const PROVIDER_FAILURES = new Set([
  'OAUTH_TIMEOUT',
  'OAUTH_ABORT',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_RESPONSE_IS_NOT_JSON',
]);

function isAboutAnswer(error: unknown): error is Error & { code?: string } {
  if (error instanceof client.AuthorizationResponseError || error instanceof client.ResponseBodyError) return true;
  return error instanceof client.ClientError && error.code !== undefined && !PROVIDER_FAILURES.has(error.code);
}

/** Converts a name to one line of at most 100 characters, without those that a name here cannot contain. */
export function toName(value: unknown): string {
  if (typeof value !== 'string' || !value.isWellFormed()) return '';
  return clip(withoutHidden(value.replace(/\p{Cc}+/gu, ' ')).trim(), 100);
}

/** Null for what is no address. As the provider writes it: which account it is, users decides. */
export function toEmail(value: unknown): string | null {
  return typeof value === 'string' && parseEmail(value) !== null ? value : null;
}
