import type { Links } from '#kernel/links.ts';
import type { Branding } from '#platform/branding/port.ts';
import type { Routes } from '#platform/module.ts';
import { LINK_PAGE_POLICY } from './link-page.ts';
import { createLinkPages } from './pages.ts';

/** The targets of links: of the set-up link, and of those in mails. The token is in the fragment, which only the form sends. */
export function linkPageRoutes(links: Links, branding: Branding): Routes {
  return async (http) => {
    for (const [path, page] of Object.entries(createLinkPages(links, branding)))
      http.get(path, { config: { access: 'public' }, schema: { hide: true } }, (_, reply) =>
        reply.header('content-security-policy', LINK_PAGE_POLICY).type('text/html; charset=utf-8').send(page),
      );
  };
}
