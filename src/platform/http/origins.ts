import type { Config } from '#platform/config/load.ts';
import type { PageOrigins } from './port.ts';

// Browsers look up no name that ends in `.localhost`: it is the machine itself.
const LOCALHOST = /^https?:\/\/(?:(?:[a-z\d-]+\.)*localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/;

/** The one rule of which pages are trusted: for CORS, for cookies, and for the way back from another provider. */
export function createPageOrigins({ mode, publicUrl, corsOrigins, returnOrigins }: Config): PageOrigins {
  const returning = new Set([new URL(publicUrl).origin, ...returnOrigins]);
  const calling = new Set([...returning, ...corsOrigins.filter((origin) => origin !== '*')]);
  const isNear = (origin: string) => mode === 'development' && LOCALHOST.test(origin);

  return {
    mayCall: (origin) => calling.has(origin) || isNear(origin),
    mayReturn: (origin) => returning.has(origin) || isNear(origin),
    isOpen: corsOrigins.includes('*'),
  };
}
