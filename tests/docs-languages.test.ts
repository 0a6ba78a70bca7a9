/** The manual in both languages: the same pages, with the same headings and the same commands. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { test } from 'node:test';

const DOCS = join(import.meta.dirname, '..', 'docs');
/** Pages and folders that are only in English, with the reason. */
const ONLY_ENGLISH: Readonly<Record<string, string>> = {
  'contributing/': 'for people who change the sources, whose comments are in English',
  'decisions/': 'for the same people',
  'screens/': 'a list of pictures that is written with them',
  'growth-plans-15.md': 'plans of PostgreSQL',
  'growth-plans-18.md': 'plans of PostgreSQL',
  'logging-plans.md': 'plans of PostgreSQL and ClickHouse',
};
/** Translations of documents that lie outside `docs/`, by their names in the manual. */
const OUTSIDE: Readonly<Record<string, string>> = {
  'client.md': '../client/README.md',
  'deploy.md': '../deploy/README.md',
  'security.md': '../SECURITY.md',
};
const BLOCK = /^( *)(```+)[^\n]*\n[^]*?^\1\2 *$/gm;

const found = (await readdir(DOCS, { recursive: true })).filter((path) => path.endsWith('.md'));
const persian = found.filter((path) => path.startsWith('fa/')).map((path) => path.slice('fa/'.length));
const english = found.filter((path) => !path.startsWith('fa/'));
const read = (path: string) => readFile(join(DOCS, path), 'utf8');
const isListed = (list: Readonly<Record<string, string>>, path: string) =>
  Object.keys(list).some((key) => path === key || (key.endsWith('/') && path.startsWith(key)));

const blocksOf = (text: string) => text.match(BLOCK) ?? [];
const headingsOf = (text: string) =>
  [...text.replaceAll(BLOCK, '').matchAll(/^(#+) (.*)$/gm)].map(([, marks = '', words = '']) => ({ marks, words }));
const levelsOf = (text: string) => headingsOf(text).map(({ marks }) => marks);

/** The names of headings in links, as GitHub and the pages of the manual make them. */
function anchorsOf(text: string): string[] {
  const used = new Map<string, number>();
  return headingsOf(text).map(({ words }) => {
    const plain = words.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').trim().toLowerCase(); // prettier-ignore
    const name = plain.replaceAll(/[^\p{L}\p{N}\p{M}\u200c _-]/gu, '').replaceAll(' ', '-');
    const count = used.get(name) ?? 0;
    used.set(name, count + 1);
    return count === 0 ? name : `${name}-${count}`;
  });
}

test('the manual has the same pages in both languages', () => {
  const translated = persian.filter((path) => !OUTSIDE[path]);

  assert.deepEqual(translated.toSorted(), english.filter((path) => !isListed(ONLY_ENGLISH, path)).toSorted());
  for (const path of Object.keys(ONLY_ENGLISH)) assert.ok(existsSync(join(DOCS, path)), `docs/${path} is gone`);
});

for (const path of persian)
  test(`docs/fa/${path} has the headings and the code of the English page, at the same places`, async () => {
    const [fa, en] = await Promise.all([read(`fa/${path}`), read(OUTSIDE[path] ?? path)]);

    assert.deepEqual(levelsOf(fa), levelsOf(en));
    assert.deepEqual(blocksOf(fa), blocksOf(en));
  });

test('each link of a Persian page leads to a file, and to a heading of it', async () => {
  const wrong: string[] = [];

  for (const path of persian.map((each) => `fa/${each}`)) {
    const text = (await read(path)).replaceAll(BLOCK, '');
    for (const [, target = ''] of text.matchAll(/\]\((?!https?:|\/)([^)\s]+)\)/g)) {
      const [file = '', heading] = target.split('#');
      const linked = file === '' ? path : posix.join(posix.dirname(path), file);
      if (!existsSync(join(DOCS, linked))) wrong.push(`${path}: ${target}`);
      else if (heading && !anchorsOf(await read(linked)).includes(heading)) wrong.push(`${path}: ${target}`);
    }
  }

  assert.deepEqual(wrong, []);
});

test('what begins with a Latin word in a Persian page is marked as Persian, so that it is read from the right', async () => {
  const unmarked: string[] = [];

  for (const path of persian) {
    const lines = (await read(`fa/${path}`)).replaceAll(BLOCK, '').split('\n');
    const begins = lines.filter((_line, at) => (lines[at - 1] ?? '').trim() === '');
    unmarked.push(...begins.filter((line) => /^[*`[]*[A-Za-z]/.test(line) && /[\u0600-\u06FF]/.test(line)));
  }

  assert.deepEqual(unmarked, []);
});

test('the first page names the same documents in both languages, in its own one where there is a translation', async () => {
  const linked = async (path: string) =>
    [...(await readFile(join(DOCS, '..', path), 'utf8')).matchAll(/\]\(([^):#\s]+\.md)[^)]*\)/g)].map(
      ([, to = '']) => to,
    );
  const isPage = (path: string) => !path.startsWith('README');
  const [en, fa] = await Promise.all([linked('README.md'), linked('README.fa.md')]);
  const translationOf = (path: string) => {
    const [outside] = Object.entries(OUTSIDE).find(([, original]) => posix.join('docs', original) === path) ?? [];
    const translated = `docs/fa/${outside ?? path.replace(/^docs\//, '')}`;
    return existsSync(join(DOCS, '..', translated)) ? translated : path;
  };
  const unique = (paths: string[]) => [...new Set(paths.filter(isPage))].toSorted();

  assert.deepEqual(unique(fa), unique(en.map(translationOf)));
});
