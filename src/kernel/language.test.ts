import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pickLanguage, toLatinDigits } from './language.ts';

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
