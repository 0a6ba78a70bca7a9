/**
 * `npm run first-story`: runs the first story on a new server, and writes its requests and answers to
 * docs/first-story.md, and into the translation of that page.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toPage, withBlocksOf } from '../tests/story/page.ts';
import { temporaryDataDir } from '../tests/story/server.ts';
import { tellFirstStory } from '../tests/story/story.ts';

const DOCS = join(import.meta.dirname, '..', 'docs');
const PAGE = join(DOCS, 'first-story.md');
const TRANSLATION = join(DOCS, 'fa', 'first-story.md');

const { dataDir, remove } = temporaryDataDir();
try {
  const chapters = await tellFirstStory(dataDir);
  const page = toPage(chapters);
  writeFileSync(PAGE, page);
  writeFileSync(TRANSLATION, withBlocksOf(page, readFileSync(TRANSLATION, 'utf8')));
  const steps = chapters.reduce((sum, { steps: told }) => sum + told.length, 0);
  console.log(`${steps} steps in ${chapters.length} chapters, all answered as expected: docs/first-story.md`);
} finally {
  await remove();
}
