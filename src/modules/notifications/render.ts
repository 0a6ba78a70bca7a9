import { Liquid } from 'liquidjs';
import type { Language } from '#kernel/language.ts';
import templates from './templates.json' with { type: 'json' };

/** A message in one language, as written: every text is a Liquid template. */
interface Template {
  readonly subject: string;
  readonly heading: string;
  readonly paragraphs: readonly string[];
  /** Shown large, to be typed or copied. */
  readonly code?: string;
  /** Where one click leads; its address is written out in plain text. */
  readonly link?: { readonly label: string; readonly url: string };
  readonly note?: string;
}

export interface Content {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

const LIMITS = { parseLimit: 1e5, renderLimit: 1000, memoryLimit: 1e7 };
const plain = new Liquid({ strictVariables: true, ownPropertyOnly: true, ...LIMITS });
const escaped = new Liquid({ strictVariables: true, ownPropertyOnly: true, outputEscape: 'escape', ...LIMITS });
const known = templates as Record<string, Record<Language, Template>>;

/** Renders both parts of a message. Throws for an unknown template or a variable that is missing. */
export function render(
  name: string,
  language: Language,
  variables: Readonly<Record<string, string | number>>,
): Content {
  const template = known[name]?.[language];
  if (!template) throw new Error(`there is no template ${name} in ${language}`);
  const scope = Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, inWords(value, language)]));
  return {
    subject: oneLine(plain.parseAndRenderSync(template.subject, scope)),
    text: toText(template, (text) => plain.parseAndRenderSync(text, scope)),
    html: toHtml(template, language, (text) => escaped.parseAndRenderSync(text, scope)),
  };
}

/** Numbers are written in the digits of the language; codes are texts and stay as they are. */
function inWords(value: string | number, language: Language): string {
  return typeof value === 'number' ? value.toLocaleString(language) : value;
}

/** A subject is a header: a line break in a variable must not begin another one. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 200);
}

function toText({ heading, paragraphs, code, link, note }: Template, fill: (text: string) => string): string {
  const linked = link && `${link.label}:\n${link.url}`;
  return [heading, ...paragraphs, code, linked, note]
    .flatMap((part) => (part === undefined ? [] : [fill(part)]))
    .join('\n\n');
}

const FONTS = "Vazirmatn,'Segoe UI',Tahoma,Helvetica,Arial,sans-serif";

/** Tables and inline styles: what mail programs understand. Codes stay left to right in Persian too. */
function toHtml(
  { heading, paragraphs, code, link, note }: Template,
  language: Language,
  fill: (text: string) => string,
): string {
  const direction = language === 'fa' ? 'rtl' : 'ltr';
  const parts = [
    `<h1 style="margin:0 0 16px;font-size:20px;line-height:1.5;color:#16242d">${fill(heading)}</h1>`,
    ...paragraphs.map((paragraph) => `<p style="margin:0 0 16px">${fill(paragraph)}</p>`),
    ...(code === undefined
      ? []
      : [
          `<p dir="ltr" style="margin:0 0 16px;padding:14px;border-radius:8px;background:#f1eee6;text-align:center;font:600 28px/1.3 'JetBrains Mono',Consolas,monospace;color:#0b6b72">${fill(code)}</p>`,
        ]),
    ...(link === undefined
      ? []
      : [`<p style="margin:0 0 16px"><a href="${fill(link.url)}" style="color:#0b6b72">${fill(link.label)}</a></p>`]),
    ...(note === undefined ? [] : [`<p style="margin:0;font-size:13px;color:#5c6972">${fill(note)}</p>`]),
  ];
  return `<!doctype html><html lang="${language}" dir="${direction}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"></head>
<body style="margin:0;background:#f1eee6"><table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:520px;background:#fdfcf9;border:1px solid #e5e0d4;border-radius:12px"><tr>
<td dir="${direction}" style="padding:28px;font:15px/1.7 ${FONTS};color:#16242d;text-align:${language === 'fa' ? 'right' : 'left'}">
${parts.join('\n')}
</td></tr></table></td></tr></table></body></html>`;
}
