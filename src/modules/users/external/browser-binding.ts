import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Keys } from '#platform/keys/port.ts';

const PURPOSE = 'users.browser';
const FORM = /^[\w-]{43}$/;
const KEPT_SECONDS = 1800; // longer than any sign-in with another provider takes

/** A secret of one browser, by cookie: what it began, no other browser can go on with. */
export function createBrowserBinding(keys: Keys, publicUrl: string) {
  const isSecure = publicUrl.startsWith('https:');
  const name = isSecure ? '__Host-bonyan_browser' : 'bonyan_browser'; // the prefix binds it to host and TLS

  function read({ cookies }: FastifyRequest): string | null {
    const { [name]: value } = cookies;
    return value !== undefined && FORM.test(value) ? value : null;
  }

  return {
    /** What is kept of the browser; null for one without the cookie, which nothing belongs to. */
    of(request: FastifyRequest): string | null {
      const secret = read(request);
      return secret === null ? null : keys.mac(PURPOSE, secret).toString('base64url');
    },
    /** The same, and gives a browser its cookie. One that has it keeps it: two tabs may sign in at once. */
    bind(request: FastifyRequest, reply: FastifyReply): string {
      const secret = read(request) ?? randomBytes(32).toString('base64url');
      // Lax: the browser comes back from the provider's site. Strict would leave the cookie behind.
      const options = { httpOnly: true, secure: isSecure, sameSite: 'lax', path: '/', maxAge: KEPT_SECONDS } as const;
      reply.setCookie(name, secret, options);
      return keys.mac(PURPOSE, secret).toString('base64url');
    },
  };
}
