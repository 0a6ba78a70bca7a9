import { createClient, take } from '#client';
import { settings } from '#app/app/settings.ts';
import { currentLanguage } from '#app/text/language.ts';
import { createProvingFetch, type Demand } from './proofs.ts';

let endSession = () => {};
let demand: Demand = async () => false;

/** The only way to the server. The access token is in memory, the refresh token in a cookie that no script reads. */
export const client = createClient({
  baseUrl: `${location.origin}${settings.prefix}`,
  keeps: 'cookie',
  language: currentLanguage,
  fetch: createProvingFetch({ demand: (methods) => demand(methods), solve: proveNoBot }),
  onSignedOut: () => endSession(),
});

export function onSessionEnd(tell: () => void): void {
  endSession = tell;
}

/** Says who asks for a fresh proof of identity when the server wants one. Returns a function that takes this back. */
export function onStepUp(ask: Demand): () => void {
  demand = ask;
  return () => void (demand = async () => false);
}

/** Null where this page cannot prove it: then the refusal is shown as it is. */
async function proveNoBot(): Promise<string | null> {
  const { kind } = await take(client.api.GET('/api/v1/users/bot-check'));
  if (kind !== 'altcha' || !isSecureContext) return null;
  const challenge = await take(client.api.GET('/api/v1/users/bot-check/challenge'));
  const { solve } = await import('./altcha.ts');
  return solve(challenge);
}
