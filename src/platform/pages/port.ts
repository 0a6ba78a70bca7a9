/**
 * Pages for people: what a browser gets where programs get JSON, and what links in mails open. One frame, one look, both
 * languages. A page runs and loads nothing but what its policy names.
 */
import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { pickLanguage, type Language } from '#kernel/language.ts';
import type { Links } from '#kernel/links.ts';
import type { Branding } from '#platform/branding/port.ts';
import { fontFaces } from './fonts.ts';
import { PAGE_STYLE } from './style.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** What the pages of this installation show; set by the HTTP server. */
    pageSite: PageSite;
  }
}

/** What all pages of an installation share. */
export interface PageSite {
  readonly names: Branding['names'];
  /** In place of our own mark, as a `data:` URL. */
  readonly logoUrl: string | null;
  readonly style: string;
  /** The path of the public address, before every link of a page. */
  readonly prefix: string;
}

export interface WebPage {
  readonly language: Language;
  /** Plain text. */
  readonly title: string;
  /** HTML: what is not ours in it goes through `escapeHtml`. */
  readonly body: string;
  /** Address of this page in either language; it may be relative. Without it the page has one language. */
  readonly inLanguage?: (language: Language) => string;
  /** Which link of the heading leads here. */
  readonly section?: 'manual' | 'problems';
  /** Runs in the page. */
  readonly script?: string;
  /** Whether it shows other pages of this server in frames. */
  readonly hasFrames?: boolean;
}

const MARK =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="8" fill="#0B6B72"/><path d="M7 9.5v4.2c0 3 2.2 5.1 5.2 5.1h7.6c3 0 5.2-2.1 5.2-5.1V9.5" fill="none" stroke="#F7F4EC" stroke-width="3.1" stroke-linecap="round"/><path d="M16 21.9l3 3-3 3-3-3z" fill="#F0A171"/></svg>';
const ICON = `data:image/svg+xml,${encodeURIComponent(MARK)}`;
const words = {
  en: { skip: 'Skip to content', manual: 'Manual', reference: 'API reference', problems: 'Errors', main: 'Main', languages: 'Language' }, // prettier-ignore
  fa: { skip: 'رفتن به محتوا', manual: 'راهنما', reference: 'مرجع API', problems: 'خطاها', main: 'اصلی', languages: 'زبان' }, // prettier-ignore
} satisfies Record<Language, unknown>;
/** A link to one of our own paths: the text of a page has no quotation mark that is not escaped. */
const OWN_LINK = /( (?:href|src|action)=")\/(?!\/)/g;
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', fa: 'فارسی' };

export function createPageSite({ names, colors, logo }: Branding, { prefix }: Pick<Links, 'prefix'>): PageSite {
  // In the dark the colour of an installation may be too faint, so there the own one stays.
  const colour = `@media (prefers-color-scheme: light) { :root { --kashi: ${colors.text}; } }\n`;
  return { names, logoUrl: logo?.dataUrl ?? null, style: `${fontFaces(prefix)}${PAGE_STYLE}${colour}`, prefix };
}

/** Answers with a page. */
export function sendPage(reply: FastifyReply, page: WebPage): FastifyReply {
  const { pageSite } = reply.server;
  return reply
    .type('text/html; charset=utf-8')
    .header('content-security-policy', policyOf(page, pageSite))
    .header('content-language', page.language)
    .send(renderPage(page, pageSite));
}

export function renderPage({ language, title, body, inLanguage, section, script }: WebPage, site: PageSite): string {
  const say = words[language];
  const link = (path: string, text: string, isHere: boolean) =>
    `<li><a href="${withLanguage(path, language)}"${isHere ? ' aria-current="page"' : ''}>${text}</a></li>`;
  const other: Language = language === 'en' ? 'fa' : 'en';
  const name = escapeHtml(site.names[language]);
  const mark = site.logoUrl === null ? MARK : `<img src="${site.logoUrl}" alt="" height="28">`;
  const html = `<!doctype html>
<html lang="${language}" dir="${directionOf(language)}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · ${name}</title><link rel="icon" href="${site.logoUrl ?? ICON}"><style>${site.style}</style></head>
<body><a class="skip" href="#content">${say.skip}</a>
<header><a class="home" href="${withLanguage('/', language)}">${mark}<span>${name}</span></a>
<nav aria-label="${say.main}"><ul>${link('/docs', say.manual, section === 'manual')}<li><a href="/docs/api">${say.reference}</a></li>${link('/problems', say.problems, section === 'problems')}</ul></nav>
${inLanguage ? `<a lang="${other}" dir="${directionOf(other)}" hreflang="${other}" href="${escapeHtml(inLanguage(other))}">${languageNames[other]}</a>` : ''}</header>
<main id="content" tabindex="-1">${body}</main>${script === undefined ? '' : `<script>${script}</script>`}</body></html>
`;
  return site.prefix === '' ? html : html.replaceAll(OWN_LINK, `$1${site.prefix}/`);
}

/** Own styles and the own script by their hashes, own images and fonts, and nothing else. */
export function policyOf({ script, hasFrames = false }: Pick<WebPage, 'script' | 'hasFrames'>, site: PageSite): string {
  return [
    "default-src 'none'",
    `style-src '${hashOf(site.style)}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    ...(script === undefined ? [] : [`script-src '${hashOf(script)}'`, "connect-src 'self'"]),
    ...(hasFrames ? ["frame-src 'self'"] : []),
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** The reader's language: `lang` of the query, which links within pages carry, else `Accept-Language`. */
export function languageOf({ query, headers }: Pick<FastifyRequest, 'query' | 'headers'>): Language {
  const { lang } = (query ?? {}) as { lang?: unknown }; // a page without a schema may be asked with anything
  return lang === 'en' || lang === 'fa' ? lang : pickLanguage(headers['accept-language']);
}

export function withLanguage(path: string, language: Language): string {
  const [before = '', fragment] = path.split('#');
  return `${before}?lang=${language}${fragment === undefined ? '' : `#${fragment}`}`;
}

export function directionOf(language: Language): 'rtl' | 'ltr' {
  return language === 'fa' ? 'rtl' : 'ltr';
}

const MAX_HEADER = 1000; // characters that are read; browsers send less than 200

/**
 * Whether `Accept` (RFC 9110, 12.5.1) names HTML and prefers it to JSON, as browsers do when a person follows a link.
 * Programs that accept anything get JSON.
 */
export function prefersHtml(accept: string | undefined): boolean {
  let [html, json, any] = [0, 0, 0];
  for (const range of (accept ?? '').slice(0, MAX_HEADER).toLowerCase().split(',')) {
    const [type, ...parameters] = range.split(';').map((part) => part.trim());
    const weight = Number(parameters.find((part) => part.startsWith('q='))?.slice(2) ?? 1);
    if (type === 'text/html') html = weight;
    if (type === 'application/json' || type === 'application/problem+json') json = Math.max(json, weight);
    if (type === '*/*' || type === 'application/*') any = Math.max(any, weight);
  }
  return html > json && html >= any;
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

export function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
