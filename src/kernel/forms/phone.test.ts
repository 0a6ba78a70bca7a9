import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAssignedPhone, parsePhone } from './phone.ts';

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

test('a national number has the form of its country', () => {
  const found = [
    ['۰۹۱۲ ۱۲۳ ۴۵۶۷', 'IR'],
    ['٠٩١٢١٢٣٤٥٦٧', 'IR'],
    ['9121234567', 'IR'],
    ['021-88001234', 'IR'],
    ['0151 23456789', 'DE'],
    ['(212) 555-0123', 'US'],
    ['+98 912 123 4567', 'DE'],
    ['+98 0912 123 4567', 'DE'],
    ['+98 912 123 4567', null],
  ].map(([typed = '', country = null]) => parseAssignedPhone(typed ?? '', country));

  assert.deepEqual(found, [
    '+989121234567',
    '+989121234567',
    '+989121234567',
    '+982188001234',
    '+4915123456789',
    '+12125550123',
    '+989121234567',
    '+989121234567',
    '+989121234567',
  ]);
});

test('a number that is too short or too long for its country, or of no country, has no form', () => {
  for (const [typed, country] of [
    ['0912', 'IR'],
    ['091212345678901', 'IR'],
    ['0912x1234567', 'IR'],
    ['09121234567', 'AQ'],
    ['+0912', 'IR'],
    ['+98912123', 'IR'],
    ['+1234567', null],
    ['09121234567', null],
  ] as const)
    assert.equal(parseAssignedPhone(typed, country), null, typed);
});
