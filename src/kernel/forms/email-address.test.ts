import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseEmail } from './email-address.ts';

const sameAddress: Record<string, string[]> = {
  'sara@bücher.example': [
    ' Sara@BÜCHER.example\n',
    'sara@xn--bcher-kva.example',
    'SARA@XN--BCHER-KVA.EXAMPLE',
    'sara@bu\u0308cher.example',
    'sa\u200bra@bü\u00adcher.example',
    '\u200fsara@bücher.example\u200e',
    '\u2066sara@bücher.example\u2069',
    'sara@bücher。example',
    'sara@ｂücher.example',
  ],
  'سارا@مثال.ایران': ['سارا@xn--mgbh0fb.xn--mgba3a4f16a', '\u202bسارا@مثال.ایران\u202c'],
  'amélie@example.com': ['ame\u0301lie@example.com', 'AMÉLIE@example.com'],
  // The half-space makes another domain, which looks the same.
  'info@xn--mgba3gch31f060k.com': ['info@نامه‌ای.com', 'info@xn--mgba3gch31f060k.com'],
};

const refused = [
  ['no domain', 'sara@', 'sara', '@example.com', '\u200b@example.com', 'sara@localhost'],
  ['empty labels', 'sara@b..com', 'sara@.com', 'sara@example.com.', 'sara@b。。com', 'sara@b.\u00ad.com'],
  ['no names', 'sara@127.0.0.1', 'sara@0x7f.1', 'sara@example.12', 'sara@[::1]', 'sara@xn--a.com', 'sara@a\u200cb.com'],
  ['parts of a URL', 'sara@example.com/x', 'sara@ex%41mple.com', 'sara@example.com:25', 'sara@a?b.com', 'a@b@c.com'],
  ['lists', 'a@b.com, c@d.com', 'a b@c.com', 'a@b .com', '<a@b.com>', 'a\u0007@b.com', 'a\r\nb@c.com'],
  ['length', `${'a'.repeat(65)}@example.com`, `a@${'b'.repeat(64)}.com`, `a@${'b.'.repeat(130)}com`],
].flatMap(([, ...texts]) => texts);

test('an address has one form in every spelling', () => {
  for (const [form, spellings] of Object.entries(sameAddress))
    for (const spelling of [form, ...spellings]) assert.equal(parseEmail(spelling), form, JSON.stringify(spelling));
});

test('what a mail server could not take, or could take for something else, is no address', () => {
  for (const text of refused) assert.equal(parseEmail(text), null, JSON.stringify(text));
});

test('the form of a form is the same, for every character in either part', { timeout: 60_000 }, () => {
  const codes = [[33, 0x3100] as const, [0xf900, 0x1_0000] as const, [0xe_0000, 0xe_0200] as const]; // each takes 50 µs
  const characters = codes.flatMap(([from, to]) =>
    Array.from({ length: to - from }, (_, index) => String.fromCodePoint(from + index)),
  );
  for (const character of characters) {
    for (const text of [`a${character}b@example.com`, `a@x${character}y.com`]) {
      const form = parseEmail(text);
      if (form === null) continue;
      assert.equal(parseEmail(form), form, JSON.stringify(text));
      assert.doesNotMatch(form, /[\p{Cf}\p{Cc}\s]/u);
    }
  }
});

test('ten megabytes that are no address are refused in a millisecond', () => {
  const started = process.cpuUsage();
  for (const text of ['a@'.repeat(5_000_000), `a@${'\u200b'.repeat(9_000_000)}`]) assert.equal(parseEmail(text), null);
  assert.ok(process.cpuUsage(started).user < 20_000);
});
