// oxlint-disable-next-line typescript/triple-slash-reference -- also read where a module outside this tree is checked
/// <reference path="./html-to-text.d.ts" />
import { compile } from 'html-to-text';
import { pickLanguage, type Language } from '#kernel/language.ts';
import { LOGO_ID, type Branding } from '#platform/branding/port.ts';
import { withSafeLinks } from './safe-links.ts';

/** The first letter that has a direction, as browsers decide for `dir="auto"`. */
const LETTER = /\p{L}/u;
const RIGHT_TO_LEFT_LETTER = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const FONTS = "Vazirmatn,'Segoe UI',Tahoma,Helvetica,Arial,sans-serif";
const INK = '#16242d';
const MUTED = '#5c6972';
const LOGO_HEIGHT = 32;

/** Mail programs need inline styles; templates are written without them. */
function stylesOf({ accent, onAccent, text }: Branding['colors']): Record<string, string> {
  return {
    '<h1>': `<h1 style="margin:0 0 16px;font-size:21px;line-height:1.4;font-weight:700;color:${INK}">`,
    '<p>': '<p style="margin:0 0 16px">',
    '<p class="code">': `<p dir="ltr" style="margin:8px 0 24px;padding:16px 12px;border-radius:10px;background:#f1eee6;text-align:center;font:600 30px/1.2 'JetBrains Mono',Consolas,Menlo,monospace;letter-spacing:6px;color:${INK}">`,
    '<p class="facts">': `<p style="margin:0 0 16px;padding:12px 16px;border-radius:10px;background:#f1eee6;font-size:14px;line-height:1.8">`,
    '<p class="note">': `<p style="margin:24px 0 0;padding-top:16px;border-top:1px solid #ebe7dc;font-size:13px;line-height:1.7;color:${MUTED}">`,
    '<ul>': '<ul style="margin:0 0 16px;padding:0 20px">',
    '<li>': '<li style="margin:0 0 10px">',
    '<a class="button"': `<a style="display:inline-block;padding:11px 22px;border-radius:8px;background:${accent};color:${onAccent};font-weight:600;text-decoration:none"`,
    '<a href=': `<a style="color:${text}" href=`,
  };
}

const FOOTERS: Record<string, { reason: string; action: string }> = {
  en: { reason: 'You get this message because you have subscribed to it.', action: 'Unsubscribe' },
  fa: { reason: 'این پیام را دریافت می‌کنید چون مشترک آن هستید.', action: 'لغو اشتراک' },
};

const convert = compile({
  wordwrap: false,
  limits: { maxDepth: 200, ellipsis: '…' }, // it calls itself for each level
  selectors: [
    { selector: 'h1', options: { uppercase: false } },
    { selector: 'a', options: { hideLinkHrefIfSameAsText: true } },
    { selector: 'ul', options: { itemPrefix: '- ' } },
    { selector: 'img', format: 'skip' },
  ],
});

export interface Letter {
  /** BCP 47: of the words around the body. */
  readonly language: string;
  readonly direction: Direction;
  readonly subject: string;
  /** HTML without head; a whole document is left as it is. */
  readonly body: string;
  readonly unsubscribeUrl: string | null;
  readonly branding: Branding;
  /** For a page instead of a mail, which carries its logo. */
  readonly isPreview: boolean;
}

/** The whole e-mail: HTML in the direction of its language, and the same as plain text. */
export function layOut(raw: Letter): { text: string; html: string } {
  const letter = { ...raw, body: withSafeLinks(raw.body) };
  const { body, unsubscribeUrl, language } = letter;
  const footer = toFooter(language);
  const plain = toPlainText(body);
  const text =
    unsubscribeUrl === null ? plain : `${plain}\n\n--\n${footer.reason}\n${footer.action}: ${unsubscribeUrl}`;
  return { text, html: isDocument(body) ? body : toDocument(letter) };
}

/** Whether the body is a whole HTML document, which gets no layout. */
export function isDocument(body: string): boolean {
  return /^\s*<(!doctype|html)\b/i.test(body);
}

