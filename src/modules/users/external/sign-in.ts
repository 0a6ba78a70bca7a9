import { randomBytes } from 'node:crypto';
import type { Actor } from '#kernel/access.ts';
import type { Language } from '#kernel/language.ts';
import { createLinks } from '#kernel/links.ts';
import { Problem } from '#kernel/problem.ts';
import type { Identification, NamedProvider } from '#platform/identity/port.ts';
import type { ChallengeData, Challenges } from '../challenges/service.ts';
import { userErrors } from '../contract.ts';
import type { UsersNeeds } from '../needs.ts';
import type { IdentityAccounts } from './identity-accounts.ts';
import { createReturnUrls, withParameter } from './return-url.ts';
import type { ListedProvider, StartQuery } from './schemas.ts';

const PATH = '/api/v1/users/oauth';
const AWAY_MINUTES = 10; // enough to sign in at the provider, with its second factor
const CODE_MINUTES = 1;
const RETRY_AFTER_SECONDS = 5;

export interface ExternalSignInNeeds extends Pick<UsersNeeds, 'db' | 'publicUrl' | 'providers' | 'origins' | 'now'> {
  readonly challenges: Challenges;
  readonly accounts: IdentityAccounts;
}

/** Redirects a browser to an external provider and back. It returns to the client with a one-time code, never with tokens. */
export function createExternalSignIn(needs: ExternalSignInNeeds) {
  const { db, publicUrl, providers, origins, challenges, accounts } = needs;
  const returnUrls = createReturnUrls(publicUrl, origins.mayReturn);
  const links = createLinks(publicUrl);
  const redirectUri = links.absolute(`${PATH}/callback`);

  function list(): { items: ListedProvider[] } {
    return {
      items: providers.map(({ name, title }) => ({ name, title, startUrl: links.absolute(`${PATH}/${name}/start`) })),
    };
  }

  /** Answers the provider's address. @throws `users.provider_not_found`, `users.return_url_refused`, `users.provider_unavailable` */
  async function start(actor: Actor, name: string, query: StartQuery, browser: string): Promise<string> {
    const found = providers.find((one) => one.name === name);
    if (!found) throw userErrors.providerNotFound({ provider: name });
    const data = {
      provider: name,
      returnUrl: returnUrls.parse(query.returnUrl),
      browser,
      codeChallenge: query.codeChallenge ?? null,
      nonce: randomBytes(32).toString('base64url'),
      codeVerifier: randomBytes(32).toString('base64url'), // 43 characters, the minimum of RFC 7636
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
   * @throws `users.oauth_state_invalid` when this browser has not started that sign-in
   */
  async function finish(actor: Actor, answer: string, browser: string | null, language: Language): Promise<string> {
    const [state = '', ...more] = new URLSearchParams(answer).getAll('state');
    const started = await db.write(actor, ({ tx }) => challenges.take(tx, state, 'external'));
    if (!started || more.length > 0 || browser === null || started.data.browser !== browser)
      throw userErrors.oauthStateInvalid();
    const { returnUrl, codeChallenge } = started.data;
    const found = providers.find(({ name }) => name === started.data.provider);
    if (!found) throw userErrors.oauthStateInvalid(); // removed from the configuration meanwhile
    const identification = await identify(found, { ...started.data, redirectUri, state }, answer);
    const outcome =
      identification instanceof Problem
        ? identification
        : await accept(actor, found, identification, { browser, codeChallenge }, language);
    return outcome instanceof Problem
      ? withParameter(returnUrl, 'error', outcome.code)
      : withParameter(returnUrl, 'code', outcome);
  }

  type Request = Parameters<NamedProvider['provider']['identify']>[0];
  async function identify(
    { provider }: NamedProvider,
    request: Request,
    answer: string,
  ): Promise<Identification | Problem> {
    try {
      return await provider.identify(request, answer);
    } catch (cause) {
      return unavailable(cause);
    }
  }

  /** The one-time code, or the refusal, which is recorded. */
  function accept(
    actor: Actor,
    { name, title }: NamedProvider,
    identification: Identification,
    starter: Pick<ChallengeData['externalCode'], 'browser' | 'codeChallenge'>,
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
      if (identification.outcome === 'refused') {
        refuse(identification.reason);
        return userErrors.externalRefused();
      }
      const { identity } = identification;
      const user = await accounts.resolve(unit, { provider: name, title }, identity, language);
      if (user instanceof Problem) {
        refuse(user.code);
        return user;
      }
      const waiting = user ? null : { ...identity, provider: name, title, language };
      return challenges.create(unit.tx, {
        kind: 'externalCode',
        userId: user?.id ?? null,
        data: { ...starter, waiting },
        minutes: CODE_MINUTES,
      });
    });
  }

  return { list, start, finish };
}

function unavailable(cause: unknown): Problem {
  return Object.assign(userErrors.providerUnavailable({ retryAfterSeconds: RETRY_AFTER_SECONDS }), { cause });
}
