import { testApp, type TestApp } from '#testing/app.ts';
import type { TestContext } from 'node:test';
import { browse, startOidc, type Person } from './servers/oidc-provider.ts';

export const HOME = 'http://localhost:8080';
export const CALLBACK = `${HOME}/api/v1/users/oauth/callback`;

/** An app with one OpenID provider, `acme`. */
export async function appWithProvider(t: TestContext, people: Record<string, Person>, more = {}) {
  const oidc = await startOidc(t, CALLBACK, people);
  const app = await testApp(t, { environment: { ...oidc.environment('ACME'), ...more } });
  return { app, oidc };
}

/** A browser with its own cookies. */
export function newBrowser(app: TestApp) {
  let cookie = '';

  async function start(provider = 'acme', returnUrl = `${HOME}/console`, more: Record<string, string> = {}) {
    const path = `/users/oauth/${provider}/start?${new URLSearchParams({ returnUrl, ...more }).toString()}`;
    const answer = await app.anonymous.get(path, { cookie });
    const [set] = [answer.headers['set-cookie']].flat();
    if (typeof set === 'string') cookie = set.split(';')[0] ?? '';
    return { status: answer.status, body: answer.body, to: String(answer.headers['location']), set: String(set) };
  }

  /** Returns from a provider with its answer. */
  async function comeBack(url: string) {
    const answer = await app.anonymous.get(url.slice(HOME.length), { cookie });
    const location = typeof answer.headers['location'] === 'string' ? new URL(answer.headers['location']) : null;
    return {
      status: answer.status,
      body: answer.body,
      location,
      code: location?.searchParams.get('code') ?? '',
      error: location?.searchParams.get('error') ?? null,
    };
  }

  const exchange = (code: string, more: object = {}) =>
    app.anonymous.post('/users/oauth/exchange', { code, ...more }, { cookie });

  return {
    start,
    comeBack,
    exchange,
    cookie: () => cookie,
    /** To the provider and back; `change` may modify the request to it. */
    async visit(provider = 'acme', change: (url: URL) => void = () => {}) {
      const url = new URL((await start(provider)).to);
      change(url);
      return comeBack(await browse(url.href, CALLBACK));
    },
    /** A complete sign-in. */
    async signIn(provider = 'acme') {
      const { to } = await start(provider);
      const { code, error } = await comeBack(await browse(to, CALLBACK));
      return error === null ? exchange(code) : { status: 0, body: { code: error }, headers: {} };
    },
  };
}
