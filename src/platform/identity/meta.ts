import { createHmac } from 'node:crypto';
import { Type } from 'typebox';
import type { SignInProviderConfig } from '#platform/config/sign-in-providers.ts';
import type { Driver } from '#platform/resilience/port.ts';
import { createOAuthProvider, ServiceId } from './oauth.ts';
import { toEmail, toName } from './openid.ts';
import type { IdentityProvider } from './port.ts';

const PUBLIC = 'https://www.facebook.com';
const Text = Type.Optional(Type.String());
const Me = Type.Object({ id: ServiceId, first_name: Text, last_name: Text, email: Text });

/** Meta (Facebook). It does not state whether an address is verified, so none counts as verified. */
export function createMetaProvider(config: SignInProviderConfig): Driver<IdentityProvider> {
  const { url, clientSecret } = config;
  const graph = url === PUBLIC ? 'https://graph.facebook.com' : url;
  return createOAuthProvider(config, {
    authorizationEndpoint: `${url}/dialog/oauth`,
    tokenEndpoint: `${graph}/oauth/access_token`,
    scope: 'public_profile email',
    async identityOf({ accessToken, get }) {
      // A stolen token alone is useless without it.
      const proof = createHmac('sha256', clientSecret).update(accessToken).digest('hex');
      const me = await get(`${graph}/me?fields=id,first_name,last_name,email&appsecret_proof=${proof}`, Me);
      const names = { firstName: toName(me.first_name), lastName: toName(me.last_name) };
      return { subject: String(me.id), email: toEmail(me.email), isEmailVerified: false, ...names };
    },
  });
}
