import type { Config } from '#platform/config/load.ts';

/** Answers of the API are data: a browser that is made to show one as a page may load and run nothing. */
const API_POLICY = "default-src 'none'; frame-ancestors 'none'";
/** The API reference loads its own files, and uses style attributes. */
export const DOCS_POLICY =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; script-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const ONE_YEAR_SECONDS = 31_536_000;

/** Headers of every answer; only the API reference has another content security policy. */
export function securityHeaders({ publicUrl }: Config): Record<string, string> {
  return {
    'content-security-policy': API_POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
    vary: 'Origin', // which decides over the headers of CORS
    ...(publicUrl.startsWith('https:') && {
      'strict-transport-security': `max-age=${ONE_YEAR_SECONDS}; includeSubDomains`,
    }),
  };
}
