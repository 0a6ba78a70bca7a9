import type { TestContext } from 'node:test';
import { member, PASSWORD } from '#testing/accounts.ts';
import { listeningApp } from '#testing/browser.ts';
import { createClient, type ClientOptions } from '../../client/client.ts';

/** A client of a new server, signed in, and the last parts of the paths that it has called. */
export async function signedIn(
  t: TestContext,
  options: Partial<ClientOptions> = {},
  environment: Record<string, string> = {},
) {
  const app = await listeningApp(t, async () => environment);
  const sara = await member(app);
  const calls: string[] = [];
  const client = createClient({
    baseUrl: app.origin,
    fetch: (request) => {
      calls.push(new URL(request.url).pathname.split('/').at(-1) ?? '');
      return fetch(request);
    },
    ...options,
  });
  await client.signIn({ email: sara.email, password: PASSWORD });
  return { app, client, calls, sara };
}
