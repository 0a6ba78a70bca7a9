import assert from 'node:assert/strict';
import { readFile, glob } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

const ROOT = join(import.meta.dirname, '..');
/** Where Persian is written for readers. Code that folds letters has Arabic ones on purpose. */
const FILES = [
  'src/platform/**/*.{ts,json}',
  'src/modules/**/*.{ts,json}',
  'src/cli/**/*.ts',
  'scripts/*.ts',
  'console/src/**/*.{ts,tsx}',
  'README.fa.md',
  'docs/fa/**/*.md',
  'docs/contributing/first-module.md',
  'docs/notifications.md',
];
/** No reader sees a test or a comment, and English is not compared. */
const isUnread = (path: string, line: string) =>
  path.endsWith('.test.ts') || (path.endsWith('.ts') && /^\s*(\*|\/[/*])/.test(line)) || /^\s*"en":/.test(line);
/** Coined words, and the words that developers say. */
const FORBIDDEN: Record<string, string> = {
  نشانه: 'توکن',
  نهانگاه: 'کش',
  'حافظهٔ نهان': 'کش',
  ' یافت نشد': 'پیدا نشد',
  'کلید عبور': 'گذرکلید',
  'رمز عبور': 'گذرواژه',
  پسورد: 'گذرواژه',
  نویسه: 'کاراکتر',
  پرونده: 'فایل',
  بایگانی: 'آرشیو',
  مبی‌بایت: 'مگابایت',
  کیبی‌بایت: 'کیلوبایت',
  ردپا: 'لاگ ممیزی',
  ' رد ممیزی': 'لاگ ممیزی',
  'ثانیه‌های Retry-After': 'Retry-After ثانیه',
  این‌که: 'اینکه',
  'گره ': 'نود',
  نخستین: 'اولین',
  جست‌وجو: 'جستجو',
  ' مرده': 'ناموفق',
  "'مرده": 'ناموفق',
  'رصد سامانه': 'پایش',
  'محدودیت نرخ': 'سقف درخواست',
};
/** Names of fields and settings, code, addresses, numbers of lists and what Liquid replaces are not prose. */
const CODE =
  /^\s*\d+\. |[A-Za-z]+ \d+|`[^`]*`|\{\{.*?\}\}|\{%.*?%\}|<[^>]*>|https?:\/\/\S+|\[[^\]]*\]\([^)]*\)|[\w./@:+-]*[A-Za-z_/][\w./@:+-]*/g;
/** Known texts with an example of what is compared. */
const EXAMPLES = /\[[٠-٩۰]-[٩۹]\]|«?[يك]\/[یک]»?|[يك] و [یک]|'[يكیک]'|\[[^\]]*[۰-۹][٠-٩]\]/g;

test('Persian texts have Persian letters, digits and marks, and the words that developers say', async () => {
  const faults: string[] = [];
  let count = 0;
  for (const pattern of FILES)
    for await (const path of glob(pattern, { cwd: ROOT })) {
      const text = await readFile(join(ROOT, path), 'utf8');
      const lines = (path.startsWith('docs/fa/') ? withoutCode(text) : text).split('\n');
      for (const [index, line] of lines.entries()) {
        if (!/[\u0600-\u06ff]/.test(line) || isUnread(path, line)) continue;
        count++;
        const joined = `${line} ${(lines[index + 1] ?? '').trimStart()}`; // a term may begin in one line and end in the next
        for (const fault of faultsOf(line, joined)) faults.push(`${path}:${index + 1} ${fault}`);
      }
    }

  assert.ok(count > 300, String(count));
  assert.deepEqual(faults, []);
});

/** Code of a translated page is that of the English one. */
function withoutCode(text: string): string {
  return text.replaceAll(/^( *)```[^]*?^\1``` *$/gm, (block) => '\n'.repeat(block.split('\n').length - 1));
}

function faultsOf(line: string, joined: string): string[] {
  const words = Object.entries(FORBIDDEN).filter(
    ([word]) => line.includes(word) || (/\S \S/.test(word) && joined.includes(word)),
  );
  const prose = line.replace(EXAMPLES, 'x').replace(CODE, ' ');
  return [
    ...words.map(([word, better]) => `${word}: say ${better}`),
    ...(/[يكىةۀ٠-٩]/.test(prose) ? ['an Arabic letter or digit'] : []),
    ...(/[\u0600-\u06ff][ \u200c]?[?;,](\s|$)/.test(prose) ? ['a Latin mark in place of ؟ ؛ ،'] : []),
    ...(/(^|[\s(«])\d+(?=[\s)»،.؛]*[\u0600-\u06ff])/.test(prose) ? ['Latin digits in prose'] : []),
    ...(/(^|\s)ن?می [\u0600-\u06ff]/.test(prose) ? ['a space in place of a half-space after می'] : []),
    ...(/[\u0600-\u06ff] [،؛؟.:!](\s|$)/.test(prose) ? ['a space before a mark'] : []),
    ...(/[“”"][\u0600-\u06ff][^"]*[“”]|\\"[\u0600-\u06ff]/.test(line) ? ['Latin quotes in place of «»'] : []),
    ...(/[\u0600-\u06ff] تر(ین)?([\s.،؛]|$)/.test(prose) ? ['a space in place of a half-space before تر'] : []),
    ...(/"fa": "[A-Za-z]/.test(line)
      ? ['a text that begins with Latin letters, which put it left to right: begin with RLM']
      : []),
    ...(/[\u0600-\u06ff] ها(ی|\s|[.،؛])/.test(prose) ? ['a space in place of a half-space before ها'] : []),
  ];
}
