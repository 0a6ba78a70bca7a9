import { randomBytes } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Language } from '#kernel/language.ts';
import type { MenuItem } from '#platform/module.ts';
import { directionOf, languageOf, type PageSite } from '#platform/pages/port.ts';

const NONCE_BYTES = 16; // as CSP asks for: 128 bits
const LANGUAGE_COOKIE = 'bonyan_console_language';
const THEME_COOKIE = 'bonyan_console_theme';

/** What the page knows before its first call. Nothing in it is secret: everybody gets it. */
interface ConsoleSettings {
  /** The path of the public address, before every path. */
  readonly prefix: string;
  readonly names: PageSite['names'];
  readonly logoUrl: string | null;
  /** The page shows what its user has the permission for. */
  readonly menu: readonly MenuItem[];
}

export interface ConsoleDocument {
  readonly html: string;
  readonly policy: string;
  readonly language: Language;
}

/**
 * Makes the page of the console for a request: in the language and theme that were chosen in it, so that nothing
 * flashes, and with a nonce of its own for the styles of its menus and dialogs.
 */
export function createConsoleDocument(
  template: string,
  site: PageSite,
  menu: readonly MenuItem[],
  assets: readonly string[],
) {
  const { prefix, names, logoUrl } = site;
  const settings: ConsoleSettings = { prefix, names, logoUrl, menu };
  const json = JSON.stringify(settings).replaceAll('<', String.raw`\u003c`); // no end of the element in it
  const page = template.replaceAll(/ (src|href)="\.\//g, ` $1="${prefix}/console/`).replace('</head>', '%FONT%</head>');
  const fontOf = (start: string) => {
    const file = assets.find((name) => name.startsWith(start) && name.endsWith('.woff2'));
    const href = `${prefix}/console/assets/${file}`;
    return file ? `<link rel="preload" as="font" type="font/woff2" href="${href}" crossorigin />` : '';
  };
  const fonts = { fa: fontOf('vazirmatn-arabic'), en: fontOf('hanken-grotesk-latin') };

  return (request: FastifyRequest): ConsoleDocument => {
    const nonce = randomBytes(NONCE_BYTES).toString('base64url');
    const chosen = request.cookies[LANGUAGE_COOKIE];
    const language = chosen === 'en' || chosen === 'fa' ? chosen : languageOf(request);
    const theme = request.cookies[THEME_COOKIE];
    const values: Record<string, string> = {
      LANGUAGE: language,
      DIRECTION: directionOf(language),
      THEME: theme === 'light' || theme === 'dark' ? theme : 'system',
      NONCE: nonce,
      FONT: fonts[language],
      SETTINGS: json,
    };
    const html = page.replaceAll(/%([A-Z]+)%/g, (whole, name: string) => values[name] ?? whole);
    return { html, policy: policyFor(nonce), language };
  };
}

function policyFor(nonce: string): string {
  return [
    "default-src 'self'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    `style-src 'self' 'nonce-${nonce}'`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
