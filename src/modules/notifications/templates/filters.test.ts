import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { brandingOf } from '#testing/branding.ts';
import { testApp } from '#testing/app.ts';
import { notificationPermissions } from '../contract.ts';
import { renderText, type TemplateVariables } from './liquid.ts';

const branding = brandingOf();
const variables = { at: '2026-11-30T21:05:03Z', day: '2026-11-30', price: 1234567.5, total: '98765432109876543210' };

function render(text: string, language: string, given: TemplateVariables = variables): string {
  return renderText(text, given, { language, timeZone: 'Asia/Tehran', branding, asHtml: false });
}

test('dates in a template have the calendar, the digits and the time zone of the reader', () => {
  const cases: Record<string, [persian: string, english: string]> = {
    '{{ day | date }}': ['۹ آذر ۱۴۰۵', '30 November 2026'],
    "{{ day | date: 'full' }}": ['دوشنبه ۹ آذر ۱۴۰۵', 'Monday, 30 November 2026'],
    "{{ at | date: 'short' }}": ['۱۴۰۵/۹/۱۰', '01/12/2026'],
    "{{ at | date: 'dateTime' }}": ['۱۰ آذر ۱۴۰۵، ساعت ۰۰:۳۵ (به وقت ایران)', '1 December 2026, 00:35 (GMT+3:30)'],
    "{{ at | date: 'time', 'UTC' }}": ['۲۱:۰۵', '21:05'],
    "{{ day | date: '%Y/%m/%d' }}": ['۱۴۰۵/۰۹/۰۹', '2026/11/30'],
    "{{ day | date: '%A %-d %B, 100%%' }}": ['دوشنبه ۹ آذر, 100%', 'Monday 30 November, 100%'],
    '{{ 0 | date: "%Y" }}': ['۱۳۴۸', '1970'],
  };

  for (const [text, expected] of Object.entries(cases))
    assert.deepEqual([render(text, 'fa'), render(text, 'en')], expected, text);
});

test('numbers in a template are grouped and have the digits of the reader', () => {
  const cases: Record<string, [persian: string, english: string]> = {
    '{{ price | number }}': ['۱٬۲۳۴٬۵۶۷٫۵', '1,234,567.5'],
    '{{ price }}': ['۱۲۳۴۵۶۷٫۵', '1234567.5'],
    '{{ price | number: 2 }}': ['۱٬۲۳۴٬۵۶۷٫۵۰', '1,234,567.50'],
    '{{ total | number }}': ['۹۸٬۷۶۵٬۴۳۲٬۱۰۹٬۸۷۶٬۵۴۳٬۲۱۰', '98,765,432,109,876,543,210'],
    '{{ price | times: 2 | number }}': ['۲٬۴۶۹٬۱۳۵', '2,469,135'],
  };

  for (const [text, expected] of Object.entries(cases))
    assert.deepEqual([render(text, 'fa-IR'), render(text, 'en')], expected, text);
});

test('a number in a text that filters make has the digits of the reader, and a text stays as it is', () => {
  const cases: Record<string, [persian: string, english: string]> = {
    "{{ 12 | append: ' x' }}": ['۱۲ x', '12 x'],
    "{{ 'x ' | append: 12 }}": ['x ۱۲', 'x 12'],
    "{{ 12 | prepend: 'x ' }}": ['x ۱۲', 'x 12'],
    "{{ list | join: '، ' }}": ['۱، ۲، ۳۴', '1، 2، 34'],
    "{{ 'n of m' | replace: 'n', 1 | replace: 'm', 20 }}": ['۱ of ۲۰', '1 of 20'],
    '{{ 12.5 | strip }}': ['۱۲٫۵', '12.5'],
    "{{ '12' | append: ' x' }}": ['12 x', '12 x'],
    "{{ 'abcdef' | truncate: 5 }}": ['ab...', 'ab...'],
    "{{ 'abc👨‍👩‍👧x' | truncate: 7, '' }}": ['abc', 'abc'],
    "{{ 'abcdef' | slice: -3, 2 }}": ['de', 'de'],
    "{{ 'abc👨‍👩‍👧x' | slice: 2, 4 }}": ['c', 'c'],
    "{{ '👨‍👩‍👧xy' | slice: 2, 9 }}": ['👨‍👩‍👧x', '👨‍👩‍👧x'],
    '{{ list | slice: 1, 2 | join }}': ['۲ ۳۴', '2 34'],
    '{{ 12 | escape }}': ['۱۲', '12'],
    '{{ 12345 | truncate: 4 }}': ['۱...', '1...'],
    '{{ 2 | times: 3 | plus: 1 }}': ['۷', '7'],
  };

  for (const [text, expected] of Object.entries(cases)) {
    const given = { list: [1, 2, 34] };
    assert.deepEqual([render(text, 'fa', given), render(text, 'en', given)], expected, text);
  }
});

