import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { traceIdOf } from '#kernel/access.ts';
import type { Links } from '#kernel/links.ts';
import { isTranslated, pickLanguage, type Language } from '#kernel/language.ts';
import { Problem, type ProblemDef, type Texts } from '#kernel/problem.ts';
import type { Log } from '#platform/log/port.ts';
import { languageOf, prefersHtml, sendPage } from '#platform/pages/port.ts';
import { problemPage, type ExplainedError } from '#platform/pages/problem-pages.ts';
import { bearerTokenOf, httpErrors, type DeniedRequest, type OnDenied } from './port.ts';
import { toFieldErrors } from './validation.ts';

/** The explanation of each error, by its code, as served at `/problems/{code}`. */
export type Catalogue = ReadonlyMap<string, ExplainedError>;

/** A module, or the platform itself. */
export interface ProblemSource {
  readonly errors?: readonly ProblemDef[];
  readonly texts?: Texts;
}

/** @throws Error for an error without texts: a client could not show it in the reader's language. */
export function createCatalogue(sources: readonly ProblemSource[]): Catalogue {
  const pages = sources.flatMap(({ errors = [], texts }) =>
    errors.map(({ code, status, title }): ExplainedError => {
      const text = texts?.errors[code];
      if (!text) throw new Error(`${code} has no entry in texts.json`);
      return { code, status, title: { en: title, fa: text.fa }, means: text.means };
    }),
  );
  return new Map(pages.map((page) => [page.code, page]));
}

export interface ErrorHandlerNeeds {
  readonly catalogue: Catalogue;
  readonly links: Links;
  readonly log: Log;
  readonly onDenied?: OnDenied | undefined;
}

/** Renders what a handler threw, in the caller's language. A bug is logged; the caller sees only `http.internal`. */
export function createErrorHandler({ catalogue, links, log, onDenied }: ErrorHandlerNeeds) {
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply): void => {
    const isPage = isForBrowser(request);
    const language = isPage ? languageOf(request) : pickLanguage(request.headers['accept-language']);
    const problem = isGivenUp(error, request)
      ? httpErrors.timeout({ retryAfterSeconds: 1 })
      : toProblem(error, language);
    if (problem.status === 500)
      log.error(
        {
          err: error,
          requestId: request.id,
          traceId: traceIdOf(request.actor.origin),
          route: request.routeOptions.url,
        },
        'a request failed with an unexpected error and was answered with 500',
      );
    if (problem.status === 403) onDenied?.(toDenied(problem, request));
    const retrySeconds = toRetrySeconds(problem, request);
    if (retrySeconds !== null) reply.header('retry-after', retrySeconds);
    const challenge = toChallenge(problem, request);
    if (challenge !== null) reply.header('www-authenticate', challenge);
    reply.code(problem.status);
    readRestOfBody(request, reply);
    const explained = isPage ? catalogue.get(problem.code) : undefined;
    if (explained) return void sendPage(reply, problemPage(explained, language, traceIdOf(request.actor.origin)));
    const body = toBody(problem, catalogue, links, language, request);
    reply.type('application/problem+json').send(JSON.stringify(body));
  };
}

function toRetrySeconds({ status, retryAfterSeconds }: Problem, { routeOptions }: FastifyRequest): number | null {
  if (status !== 503 || retryAfterSeconds === null) return retryAfterSeconds;
  return Math.max(retryAfterSeconds, routeOptions.config?.minRetrySeconds ?? 0);
}

function toDenied({ code, details }: Problem, { actor, method, routeOptions }: FastifyRequest): DeniedRequest {
  const { permission } = details;
  const route = routeOptions.url ?? '';
  return { actor, method, route, code, permission: typeof permission === 'string' ? permission : null };
}

/**
 * The body parser asks to close the connection of a body that it has not read. A client or proxy that still sends it
 * would then see a reset instead of the answer. `connections.ts` bounds how long the rest may take.
 */
function readRestOfBody({ raw }: FastifyRequest, reply: FastifyReply): void {
  reply.removeHeader('connection');
  raw.resume();
}

/** A person who follows a link gets a page; calls of the API get problem+json, whatever they accept. */
function isForBrowser({ method, url, headers, routeOptions }: FastifyRequest): boolean {
  const isForPeople = routeOptions.config?.isPage === true;
  const isForm = isForPeople && (headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
  const isPage = isForPeople || !url.startsWith('/api/');
  return (method === 'GET' || method === 'HEAD' || isForm) && isPage && prefersHtml(headers.accept);
}

/** `WWW-Authenticate` by RFC 6750, 3.1: it names an error only if the request brought a token or key. */
function toChallenge({ code, status, details }: Problem, request: FastifyRequest): string | null {
  const isRefused = code === httpErrors.notSignedIn.code && bearerTokenOf(request) !== null;
  if (isRefused) return 'Bearer error="invalid_token"';
  if (status === 401) return 'Bearer';
  if (code === httpErrors.apiKeyRefused.code || code === httpErrors.impersonationRefused.code)
    return 'Bearer error="insufficient_scope"';
  if (code !== httpErrors.forbidden.code) return null;
  return `Bearer error="insufficient_scope", scope="${String(details['permission'])}"`;
}

function toBody(problem: Problem, catalogue: Catalogue, links: Links, language: Language, request: FastifyRequest) {
  const { code, status, message, details } = problem;
  return {
    ...toShown(details, language),
    type: links.path(`/problems/${code}`),
    title: catalogue.get(code)?.title[language] ?? message,
    status,
    code,
    instance: links.path(request.url.split('?')[0] ?? '/'), // the query can contain secrets, which must not be logged
    traceId: traceIdOf(request.actor.origin),
  };
}

function toShown(details: Problem['details'], language: Language): Problem['details'] {
  const shown = Object.entries(details).map(([name, value]) => [
    name,
    isTranslated(value) ? value[language] : name === 'errors' && Array.isArray(value) ? value.map(toMessage) : value,
  ]);
  return Object.fromEntries(shown);

  function toMessage(error: { readonly message?: unknown }) {
    return isTranslated(error.message) ? { ...error, message: error.message[language] } : error;
  }
}

const byErrorCode: Record<string, ProblemDef> = {
  FST_ERR_CTP_BODY_TOO_LARGE: httpErrors.tooLarge,
  FST_ERR_CTP_INVALID_MEDIA_TYPE: httpErrors.unsupportedMediaType,
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: httpErrors.malformed,
  FST_ERR_CTP_INVALID_JSON_BODY: httpErrors.malformed,
  FST_ERR_CTP_EMPTY_JSON_BODY: httpErrors.malformed,
  FST_ERR_BAD_URL: httpErrors.malformed,
  BN409: httpErrors.idempotencyRunning, // raised by platform.settle_claim: another request has taken over the claim
};

/** What waited for something when its client left, or its time was over: nobody reads the answer, and it is no bug. */
function isGivenUp({ name }: FastifyError, { disconnectController }: FastifyRequest): boolean {
  return name === 'AbortError' && disconnectController?.signal.aborted === true;
}

function toProblem(error: FastifyError, language: Language): Problem {
  if (error instanceof Problem) return error;
  if (error.validation) {
    const part = error.validationContext ?? 'body';
    return httpErrors.invalid({ in: part, errors: toFieldErrors(error.validation as never, language) });
  }
  const known = byErrorCode[error.code];
  if (known) return known(known.status === 409 ? { retryAfterSeconds: 1 } : {});
  if (error instanceof SyntaxError && error.statusCode === 400) return httpErrors.malformed();
  return httpErrors.internal();
}
