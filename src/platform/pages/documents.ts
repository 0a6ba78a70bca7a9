import { readdir, readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { Language } from '#kernel/language.ts';

/** A document of the manual. */
export interface ManualDocument {
  /** Below `/docs`; empty for the contents. */
  readonly slug: string;
  /** Paths in the project; the Persian one is the English one where there is no Persian text. */
  readonly paths: Readonly<Record<Language, string>>;
  readonly titles: Readonly<Record<Language, string>>;
  readonly texts: Readonly<Record<Language, string>>;
  /** In which language each text is: English where there is no Persian one. */
  readonly written: Readonly<Record<Language, Language>>;
}

/** A heading of the contents, with the documents that are listed below it. */
export interface ManualSection {
  readonly title: string;
  readonly items: readonly { readonly text: string; readonly document: ManualDocument }[];
}

export interface Documents {
  readonly documents: readonly ManualDocument[];
  readonly sections: Readonly<Record<Language, readonly ManualSection[]>>;
  readonly bySlug: ReadonlyMap<string, ManualDocument>;
  /** By the paths in both languages; of folders that have a README too. */
  readonly byPath: ReadonlyMap<string, ManualDocument>;
  /** Paths of images, below `/docs` as below `docs/`. */
  readonly images: ReadonlySet<string>;
  readonly readImage: (path: string) => Promise<Buffer>;
}

const ROOT = join(import.meta.dirname, '..', '..', '..');
const CONTENTS = 'docs/README.md';
/** Documents outside `docs/`, and where they are in the manual. */
const OUTSIDE: Readonly<Record<string, string>> = {
  'ARCHITECTURE.md': 'architecture',
  'CONTRIBUTING.md': 'contributing',
  'CHANGELOG.md': 'changelog',
  'SECURITY.md': 'security',
  'client/README.md': 'client',
  'deploy/README.md': 'deploy',
  'bench/README.md': 'bench',
};
export const OUTSIDE_DOCS: readonly string[] = Object.keys(OUTSIDE);
const IMAGE = /\.(?:png|svg|jpe?g|webp)$/;

export const pathOfDocument = (slug: string) => (slug === '' ? '/docs' : `/docs/${slug}`);

/** Reads the project's own documents. None where the program is installed without them. */
export async function readDocuments(root = ROOT): Promise<Documents> {
  const found = await readdir(join(root, 'docs'), { recursive: true }).catch(() => []);
  const paths = found.map((path) => `docs/${path.replaceAll('\\', '/')}`).toSorted(order);
  const english = paths.filter((path) => path.endsWith('.md') && !path.startsWith('docs/fa/'));
  const read = await Promise.all([...english, ...OUTSIDE_DOCS].map((path) => readDocument(root, path)));
  const documents = read.filter((one) => one !== null);
  const byPath = new Map(documents.flatMap((one) => pathsOf(one).map((path) => [path, one])));
  const contents = byPath.get(CONTENTS);
  if (contents) byPath.set('README.md', contents).set('README.fa.md', contents); // for readers at GitHub
  const sectionsIn = (language: Language) => (contents ? toSections(contents, language, byPath) : []);
  return {
    documents,
    sections: { en: sectionsIn('en'), fa: sectionsIn('fa') },
    bySlug: new Map(documents.map((one) => [one.slug, one])),
    byPath,
    images: new Set(paths.filter((path) => IMAGE.test(path)).map((path) => path.slice('docs/'.length))),
    readImage: (path) => readFile(join(root, 'docs', path)),
  };
}

/** The document that a link in `document` means: `href` without its fragment. A folder is its README. */
export function findLinked(
  byPath: Documents['byPath'],
  { paths }: Pick<ManualDocument, 'paths'>,
  language: Language,
  href: string,
): ManualDocument | undefined {
  const path = posix.join(posix.dirname(paths[language]), href).replace(/\/$/, '');
  return byPath.get(path) ?? byPath.get(path.replace(/^docs\/fa\//, 'docs/')); // not written in Persian
}

async function readDocument(root: string, path: string): Promise<ManualDocument | null> {
  const slug = OUTSIDE[path] ?? slugOf(path);
  const persian = path.startsWith('docs/') ? path.replace(/^docs\//, 'docs/fa/') : `docs/fa/${slug}.md`;
  const read = (name: string) => readFile(join(root, name), 'utf8').catch(() => null);
  const [en, own] = await Promise.all([read(path), read(persian)]);
  if (en === null) return null;
  const fa = own ?? en;
  return {
    slug,
    paths: { en: path, fa: own === null ? path : persian },
    titles: { en: titleOf(en, path), fa: titleOf(fa, path) },
    texts: { en: withoutFrame(en), fa: withoutFrame(fa) },
    written: { en: 'en', fa: own === null ? 'en' : 'fa' },
  };
}

function slugOf(path: string): string {
  return path.replace(/^docs\//, '').replace(/(?:^|\/)README\.md$|\.md$/, '').toLowerCase(); // prettier-ignore
}

function pathsOf({ paths }: ManualDocument): string[] {
  return Object.values(paths).flatMap((path) => [path, path.replace(/\/README\.md$/, '')]);
}

/** The contents are a page, and the list beside each page: its headings, and the first link of each item. */
function toSections(contents: ManualDocument, language: Language, byPath: Documents['byPath']): ManualSection[] {
  return contents.texts[language]
    .split(/^## /m)
    .slice(1)
    .map((part) => ({
      title: part.slice(0, part.indexOf('\n')),
      items: [...part.matchAll(/^- \u200f?\[([^\]]+)\]\(([^)#]+)\)/gm)].flatMap(([, text = '', href = '']) => {
        const document = findLinked(byPath, contents, language, href);
        return document ? [{ text: text.replaceAll('`', ''), document }] : [];
      }),
    }))
    .filter(({ items }) => items.length > 0);
}

function titleOf(text: string, path: string): string {
  return /^# (.+)$/m.exec(text)?.[1]?.replaceAll(/[`*]/g, '') ?? posix.basename(path, '.md');
}

/** Persian documents set their direction by HTML, for readers at GitHub; a page does it by itself. */
function withoutFrame(text: string): string {
  return text.replaceAll(/^<\/?div(?: dir="(?:rtl|ltr)")?>$/gm, '');
}

function order(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
