import type { Language } from '#kernel/language.ts';
import { pathOfDocument, type Documents, type ManualDocument } from './documents.ts';
import { renderMarkdown, type Heading } from './markdown.ts';
import { directionOf, escapeHtml, withLanguage, type WebPage } from './port.ts';

const words = {
  en: { contents: 'Contents', here: 'On this page', before: 'Previous', after: 'Next', onlyEnglish: '' },
  fa: {
    contents: 'فهرست',
    here: 'در این صفحه',
    before: 'قبلی',
    after: 'بعدی',
    onlyEnglish: 'این صفحه هنوز به فارسی نوشته نشده است.',
  },
} satisfies Record<Language, unknown>;

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
  const { html, headings } = renderMarkdown(document, language, documents);
  const note = written === language ? '' : `<p class="meta">${say.onlyEnglish}</p>`;
  const here = toHeadings(headings, written);
  const list = documents.sections[language]
    .map(({ title, items }) => {
      const links = items.map((item) => toItem(item.document, item.text, language, item.document === document));
      return `<h2>${escapeHtml(title)}</h2><ul>${links.join('')}</ul>`;
    })
    .join('');
  // A phone has the headings folded above the text, a wide window beside it.
  return {
    language,
    title: document.titles[language],
    section: 'manual',
    inLanguage: (other) => withLanguage(pathOfDocument(document.slug), other),
    body: `<div class="manual"><div class="text-column"><p class="jump"><a href="#contents">${say.contents}</a></p>${note}
${here && `<details class="here"><summary>${say.here}</summary>${here}</details>`}
<article lang="${written}" dir="${directionOf(written)}">${html}</article>${toNeighbours(document, language, documents)}</div>
${here && `<nav class="here" aria-label="${say.here}"><h2>${say.here}</h2>${here}</nav>`}
<nav id="contents" aria-label="${say.contents}">${list}</nav></div>`,
  };
}

function toItem(document: ManualDocument, text: string, language: Language, isHere: boolean): string {
  const here = isHere ? ' aria-current="page"' : '';
  return `<li><a href="${withLanguage(pathOfDocument(document.slug), language)}"${here}><bdi>${escapeHtml(text)}</bdi></a></li>`;
}

function toHeadings(headings: readonly Heading[], written: Language): string {
  if (headings.length < 2) return ''; // they would say nothing that the page does not show at once
  const items = headings.map(
    ({ id, text, level }) =>
      `<li class="level-${level}"><a href="#${escapeHtml(id)}"><bdi lang="${written}">${escapeHtml(text)}</bdi></a></li>`,
  );
  return `<ul>${items.join('')}</ul>`;
}

/** Links to the pages before and after, in the order of the contents. */
function toNeighbours(document: ManualDocument, language: Language, { sections }: Documents): string {
  const say = words[language];
  const items = sections[language].flatMap((section) => section.items);
  const at = items.findIndex((item) => item.document === document);
  if (at === -1) return '';
  const links = (
    [
      ['prev', say.before, items[at - 1]],
      ['next', say.after, items[at + 1]],
    ] as const
  ) // prettier-ignore
    .map(([rel, name, item]) => {
      if (!item) return '';
      const href = withLanguage(pathOfDocument(item.document.slug), language);
      return `<a rel="${rel}" href="${href}"><span class="meta">${name}</span><bdi>${escapeHtml(item.text)}</bdi></a>`;
    });
  return `<div class="neighbours">${links.join('')}</div>`;
}
