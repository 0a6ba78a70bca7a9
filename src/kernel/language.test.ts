import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp } from '#testing/app.ts';
import { parseLanguageTag, pickLanguage, toLatinDigits } from './language.ts';

test('the supported language with the highest quality wins, and English if none is supported', () => {
  const cases: [string | undefined, string][] = [
    [undefined, 'en'],
    ['', 'en'],
    ['fa', 'fa'],
    ['fa-IR,fa;q=0.9,en;q=0.8', 'fa'],
    ['en;q=0.4, fa;q=0.5', 'fa'],
    ['de, fr;q=0.9', 'en'],
    ['de, fa;q=0.1', 'fa'],
    ['fa;q=0, en', 'en'],
    ['  FA-ir \t;  Q=0.9 ,en ; q=0.8', 'fa'],
    [`fa,${'en;q=0.1,'.repeat(4000)}`, 'fa'], // 36 KB
    ['fa;q=high', 'en'],
    ['far', 'en'],
  ];
  for (const [header, expected] of cases) assert.equal(pickLanguage(header), expected, String(header));
});

test('Persian and Arabic digits become Latin ones, and nothing else changes', () => {
  assert.equal(toLatinDigits('۱۲۳٤٥٦ abc ۷'), '123456 abc 7');
});

test('a language tag has one form in every case, the same in the program and in the database', async (t) => {
  const { database } = await testApp(t);
  const forms = {
    fa: ['FA', 'Fa', 'fa'],
    'fa-IR': ['FA-ir', 'fa-ir'],
    'zh-Hant-TW': ['ZH-HANT-tw'],
    'en-US-u-ca-persian': ['EN-us-U-CA-Persian'],
    'de-DE-1996': ['de-de-1996'],
    'de-1901': ['DE-1901'],
    'sl-Latn-IT-nedis': ['SL-LATN-it-NEDIS'],
    'en-a-bbb-x-a-ccc': ['en-A-BBB-X-a-CCC'],
    default: ['Default'],
  };
  const tags = Object.entries(forms).flatMap(([form, spellings]) => spellings.map((tag) => ({ form, tag })));

  const { rows } = await database.pool.query<{ form: string }>(
    'select platform.language_tag(tag) as form from unnest($1::text[]) with ordinality as t (tag, n) order by n',
    [tags.map(({ tag }) => tag)],
  );

  assert.deepEqual(
    tags.map(({ tag }) => parseLanguageTag(tag)),
    tags.map(({ form }) => form),
  );
  assert.deepEqual(
    rows.map(({ form }) => form),
    tags.map(({ form }) => form),
  );
  for (const tag of ['', 'f', 'fa_IR', 'fa-', '-fa', 'fa IR', 'fa\u200e', 'فا', 'fa-123456789', 'test', 'fa-a', 'de-1'])
    assert.equal(parseLanguageTag(tag), null, tag);
});