/** The text without markup; the URL of a link follows its text. */
export function toPlainText(html: string): string {
  return convert(html).trim();
}

/** Plain text as HTML paragraphs. */
export function toParagraphs(text: string): string {
  const blocks = escapeHtml(text).split(/\n\s*\n/);
  return blocks.map((block) => `<p>${block.trim().replaceAll('\n', '<br>')}</p>`).join('\n');
}

export type Direction = 'rtl' | 'ltr';

/** Of the script in which the language is usually written, or which its tag names. */
export function directionOf(language: string): Direction {
  try {
    return (new Intl.Locale(language) as Intl.Locale & TextInfo).getTextInfo().direction;
  } catch {
    return 'ltr'; // a tag that was stored before tags were checked
  }
}

/** In the standard, and not yet in the types. */
interface TextInfo {
  getTextInfo(): { readonly direction: Direction };
}

/** Of a text whose writer says nothing of it, by its first letter, as browsers do; null for one without letters. */
export function directionOfText(text: string): Direction | null {
  const letter = LETTER.exec(text)?.[0];
  if (letter === undefined) return null;
  return RIGHT_TO_LEFT_LETTER.test(letter) ? 'rtl' : 'ltr';
}

/** The language of a text whose writer named none: only its direction can be told, by its first letter. */
export function guessLanguage(text: string, otherwise: Language): Language {
  const direction = directionOfText(text);
  return direction === null ? otherwise : direction === 'rtl' ? 'fa' : 'en';
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

function toDocument({ language, direction, subject, body, unsubscribeUrl, branding, isPreview }: Letter): string {
  const side = direction === 'rtl' ? 'right' : 'left';
  const footer = toFooter(language);
  const foot =
    unsubscribeUrl === null
      ? ''
      : `<tr><td dir="${direction}" align="center" style="padding:16px 28px 0;font:12px/1.8 ${FONTS};color:${MUTED}">${footer.reason} <a href="${escapeHtml(unsubscribeUrl)}" style="color:${MUTED};text-decoration:underline">${footer.action}</a></td></tr>`;
  return `<!doctype html>
<html lang="${language}" dir="${direction}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light"><title>${escapeHtml(subject)}</title></head>
<body style="margin:0;padding:0;background:#f1eee6"><table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:#f1eee6"><tr><td align="center" style="padding:32px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:520px">
<tr><td style="height:5px;line-height:5px;font-size:0;background:${branding.colors.accent};border-radius:12px 12px 0 0">&nbsp;</td></tr>
<tr><td style="background:#fdfcf9;border:1px solid #e5e0d4;border-top:0;border-radius:0 0 12px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td dir="${direction}" style="padding:28px 32px;font:15px/1.75 ${FONTS};color:${INK};text-align:${side};word-break:break-word">
${toHeading(branding, language, isPreview)}
${withStyles(body, branding)}
</td></tr></table>
</td></tr>
${foot}
</table></td></tr></table></body></html>`;
}

/** The logo, or the name. Programs that hide images show the name too. */
function toHeading({ names, logo, colors }: Branding, language: string, isPreview: boolean): string {
  const name = escapeHtml(names[pickLanguage(language)]);
  const font = `font-size:15px;font-weight:700;color:${colors.text}`;
  const url = isPreview ? logo?.dataUrl : `cid:${LOGO_ID}`;
  const shown = logo
    ? `<img src="${url}" alt="${name}" height="${LOGO_HEIGHT}" style="height:${LOGO_HEIGHT}px;width:auto;border:0;${font}">`
    : name;
  return `<div style="margin:0 0 20px;line-height:1.4;${font}">${shown}</div>`;
}

function withStyles(body: string, { colors }: Branding): string {
  return Object.entries(stylesOf(colors)).reduce((html, [tag, styled]) => html.replaceAll(tag, styled), body);
}

function toFooter(language: string): { reason: string; action: string } {
  const known = directionOf(language) === 'rtl' ? FOOTERS['fa'] : FOOTERS['en'];
  if (!known) throw new Error('an e-mail has no footer');
  return known;
}
