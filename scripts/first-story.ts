/**
 * `npm run first-story`: runs the first story on a new server, and writes its requests and answers to
 * docs/first-story.md.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { toPage } from '../tests/story/page.ts';
import { temporaryDataDir } from '../tests/story/server.ts';
import { tellFirstStory } from '../tests/story/story.ts';

const PAGE = join(import.meta.dirname, '..', 'docs', 'first-story.md');

const { dataDir, remove } = temporaryDataDir();
try {
  const chapters = await tellFirstStory(dataDir);
  mkdirSync(dirname(PAGE), { recursive: true });
  writeFileSync(PAGE, toPage(chapters));
  const steps = chapters.reduce((sum, { steps: told }) => sum + told.length, 0);
  console.log(`${steps} steps in ${chapters.length} chapters, all answered as expected: docs/first-story.md`);
} finally {
  await remove();
}
