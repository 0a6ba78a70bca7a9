import { readdir, readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { Language } from '#kernel/language.ts';

/** A document of the manual. */
export interface ManualDocument {
  /** Below `/docs`; empty for the first page. */
  readonly slug: string;
  /** Path in the project, of the English text. */
  readonly path: string;
  readonly group: ManualGroup;
  readonly titles: Readonly<Record<Language, string>>;
  readonly texts: Readonly<Record<Language, string>>;
  /** In which language each text is: English where there is no Persian one. */
  readonly written: Readonly<Record<Language, Language>>;
}

export type ManualGroup = (typeof manualGroups)[number];
/** In the order of the list beside a document. */
export const manualGroups = ['start', 'guides', 'contributing', 'security', 'decisions'] as const;

const ROOT = join(import.meta.dirname, '..', '..', '..');
const AT_ROOT: Readonly<Record<string, ManualGroup>> = {
  'README.md': 'start',
  'CHANGELOG.md': 'start',
  'ARCHITECTURE.md': 'contributing',
  'CONTRIBUTING.md': 'contributing',
};
const FIRST = ['README.md', 'docs/first-story.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md'];
const IMAGE = /\.(?:png|svg|jpe?g|webp)$/;

/** Reads the project's own documents. None where the program is installed without them. */
export async function readDocuments(root = ROOT) {
  const inDocs = await readdir(join(root, 'docs'), { recursive: true }).catch(() => []);
  const paths = inDocs.map((path) => `docs/${path.replaceAll('\\', '/')}`);
  const english = [...Object.keys(AT_ROOT), ...paths].filter((path) => /(?<!\.fa)\.md$/.test(path));
  const read = await Promise.all(english.map((path) => readDocument(root, path)));
  const documents = read.filter((one) => one !== null).toSorted((a, b) => rankOf(a) - rankOf(b) || order(a, b));
  return {
    documents,
    bySlug: new Map(documents.map((one) => [one.slug, one])),
    byPath: new Map(documents.map((one) => [one.path, one])),
    /** Paths of images, below `/docs` as below `docs/`. */
    images: new Set(paths.filter((path) => IMAGE.test(path)).map((path) => path.slice('docs/'.length))),
    readImage: (path: string) => readFile(join(root, 'docs', path)),
  };
}

export type Documents = Awaited<ReturnType<typeof readDocuments>>;

async function readDocument(root: string, path: string): Promise<ManualDocument | null> {
  const read = (name: string) => readFile(join(root, name), 'utf8').catch(() => null);
  const [en, own] = await Promise.all([read(path), read(path.replace(/\.md$/, '.fa.md'))]);
  if (en === null) return null;
  const fa = own ?? en;
  return {
    slug: path === 'README.md' ? '' : path.replace(/^docs\//, '').replace(/\.md$/, '').toLowerCase(), // prettier-ignore
    path,
    group: groupOf(path),
    titles: { en: titleOf(en, path), fa: titleOf(fa, path) },
    texts: { en: withoutFrame(en), fa: withoutFrame(fa) },
    written: { en: 'en', fa: own === null ? 'en' : 'fa' },
  };
}

function groupOf(path: string): ManualGroup {
  if (path === 'docs/first-story.md') return 'start';
  const folder = /^docs\/([^/]+)\//.exec(path)?.[1];
  return AT_ROOT[path] ?? manualGroups.find((group) => group === folder) ?? 'guides';
}

function titleOf(text: string, path: string): string {
  return /^# (.+)$/m.exec(text)?.[1]?.replaceAll(/[`*]/g, '') ?? posix.basename(path, '.md');
}

/** Persian documents set their direction by HTML, for readers at GitHub; a page does it by itself. */
function withoutFrame(text: string): string {
  return text.replaceAll(/^<\/?div(?: dir="(?:rtl|ltr)")?>$/gm, '');
}

function rankOf({ path, group }: ManualDocument): number {
  const first = FIRST.indexOf(path);
  return manualGroups.indexOf(group) * 100 + (first === -1 ? FIRST.length : first);
}

function order(a: ManualDocument, b: ManualDocument): number {
  return a.path.localeCompare(b.path, 'en', { numeric: true });
}
