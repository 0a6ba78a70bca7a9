import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describe } from './describe.ts';

const rule = { kind: 'threshold', thresholdCount: 1, ratePercent: null, windowSeconds: 60 } as const;

test('an incident of each kind of rule says in both languages when it opens, in numbers of the language', () => {
  const cases = [
    [rule, '', '1 or more matching events within 1 minute', '۱ رویداد منطبق یا بیشتر در ۱ دقیقه'],
    [
      { ...rule, thresholdCount: 1200 },
      'shop',
      '1,200 or more matching events within 1 minute: shop',
      '۱٬۲۰۰ رویداد منطبق یا بیشتر در ۱ دقیقه: shop',
    ],
    [
      { ...rule, windowSeconds: 90 },
      '',
      '1 or more matching events within 90 seconds',
      '۱ رویداد منطبق یا بیشتر در ۹۰ ثانیه',
    ],
    [
      { ...rule, kind: 'absence', windowSeconds: 300 },
      '',
      'No matching event within 5 minutes',
      'نبودن هیچ رویداد منطبق در ۵ دقیقه',
    ],
    [
      { ...rule, kind: 'rate', ratePercent: 5, thresholdCount: 10 },
      '',
      '10 or more matching events within 1 minute, 5% of all',
      '۱۰ رویداد منطبق یا بیشتر در ۱ دقیقه، یعنی ۵٪ از همه',
    ],
  ] as const;

  for (const [condition, groupValue, en, fa] of cases) assert.deepEqual(describe(condition, groupValue), { en, fa });
});
