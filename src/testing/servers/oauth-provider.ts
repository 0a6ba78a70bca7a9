import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { listenHttp } from './listen.ts';
import { CLIENT } from './oidc-provider.ts';

/** What the API answers, by path. */
export type FakeOAuthApi = Record<string, unknown>;

/**
 * A server with the protocol of GitHub and Meta: an authorization endpoint that agrees at once, a token endpoint that
 * requires what they require (secret, redirect address, PKCE), and an API that requires the token.
 */
export async function startOAuth(t: TestContext, api: FakeOAuthApi) {
  const codes = new Map<string, { challenge: string; redirectUri: string }>();
  const asked: URL[] = [];
  const state = { isFailing: false };
  const server = createServer((request, response) => void handle(request, response));
  const url = await listenHttp(t, server);

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = new URL(request.url ?? '/', url);
    if (/authorize$|dialog\/oauth$/.test(target.pathname)) return authorize(target, response);
    if (target.pathname.endsWith('access_token')) return trade(new URLSearchParams(await text(request)), response);
    asked.push(target);
    const isAllowed = request.headers.authorization === 'Bearer token-of-sara' && target.pathname in api;
    answer(response, isAllowed && !state.isFailing ? 200 : 502, api[target.pathname] ?? {});
  }

  function authorize({ searchParams }: URL, response: ServerResponse): void {
    const get = (name: string) => searchParams.get(name) ?? '';
    const code = `code-${codes.size}`;
    codes.set(code, { challenge: get('code_challenge'), redirectUri: get('redirect_uri') });
    const location = `${get('redirect_uri')}?code=${code}&state=${get('state')}`;
    response.writeHead(302, { location }).end();
  }

  /** Refuses with status 200, as GitHub does. */
  function trade(body: URLSearchParams, response: ServerResponse): void {
    const code = codes.get(body.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(body.get('code_verifier') ?? '')
      .digest('base64url');
    const isRight =
      code?.challenge === challenge &&
      code.redirectUri === body.get('redirect_uri') &&
      body.get('client_id') === CLIENT.id &&
      body.get('client_secret') === CLIENT.secret;
    codes.delete(body.get('code') ?? '');
    if (isRight) answer(response, 200, { access_token: 'token-of-sara', token_type: 'bearer', scope: 'read:user' });
    else answer(response, 200, { error: 'bad_verification_code' });
  }

  return {
    api,
    /** The requests to its API, in order. */
    asked,
    fail: (isFailing: boolean) => void (state.isFailing = isFailing),
    environment: (name: 'GITHUB' | 'META') => ({
      [`BONYAN_OAUTH_${name}_URL`]: url,
      [`BONYAN_OAUTH_${name}_CLIENT_ID`]: CLIENT.id,
      [`BONYAN_OAUTH_${name}_CLIENT_SECRET`]: CLIENT.secret,
    }),
  };
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
