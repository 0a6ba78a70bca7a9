import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '#kernel/problem.ts';
import { httpErrors } from '#platform/http/port.ts';
import type { Routes } from '#platform/module.ts';
import { languageOf, prefersHtml, sendPage } from '#platform/pages/port.ts';
import { fileErrors } from '../contract.ts';
import { ByToken } from '../schemas.ts';
import { bytesResponse, send, servingErrors } from '../serving/routes.ts';
import { linkPasswordPage } from './password-page.ts';
import type { FileLinks } from './service.ts';

const FORM = 'application/x-www-form-urlencoded';
const MAX_FORM_BYTES = 1024; // a password has at most 200 characters
const inOpening = {
  access: 'public',
  serves: 'bytes',
  isPage: true, // people open links in browsers
  headers: { 'X-Link-Password': 'The password of the link, if it has one.' },
  errors: [
    ...servingErrors,
    fileErrors.linkInvalid,
    fileErrors.linkExpired,
    fileErrors.linkPassword,
    httpErrors.notSignedIn,
    httpErrors.forbidden,
  ],
} as const;

/** Apart from the other routes of links, because only these read forms. */
export function linkOpeningRoutes(links: FileLinks): Routes {
  return async (http) => {
    http.get(
      '/files/public/:token',
      {
        config: inOpening,
        schema: {
          operationId: 'openFileLink',
          summary: 'Download a file by a link',
          description: `For everybody who has a public link; for signed-in people with \`files.read\` who have a secure one. Each
            access is recorded. The ranges of one download, and HEAD, do not count as further downloads. A browser gets a page
            that asks for the password, where the link has one.`,
          params: ByToken,
          response: bytesResponse,
        },
      },
      (request, reply) => openOrAsk(links, request, reply),
    );

    http.addContentTypeParser<string>(FORM, { parseAs: 'string', bodyLimit: MAX_FORM_BYTES }, (_, text, done) =>
      done(null, Object.fromEntries(new URLSearchParams(text))),
    );
    http.post(
      '/files/public/:token',
      {
        config: inOpening,
        schema: {
          operationId: 'openFileLinkByPost',
          summary: 'Download a file by a link, always whole',
          description: `As by GET, but ranges and conditions do not count. The password travels in \`X-Link-Password\`, or as
            \`password\` of a form.`,
          params: ByToken,
          response: bytesResponse,
        },
      },
      (request, reply) => openOrAsk(links, request, reply),
    );
  };
}

type OpeningRequest = FastifyRequest<{ Params: { token: string } }>;

/** The bytes; in a browser, a page that asks for the password where that is what is missing. */
async function openOrAsk(links: FileLinks, request: OpeningRequest, reply: FastifyReply) {
  const opening = openingOf(request);
  try {
    return await send(reply, await links.open(request.actor, opening));
  } catch (error) {
    const isAsked = error instanceof Problem && error.code === fileErrors.linkPassword.code;
    if (!isAsked || !prefersHtml(request.headers.accept)) throw error;
    return sendPage(reply.code(error.status), linkPasswordPage(languageOf(request), opening.password !== undefined));
  }
}

function openingOf({ params, headers, method, body }: OpeningRequest) {
  const { 'x-link-password': password = passwordIn(body), range = '' } = headers;
  return {
    token: params.token,
    password: password === undefined ? undefined : String(password),
    isLaterRange: method === 'GET' && /^\s*bytes\s*=\s*0*[1-9]\d*\s*-/i.test(range),
  };
}

/** Of a form; the body of a call is ignored. */
function passwordIn(body: unknown): string | undefined {
  const isForm = body !== null && typeof body === 'object' && 'password' in body;
  return isForm && typeof body.password === 'string' ? body.password : undefined;
}
