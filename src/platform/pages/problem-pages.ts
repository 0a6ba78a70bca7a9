import type { Language } from '#kernel/language.ts';
import { escapeHtml, withLanguage, type WebPage } from './port.ts';

/** An error in both languages. */
export interface ExplainedError {
  readonly code: string;
  readonly status: number;
  readonly title: Readonly<Record<Language, string>>;
  readonly means: Readonly<Record<Language, string>>;
}

const words = {
  en: {
    all: 'All errors',
    about: 'Every refusal names one of these codes. A code never changes: programs decide by it.',
    code: 'Code',
    status: 'HTTP status',
    title: 'Title',
    means: 'What it means, and what to do',
    trace: 'Trace',
    report: 'Name the trace when you report this.',
  },
  fa: {
    all: 'همهٔ خطاها',
    about: 'هر درخواستی که رد شود یکی از این کدها را دارد. کد هرگز عوض نمی‌شود؛ برنامه‌ها از روی آن تصمیم می‌گیرند.',
    code: 'کد',
    status: 'وضعیت HTTP',
    title: 'عنوان',
    means: 'معنی آن و کاری که باید کرد',
    trace: 'شناسهٔ ردیابی',
    report: 'هنگام گزارش مشکل این شناسه را هم بنویسید.',
  },
} satisfies Record<Language, unknown>;

const pathOf = (code: string) => `/problems/${encodeURIComponent(code)}`;

/** Explains one error. `traceId`: it has just happened to the reader; null: they look it up. */
export function problemPage(error: ExplainedError, language: Language, traceId: string | null = null): WebPage {
  const { code, status, title, means } = error;
  const say = words[language];
  const trace =
    traceId === null
      ? ''
      : `<dt>${say.trace}</dt><dd><span class="mono">${escapeHtml(traceId)}</span><br><span class="meta">${say.report}</span></dd>`;
  return {
    language,
    title: title[language],
    ...(traceId === null && { section: 'problems' }),
    inLanguage: (other) => (traceId === null ? withLanguage(pathOf(code), other) : `?lang=${other}`),
    body: `<h1>${escapeHtml(title[language])}</h1>
<dl class="facts"><dt>${say.status}</dt><dd>${statusOf(status)}</dd><dt>${say.code}</dt><dd><span class="mono">${escapeHtml(code)}</span></dd>${trace}</dl>
<h2>${say.means}</h2><p>${prose(means[language])}</p>
<p><a href="${withLanguage('/problems', language)}">${say.all}</a></p>`,
  };
}

/** All errors, by module. */
export function problemListPage(errors: readonly ExplainedError[], language: Language): WebPage {
  const say = words[language];
  const byModule = Map.groupBy(errors, ({ code }) => code.split('.')[0] ?? '');
  const tables = [...byModule].map(
    ([name, own]) =>
      `<h2 id="${name}"><span class="mono">${name}</span></h2><div class="scroll" tabindex="0" role="region" aria-labelledby="${name}"><table><thead><tr><th scope="col">${say.status}</th><th scope="col">${say.code}</th><th scope="col">${say.title}</th></tr></thead><tbody>${own.map((each) => rowOf(each, language)).join('')}</tbody></table></div>`,
  );
  return {
    language,
    title: say.all,
    section: 'problems',
    inLanguage: (other) => withLanguage('/problems', other),
    body: `<h1>${say.all}</h1><p class="lead">${say.about}</p>${tables.join('')}`,
  };
}

function rowOf({ code, status, title }: ExplainedError, language: Language): string {
  const link = `<a class="mono" href="${withLanguage(pathOf(code), language)}">${escapeHtml(code)}</a>`;
  return `<tr><td>${statusOf(status)}</td><td>${link}</td><td>${escapeHtml(title[language])}</td></tr>`;
}

function statusOf(status: number): string {
  return `<span class="status${status >= 500 ? ' fault' : ''}">${status}</span>`;
}

/** The texts mark code with backticks. */
function prose(text: string): string {
  return escapeHtml(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}
