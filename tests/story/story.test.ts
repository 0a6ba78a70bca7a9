import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { headingsOf, toPage } from './page.ts';
import { temporaryDataDir } from './server.ts';
import { tellFirstStory } from './story.ts';

const PAGE = join(import.meta.dirname, '..', '..', 'docs', 'first-story.md');

test('the first story has the steps of docs/first-story.md', { timeout: 120_000 }, async (t) => {
  const { dataDir, remove } = temporaryDataDir();
  t.after(remove);

  const chapters = await tellFirstStory(dataDir);

  assert.deepEqual(headingsOf(readFileSync(PAGE, 'utf8')), headingsOf(toPage(chapters)));
});
