import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePhone } from './phone.ts';

test('a phone number has one form, E.164, whatever digits, marks and punctuation it is typed with', () => {
  const spellings = ['+98 912 123 4567', '00989121234567', '+۹۸۹۱۲۱۲۳۴۵۶۷', '۰۰۹۸ ۹۱۲ ۱۲۳ ۴۵۶۷', '+٩٨٩١٢١٢٣٤٥٦٧'];
  const more = [
    '\u202a+98\u00a0912-123-4567\u202c',
    '\u200e+98 (912) 123.45.67',
    '＋９８９１２１２３４５６７',
    '+98 (0) 912 123/4567',
  ];

  for (const typed of [...spellings, ...more]) assert.equal(parsePhone(typed), '+989121234567', JSON.stringify(typed));
});

test('a national number, and what is no number, has no form', () => {
  for (const typed of ['', '0912 123 4567', '989121234567', '+0912', '+98x9121234567', '+98', `+1${'2'.repeat(20)}`])
    assert.equal(parsePhone(typed), null, typed);
});
