import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readDocuments } from '#platform/pages/documents.ts';
import { OTHERS } from '../../scripts/pack/program.ts';
import { ROOT } from './shell.ts';

test('the package has every page of the manual, and what its page about deployment names for one machine', async (t) => {
  const target = mkdtempSync(join(tmpdir(), 'bonyan-pages-'));
  t.after(() => rmSync(target, { recursive: true, force: true }));
  const texts = OTHERS.filter((path) => path !== 'console/dist');
  for (const path of texts) cpSync(join(ROOT, path), join(target, path), { recursive: true });

  const [packed, all] = await Promise.all([readDocuments(target), readDocuments(ROOT)]);

  assert.deepEqual([...packed.bySlug.keys()], [...all.bySlug.keys()]);
  assert.deepEqual([...packed.images], [...all.images]);
  for (const path of ['deploy/systemd', 'deploy/nginx.conf', 'deploy/postgres-roles.sh'])
    assert.ok(texts.includes(path), path);
});

test('a page whose blocks begin a line with bonyan says how that is typed', async () => {
  const { documents } = await readDocuments(ROOT);
  const pages = documents.flatMap(({ paths }) => Object.values(paths)).filter((path) => path.startsWith('docs/'));
  const texts = [...new Set(pages)].map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));

  const unexplained = texts.filter(
    ({ text }) => /^ *bonyan [a-z]/m.test(text) && !/install\.md#(the-command|دستور)\)/.test(text),
  );

  assert.deepEqual(
    unexplained.map(({ path }) => path),
    [],
  );
});
