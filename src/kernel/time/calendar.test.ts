import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dateStyles, parseDate, printDate, printDatePart, printNumber } from './calendar.ts';

const INSTANT = dateOf('2026-11-30T21:05:03Z');
const sara = { language: 'fa', timeZone: 'Asia/Tehran' };
const john = { language: 'en', timeZone: 'Europe/Berlin' };

test('a date is written in the calendar, the digits, the order and the time zone of its reader', () => {
  const written = (reader: typeof sara) => dateStyles.map((style) => printDate(INSTANT, style, reader));

  assert.deepEqual(written(sara), [
    '۱۴۰۵/۹/۱۰',
    '۱۰ آذر ۱۴۰۵',
    'سه‌شنبه ۱۰ آذر ۱۴۰۵',
    '۰۰:۳۵',
    '۱۰ آذر ۱۴۰۵، ساعت ۰۰:۳۵ (به وقت ایران)',
  ]);
  assert.deepEqual(written(john), [
    '30/11/2026',
    '30 November 2026',
    'Monday, 30 November 2026',
    '22:05',
    '30 November 2026, 22:05 (GMT+1)',
  ]);
});

test('a date without an offset is the same in every zone', () => {
  for (const timeZone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'UTC'])
    for (const text of ['2026-11-30', '2026-11-30T23:59'])
      assert.equal(printDate(dateOf(text), 'short', { language: 'en', timeZone }), '30/11/2026');
});

test('parts of a date are of the calendar of its reader', () => {
  const parts = (reader: typeof sara) =>
    'YymdeBAHIMSpZ'.split('').map((letter) => printDatePart(INSTANT, letter, reader));

  const persian = '۱۴۰۵ ۰۵ ۰۹ ۱۰ ۱۰ آذر سه‌شنبه ۰۰ ۱۲ ۳۵ ۰۳ ق.ظ.'.split(' ');
  const english = '2026 26 11 30 30 November Monday 22 10 05 03 pm GMT+1'.split(' ');
  assert.deepEqual(parts(sara), [...persian, 'به وقت ایران']);
  assert.deepEqual(parts(john), english);
  assert.equal(printDatePart(INSTANT, 's', sara), undefined);
});

test('before the Jalali calendar begins, dates are Gregorian', () => {
  const written = ['0622-03-21', '0622-03-20', '0100-01-01'].map((day) => printDate(dateOf(day), 'long', sara));

  assert.deepEqual(written, ['۱ فروردین ۱', '۲۰ مارس ۶۲۲', '۱ ژانویهٔ ۱۰۰']);
  assert.equal(printDatePart(dateOf('0100-01-01'), 'Y', sara), '۱۰۰');
});

test('what is no date is not taken for one', () => {
  const texts = ['', 'tomorrow', '2026-02-30', '2026-13-01', '2026-11-30T25:00', '2026-11-30T10:00+25:00', '2026'];

  assert.deepEqual(
    texts.filter((text) => parseDate(text)),
    [],
  );
});

test('numbers have the digits and the separators of the language, of any size and exactly', () => {
  const written = [
    printNumber(1234567.5, 'fa'),
    printNumber('12345678901234567890', 'en'),
    printNumber(3, 'fa-IR', 2),
    printNumber(1000, 'default'),
    printNumber(1000, 'xx-invalid-language-tag'),
  ];

  assert.deepEqual(written, ['۱٬۲۳۴٬۵۶۷٫۵', '12,345,678,901,234,567,890', '۳٫۰۰', '1,000', '1,000']);
});

test('a language chooses its calendar by its tag', () => {
  const short = (language: string) => printDate(INSTANT, 'short', { language, timeZone: 'UTC' });

  assert.deepEqual(['fa-AF', 'fa-u-ca-gregory', 'en-US', 'default'].map(short), [
    '۱۴۰۵/۹/۹',
    '۲۰۲۶/۱۱/۳۰',
    '11/30/26',
    '30/11/2026',
  ]);
});

function dateOf(text: string) {
  const date = parseDate(text);
  assert.ok(date, text);
  return date;
}
