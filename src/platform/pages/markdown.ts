import { posix } from 'node:path';
import MarkdownIt from 'markdown-it';
import type { Language } from '#kernel/language.ts';
import { findLinked, pathOfDocument, type Documents, type ManualDocument } from './documents.ts';
import { escapeHtml, withLanguage } from './port.ts';

export interface Heading {
  readonly id: string;
  readonly text: string;
  readonly level: 2 | 3;
}

/** HTML in a document is shown as text, and links lead to pages of the manual or to other sites. */
export function renderMarkdown(document: ManualDocument, language: Language, documents: Documents) {
  const headings: Heading[] = [];
  const markdown = new MarkdownIt({ html: false, linkify: false });
  const { rules } = markdown.renderer;
  const used = new Map<string, number>();
  let ends = '</a>'; // of the link that is open

  rules.heading_open = (tokens, at) => {
    const tag = tokens[at]?.tag ?? 'h2';
    const text = tokens[at + 1]?.children?.map(({ content }) => content).join('') ?? '';
    const slug = toAnchor(text);
    const count = used.get(slug) ?? 0;
    used.set(slug, count + 1);
    const id = count === 0 ? slug : `${slug}-${count}`;
    if (tag === 'h2' || tag === 'h3') headings.push({ id, text, level: tag === 'h2' ? 2 : 3 });
    return `<${tag} id="${escapeHtml(id)}">`;
  };
  rules.heading_close = (tokens, at) => {
    const { tag = 'h2' } = tokens[at] ?? {};
    const last = headings.at(-1);
    if ((tag !== 'h2' && tag !== 'h3') || !last) return `</${tag}>`;
    return `<a class="anchor" href="#${escapeHtml(last.id)}" aria-label="# ${escapeHtml(last.text)}">#</a></${tag}>`;
  };
  rules.link_open = (tokens, at) => {
    const href = toHref(String(tokens[at]?.attrGet('href') ?? ''), document, language, documents);
    const isCode = tokens[at + 1]?.type === 'code_inline';
    const [begins, end] = isCode ? ['', ''] : ['<code>', '</code>']; // a file of the project that is no page
    ends = href === null ? end : '</a>';
    return href === null ? begins : `<a href="${escapeHtml(href)}"${href.includes(':') ? ' rel="noreferrer"' : ''}>`;
  };
  rules.link_close = () => ends;
  rules.image = (tokens, at) => {
    const path = posix
      .join(posix.dirname(document.paths[language]), String(tokens[at]?.attrGet('src') ?? ''))
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
  rules.fence = (tokens, at) => {
    const [, file] = (tokens[at]?.info ?? '').split(' '); // where the block belongs, if it is a file
    const name = file ? `<p class="file"><code>${escapeHtml(file)}</code></p>` : '';
    return `${name}<pre tabindex="0"><code>${escapeHtml(tokens[at]?.content ?? '')}</code></pre>\n`;
  };
  return { html: markdown.render(document.texts[language]), headings };
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
  if (/^\/docs\/api(?:#|$)/.test(href)) return href; // the API reference has one address for both languages
  const [file = '', fragment] = href.split('#');
  const target = findLinked(documents.byPath, document, language, file);
  if (!target) return null;
  const path = pathOfDocument(target.slug);
  const isReadme = /(?:^|\/)README(?:\.fa)?\.md$/.test(file) && target.slug === ''; // of the repository: other headings
  return withLanguage(fragment === undefined || isReadme ? path : `${path}#${fragment}`, language);
}
