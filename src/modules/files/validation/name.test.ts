import assert from 'node:assert/strict';
import { test } from 'node:test';
import { extensionOf, parseFileName } from './name.ts';

test('names that people give their files stay as they are, byte for byte', () => {
  for (const name of [
    'کتاب‌ها.pdf',
    'می‌خواهم ۱۴۰۵.docx',
    'نامه‌.txt',
    'گزارش ۳\u200cماهه.pdf',
    'گزارش 3\u200cماهه.pdf',
    'PDF\u200cهای نهایی.zip',
    'نسخهٔ ۲\u200cام.docx',
    '«کتاب»\u200cها (PDF)\u200cها.txt',
    'report (final).v2.PDF',
    '👩‍👩‍👧 family.jpg',
    '❤️.png',
    '1️⃣.txt',
    'हिन्दी क्‍ष.txt',
    '.gitignore',
    'a'.repeat(251) + '.txt',
    "it's; a=%41&b.txt",
    'console.log',
    'com10.txt',
  ])
    assert.equal(parseFileName(name), name, name);
});

test('a name gets its composed form', () => {
  assert.equal(parseFileName('cafe\u0301.txt'), 'caf\u00e9.txt');
});

test('names that lead elsewhere, hide something, or mean a device are refused', () => {
  for (const name of [
    '',
    '.',
    '..',
    '../a.txt',
    '/etc/passwd',
    'C:\\boot.ini',
    'evil.js::$DATA',
    'a.txt:b.exe',
    'a\0.txt',
    'a\nb.txt',
    'a\u2028b.txt',
    'photo\u202egnp.exe',
    'a\u2066b.txt',
    'a\u200fb.txt',
    'in\u200bvoice.pdf',
    'in\u200dvoice.pdf',
    'in\u200cvoice.pdf',
    'invoice\u200c.pdf',
    'invoice.pdf\u200c',
    'a3\u200c5.pdf',
    '\u200cماهه.pdf',
    ' ۳ \u200cماهه.pdf',
    'PDF\u200c\u200cها.zip',
    'PDF\u200dها.zip',
    'PDF\u200bها.zip',
    'a\ufeff.txt',
    'a\u{e0041}.txt',
    'a\ud800.txt',
    'a\ufffd.txt',
    'a\ue000.txt',
    'a\u2800.txt',
    'CON',
    'nul.txt',
    'Aux .txt',
    'com¹.log',
    'LPT9',
    'file.',
    'file. ',
    ' file.txt',
    'a'.repeat(256),
    'ک'.repeat(128),
  ])
    assert.equal(parseFileName(name), null, JSON.stringify(name));
});

test('the extension is what follows the last dot', () => {
  assert.deepEqual(['a.tar.GZ', 'a', '.profile', 'a.'].map(extensionOf), ['gz', '', '', '']);
});
