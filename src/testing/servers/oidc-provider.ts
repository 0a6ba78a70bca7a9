import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { TestContext } from 'node:test';
import { exportJWK, generateKeyPair } from 'jose';
import { Provider } from 'oidc-provider';
import { listenHttp } from './listen.ts';

export interface Person {
  readonly email?: string;
  readonly email_verified?: boolean;
  readonly given_name?: string;
  readonly family_name?: string;
}

export const CLIENT = { id: 'bonyan', secret: 'only-for-tests-only-for-tests-only-for-tests' };

/**
 * An OpenID provider with the users `people`, by subject. It signs in the user that `signsIn` names, without a page.
 */
export async function startOidc(t: TestContext, redirectUri: string, people: Record<string, Person>) {
  const state = { subject: Object.keys(people)[0] ?? '', isAway: false, hasForeignKeys: false, codesTraded: 0 };
  const server = createServer((request, response) => void handle(request, response));
  const issuer = await listenHttp(t, server);
  const provider = await createProvider(issuer, redirectUri, people);
  const serve = provider.callback();

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (state.isAway) return void request.socket.destroy();
    if (request.url === '/jwks' && state.hasForeignKeys) return void response.end(await foreignKeys());
    if (request.url === '/token') state.codesTraded++;
    if (!request.url?.startsWith('/interaction/')) return void serve(request, response);
    await provider.interactionFinished(request, response, { login: { accountId: state.subject } });
  }

  return {
    issuer,
    people,
    signsIn: (subject: string) => void (state.subject = subject),
    goAway: (isAway: boolean) => void (state.isAway = isAway),
    /** Publishes keys that it does not sign with. */
    publishForeignKeys: () => void (state.hasForeignKeys = true),
    /** How often its token endpoint was called. */
    codesTraded: () => state.codesTraded,
    environment: (name: string) => ({
      [`BONYAN_OIDC_${name}_ISSUER`]: issuer,
      [`BONYAN_OIDC_${name}_CLIENT_ID`]: CLIENT.id,
      [`BONYAN_OIDC_${name}_CLIENT_SECRET`]: CLIENT.secret,
    }),
  };
}

async function createProvider(issuer: string, redirectUri: string, people: Record<string, Person>) {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return new Provider(issuer, {
    clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [redirectUri] }],
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig' }] },
    cookies: { keys: [CLIENT.secret] },
    pkce: { required: () => true },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['given_name', 'family_name'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, ...people[sub] }) }),
    ttl: { AccessToken: 60, AuthorizationCode: 60, IdToken: 60, Grant: 60, Interaction: 60, Session: 60 },
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({
        clientId: oidc.client?.clientId ?? '',
        accountId: oidc.session?.accountId ?? '',
      });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  });
}

async function foreignKeys(): Promise<string> {
  const { publicKey } = await generateKeyPair('RS256');
  return JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), alg: 'RS256', use: 'sig' }] });
}

/** A minimal browser: follows redirects and keeps cookies until a redirect goes to `until`. */
export async function browse(from: string, until: string): Promise<string> {
  const cookies = new Map<string, string>();
  let url = from;
  for (let step = 0; step < 10; step++) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get('location');
    if (location === null) throw new Error(`stopped with ${response.status} at ${url}: ${await response.text()}`);
    url = new URL(location, url).href;
    if (url.startsWith(until)) return url;
  }
  throw new Error('too many redirects');
}
