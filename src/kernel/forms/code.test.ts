import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDigits, parseFactorCode } from './code.ts';

test('a code of six digits has one form, whatever keyboard and program it comes from', () => {
  const spellings = ['123456', '123 456', ' 123-456\r\n', '۱۲۳۴۵۶', '١٢٣٤٥٦', '۱۲۳\u200c۴۵۶', '\u200f123456\u200e'];
  const more = [
    '１２３４５６',
    '123\u00a0456',
    '123\u2011456',
    '12–34–56',
    '\ufeff123456',
    '۱۲۳ 456',
    '1\u20092 3\u20284\n56',
  ];

  for (const typed of [...spellings, ...more]) {
    assert.equal(parseDigits(typed), '123456', JSON.stringify(typed));
    assert.equal(parseFactorCode(typed), '123456', JSON.stringify(typed));
  }
});

test('a recovery code has one form in either case, with and without hyphens, and with Persian digits', () => {
  const form = 'abcdefghjkmnpqrstuvwxy29';
  const spellings = ['abcdef-ghjkmn-pqrstu-vwxy29', 'ABCDEF GHJKMN PQRSTU VWXY۲۹', `\u202a${form}\u202c\n`, form];

  for (const typed of spellings) assert.equal(parseFactorCode(typed), form, JSON.stringify(typed));
});

test('what cannot be a code is none: it is not compared with one', () => {
  const never = ['', '12345', '1234567', '12345a', '12.456', '+123456', '1e5', '½23456', '123456;', 'abcdef'];
  for (const typed of never) {
    assert.equal(parseDigits(typed), null, JSON.stringify(typed));
    assert.equal(parseFactorCode(typed), null, JSON.stringify(typed));
  }
  for (const typed of ['abcdefghjkmnpqrstuvwxy2', 'abcdefghjkmnpqrstuvwxy292', 'abcdefghjkmnpqrstuvwxy01'])
    assert.equal(parseFactorCode(typed), null, typed);
});
