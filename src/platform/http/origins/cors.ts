import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '#platform/log/port.ts';
import type { PageOrigins } from '../port.ts';

export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** What a page reads of an answer beside `Content-Type`, `Content-Length`, `Cache-Control` and the like. */
const EXPOSED = [
  'Allow',
  'Content-Disposition',
  'ETag',
  'Idempotency-Replayed',
  'Link',
  'Location',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'Tus-Checksum-Algorithm',
  'Tus-Extension',
  'Tus-Max-Size',
  'Tus-Resumable',
  'Tus-Version',
  'Upload-Concat',
  'Upload-Defer-Length',
  'Upload-Expires',
  'Upload-Length',
  'Upload-Metadata',
  'Upload-Offset',
  'WWW-Authenticate',
  'X-Request-Id',
  'X-Total-Count',
].join(', ');
const HEADER_NAMES = /^[\w!#$%&'*+.^`|~, -]*$/;
const PREFLIGHT_SECONDS = '600';
const MAX_LOGGED = 20; // origins; strangers can make up any number

/**
 * Lets pages of other origins call the API (the CORS protocol of the Fetch standard). A page is either trusted, and may
 * do everything with every header and with cookies, or it gets no header at all, and its browser refuses.
 */
export function createCors({ mayCall, isOpen }: PageOrigins, log: Log) {
  const logged = new Set<string>();

  /** The headers of any answer to a request with this `Origin`. */
  function headersFor(origin: string | undefined): Record<string, string> {
    if (origin === undefined) return {};
    if (mayCall(origin))
      return {
        'access-control-allow-origin': origin,
        'access-control-allow-credentials': 'true',
        'access-control-expose-headers': EXPOSED,
      };
    // Never with cookies: that would hand the session of a visitor to every page.
    return isOpen ? { 'access-control-allow-origin': '*', 'access-control-expose-headers': EXPOSED } : {};
  }

  /** Answers the question that a browser asks before the request of a page; false for any other request. */
  function answerPreflight({ method, headers }: FastifyRequest, reply: FastifyReply): boolean {
    const { origin, 'access-control-request-method': asked, 'access-control-request-headers': names = '' } = headers;
    if (method !== 'OPTIONS' || origin === undefined || asked === undefined) return false;
    if (!isOpen && !mayCall(origin)) {
      logRefusal(origin);
      return false;
    }
    reply.code(204).headers({
      'access-control-allow-methods': METHODS.join(', '),
      // Whatever is asked for: a list would forget the headers of the next module.
      ...(HEADER_NAMES.test(names) && { 'access-control-allow-headers': names }),
      'access-control-max-age': PREFLIGHT_SECONDS,
      vary: 'Origin, Access-Control-Request-Headers',
    });
    reply.send();
    return true;
  }

  function logRefusal(origin: string): void {
    if (logged.has(origin) || logged.size >= MAX_LOGGED) return;
    logged.add(origin);
    log.warn(
      { origin: origin.slice(0, 200) },
      'a page of another origin may not call the API, and its browser was told so: if the page is yours, add its origin to BONYAN_CORS_ORIGINS',
    );
  }

  return { headersFor, answerPreflight };
}

export type Cors = ReturnType<typeof createCors>;
