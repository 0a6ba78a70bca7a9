import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createLinks } from '#kernel/links.ts';
import type { UsersNeeds } from '../needs.ts';

const PURPOSE = 'users.browser';
const FORM = /^[\w-]{43}$/;
const KEPT_SECONDS = 1800; // longer than any sign-in with another provider takes

/** A secret of one browser, in a cookie: a sign-in that it started cannot be continued by another browser. */
export function createBrowserBinding({ keys, publicUrl }: Pick<UsersNeeds, 'keys' | 'publicUrl'>) {
  const { namePrefix, path, secure } = createLinks(publicUrl).cookies;
  const name = `${namePrefix}bonyan_browser`;

  function read({ cookies }: FastifyRequest): string | null {
    const { [name]: value } = cookies;
    return value !== undefined && FORM.test(value) ? value : null;
  }

  return {
    cookie: name,
    /** Identifies the browser; null without the cookie. */
    of(request: FastifyRequest): string | null {
      const secret = read(request);
      return secret === null ? null : keys.mac(PURPOSE, secret).toString('base64url');
    },
    /** The same, and sets the cookie. An existing one is kept: two tabs may sign in at once. */
    bind(request: FastifyRequest, reply: FastifyReply): string {
      const secret = read(request) ?? randomBytes(32).toString('base64url');
      // Lax: the browser comes back from the provider's site. Strict would leave the cookie behind.
      const options = { httpOnly: true, secure, sameSite: 'lax', path, maxAge: KEPT_SECONDS } as const;
      reply.setCookie(name, secret, options);
      return keys.mac(PURPOSE, secret).toString('base64url');
    },
  };
}

export type BrowserBinding = ReturnType<typeof createBrowserBinding>;
