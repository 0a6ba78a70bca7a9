import { Type } from 'typebox';
import type { SignInProviderConfig } from '#platform/config/sign-in-providers.ts';
import type { Driver } from '#platform/resilience/port.ts';
import { createOAuthProvider, ServiceId, type OAuthApi } from './oauth.ts';
import { toEmail, toName } from './openid.ts';
import type { IdentityProvider } from './port.ts';

const PUBLIC = 'https://github.com';
const User = Type.Object({
  id: ServiceId,
  login: Type.String(),
  name: Type.Optional(Type.Union([Type.String(), Type.Null()])),
});
const Emails = Type.Array(Type.Object({ email: Type.String(), primary: Type.Boolean(), verified: Type.Boolean() }));

/** GitHub, or a GitHub Enterprise server. */
export function createGithubProvider(config: SignInProviderConfig): Driver<IdentityProvider> {
  const { url } = config;
  const api = url === PUBLIC ? 'https://api.github.com' : `${url}/api/v3`;
  return createOAuthProvider(config, {
    authorizationEndpoint: `${url}/login/oauth/authorize`,
    tokenEndpoint: `${url}/login/oauth/access_token`,
    scope: 'read:user user:email',
    async identityOf({ get }) {
      const { id, login, name } = await get(`${api}/user`, User);
      const email = await findVerified(get, api);
      const firstName = toName(name) || toName(login);
      return { subject: String(id), email, isEmailVerified: email !== null, firstName, lastName: '' };
    },
  });
}

/** The address in the profile is chosen freely; only this list shows which addresses are verified. */
async function findVerified(get: OAuthApi['get'], api: string): Promise<string | null> {
  const verified = (await get(`${api}/user/emails`, Emails)).filter((one) => one.verified);
  const chosen = verified.find(({ primary }) => primary) ?? verified[0];
  return toEmail(chosen?.email);
}
