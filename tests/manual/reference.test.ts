import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { testApp } from '#testing/app.ts';
import { moduleOf } from './settings-of-modules.ts';
import { toReference, type Declared } from './reference.ts';

const DOCS = join(import.meta.dirname, '..', '..', 'docs');
const FOLDERS = { en: join(DOCS, 'reference'), fa: join(DOCS, 'fa', 'reference') } as const;

test('the reference of each module is what the program declares (`npm run snapshots` writes it)', async (t) => {
  const app = await testApp(t);
  const { paths } = app.openApi() as Pick<Declared, 'paths'>;
  const { items } = (await app.http.inject('/problems')).json<{ items: Declared['problems'] }>();

  for (const language of ['en', 'fa'] as const) {
    const pages = toReference({ modules: app.modules, paths, problems: items }, language);
    for (const [name, text] of pages)
      t.assert.fileSnapshot(text, join(FOLDERS[language], name), { serializers: [String] });
    assert.deepEqual(await readdir(FOLDERS[language]), [...pages.keys()].toSorted());
  }
});

test('a setting belongs to a module, or to the platform', () => {
  assert.deepEqual(['BONYAN_TODOS_PER_USER', 'CLAMAV_URL', 'SMS_HTTP_URL', 'BONYAN_SMS_COSTS', 'PORT'].map(moduleOf), [
    'todos',
    'files',
    'notifications',
    'users',
    'platform',
  ]);
});
