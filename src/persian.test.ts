import assert from 'node:assert/strict';
import { readFile, glob } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

const ROOT = join(import.meta.dirname, '..');
/** Where Persian is written for readers. Code that folds letters has Arabic ones on purpose. */
const FILES = [
  'src/platform/texts.json',
  'src/modules/*/texts.json',
  'src/modules/*/templates.json',
  'src/modules/users/pages/pages.ts',
  'src/modules/notifications/recipients/unsubscribe-page.ts',
  'README.fa.md',
];
/** Coined words, and the words that developers say. */
const FORBIDDEN: Record<string, string> = {
  نشانه: 'توکن',
  نهانگاه: 'کش',
  'حافظهٔ نهان': 'کش',
  'یافت نشد': 'پیدا نشد',
  'کلید عبور': 'گذرکلید',
  'رمز عبور': 'گذرواژه',
  پسورد: 'گذرواژه',
  نویسه: 'کاراکتر',
};
/** Names of fields and settings, code, addresses and what Liquid replaces are not prose. */
const CODE =
  /`[^`]*`|\{\{.*?\}\}|\{%.*?%\}|<[^>]*>|https?:\/\/\S+|\[[^\]]*\]\([^)]*\)|[\w./@:+-]*[A-Za-z_/][\w./@:+-]*/g;
/** Known texts with an example of what is compared. */
const EXAMPLES = /«?[يك]\/[یک]»?|[يك] و [یک]/g;

test('Persian texts have Persian letters, digits and marks, and the words that developers say', async () => {
  const faults: string[] = [];
  let count = 0;
  for (const pattern of FILES)
    for await (const path of glob(pattern, { cwd: ROOT })) {
      const lines = (await readFile(join(ROOT, path), 'utf8')).split('\n');
      for (const [index, line] of lines.entries()) {
        if (!/[\u0600-\u06ff]/.test(line) || /^\s*"en":/.test(line)) continue;
        count++;
        for (const fault of faultsOf(line)) faults.push(`${path}:${index + 1} ${fault}`);
      }
    }

  assert.ok(count > 300, String(count));
  assert.deepEqual(faults, []);
});

function faultsOf(line: string): string[] {
  const words = Object.entries(FORBIDDEN).filter(([word]) => line.includes(word));
  const prose = line.replace(EXAMPLES, '').replace(CODE, ' ');
  return [
    ...words.map(([word, better]) => `${word}: say ${better}`),
    ...(/[يكىة٠-٩]/.test(prose) ? ['an Arabic letter or digit'] : []),
    ...(/[\u0600-\u06ff][ \u200c]?[?;,](\s|$)/.test(prose) ? ['a Latin mark in place of ؟ ؛ ،'] : []),
    ...(/(^|[\s(«])\d+(?=[\s)»،.؛]*[\u0600-\u06ff])/.test(prose) ? ['Latin digits in prose'] : []),
    ...(/(^|\s)ن?می [\u0600-\u06ff]/.test(prose) ? ['a space in place of a half-space after می'] : []),
    ...(/[\u0600-\u06ff] ها(ی|\s|[.،؛])/.test(prose) ? ['a space in place of a half-space before ها'] : []),
  ];
}
