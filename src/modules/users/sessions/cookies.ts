import type { FastifyReply, FastifyRequest } from 'fastify';
import { createLinks } from '#kernel/links.ts';
import { userErrors } from '../contract.ts';
import type { UsersNeeds } from '../needs.ts';
import type { Tokens } from '../schemas.ts';

const DEVICE_SECONDS = 365 * 86_400;

export interface TokenCookiesNeeds extends Pick<UsersNeeds, 'publicUrl' | 'origins'> {
  /** The name of a further cookie that identifies the browser. */
  readonly browserCookie: string;
}

/**
 * For browsers: refresh and device token are in cookies that scripts cannot read, and that pages of other sites cannot
 * send. A client asks for them by `X-Refresh-Cookie: true` at sign-in; otherwise both tokens are in the body.
 *
 * Over TLS the names begin with `__Host-`: no page of another host, of a subdomain or over plain HTTP can set them. With
 * a path in the public address they begin with `__Secure-`, and are sent below that path only (`CookieScope`). Browsers demand `Secure` for that, which they do not all accept from `http://localhost`: there the names have no prefix.
 */
export function createTokenCookies({ publicUrl, origins, browserCookie }: TokenCookiesNeeds) {
  const { namePrefix, path, secure } = createLinks(publicUrl).cookies;
  const [REFRESH, DEVICE] = [`${namePrefix}bonyan_refresh`, `${namePrefix}bonyan_device`];
  const options = { path, httpOnly: true, secure, sameSite: 'strict' as const };

  /** Moves the tokens of an answer into cookies if the request asks for that. */
  function deliver<A extends object>(request: FastifyRequest, reply: FastifyReply, answer: A): A {
    return request.headers['x-refresh-cookie'] === 'true' ? toCookies(reply, answer) : answer;
  }

  function toCookies<A extends object>(reply: FastifyReply, answer: A): A {
    if (!isTokens(answer)) return answer;
    const { refreshToken, deviceToken, refreshExpiresIn } = answer;
    if (refreshToken !== undefined) reply.setCookie(REFRESH, refreshToken, { ...options, maxAge: refreshExpiresIn });
    if (deviceToken !== undefined) reply.setCookie(DEVICE, deviceToken, { ...options, maxAge: DEVICE_SECONDS });
    return { ...answer, refreshToken: undefined, deviceToken: undefined };
  }

  function isByCookie({ body, cookies }: FastifyRequest): boolean {
    return tokenIn(body, 'refreshToken') === null && cookies[REFRESH] !== undefined;
  }

  /**
   * `SameSite` lets pages of sibling hosts send the cookies. Browsers name the page in `Origin`, except where they only
   * navigate; other programs send none. Over plain HTTP, which is for development, a page of this server counts under
   * every name of this machine, such as 127.0.0.1.
   */
  function isForeign({ headers: { origin }, host }: FastifyRequest): boolean {
    return origin !== undefined && !origins.mayCall(origin) && (secure || origin !== `http://${host}`);
  }

  return {
    deliver,
    /** For every route: a page of another origin can use no cookie. @throws `users.origin_refused` */
    async refuseForeign(request: FastifyRequest): Promise<void> {
      const { cookies, headers } = request;
      const isAsked = headers['x-refresh-cookie'] === 'true';
      const hasCookie = [REFRESH, DEVICE, browserCookie].some((name) => cookies[name] !== undefined);
      if ((isAsked || hasCookie) && isForeign(request)) throw userErrors.originRefused();
    },
    /** Like `deliver`, and also for a request whose token came in a cookie. */
    renew: <A extends object>(request: FastifyRequest, reply: FastifyReply, answer: A) =>
      isByCookie(request) ? toCookies(reply, answer) : deliver(request, reply, answer),
    /** A request whose token is in a cookie needs no body. */
    async allowNoBody(request: FastifyRequest): Promise<void> {
      if (request.cookies[REFRESH] !== undefined) request.body ??= {};
    },
    /** From the body, else from the cookie; empty without both. @throws `users.csrf_header_missing` */
    refreshTokenOf(request: FastifyRequest): string {
      if (!isByCookie(request)) return tokenIn(request.body, 'refreshToken') ?? '';
      if (request.headers['x-requested-with'] === undefined) throw userErrors.csrfHeaderMissing();
      return request.cookies[REFRESH] ?? '';
    },
    deviceTokenOf: ({ body, cookies }: FastifyRequest) => tokenIn(body, 'deviceToken') ?? cookies[DEVICE] ?? null,
    clear: (reply: FastifyReply) => void reply.clearCookie(REFRESH, options),
  };
}

export type TokenCookies = ReturnType<typeof createTokenCookies>;

function tokenIn(body: unknown, field: 'refreshToken' | 'deviceToken'): string | null {
  const token = ((body ?? {}) as Record<string, unknown>)[field];
  return typeof token === 'string' ? token : null;
}

function isTokens<A extends object>(answer: A): answer is A & Tokens {
  return 'accessToken' in answer;
}
