import { randomBytes } from 'node:crypto';
import type { Actor } from '#kernel/access.ts';
import type { Language } from '#kernel/language.ts';
import { Problem } from '#kernel/problem.ts';
import type { Identification, NamedProvider } from '#platform/identity/port.ts';
import type { Challenges } from '../challenges/service.ts';
import { userErrors } from '../contract.ts';
import type { UsersNeeds } from '../needs.ts';
import type { ExternalAccounts } from './identity-accounts.ts';
import { createReturnUrls, withParameter } from './return-url.ts';
import type { Provider } from './schemas.ts';

const PATH = '/api/v1/users/oauth';
const AWAY_MINUTES = 10; // for signing in there, with a second factor there
const CODE_MINUTES = 1;
const RETRY_AFTER_SECONDS = 5;

export interface ExternalSignInNeeds extends Pick<
  UsersNeeds,
  'db' | 'publicUrl' | 'providers' | 'returnOrigins' | 'now'
> {
  readonly challenges: Challenges;
  readonly accounts: ExternalAccounts;
}

/** Sends a browser to another provider and takes it back; it leaves with a one-time code, never with tokens. */
export function createExternalSignIn(needs: ExternalSignInNeeds) {
  const { db, publicUrl, providers, returnOrigins, challenges, accounts } = needs;
  const returnUrls = createReturnUrls(publicUrl, returnOrigins);
  const redirectUri = `${publicUrl}${PATH}/callback`;

  function list(): { items: Provider[] } {
    return {
      items: providers.map(({ name, title }) => ({ name, title, startUrl: `${publicUrl}${PATH}/${name}/start` })),
    };
  }

  /** The address of the provider. @throws `users.provider_not_found`, `users.return_url_refused`, `users.provider_unavailable` */
  async function start(actor: Actor, name: string, given: string | undefined, browser: string): Promise<string> {
    const found = providers.find((one) => one.name === name);
    if (!found) throw userErrors.providerNotFound({ provider: name });
    const data = {
      provider: name,
      returnUrl: returnUrls.parse(given),
      browser,
      nonce: randomBytes(32).toString('base64url'),
      codeVerifier: randomBytes(32).toString('base64url'), // 43 characters, as RFC 7636 asks at least
    };
    const state = await db.write(actor, ({ tx }) =>
      challenges.create(tx, { kind: 'external', userId: null, data, minutes: AWAY_MINUTES }),
    );
    try {
      return await found.provider.authorizationUrl({ ...data, redirectUri, state });
    } catch (cause) {
      throw unavailable(cause);
    }
  }

  /**
   * Where to send the browser next: its `returnUrl` with a code of sixty seconds, or with the code of a problem.
   * @throws `users.oauth_state_invalid` when the answer belongs to nothing that this browser began
   */
  async function finish(actor: Actor, answer: string, browser: string | null, language: Language): Promise<string> {
    const [state = '', ...more] = new URLSearchParams(answer).getAll('state');
    const begun = await db.write(actor, ({ tx }) => challenges.take(tx, state, 'external'));
    if (!begun || more.length > 0 || browser === null || begun.data.browser !== browser)
      throw userErrors.oauthStateInvalid();
    const { returnUrl } = begun.data;
    const found = providers.find(({ name }) => name === begun.data.provider);
    if (!found) throw userErrors.oauthStateInvalid(); // taken out of the configuration meanwhile
    const said = await ask(found, { ...begun.data, redirectUri, state }, answer);
    const outcome = said instanceof Problem ? said : await settle(actor, found, said, browser, language);
    return outcome instanceof Problem
      ? withParameter(returnUrl, 'error', outcome.code)
      : withParameter(returnUrl, 'code', outcome);
  }

  type Request = Parameters<NamedProvider['provider']['identify']>[0];
  async function ask({ provider }: NamedProvider, request: Request, answer: string): Promise<Identification | Problem> {
    try {
      return await provider.identify(request, answer);
    } catch (cause) {
      return unavailable(cause);
    }
  }

  /** The one-time code, or why there is none; a refusal leaves its trace. */
  function settle(
    actor: Actor,
    { name, title }: NamedProvider,
    said: Identification,
    browser: string,
    language: Language,
  ): Promise<string | Problem> {
    return db.write(actor, async (unit) => {
      const refuse = (reason: string, userId = '') =>
        unit.audit({
          action: 'users.external_login_failed',
          resourceType: 'user',
          resourceId: userId,
          outcome: 'failure',
          payload: { provider: name, reason },
        });
      if (said.outcome === 'refused') {
        refuse(said.reason);
        return userErrors.externalRefused();
      }
      const { identity } = said;
      const user = await accounts.resolve(unit, { provider: name, title }, identity, language);
      if (user instanceof Problem) {
        refuse(user.code);
        return user;
      }
      const waiting = user ? null : { ...identity, provider: name, title, language };
      return challenges.create(unit.tx, {
        kind: 'externalCode',
        userId: user?.id ?? null,
        data: { browser, waiting },
        minutes: CODE_MINUTES,
      });
    });
  }

  return { list, start, finish };
}

function unavailable(cause: unknown): Problem {
  return Object.assign(userErrors.providerUnavailable({ retryAfterSeconds: RETRY_AFTER_SECONDS }), { cause });
}