test('the plural form is that of the language, and other where no form is given for the number', () => {
  const forms = "zero: 'Z', one: 'O', two: 'T', few: 'F', many: 'M', other: 'X'";
  const print = (text: string, x: unknown, language: string) => render(text, language, { x });
  const of = (language: string, ...numbers: number[]) =>
    numbers.map((x) => print(`{{ x | plural: ${forms} }}`, x, language)).join('');

  assert.equal(of('en', 0, 1, 1.5, 2), 'XOXX');
  assert.equal(of('fa', 0, 1, 1.5, 2), 'OOXX');
  assert.equal(of('ar', 0, 1, 2, 3, 11, 100), 'ZOTFMX');
  assert.equal(of('xx', 1), 'O');
  assert.equal(print("{{ x }} {{ x | plural: one: 'day', other: 'days' }}", 1, 'en'), '1 day');
  assert.equal(print("{{ x | plural: two: 'T', other: 'X' }}", '1', 'en'), 'X');
  for (const options of ['', ": 'day', 'days'", ": one: 'day'", ": on: 'x', other: 'y'", ': one: 1, other: 2'])
    assert.throws(
      () => print(`{{ x | plural${options} }}`, 1, 'en'),
      { code: 'notifications.template_invalid' },
      options,
    );
});

test('a number looks the same on every machine, also in a template without a language', () => {
  const script = `
    const { renderText } = await import('${pathToFileURL(join(import.meta.dirname, 'liquid.ts')).href}');
    const options = { timeZone: 'UTC', branding: { names: {} }, asHtml: false };
    console.log(['default', 'xx', 'fa'].map((language) => renderText('{{ x }}', { x: 1234.5 }, { ...options, language })).join(' '));`;

  for (const locale of ['C.UTF-8', 'fa_IR.UTF-8', 'de_DE.UTF-8']) {
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
      env: { ...process.env, LC_ALL: locale },
      encoding: 'utf8',
      cwd: process.cwd(),
    });
    assert.equal(stdout.trim(), '1234.5 1234.5 ۱۲۳۴٫۵', `${locale}: ${stderr}`);
  }
});

test('what is no date or number is refused with the reason, and a missing one by its name', () => {
  const invalid: [string, TemplateVariables, RegExp][] = [
    ['{{ x | date }}', { x: 'tomorrow' }, /date: expected a date such as/],
    ['{{ x | date }}', { x: '' }, /date: expected a date such as/],
    ['{{ x | date }}', { x: {} }, /date: expected a date such as/],
    ["{{ x | date: 'iso' }}", { x: '2026-11-30' }, /date: expected short, long/],
    ["{{ x | date: '%Q' }}", { x: '2026-11-30' }, /date: %Q is not supported/],
    ['{{ x | date: p }}', { x: '2026-11-30', p: '%A'.repeat(51) }, /date: expected a pattern of up to 100/],
    ["{{ x | date: 'long', 'Mars' }}", { x: '2026-11-30' }, /date: expected a time zone/],
    ['{{ x | number }}', { x: 'many' }, /number: expected a number/],
    ['{{ x | number: 99 }}', { x: 1 }, /number: expected 0 to 20/],
  ];
  for (const [text, given, reason] of invalid)
    assert.throws(
      () => render(text, 'fa', given),
      (error: { code?: string; details?: { reason?: string } }) =>
        error.code === 'notifications.template_invalid' && reason.test(error.details?.reason ?? ''),
      `${text} ${JSON.stringify(given)}`,
    );
  for (const given of [{}, { x: null }])
    for (const text of ['{{ x | date }}', '{{ x | number }}'])
      assert.throws(() => render(text, 'fa', given), {
        code: 'notifications.template_variable_missing',
        details: { variable: 'x' },
      });
});

test('a preview, a message and its reader have one calendar', async (t) => {
  const app = await testApp(t, { environment: { BONYAN_TIME_ZONE: 'Asia/Tehran' } });
  const { templates, write, read } = notificationPermissions;
  const sara = app.signIn(templates, write, read);
  const [email, at] = [app.randomEmail(), '2026-11-30T21:05:03Z'];
  const { body: template } = await sara.post('/notifications/templates', {
    name: 'shop.due',
    channel: 'email',
    language: 'fa',
    bodyTemplate: "<p>{{ at | date: '%Y/%m/%d' }}</p>",
  });

  const preview = await sara.post(`/notification-templates/${template.id}/preview`, { variables: { at } });
  const message = { channel: 'email', recipient: email, templateId: template.id, language: 'fa', variables: { at } };
  await sara.post('/notifications', message);
  await app.drain();

  const [mail] = await app.mailbox(email);
  assert.deepEqual([preview.body.text, mail.text], ['۱۴۰۵/۰۹/۱۰', '۱۴۰۵/۰۹/۱۰']);
});
