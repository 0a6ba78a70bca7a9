import { posix } from 'node:path';
import MarkdownIt from 'markdown-it';
import type { Language } from '#kernel/language.ts';
import { manualGroups, type Documents, type ManualDocument, type ManualGroup } from './documents.ts';
import { directionOf, escapeHtml, withLanguage, type WebPage } from './port.ts';

const words = {
  en: {
    contents: 'Contents',
    onlyEnglish: '',
    groups: { start: 'Start', guides: 'Guides', contributing: 'Developing', security: 'Security', decisions: 'Decisions' }, // prettier-ignore
  },
  fa: {
    contents: 'فهرست',
    onlyEnglish: 'این سند هنوز به فارسی نوشته نشده است.',
    groups: { start: 'شروع', guides: 'راهنماها', contributing: 'توسعه', security: 'امنیت', decisions: 'تصمیم‌ها' },
  },
} satisfies Record<Language, { groups: Record<ManualGroup, string>; contents: string; onlyEnglish: string }>;

export const pathOfDocument = (slug: string) => (slug === '' ? '/docs' : `/docs/${slug}`);

/** Renders documents as pages; each is rendered once. */
export function createManual(documents: Documents) {
  const pages = new Map<string, WebPage>();
  return (document: ManualDocument, language: Language): WebPage => {
    const key = `${language} ${document.slug}`;
    const page = pages.get(key) ?? toPage(document, language, documents);
    pages.set(key, page);
    return page;
  };
}

function toPage(document: ManualDocument, language: Language, documents: Documents): WebPage {
  const say = words[language];
  const written = document.written[language];
  const html = createRenderer(document, language, documents).render(document.texts[language]);
  const note = written === language ? '' : `<p class="meta">${say.onlyEnglish}</p>`;
  const list = manualGroups
    .map((group) => {
      const own = documents.documents.filter((one) => one.group === group);
      const items = own.map((one) => toItem(one, language, one === document));
      return own.length === 0 ? '' : `<h2>${say.groups[group]}</h2><ul>${items.join('')}</ul>`;
    })
    .join('');
  return {
    language,
    title: document.titles[language],
    section: 'manual',
    inLanguage: (other) => withLanguage(pathOfDocument(document.slug), other),
    body: `<div class="split manual"><div><p class="jump"><a href="#contents">${say.contents}</a></p>${note}<article lang="${written}" dir="${directionOf(written)}">${html}</article></div>
<nav id="contents" aria-label="${say.contents}">${list}</nav></div>`,
  };
}

function toItem({ slug, titles, written }: ManualDocument, language: Language, isHere: boolean): string {
  const { [language]: own } = written;
  const here = isHere ? ' aria-current="page"' : '';
  const text = `<bdi lang="${own}">${escapeHtml(titles[language])}</bdi>`;
  return `<li><a href="${withLanguage(pathOfDocument(slug), language)}"${here}>${text}</a></li>`;
}

/** HTML in a document is shown as text, and links lead to pages of the manual or to other sites. */
function createRenderer(document: ManualDocument, language: Language, documents: Documents) {
  const markdown = new MarkdownIt({ html: false, linkify: false });
  const { rules } = markdown.renderer;
  const used = new Map<string, number>();
  let isDead = false; // whether the link that is open leads to a file that is no page

  rules.heading_open = (tokens, at) => {
    const text = tokens[at + 1]?.children?.map(({ content }) => content).join('') ?? '';
    const slug = toAnchor(text);
    const count = used.get(slug) ?? 0;
    used.set(slug, count + 1);
    return `<${tokens[at]?.tag} id="${escapeHtml(count === 0 ? slug : `${slug}-${count}`)}">`;
  };
  rules.link_open = (tokens, at) => {
    const href = toHref(String(tokens[at]?.attrGet('href') ?? ''), document, language, documents);
    isDead = href === null;
    return href === null ? '<span>' : `<a href="${escapeHtml(href)}"${href.includes(':') ? ' rel="noreferrer"' : ''}>`;
  };
  rules.link_close = () => (isDead ? '</span>' : '</a>');
  rules.image = (tokens, at) => {
    const path = posix
      .join(posix.dirname(document.path), String(tokens[at]?.attrGet('src') ?? ''))
      .replace(/^docs\//, '');
    const text = escapeHtml(tokens[at]?.content ?? '');
    return documents.images.has(path) ? `<img src="/docs/${escapeHtml(path)}" alt="${text}" loading="lazy">` : text;
  };
  rules.table_open = () => '<div class="scroll" tabindex="0"><table>';
  rules.table_close = () => '</table></div>';
  // Over the first column of a table there may be nothing to say; a heading without words would confuse a reader.
  const isEmpty = (at: number, tokens: readonly { content: string }[]) => tokens[at]?.content === '';
  rules.th_open = (tokens, at) => (isEmpty(at + 1, tokens) ? '<td>' : '<th scope="col">');
  rules.th_close = (tokens, at) => (isEmpty(at - 1, tokens) ? '</td>' : '</th>');
  rules.fence = (tokens, at) => `<pre tabindex="0"><code>${escapeHtml(tokens[at]?.content ?? '')}</code></pre>\n`;
  return markdown;
}

/** As GitHub names headings, so that the documents' own links to them work here too. */
function toAnchor(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}\u200c _-]/gu, '')
    .replaceAll(' ', '-');
}

function toHref(href: string, document: ManualDocument, language: Language, documents: Documents): string | null {
  if (/^(?:https?|mailto):/i.test(href) || href.startsWith('#')) return href;
  const [file = '', fragment] = href.split('#');
  const path = posix.join(posix.dirname(document.path), file).replace(/\/$/, '');
  const folder = documents.documents.find((one) => one.path.startsWith(`${path}/`)); // a folder: its first document
  const target = documents.byPath.get(path.replace(/\.fa\.md$/, '.md')) ?? folder;
  if (!target) return null;
  const to = path.endsWith('.fa.md') ? 'fa' : language;
  return withLanguage(pathOfDocument(target.slug) + (fragment === undefined ? '' : `#${fragment}`), to);
}
